"""From acts to transactions: those that can share one together, all else alone. No network, no database."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from contracts.acts.calls import signed_call
from contracts.acts.registry import signed_type_of
from contracts.models import RelayedAct

LARGEST_BATCH: Final = 100


@dataclass(frozen=True, slots=True)
class Bundle:
    """Acts that travel in one transaction (none in a periodic call): the contract's name and the calldata."""

    acts: tuple[RelayedAct, ...]
    contract: str
    data: str


def make_bundles(acts: Iterable[RelayedAct], *, largest: int = LARGEST_BATCH) -> list[Bundle]:
    """The transactions that carry ``acts``, in the order in which each one's first act came.

    Acts share one if their type has a way of batching, and that gives them the same key.
    """
    groups: dict[tuple[Hashable, ...], list[RelayedAct]] = {}
    for act in acts:
        primary_type = act.typed_data["primaryType"]
        batching = signed_type_of(primary_type).batching
        common = None if batching is None else batching.key(act)
        key = (act.digest,) if common is None else (primary_type, common)
        groups.setdefault(key, []).append(act)
    bundles = []
    for members in groups.values():
        bundles += [_bundle(members[start : start + largest]) for start in range(0, len(members), largest)]
    return bundles


def _bundle(acts: Sequence[RelayedAct]) -> Bundle:
    first = acts[0]
    batching = signed_type_of(first.typed_data["primaryType"]).batching
    if len(acts) == 1 or batching is None:
        contract, data = signed_call(first.typed_data, first.signature)
        return Bundle((first,), contract, data)
    contract, data = batching.call(acts)
    return Bundle(tuple(acts), contract, data)
