"""Which app does what with which event. Apps register in ``AppConfig.ready()``; arrows run from them to here.

Three kinds of work hang on the chain: handlers write rows, hooks settle what time decides and mend what a
reorganisation undid, verifiers recount a table against the chain. All but the verifiers run inside the
transaction that moves the cursor.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from contracts.abi import contract_of
from contracts.blocks import BlockHead, RemovedEvent
from contracts.decoded import Decoded

if TYPE_CHECKING:
    from contracts.client.rpc import Client
    from contracts.verify.compare import Difference
    from contracts.verify.context import VerifyContext

E = TypeVar("E", bound=Decoded)


Handler: TypeAlias = Callable[[Sequence[Any]], None]
AfterApply: TypeAlias = Callable[[BlockHead], None]
OnCaughtUp: TypeAlias = "Callable[[Client], None]"
OnRevert: TypeAlias = Callable[[int, Sequence[RemovedEvent]], None]
Verifier: TypeAlias = "Callable[[VerifyContext], Iterable[Difference]]"


@dataclass(slots=True)
class Registry:
    """What is to be done with the events of the chain."""

    handlers: dict[tuple[str, str], list[Handler]] = field(default_factory=dict)
    after_apply_hooks: list[AfterApply] = field(default_factory=list)
    on_revert_hooks: list[OnRevert] = field(default_factory=list)
    caught_up_hooks: list[OnCaughtUp] = field(default_factory=list)
    verifiers: dict[str, tuple[Verifier, bool]] = field(default_factory=dict)

    def handle(self, contract_name: str, event_name: str) -> Callable[[Callable[[Sequence[E]], None]], Any]:
        """Decorator: call the function with each run of consecutive events of this name, in chain order.

        Raises:
            LookupError: if no app registered such an event.
        """
        _known(contract_name, event_name)

        def register(function: Callable[[Sequence[E]], None]) -> Callable[[Sequence[E]], None]:
            self.handlers.setdefault((contract_name, event_name), []).append(function)
            return function

        return register

    def after_apply(self, function: AfterApply) -> AfterApply:
        """Decorator: call the function at the end of each applied chunk, with the newest block read."""
        self.after_apply_hooks.append(function)
        return function

    def on_revert(self, function: OnRevert) -> OnRevert:
        """Decorator: call the function after the rows above a common ancestor were deleted.

        Its arguments are the ancestor's number and the events that went, in chain order. Rows that point at
        an event went with it; what is left to mend are folds: tallies, states, fields that a later event had
        changed.
        """
        self.on_revert_hooks.append(function)
        return function

    def caught_up(self, function: OnCaughtUp) -> OnCaughtUp:
        """Decorator: call the function, outside any transaction, whenever a pass ends at the head of the
        chain.

        For what only a node can answer and no event says; it may ask the client it is given, and should be
        quick.
        """
        self.caught_up_hooks.append(function)
        return function

    def verifier(self, table: str, function: Verifier, *, partial: bool = False) -> None:
        """Recount ``table`` with this function.

        Args:
            table: the name in the database.
            function: yields a ``Difference`` for each field, missing or surplus row.
            partial: whether it can judge a range of blocks (rows by event) or only the whole history (folds).
        """
        self.verifiers[table] = (function, partial)


def _known(contract_name: str, event_name: str) -> None:
    known = contract_of(contract_name)
    if known is None or event_name not in known.events:
        raise LookupError(f"{contract_name} has no event {event_name}")


default = Registry()
handle = default.handle
after_apply = default.after_apply
on_revert = default.on_revert
caught_up = default.caught_up
verifier = default.verifier
