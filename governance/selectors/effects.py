"""The calls that a draft's rows stand for, held against what is so today, and what is wrong with each row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import formats, timezone
from django.utils.translation import gettext as _

from contracts.addresses import ZERO_ADDRESS, checksum, is_address, proxy_admin
from contracts.calldata import encode_call
from contracts.client import client
from contracts.deployment import deployment
from contracts.errors import ChainError
from governance.effects import GIVE, TAKE, is_filled
from governance.errors import FieldInvalid, FieldMissing
from governance.models import ProposalType
from governance.selectors.parameters import current_value
from governance.selectors.pauses import pause_now
from identity import selectors as identity
from identity.chainrole import ROLE_HASHES
from identity.models import Role
from identity.rules import OFFICER_ROLES

Action = dict[str, str]
Fault = FieldInvalid | FieldMissing


@dataclass(frozen=True, slots=True)
class Effects:
    """``actions`` of the right rows, ``faults`` of the others, their field ``effects.<row>.<column>``."""

    actions: list[Action]
    faults: list[Fault]


def read_effects(kind: str, rows: Sequence[Mapping[str, str]], *, ask: bool = False) -> Effects:
    """What ``rows`` of a proposal of ``kind`` would do.

    Args:
        kind: ROLE, EMERGENCY or UPGRADE.
        rows: by :data:`governance.effects.COLUMNS`.
        ask: whether to ask a node what the mirror doesn't know; one that doesn't answer stops nothing.
    """
    actions: list[Action] = []
    faults: list[Fault] = []
    seen: set[tuple[str, ...]] = set()
    filled = [_Row(values, place) for place, values in enumerate(rows) if is_filled(values)]
    for row in filled or [_Row(rows[0] if rows else {}, 0)]:
        found = _READERS[kind](row, seen)
        if ask and kind == ProposalType.UPGRADE and not row.faults:
            _has_a_program(row)
        actions += found
        faults += row.faults
    return Effects(actions, faults)


@dataclass(slots=True)
class _Row:
    """One row, and what is found wrong with it."""

    values: Mapping[str, str]
    place: int
    faults: list[Fault] = field(default_factory=list)

    def complain(self, column: str, message: str) -> None:
        self.faults.append(FieldInvalid(message, field=f"effects.{self.place}.{column}"))

    def get(self, column: str) -> str:
        value = self.values.get(column, "")
        if not value:
            self.faults.append(FieldMissing(field=f"effects.{self.place}.{column}"))
        return value

    def one_of(self, column: str, allowed: Sequence[str]) -> str:
        value = self.get(column)
        if value and value not in allowed:
            self.complain(column, _("Choose one of those offered."))
        return value

    def address(self, column: str) -> str:
        """An address, lower case; one in mixed case must have the case of EIP-55, which shows a slip."""
        value = self.get(column)
        if not value:
            return ""
        if not is_address(value) or value.lower() == ZERO_ADDRESS:
            self.complain(column, _("An address is 0x and 40 figures or letters from a to f."))
        elif value[2:] not in (value[2:].lower(), value[2:].upper()) and value != checksum(value):
            self.complain(column, _("A character of this address is mistyped. Copy it again."))
        return value.lower()


def _role_change(row: _Row, seen: set[tuple[str, ...]]) -> list[Action]:
    give = row.one_of("do", (GIVE, TAKE)) == GIVE
    name, account = row.one_of("role", Role.values), row.address("account")
    until = _end(row) if give and row.values.get("until") else None
    if row.faults:
        return []
    role = Role(name)
    held = next((each for each in identity.current_roles(account) if each.role == role), None)
    if (name, account) in seen:
        row.complain("account", _("This role of this address is there twice."))
    elif not give and held is None:
        row.complain("account", _("This address doesn’t hold the role."))
    elif give and held is not None and held.until == until:
        row.complain("account", _("This address holds the role already."))
    elif give and role in OFFICER_ROLES and identity.person_hash(account) is None:
        row.complain(
            "account",
            _("The town hasn’t recorded who stands behind this address. An administrator must do so first."),
        )
    if row.faults:
        return []
    seen.add((name, account))
    args: dict[str, Any] = {"role": ROLE_HASHES[role], "account": account}
    function = "grantRole" if give else "revokeRole"
    if until is not None:
        function, args = "grantTemporaryRole", {**args, "until": int(until.timestamp())}
    return [_call("RoleManager", function, args)]


def _end(row: _Row) -> datetime | None:
    """The last second of the day; the proposal must be able to be carried out before it."""
    try:
        day = date.fromisoformat(row.values["until"])
        end = timezone.make_aware(datetime.combine(day, time(23, 59, 59)))
    except (ValueError, OverflowError):
        row.complain("until", _("Enter a date."))
        return None
    wait = current_value("votingPeriod") + current_value("executionDelay")
    earliest = identity.now() + timedelta(seconds=wait)
    if end <= earliest:
        soonest = formats.date_format(timezone.localtime(earliest), "j F Y")
        row.complain(
            "until",
            _("This can’t be carried out before %(date)s. Choose a later day.") % {"date": soonest},
        )
    return end


def _emergency(row: _Row, seen: set[tuple[str, ...]]) -> list[Action]:
    actions: list[Action] = []
    if row.values.get("unpause"):
        if pause_now() is None:
            row.complain("unpause", _("Nothing is paused now."))
        actions.append(_call("GovernanceCore", "unpause", {}))
    if row.values.get("guardian"):
        account = row.address("guardian")
        if not row.faults and not identity.has_role(account, Role.GUARDIAN):
            row.complain("guardian", _("This address doesn’t hold the role."))
        if not row.faults:
            args = {"role": ROLE_HASHES[Role.GUARDIAN], "account": account}
            actions.append(_call("RoleManager", "revokeRole", args))
    if not actions and not row.faults:
        row.complain("guardian", _("Choose at least one thing that should happen."))
    return [] if row.faults else actions


def _upgrade(row: _Row, seen: set[tuple[str, ...]]) -> list[Action]:
    suite = deployment()
    contract = row.one_of("contract", suite.replaceable)
    implementation = row.address("implementation")
    if not row.faults and (contract,) in seen:
        row.complain("contract", _("This part is there twice."))
    if not row.faults and suite.name_of(implementation) is not None:
        row.complain("implementation", _("This is an address in use, not that of a new program."))
    if row.faults:
        return []
    seen.add((contract,))
    proxy = suite.address(contract)
    args = {"proxy": proxy, "implementation": implementation, "data": "0x"}
    data = encode_call("ProxyAdmin", "upgradeAndCall", args)
    return [{"target": proxy_admin(proxy), "value": "0", "data": data}]


def _has_a_program(row: _Row) -> None:
    try:
        code = client().code(row.values["implementation"].lower())
    except ChainError:
        return
    if code in ("", "0x"):
        row.complain("implementation", _("There is no program at this address."))


def _call(contract: str, function: str, args: Mapping[str, Any]) -> Action:
    data = encode_call(contract, function, args)
    return {"target": deployment().address(contract), "value": "0", "data": data}


_READERS: dict[str, Callable[[_Row, set[tuple[str, ...]]], list[Action]]] = {
    ProposalType.ROLE: _role_change,
    ProposalType.EMERGENCY: _emergency,
    ProposalType.UPGRADE: _upgrade,
}
