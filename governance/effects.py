"""What proposals of the kinds Roles, Emergency and Upgrade do, as rows that a person fills in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from governance.errors import FieldInvalid
from governance.models import ProposalType

GIVE, TAKE = "give", "take"
LONGEST = 100  # characters of one value
#: What a row of each kind says. Every value is text, as it was typed.
COLUMNS: dict[str, tuple[str, ...]] = {
    ProposalType.ROLE.value: ("do", "role", "account", "until"),
    ProposalType.EMERGENCY.value: ("unpause", "guardian"),
    ProposalType.UPGRADE.value: ("contract", "implementation"),
}
#: How many rows the form offers.
ROWS: dict[str, int] = {
    ProposalType.ROLE.value: 3,
    ProposalType.EMERGENCY.value: 1,
    ProposalType.UPGRADE.value: 3,
}
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
    """Whether anything stands in a row; whether to give or to take is chosen from the start."""
    return any(value for column, value in row.items() if column != "do")


def tidy(effects: Any) -> dict[str, list[Row]]:
    """Rows by kind as a draft keeps them, half-filled ones too; empty ones at the end are dropped.

    Raises:
        FieldInvalid: for anything that is no such rows, or too long.
    """
    if not isinstance(effects, Mapping):
        raise FieldInvalid(field="effects")
    found: dict[str, list[Row]] = {}
    for kind, rows in effects.items():
        if kind not in COLUMNS or not isinstance(rows, list) or len(rows) > ROWS[kind]:
            raise FieldInvalid(field="effects")
        kept = [_row(kind, row) for row in rows]
        while kept and not is_filled(kept[-1]):
            kept.pop()
        if kept:
            found[kind] = kept
    return found


def _row(kind: str, row: Any) -> Row:
    if not isinstance(row, Mapping) or not set(row) <= set(COLUMNS[kind]):
        raise FieldInvalid(field="effects")
    for value in row.values():
        if not isinstance(value, str) or len(value) > LONGEST or "\x00" in value:
            raise FieldInvalid(field="effects", limit=LONGEST)
    return {column: row[column].strip() for column in COLUMNS[kind] if row.get(column, "").strip()}
