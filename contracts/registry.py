"""Which contracts there are, and which app does what with which of their events.

Apps register in ``AppConfig.ready()``; arrows run from them to here.

Three kinds of work hang on the chain: handlers write rows, hooks settle what time decides and mend what a
reorganisation undid, verifiers recount a table against the chain. All but the verifiers run inside the
transaction that moves the cursor.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, TypeVar

from django_stubs_ext import StrOrPromise

from contracts.decoded import Decoded
from contracts.deployment import artifact
from core.subjects import Subject

if TYPE_CHECKING:
    from contracts.client.rpc import Client
    from contracts.verify.compare import Difference
    from contracts.verify.context import VerifyContext

E = TypeVar("E", bound=Decoded)
Condition: TypeAlias = Callable[[Mapping[str, Any]], bool]


class Counted(NamedTuple):
    """How a recount names events of one kind: ``key`` in its JSON, ``label`` on pages."""

    key: str
    label: StrOrPromise


@dataclass(slots=True)
class Contract:
    """A contract that the portal reads.

    Attributes:
        name: as the deployment's file calls it.
        abi: its ABI.
        events: the classes of the events that are read, by their Solidity names.
        subjects: argument -> the kind of subject that it numbers, in whichever event it stands.
        ignored: event -> why nothing is written for it beyond its row among the chain's events.
        unread: event -> why it is not read at all.
        only: event -> which of its occurrences are read, by the arguments under their Solidity names.
        counted: event -> how a recount names those that it compared.
    """

    name: str
    abi: Sequence[Mapping[str, Any]]
    events: dict[str, type[Decoded]] = field(default_factory=dict)
    subjects: dict[str, str] = field(default_factory=dict)
    ignored: dict[str, str] = field(default_factory=dict)
    unread: dict[str, str] = field(default_factory=dict)
    only: dict[str, Condition] = field(default_factory=dict)
    counted: dict[str, Counted] = field(default_factory=dict)

    def subject_argument(self, event: str) -> tuple[str, str] | None:
        """The (kind, argument) of the subject that events of this name are about."""
        inputs = next(
            item["inputs"] for item in self.abi if item["type"] == "event" and item["name"] == event
        )
        named = (item["name"] for item in inputs if item["name"] in self.subjects)
        argument = next(named, None)
        return None if argument is None else (self.subjects[argument], argument)


_contracts: dict[str, Contract] = {}


def register_contract(
    name: str,
    *,
    abi: Sequence[Mapping[str, Any]] | None = None,
    events: Iterable[type[Decoded]] = (),
    subjects: Mapping[str, str] | None = None,
    ignored: Mapping[str, str] | None = None,
    unread: Mapping[str, str] | None = None,
    only: Mapping[str, Condition] | None = None,
    counted: Mapping[str, Counted] | None = None,
) -> None:
    """Register a contract; several apps may read events of the same one, each event by one of them.

    Args:
        name: as the deployment's file calls it.
        abi: its ABI; default: that of the artifact of this name.
        events, subjects, ignored, unread, only, counted: see :class:`Contract`.

    Raises:
        LookupError: the ABI has no such event.
        ValueError: an event is said to be read or left out twice.
    """
    entries = abi if abi is not None else artifact(name)["abi"]
    contract = _contracts.setdefault(name, Contract(name, entries))
    declared = {entry["name"] for entry in entries if entry["type"] == "event"}
    made = {cls.name: cls for cls in events}
    for event in (*made, *(ignored or {}), *(unread or {}), *(only or {}), *(counted or {})):
        if event not in declared:
            raise LookupError(f"{name} has no event {event}")
    for event in (*made, *(unread or {})):
        if event in contract.events or event in contract.unread:
            raise ValueError(f"{name} has {event} twice")
    contract.events |= made
    contract.subjects |= subjects or {}
    contract.ignored |= ignored or {}
    contract.unread |= unread or {}
    contract.only |= only or {}
    contract.counted |= counted or {}
    for cls in made.values():
        about = contract.subject_argument(cls.name)
        if about is not None:
            cls.subject_kind = about[0]
            cls.subject_attribute = cls.attribute_of(about[1])


def contracts() -> list[Contract]:
    """Every contract, in the order in which they were registered."""
    return list(_contracts.values())


def contract_names() -> list[str]:
    """Their names."""
    return list(_contracts)


def contract_of(name: str) -> Contract | None:
    """The contract of this name; None for one that no app reads."""
    return _contracts.get(name)


def event_classes() -> Iterator[type[Decoded]]:
    """The class of every event that is read."""
    for contract in _contracts.values():
        yield from contract.events.values()


def event_class(contract: str, event: str) -> type[Decoded]:
    """The class of an event, by its Solidity name.

    Raises:
        LookupError: no app registered it.
    """
    return _contracts[contract].events[event]


def abi_of(name: str) -> Sequence[Mapping[str, Any]]:
    """The ABI of a registered contract, or of the artifact of this name.

    Raises:
        ArtifactMissing: there is neither.
    """
    known = _contracts.get(name)
    return artifact(name)["abi"] if known is None else known.abi


@dataclass(frozen=True, slots=True)
class BlockHead:
    """A block as the head of what was read. ``timestamp`` is aware, in UTC."""

    number: int
    hash: str
    timestamp: datetime


@dataclass(frozen=True, slots=True)
class RemovedEvent:
    """An event that a reorganisation took away, as the mirror had it. ``data`` is :meth:`Decoded.as_json`."""

    position: int
    event_name: str
    subject: Subject | None
    data: dict[str, Any]


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
    known = _contracts.get(contract_name)
    if known is None or event_name not in known.events:
        raise LookupError(f"{contract_name} has no event {event_name}")


default = Registry()
handle = default.handle
after_apply = default.after_apply
on_revert = default.on_revert
caught_up = default.caught_up
verifier = default.verifier
