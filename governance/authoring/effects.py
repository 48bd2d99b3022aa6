"""What proposals of the kinds Roles, Emergency and Upgrade do, as rows that a person fills in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from governance.errors import FieldInvalid
from governance.proposals.models import ProposalType

GIVE, TAKE = "give", "take"
LONGEST = 100  # characters of one value
#: A way of counting to admit or to retire: a part of the form of its own, of the same kind as programs.
WAYS = "WAYS"
#: What a row of each part of the form says. Every value is text, as it was typed.
COLUMNS: dict[str, tuple[str, ...]] = {
    ProposalType.ROLE.value: ("do", "role", "account", "person", "until"),
    ProposalType.EMERGENCY.value: ("unpause", "dismiss", "appoint", "person"),
    ProposalType.UPGRADE.value: ("contract", "implementation"),
    WAYS: ("retire", "admit", "types", "token", "threshold", "credits", "days"),
}
#: How many rows the form offers in each part.
ROWS: dict[str, int] = {
    ProposalType.ROLE.value: 3,
    ProposalType.EMERGENCY.value: 1,
    ProposalType.UPGRADE.value: 3,
    WAYS: 1,
}
#: The parts that a kind of proposals is made of.
PARTS: dict[str, tuple[str, ...]] = {
    ProposalType.ROLE.value: (ProposalType.ROLE.value,),
    ProposalType.EMERGENCY.value: (ProposalType.EMERGENCY.value,),
    ProposalType.UPGRADE.value: (ProposalType.UPGRADE.value, WAYS),
}
#: Chosen from the start, so that these alone make no row a filled one.
CHOSEN = frozenset({"do", "types"})
#: What the contracts with replaceable programs do, for people.
PROGRAMS: dict[str, Promise] = {
    "GovernanceCore": _("rules and pause"),
    "ProposalManager": _("proposals"),
    "VotingEngine": _("votes, roll of citizens and delegations"),
    "RoleManager": _("roles"),
    "ExecutionModule": _("carrying out of decisions"),
    "CivicToken": _("civic tokens"),
}

Row = dict[str, str]


def program(contract: str) -> str:
    """What the program of a contract does, with the contract's name."""
    return f"{PROGRAMS[contract]} ({contract})" if contract in PROGRAMS else contract


def is_filled(row: Mapping[str, str]) -> bool:
    """Whether anything stands in a row beyond what is chosen from the start."""
    return any(value for column, value in row.items() if column not in CHOSEN)


def tidy(effects: Any) -> dict[str, list[Row]]:
    """Rows by part as a draft keeps them, half-filled ones too; empty ones at the end are dropped.

    Raises:
        FieldInvalid: for anything that is no such rows, or too long.
    """
    if not isinstance(effects, Mapping):
        raise FieldInvalid(field="effects")
    found: dict[str, list[Row]] = {}
    for part, rows in effects.items():
        if part not in COLUMNS or not isinstance(rows, list) or len(rows) > ROWS[part]:
            raise FieldInvalid(field="effects")
        kept = [_row(part, row) for row in rows]
        while kept and not is_filled(kept[-1]):
            kept.pop()
        if kept:
            found[part] = kept
    return found


def _row(part: str, row: Any) -> Row:
    if not isinstance(row, Mapping) or not set(row) <= set(COLUMNS[part]):
        raise FieldInvalid(field="effects")
    for value in row.values():
        if not isinstance(value, str) or len(value) > LONGEST or "\x00" in value:
            raise FieldInvalid(field="effects", limit=LONGEST)
    return {column: row[column].strip() for column in COLUMNS[part] if row.get(column, "").strip()}
