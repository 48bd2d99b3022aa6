"""Requests by two administrators in words, and the calls that officers may send about one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contracts.acts.calls import as_transaction
from contracts.addresses import ZERO_HASH
from contracts.calldata import encode_call
from core.errors import DomainError
from identity.census.selectors.persons import has_seat, person_key
from identity.errors import PersonKnown, PersonUnknown
from identity.roles import rules
from identity.roles.admin.officer import OfficerNow
from identity.roles.hashes import ROLE_HASHES
from identity.roles.models import RequestKind, RequestStatus, Role, RoleRequest
from identity.roles.selectors.fates import Fate
from identity.roles.selectors.roles import current_roles

_NAMED = 3


@dataclass(frozen=True, slots=True)
class Offer:
    """What an officer may send about a request: ``name`` says what, ``call`` is the transaction as JSON.

    Without a call the officer is asked for words first. ``danger``: it stops something. ``why_not``: what the
    contract would say to it, if it would refuse.
    """

    name: str
    label: str | Promise
    hint: str | Promise
    call: str = ""
    danger: bool = False
    why_not: str = ""


def request_title(row: RoleRequest, names: dict[str, str]) -> str:
    """Who would get or lose which role, or whose person or account would change, in words."""
    people = [names.get(account.lower(), account) for account in row.accounts]
    if row.kind == RequestKind.MOVE:
        return _("%(old)s to %(new)s") % {"old": people[0], "new": people[1]}
    shown = ", ".join(people[:_NAMED])
    more = len(people) - _NAMED
    if more > 0:
        shown = _("%(people)s and %(more)d more") % {"people": shown, "more": more}
    if row.kind == RequestKind.PERSON:
        return shown
    return _("%(role)s: %(people)s") % {"role": Role(row.role).label, "people": shown}


def request_verb(row: RoleRequest) -> str:
    """What the request asks for, in a few words."""
    if row.kind == RequestKind.PERSON:
        return _("Correct a person")
    if row.kind == RequestKind.MOVE:
        return _("Move a citizen to a new account")
    return _("Give a role") if row.grant else _("Take a role back")


def second_call(row: RoleRequest) -> dict[str, Any]:
    """The identical call, as the second administrator's own wallet sends it (``eth_sendTransaction``).

    Raises:
        ChainError: if no deployment is known.
    """
    if row.kind == RequestKind.PERSON:
        return _call("correctPerson", {"account": row.accounts[0], "personKey": row.person_keys[0]})
    if row.kind == RequestKind.MOVE:
        return _call("moveCitizen", {"oldAccount": row.accounts[0], "newAccount": row.accounts[1]})
    arguments: dict[str, Any] = {"role": ROLE_HASHES[Role(row.role)], "accounts": list(row.accounts)}
    if row.grant:
        arguments |= {"personKeys": list(row.person_keys), "until": row.until_seconds}
        return _call("grantRoles", arguments)
    return _call("revokeRoles", arguments | {"reasonHash": row.reason_hash or ZERO_HASH})


def check_second(row: RoleRequest) -> None:
    """Whether the contract would still take the second half of a correction of a person.

    Raises:
        PersonUnknown: nobody is recorded behind the account.
        PersonKnown: the account has a role by now, or the person was a citizen under it.
    """
    if row.kind != RequestKind.PERSON:
        return
    (account,) = row.accounts
    code = rules.why_not_correct(
        known=person_key(account) is not None,
        holds_role=bool(current_roles(account)),
        has_seat=has_seat(account),
    )
    if code is not None:
        raise {error.code: error for error in (PersonUnknown, PersonKnown)}[code](account=account)


def withdraw_call(row: RoleRequest) -> dict[str, Any]:
    """The call by which who asked, or one of two who had a change announced, takes it back."""
    return _call("withdrawRequest", {"requestId": row.request_id})


def approve_call(row: RoleRequest) -> dict[str, Any]:
    """The call by which a guardian lets a request go beyond what officers may change in a week."""
    return _call("approveRequest", {"requestId": row.request_id})


def object_call(row: RoleRequest, objection_hash: str) -> dict[str, Any]:
    """The call by which a guardian stops an announced change, for a reason kept under its hash."""
    return _call("objectToOfficerChange", {**_fields(row), "objectionHash": objection_hash})


def carry_out_call(row: RoleRequest) -> dict[str, Any]:
    """The call by which anyone carries an announced change out."""
    return _call("carryOutOfficerChange", _fields(row))


def may_object(fate: Fate, officer: OfficerNow, now: datetime) -> bool:
    """Whether this officer may still stop an announced change."""
    return (
        fate.status == RequestStatus.SCHEDULED
        and officer.holds(Role.GUARDIAN) is not None
        and fate.effective_at is not None
        and now < fate.effective_at
    )


def offers(row: RoleRequest, fate: Fate, officer: OfficerNow, now: datetime) -> list[Offer]:
    """What this officer may send about the request now."""
    return [*_while_open(row, fate, officer), *_while_announced(row, fate, officer, now)]


def _while_open(row: RoleRequest, fate: Fate, officer: OfficerNow) -> Iterator[Offer]:
    if fate.status != RequestStatus.OPEN:
        return
    if officer.is_administrator and not officer.is_same_person(row.administrator):
        yield _second(row)
    if officer.address == row.administrator:
        yield Offer(
            "withdraw",
            gettext_lazy("Take my request back"),
            gettext_lazy("Nobody can agree to it then; you can ask anew."),
            json.dumps(withdraw_call(row)),
            danger=True,
        )
    if officer.holds(Role.GUARDIAN) and row.role == Role.CITIZEN and fate.approved_by is None:
        yield Offer(
            "approve",
            gettext_lazy("Let it go beyond the weekly limit"),
            gettext_lazy(
                "Two administrators may change only so much of the roll in seven days. For an import of the "
                "register they need a guardian as well. It still takes the second administrator."
            ),
            json.dumps(approve_call(row)),
        )


def _second(row: RoleRequest) -> Offer:
    label, hint = _second_label(row), _second_hint(row)
    try:
        check_second(row)
    except DomainError as problem:
        return Offer("second", label, hint, why_not=str(problem.detail))
    return Offer("second", label, hint, json.dumps(second_call(row)))


def _while_announced(row: RoleRequest, fate: Fate, officer: OfficerNow, now: datetime) -> Iterator[Offer]:
    if fate.status != RequestStatus.SCHEDULED:
        return
    if fate.is_due(now):
        yield Offer(
            "carry-out",
            gettext_lazy("Carry it out"),
            gettext_lazy("Nobody objected in time. Anyone may do this; the contract checks it once more."),
            json.dumps(carry_out_call(row)),
        )
    if may_object(fate, officer, now):
        yield Offer(
            "object",
            gettext_lazy("Object…"),
            gettext_lazy("One guardian is enough. For 90 days it then needs an adopted proposal."),
            danger=True,
        )
    if officer.address is not None and officer.address in (row.administrator, fate.seconded_by):
        yield Offer(
            "withdraw",
            gettext_lazy("Take it back"),
            gettext_lazy("Either of the two who agreed on it can."),
            json.dumps(withdraw_call(row)),
            danger=True,
        )


def _second_label(row: RoleRequest) -> str:
    if row.role in (Role.ADMINISTRATOR, Role.GUARDIAN) and row.kind == RequestKind.ROLE:
        return _("Agree as the second and announce it")
    if row.kind != RequestKind.ROLE:
        return _("Agree as the second and do it")
    return (
        _("Agree as the second and give the role") if row.grant else _("Agree as the second and take it back")
    )


def _second_hint(row: RoleRequest) -> str:
    if row.role in (Role.ADMINISTRATOR, Role.GUARDIAN) and row.kind == RequestKind.ROLE:
        return _("It is announced to everybody. A guardian may object; after that anyone can carry it out.")
    return _("It goes straight from your wallet to the contract, which asks you for a small fee.")


def _fields(row: RoleRequest) -> dict[str, Any]:
    """What an announced change says, by which the contract knows it."""
    return {
        "role": ROLE_HASHES[Role(row.role)],
        "accounts": list(row.accounts),
        "personKeys": list(row.person_keys),
        "until": row.until_seconds,
        "reasonHash": row.reason_hash or ZERO_HASH,
        "grant": row.grant,
    }


def _call(function: str, arguments: dict[str, Any]) -> dict[str, Any]:
    return as_transaction("RoleManager", encode_call("RoleManager", function, arguments))
