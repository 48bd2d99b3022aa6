"""Which contracts there are: their ABIs, the events that are read of each, and what those are about.

Apps register the contracts that they know in ``AppConfig.ready()``, before what is done with their events.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

from django_stubs_ext import StrOrPromise

from contracts.decoded import Decoded
from contracts.deployment import artifact

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
        abi: its ABI; default: the one that is registered, else that of the artifact of this name.
        events, subjects, ignored, unread, only, counted: see :class:`Contract`.

    Raises:
        LookupError: the ABI has no such event.
        ValueError: an event is said to be read or left out twice.
    """
    entries = abi if abi is not None else abi_of(name)
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
