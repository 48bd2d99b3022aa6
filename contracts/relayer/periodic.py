"""What the relayer does unasked: calls that anyone may make and that choose nothing.

Carrying out what was decided is one.

An app that knows of such calls registers a source; the relayer asks it each round. The contract
alone decides whether a call is due: a source that is wrong costs an estimate.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterable, Iterator

from django.core.cache import cache

from contracts.models import RelayerTransaction
from contracts.refusals import Refusal
from contracts.relayer.bundles import Bundle

logger = logging.getLogger(__name__)

Source = Callable[[], Iterable[tuple[str, str]]]

# Seconds before a call that the contract refuses is tried again.
PATIENCE = 60
_sources: list[Source] = []


def register_periodic(source: Source) -> Source:
    """Register a function that answers the calls that are due now: (contract name, calldata)."""
    if source not in _sources:
        _sources.append(source)
    return source


def due_calls(mirrored: int) -> Iterator[Bundle]:
    """The calls that are due and that nobody is making.

    Args:
        mirrored: the newest block that the mirror has read; what was mined after it may be done already.
    """
    for source in _sources:
        for contract, data in source():
            if cache.get(_key(data)) is None and not _under_way(data, mirrored):
                yield Bundle((), contract, data)


def put_off(bundle: Bundle, refusal: Refusal) -> None:
    """The contract refuses: say so, and leave it alone for a while."""
    logger.warning("a periodic call of %s was refused: %s", bundle.contract, refusal.error or refusal.code)
    cache.set(_key(bundle.data), refusal.code, PATIENCE)


def _under_way(data: str, mirrored: int) -> bool:
    blocks = RelayerTransaction.objects.filter(data=data).values_list("mined_block", flat=True)
    return any(block is None or block > mirrored for block in blocks)


def _key(data: str) -> str:
    return "periodic:" + hashlib.sha256(data.encode()).hexdigest()
