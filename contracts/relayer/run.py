"""The relayer's turn, once a second: one worker at a time, with the configured key and node."""

from __future__ import annotations

import logging

import redis

from contracts.client import client
from contracts.deployment import deployment
from contracts.errors import DeploymentMissing
from contracts.relayer.service import Relayer, Round, expire_waiting, watch_adopted
from contracts.relayer.signer import relayer_signer
from daoportal.kernel.locks import lock

logger = logging.getLogger(__name__)

LOCK = "relayer"
LOCK_SECONDS = 30


def relay_acts() -> Round | None:
    """One round; None if another worker is at it or nothing is deployed yet.

    Raises:
        ChainError: the node can't be asked; the next round goes on from the rows.
    """
    try:
        with lock(LOCK, seconds=LOCK_SECONDS) as alone:
            return _round() if alone else None
    except redis.exceptions.RedisError as error:
        # The lock only spares work: nonces and acts are claimed by constraint.
        logger.warning("relaying without a lock: %s", error)
        return _round()


def _round() -> Round | None:
    try:
        current = deployment()
    except DeploymentMissing:
        return None
    signer = relayer_signer()
    if signer is not None:
        return Relayer(client(), signer, current).run()
    # Off: people send their acts themselves, and we only see what became of them.
    done = Round()
    watch_adopted()
    expire_waiting(done)
    return done
