"""The calls that a draft's rows stand for, held against what is so today, and what is wrong with each row."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contracts.addresses import ZERO_ADDRESS, ZERO_HASH, checksum, is_address, proxy_admin
from contracts.calldata import encode_call
from contracts.client.rpc import client
from contracts.deployment import deployment
from contracts.errors import ChainError
from contracts.selectors import chain_now
from governance.authoring.effects import GIVE, PARTS, TAKE, WAYS, is_filled
from governance.errors import FieldInvalid, FieldMissing
from governance.parameters.kinds import DAY
from governance.parameters.selectors.counting import ways_of_counting
from governance.parameters.selectors.values import current_value
from governance.parameters.strategies import QUADRATIC, TOKEN_WEIGHTED, decimals
from governance.pauses.selectors import running_pause
from governance.proposals.models import ProposalType
from identity.census.selectors.persons import account_of, moved_to, person_key
from identity.roles.hashes import ROLE_HASHES
from identity.roles.models import Role
from identity.roles.selectors.roles import current_roles, has_role, members

Action = dict[str, str]
Fault = FieldInvalid | FieldMissing
#: What rows before this one do: a role of an account, or a contract whose program is replaced.
Seen = set[tuple[str, str]]

#: Persons of these roles are never the same.
_APART = {Role.ADMINISTRATOR: Role.GUARDIAN, Role.GUARDIAN: Role.ADMINISTRATOR}
_PERSON_KEY = re.compile(r"0x[0-9a-f]{64}\Z")
#: Ways of counting that a proposal may admit, with their number in the contract's enum ``Counting``.
ADMITTED = {TOKEN_WEIGHTED: 1, QUADRATIC: 2}
#: What such a way may decide, as the form offers it.
DECIDED: dict[str, Promise] = {
    "POLICY BUDGET": gettext_lazy("Decisions and budgets"),
    "POLICY": gettext_lazy("Decisions alone"),
    "BUDGET": gettext_lazy("Budgets alone"),
}
MAX_UINT32 = 2**32 - 1
MAX_PERIOD_DAYS = 3_660  # QuadraticStrategy.MAX_PERIOD_LENGTH
MAX_TOKENS = 2**208


@dataclass(frozen=True, slots=True)
class Effects:
    """``actions`` of the right rows, ``faults`` of the others.

    The field of a fault is ``effects.<part>.<row>.<column>``.
    """

    actions: list[Action]
    faults: list[Fault]


def read_effects(
    kind: str, effects: Mapping[str, Sequence[Mapping[str, str]]], *, ask: bool = False
) -> Effects:
    """What the rows of a proposal of ``kind`` would do.

    Args:
        kind: ROLE, EMERGENCY or UPGRADE.
        effects: rows by part (``authoring.effects.COLUMNS``); parts of other kinds are left alone.
        ask: whether to ask a node what the mirror doesn't know; one that doesn't answer stops nothing.
    """
    actions: list[Action] = []
    faults: list[Fault] = []
    parts = PARTS[kind]
    filled = [
        _Row(values, part, place)
        for part in parts
        for place, values in enumerate(effects.get(part, []))
        if is_filled(values)
    ]
    first = next(iter(effects.get(parts[0], [])), {})
    before: Seen = set()
    for row in filled or [_Row(first, parts[0], 0)]:
        found = _READERS[row.part](row, before)
        if ask and row.part == ProposalType.UPGRADE and not row.faults:
            _has_a_program(row)
        actions += found
        faults += row.faults
    return Effects(actions, faults)


@dataclass(slots=True)
class _Row:
    """One row, and what is found wrong with it."""

    values: Mapping[str, str]
    part: str
    place: int
    faults: list[Fault] = field(default_factory=list)

    def complain(self, column: str, message: str) -> None:
        self.faults.append(FieldInvalid(message, field=f"effects.{self.part}.{self.place}.{column}"))

    def get(self, column: str) -> str:
        value = self.values.get(column, "")
        if not value:
            self.faults.append(FieldMissing(field=f"effects.{self.part}.{self.place}.{column}"))
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

    def person(self, account: str) -> str:
        """The key of the person behind ``account``: what is typed, else what is recorded; empty for none."""
        typed = self.values.get("person", "")
        if not typed:
            return person_key(account) or ""
        key = typed.lower()
        if not _PERSON_KEY.match(key) or key == ZERO_HASH:
            self.complain("person", _("A person’s number is 0x and 64 figures or letters from a to f."))
            return ""
        return key

    def number(self, column: str, most: int) -> int:
        value = self.get(column)
        if not value:
            return 0
        number = int(value) if value.isascii() and value.isdigit() else 0
        if not 1 <= number <= most:
            self.complain(column, _("Enter a whole number from 1 to %(most)s.") % {"most": f"{most:,}"})
        return number


def _role_change(row: _Row, before: Seen) -> list[Action]:
    give = row.one_of("do", (GIVE, TAKE)) == GIVE
    name, account = row.one_of("role", Role.values), row.address("account")
    until = _end(row) if give and row.values.get("until") else None
    if row.faults:
        return []
    role = Role(name)
    held = next((each for each in current_roles(account) if each.role == role), None)
    person = row.person(account) if give else ""
    if (name, account) in before:
        row.complain("account", _("This role of this address is there twice."))
    elif not give and held is None:
        row.complain("account", _("This address doesn’t hold the role."))
    elif give and held is not None and held.until == until:
        row.complain("account", _("This address holds the role already."))
    elif give:
        _may_hold(row, role, account, person, before)
    if row.faults:
        return []
    before.add((name, account))
    if not give:
        return [_revocation(role, account)]
    return [_grant(role, account, person, until)]


def _may_hold(row: _Row, role: Role, account: str, person: str, before: Seen) -> None:
    """Complain where the contract would refuse to give ``role`` to this account of this person."""
    if not person:
        if role != Role.DELEGATE:
            row.complain(
                "person",
                _("No person is recorded for this address. Ask an administrator for the person’s number."),
            )
        return
    if role == Role.CITIZEN:
        if moved_to(account):
            row.complain("account", _("This citizen has moved to another address, and can’t come back."))
        elif account_of(person) not in (None, account):
            row.complain("person", _("This person is on the roll already, at another address."))
    other = _APART.get(role)
    if other is not None and any(
        person_key(member.address) == person and (other.value, member.address) not in before
        for member in members(other)
    ):
        words = _("This person holds the role of %(role)s. Nobody may hold both.")
        row.complain("person", words % {"role": other.label})


def _grant(role: Role, account: str, person: str, until: datetime | None) -> Action:
    args: dict[str, Any] = {"role": ROLE_HASHES[role], "account": account, "personKey": person or ZERO_HASH}
    if until is None:
        return _call("RoleManager", "grantRole", args)
    return _call("RoleManager", "grantTemporaryRole", {**args, "until": int(until.timestamp())})


def _revocation(role: Role, account: str) -> Action:
    """Taking a role away; the proposal's own text is the reason, so none is named again."""
    args = {"role": ROLE_HASHES[role], "account": account, "reasonHash": ZERO_HASH}
    return _call("RoleManager", "revokeRole", args)


def _end(row: _Row) -> datetime | None:
    """The last second of the day; the proposal must be able to be carried out before it."""
    try:
        day = date.fromisoformat(row.values["until"])
        end = timezone.make_aware(datetime.combine(day, time(23, 59, 59)))
    except (ValueError, OverflowError):
        row.complain("until", _("Enter a date."))
        return None
    wait = sum(current_value(name) for name in ("noticePeriod", "votingPeriod", "executionDelay"))
    earliest = chain_now() + timedelta(seconds=wait)
    if end <= earliest:
        soonest = formats.date_format(timezone.localtime(earliest), "j F Y")
        row.complain(
            "until",
            _("This can’t be carried out before %(date)s. Choose a later day.") % {"date": soonest},
        )
    return end


def _emergency(row: _Row, before: Seen) -> list[Action]:
    actions: list[Action] = []
    if row.values.get("unpause"):
        pause = running_pause(chain_now())
        if pause is None:
            row.complain("unpause", _("Nothing is paused now."))
        else:
            actions.append(_call("GovernanceCore", "unpause", [pause.number]))
    if row.values.get("dismiss"):
        account = row.address("dismiss")
        if not row.faults and not has_role(account, Role.GUARDIAN):
            row.complain("dismiss", _("This address doesn’t hold the role."))
        if not row.faults:
            actions.append(_revocation(Role.GUARDIAN, account))
    if row.values.get("appoint"):
        account = row.address("appoint")
        person = "" if row.faults else row.person(account)
        if not row.faults and has_role(account, Role.GUARDIAN):
            row.complain("appoint", _("This address holds the role already."))
        if not row.faults:
            _may_hold(row, Role.GUARDIAN, account, person, before)
        if not row.faults:
            actions.append(_grant(Role.GUARDIAN, account, person, None))
    if not actions and not row.faults:
        row.complain("dismiss", _("Choose at least one thing that should happen."))
    return [] if row.faults else actions


def _upgrade(row: _Row, before: Seen) -> list[Action]:
    suite = deployment()
    contract = row.one_of("contract", suite.replaceable)
    implementation = row.address("implementation")
    if not row.faults and (contract, "") in before:
        row.complain("contract", _("This part is there twice."))
    if not row.faults and suite.name_of(implementation) is not None:
        row.complain("implementation", _("This is an address in use, not that of a new program."))
    if row.faults:
        return []
    before.add((contract, ""))
    proxy = suite.address(contract)
    args = {"proxy": proxy, "implementation": implementation, "data": "0x"}
    data = encode_call("ProxyAdmin", "upgradeAndCall", args)
    return [{"target": proxy_admin(proxy), "value": "0", "data": data}]


def _way(row: _Row, before: Seen) -> list[Action]:
    """A way of counting to retire, one to admit, or both; the first of a deployment always stays."""
    actions: list[Action] = []
    if row.values.get("retire"):
        strategy = row.one_of("retire", [way.address for way in ways_of_counting()[1:]])
        actions.append(_call("GovernanceCore", "retireStrategy", {"strategy": strategy or ZERO_ADDRESS}))
    if row.values.get("admit"):
        terms = _terms(row)
        if not row.faults:
            actions.append(_call("GovernanceCore", "registerStrategy", {"terms": terms}))
    if not actions and not row.faults:
        row.complain("admit", _("Choose which way of counting to admit."))
    return [] if row.faults else actions


def _terms(row: _Row) -> dict[str, Any]:
    """The contract's StrategyTerms of the way of counting that the row admits."""
    counting = row.one_of("admit", list(ADMITTED))
    kinds = row.one_of("types", list(DECIDED))
    terms: dict[str, Any] = {
        "counting": ADMITTED.get(counting, 0),
        "types": sum(1 << list(ProposalType).index(ProposalType(kind)) for kind in kinds.split()),
        "threshold": 0,
        "token": ZERO_ADDRESS,
        "credits": 0,
        "periodLength": 0,
    }
    if counting == QUADRATIC:
        terms["credits"] = row.number("credits", MAX_UINT32)
        terms["periodLength"] = row.number("days", MAX_PERIOD_DAYS) * DAY
    elif counting == TOKEN_WEIGHTED:
        terms["token"] = row.address("token")
        terms["threshold"] = _units(row)
    return terms


def _units(row: _Row) -> int:
    """How much of the token a proposer needs, in its base units."""
    value = row.get("threshold")
    if not value:
        return 0
    try:
        units = Decimal(value.replace(",", ".")).scaleb(decimals(TOKEN_WEIGHTED))
        if units == units.to_integral_value() and 1 <= units < MAX_TOKENS:
            return int(units)
    except (InvalidOperation, ValueError):
        pass
    row.complain("threshold", _("Enter a number of tokens above zero, with at most 18 decimals."))
    return 0


def _has_a_program(row: _Row) -> None:
    try:
        code = client().code(row.values["implementation"].lower())
    except ChainError:
        return
    if code in ("", "0x"):
        row.complain("implementation", _("There is no program at this address."))


def _call(contract: str, function: str, args: Mapping[str, Any] | Sequence[Any]) -> Action:
    data = encode_call(contract, function, args)
    return {"target": deployment().address(contract), "value": "0", "data": data}


_READERS: dict[str, Callable[[_Row, Seen], list[Action]]] = {
    ProposalType.ROLE: _role_change,
    ProposalType.EMERGENCY: _emergency,
    ProposalType.UPGRADE: _upgrade,
    WAYS: _way,
}
