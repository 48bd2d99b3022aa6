"""The relayer's turn: one worker at a time, with the configured key and node."""

from __future__ import annotations

import logging

from contracts.client.rpc import client
from contracts.deployment import deployment
from contracts.errors import DeploymentMissing
from contracts.models import ActStatus, RelayedAct, RelayerTransaction
from contracts.relayer import outbox
from contracts.relayer.service import Relayer, RelayReport, expire_waiting, watch_adopted
from contracts.relayer.signer import relayer_signer
from core.db.fence.errors import LockLost
from core.db.fence.services import exclusive_lock

logger = logging.getLogger(__name__)

LOCK = "relayer"
LOCK_SECONDS = 30


def relay_acts() -> RelayReport | None:
    """One round; None if another worker is at it or nothing is deployed yet.

    Raises:
        ChainError: the node can't be asked; the next round goes on from the rows.
    """
    with exclusive_lock(LOCK, seconds=LOCK_SECONDS) as got:
        if not got:
            return None
        try:
            return _round()
        except LockLost as error:
            # A pause longer than the lock: what we had read may be old news, and the other goes on from it.
            logger.warning("another worker relays: %s", error)
            return None


def under_way() -> bool:
    """Whether an act or a transaction waits for something that no new block may tell of."""
    waiting = (*outbox.WAITING, ActStatus.SENT)
    return (
        RelayerTransaction.objects.filter(final=False, mined_block=None).exists()
        or RelayedAct.objects.filter(status__in=waiting).exists()
    )


def _round() -> RelayReport | None:
    try:
        current = deployment()
    except DeploymentMissing:
        return None
    signer = relayer_signer()
    if signer is not None:
        return Relayer(client(), signer, current).run()
    # Off: people send their acts themselves, and we only see what became of them.
    done = RelayReport()
    watch_adopted()
    expire_waiting(done)
    return done
