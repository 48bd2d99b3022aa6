"""Requests for roles that wait for a second administrator."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from contracts.addresses import checksum
from contracts.calldata import encode_call
from contracts.deployment import deployment
from identity.chainrole import ROLE_HASHES
from identity.models import Role, RoleChange, RoleChangeKind, RoleRequest

REQUEST_LIFETIME = timedelta(days=7)  # RoleManager.REQUEST_LIFETIME
NO_END = 2**48 - 1
_NAMED = 3


def open_role_requests(now: datetime) -> list[RoleRequest]:
    """Requests that still lack the second administrator, newest first; in two queries, however many."""
    requests = list(RoleRequest.objects.filter(timestamp__gt=now - REQUEST_LIFETIME).order_by("-event_id"))
    if not requests:
        return []
    done: dict[tuple[str, str, str], int] = {}
    changes = RoleChange.objects.filter(event_id__gt=min(row.event_id for row in requests)).order_by(
        "event_id"
    )
    for role, kind, account, event in changes.values_list("role", "kind", "account", "event_id"):
        done[role, kind, account] = event
    seen: set[str] = set()
    standing: list[RoleRequest] = []
    for row in requests:
        kind = RoleChangeKind.GRANTED if row.grant else RoleChangeKind.REVOKED
        carried = all(
            done.get((row.role, kind, account.lower()), 0) > row.event_id for account in row.accounts
        )
        if not carried and row.request_id not in seen:
            standing.append(row)
        seen.add(row.request_id)
    return standing


def was_carried_out(row: RoleRequest) -> bool:
    """Whether each of the request's accounts had the role given, or taken, after it."""
    kind = RoleChangeKind.GRANTED if row.grant else RoleChangeKind.REVOKED
    accounts = {account.lower() for account in row.accounts}
    done = RoleChange.objects.filter(
        role=row.role, kind=kind, account__in=accounts, event_id__gt=row.event_id
    )
    return accounts <= set(done.values_list("account", flat=True))


def request_title(row: RoleRequest, names: dict[str, str]) -> str:
    """Who would get or lose which role, in words."""
    people = ", ".join(names.get(account.lower(), account) for account in row.accounts[:_NAMED])
    more = len(row.accounts) - _NAMED
    if more > 0:
        people = _("%(people)s and %(more)d more") % {"people": people, "more": more}
    return _("%(role)s: %(people)s") % {"role": Role(row.role).label, "people": people}


def second_call(row: RoleRequest) -> dict[str, Any]:
    """The identical call, as the second administrator's own wallet sends it (``eth_sendTransaction``).

    Raises:
        ChainError: if no deployment is known.
    """
    current = deployment()
    arguments: dict[str, Any] = {"role": ROLE_HASHES[Role(row.role)], "accounts": list(row.accounts)}
    if row.grant:
        until = NO_END if row.until is None else int(row.until.timestamp())
        data = encode_call("RoleManager", "grantRoles", {**arguments, "until": until})
    else:
        data = encode_call("RoleManager", "revokeRoles", arguments)
    to = checksum(current.address("RoleManager"))
    return {"to": to, "data": data, "value": "0x0", "chainId": current.chain_id}
