"""What the relayer has left to pay gas with."""

from __future__ import annotations

import time
from dataclasses import dataclass

from django.conf import settings

from contracts.client import Client
from contracts.errors import ChainError
from contracts.relayer.signer import relayer_signer

_KEPT_SECONDS = 30
_TIMEOUT_SECONDS = 2


@dataclass(frozen=True, slots=True)
class Balance:
    """The relayer's account; ``wei`` is None while no node answers."""

    address: str
    wei: int | None


_kept: dict[str, tuple[float, Balance]] = {}


def relayer_balance() -> Balance | None:
    """The relayer's balance, at most 30 seconds old; None if no relayer is configured.

    One short question, never repeated: a page that shows it must not hang on a node that is away.
    """
    signer = relayer_signer()
    if signer is None:
        return None
    known = _kept.get(signer.address)
    if known is not None and time.monotonic() - known[0] < _KEPT_SECONDS:
        return known[1]
    asker = Client(settings.RPC_URLS, settings.CHAIN_ID, timeout=_TIMEOUT_SECONDS, attempts=1)
    try:
        wei: int | None = asker.balance(signer.address)
    except ChainError:
        wei = None
    balance = Balance(signer.address, wei)
    _kept[signer.address] = (time.monotonic(), balance)
    return balance
