"""What every event of the contracts has in common: its place in the chain, and how it is declared."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, ClassVar, NamedTuple, TypeVar


class Action(NamedTuple):
    """A call for a contract to make (Solidity struct ``Action``): ``value`` in wei, ``data`` as 0x-hex."""

    target: str
    value: int
    data: str


@dataclass(slots=True)
class Decoded:
    """What every event carries: its place in the chain. Hashes and addresses are lower-case 0x-hex.

    ``position`` is :func:`contracts.models.event_position`; ``timestamp`` the block's time, aware, in UTC.
    """

    name: ClassVar[str] = ""
    contract_name: ClassVar[str] = ""
    declaration: ClassVar[str] = ""
    arguments: ClassVar[tuple[tuple[str, str], ...]] = ()
    # What the event is about, as the app registered it: the kind, and the attribute that holds the id.
    subject_kind: ClassVar[str] = ""
    subject_attribute: ClassVar[str] = ""

    position: int
    block_number: int
    block_hash: str
    log_index: int
    transaction_hash: str
    contract: str
    timestamp: datetime

    def as_json(self) -> dict[str, Any]:
        """The arguments under their Solidity names; uint256 as decimal text."""
        return {
            name: getattr(self, attribute) if convert is None else convert(getattr(self, attribute))
            for name, attribute, convert in _PLANS[type(self)]
        }

    @classmethod
    def attribute_of(cls, argument: str) -> str:
        """The attribute that holds the argument of this Solidity name."""
        return next(attribute for name, attribute, _ in _PLANS[cls] if name == argument)

    def subject_columns(self) -> tuple[str, str]:
        """The kind and the id of what the event is about; empty for no subject."""
        kind = self.subject_kind
        return (kind, str(getattr(self, self.subject_attribute))) if kind else ("", "")


E = TypeVar("E", bound=Decoded)
# For each argument its Solidity name, its attribute, and how it becomes JSON.
_PLANS: dict[type[Decoded], tuple[tuple[str, str, Callable[[Any], Any] | None], ...]] = {}


def _actions(value: tuple[Action, ...]) -> list[dict[str, str]]:
    return [{"target": action.target, "value": str(action.value), "data": action.data} for action in value]


_CONVERT: dict[str, Callable[[Any], Any]] = {
    "uint256": str,
    "address[]": list,
    "bytes32[]": list,
    "Action[]": _actions,
}


def event(contract_name: str, declaration: str) -> Callable[[type[E]], type[E]]:
    """Class decorator: make a slotted dataclass of a Decoded and note what Solidity says of the event.

    Args:
        contract_name: the contract that emits it.
        declaration: ``Name(type [indexed] name,...)``; the class's fields are in the same order.
    """

    def decorate(cls: type[E]) -> type[E]:
        made = dataclass(slots=True)(cls)
        made.contract_name = contract_name
        made.declaration = declaration
        made.name, _, inside = declaration.removesuffix(")").partition("(")
        made.arguments = tuple((words[0], words[-1]) for words in map(str.split, inside.split(",")))
        attributes = [field.name for field in fields(made)][len(fields(Decoded)) :]
        _PLANS[made] = tuple(
            (name, attribute, _CONVERT.get(kind))
            for (kind, name), attribute in zip(made.arguments, attributes, strict=True)
        )
        return made

    return decorate
