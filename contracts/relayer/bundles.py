"""From acts to transactions: ballots of one proposal together, all else alone. No network, no database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from contracts.acts.calls import batch_call, fits_batch, packed_ballot, signed_call
from contracts.models import RelayedAct
from contracts.signatures import is_ecdsa_of

LARGEST_BATCH: Final = 100


@dataclass(frozen=True, slots=True)
class Bundle:
    """Acts that travel in one transaction (none on an errand): the contract's name and the calldata."""

    acts: tuple[RelayedAct, ...]
    contract: str
    data: str


def make_bundles(acts: Iterable[RelayedAct], *, largest: int = LARGEST_BATCH) -> list[Bundle]:
    """The transactions that carry ``acts``, in the order in which each one's first act came.

    A ballot goes into a batch if a key signed it and it has a packed form, and if another ballot of the same
    proposal, rules and form is there to share the way.
    """
    groups: dict[tuple[object, ...], list[RelayedAct]] = {}
    for act in acts:
        key: tuple[object, ...] = (act.digest,)
        if fits_batch(act) and is_ecdsa_of(act.signer, act.digest, act.signature):
            message = act.typed_data["message"]
            engine, priced = act.typed_data["domain"]["verifyingContract"], message["params"] != "0x"
            key = (engine, message["proposalId"], message["rulesHash"], priced)
        groups.setdefault(key, []).append(act)
    bundles = []
    for members in groups.values():
        bundles += [_bundle(members[start : start + largest]) for start in range(0, len(members), largest)]
    return bundles


def _bundle(acts: Sequence[RelayedAct]) -> Bundle:
    first = acts[0]
    if len(acts) == 1:
        contract, data = signed_call(first.typed_data, first.signature)
        return Bundle((first,), contract, data)
    message = first.typed_data["message"]
    packed = (packed_ballot(act.typed_data, act.signature) for act in acts)
    contract, data = batch_call(int(message["proposalId"]), message["rulesHash"], packed)
    return Bundle(tuple(acts), contract, data)
