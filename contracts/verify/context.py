"""What a verifier may know: the chain as read again, and what the contracts answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from contracts.blocks import BlockHead
from contracts.calldata import decode_result, encode_call
from contracts.client.rpc import Client
from contracts.deployment import Deployment
from contracts.models import event_position

ChainEventDict: TypeAlias = dict[str, Any]
LAST_POSITION = 2**63 - 1


@dataclass(frozen=True, slots=True)
class VerifyContext:
    """A range of the chain, read again.

    ``events`` holds the events of the whole history up to ``to_block``, whatever the range: dicts of
    ``name``, ``contractName``, ``contract``, ``args`` (by Solidity names; ints, lower-case 0x-hex, lists,
    dicts), ``position``, ``blockNumber``, ``blockHash``, ``logIndex``, ``transactionHash`` and ``timestamp``
    (aware, UTC). ``head`` is the block at which calls are made. ``whole`` tells whether the range is all that
    the mirror has.
    """

    client: Client
    deployment: Deployment
    from_block: int
    to_block: int
    head: BlockHead
    whole: bool
    finalized: int
    events: Sequence[ChainEventDict]

    @property
    def positions(self) -> tuple[int, int]:
        """The first and the last event position of the range; open above if the range is the whole."""
        first = 0 if self.whole else event_position(self.from_block, 0)
        return first, LAST_POSITION if self.whole else event_position(self.to_block + 1, 0) - 1

    def named(self, *names: str) -> Iterator[ChainEventDict]:
        """The events of these names, in the order of the chain."""
        return (event for event in self.events if event["name"] in names)

    def call(self, contract: str, function: str, *args: Any, block: int | None = None) -> Any:
        """What a view function answers at ``block`` (default: the head's).

        Raises:
            CallReverted: if it reverts.
        """
        data = self.client.call(
            self._address(contract), encode_call(contract, function, args), self._at(block)
        )
        return decode_result(contract, function, data, args)

    def call_many(
        self, calls: Iterable[tuple[str, str, Sequence[Any]]], *, block: int | None = None
    ) -> list[Any]:
        """Many calls (contract, function, arguments) at one block, in few requests."""
        wanted = list(calls)
        questions = [(self._address(c), encode_call(c, function, args)) for c, function, args in wanted]
        answers = self.client.call_many(questions, self._at(block))
        return [
            decode_result(contract, function, data, args)
            for (contract, function, args), data in zip(wanted, answers, strict=True)
        ]

    def _address(self, contract: str) -> str:
        return contract if contract.startswith("0x") else self.deployment.address(contract)

    def _at(self, block: int | None) -> int:
        return self.head.number if block is None else block
