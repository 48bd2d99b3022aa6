"""What the relayer has left to pay gas with."""

from __future__ import annotations

import time
from dataclasses import dataclass

from django.conf import settings

from contracts.client.rpc import Client
from contracts.errors import ChainError
from contracts.models import RelayerTransaction
from contracts.relayer.signer import relayer_signer

_KEPT_SECONDS = 30
_TIMEOUT_SECONDS = 1
LOW_BALANCE = 10**17  # wei; a tenth of an ether


@dataclass(frozen=True, slots=True)
class Balance:
    """The relayer's account; ``wei`` is None while no node answers."""

    address: str
    wei: int | None


_kept: dict[str, tuple[float, Balance]] = {}


def relayer_balance() -> Balance | None:
    """The relayer's balance, at most 30 seconds old; None if the relayer is off or was never heard of.

    The key lies with the process that relays; the others know the address from what it sent.

    One short question, never repeated: a page that shows it must not hang on a node that is away.
    """
    address = _address()
    if address is None:
        return None
    known = _kept.get(address)
    if known is not None and time.monotonic() - known[0] < _KEPT_SECONDS:
        return known[1]
    asker = Client(settings.RPC_URLS, settings.CHAIN_ID, timeout=_TIMEOUT_SECONDS, attempts=1)
    try:
        wei: int | None = asker.balance(address)
    except ChainError:
        wei = None
    balance = Balance(address, wei)
    _kept[address] = (time.monotonic(), balance)
    return balance


def _address() -> str | None:
    signer = relayer_signer()
    if signer is not None:
        return signer.address
    if not settings.RELAYER_ENABLED:
        return None
    return RelayerTransaction.objects.order_by("-created_at").values_list("sender", flat=True).first()
