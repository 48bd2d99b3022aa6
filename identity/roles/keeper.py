"""The keeper of ends: has the contracts told of roles and units whose time has passed.

A role that ran out gives no right any more, told or not; but until somebody tells, a citizen's unit counts
towards the roll, and so towards quorums. Anyone may tell (``expireMany``), and the contract passes over
who isn't due. It runs as periodic calls of the relayer, and is off with it or with ``KEEPER_ENABLED=false``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.db.models import Q

from contracts.calldata import decode_call_of, encode_call
from contracts.models import RelayerTransaction
from contracts.relayer.periodic import register_periodic
from contracts.selectors import chain_head, chain_now
from identity.roles.hashes import ROLE_HASHES, role_of
from identity.roles.models import Role
from identity.roles.selectors.expiries import RanOut, ran_out

#: What has been due for so long, nobody sees to.
OVERDUE = timedelta(minutes=10)
#: Accounts of one call: a citizen with a delegation for each type costs up to 700,000 gas, the unit that may
#: begin then under a new account 100,000 more, and a transaction may take 2^24 (EIP-7825).
BATCH = 18


@register_periodic
def due_calls() -> Iterator[tuple[str, str]]:
    """The calls that record roles which ran out, oldest first, without what is on its way already."""
    if not settings.KEEPER_ENABLED:
        return
    due = ran_out()
    if not due:
        return
    told = _under_way()
    waiting: dict[Role, list[str]] = defaultdict(list)
    for role, account, _until in due:
        if (role, account) not in told:
            waiting[role].append(account)
    for role, accounts in waiting.items():
        for start in range(0, len(accounts), BATCH):
            yield "RoleManager", expiry_call(role, accounts[start : start + BATCH])


def overdue() -> list[RanOut]:
    """What should have been recorded long ago: the keeper is dead or off, or the contract refuses."""
    return ran_out(chain_now() - OVERDUE)


def expiry_call(role: Role, accounts: list[str]) -> str:
    """The calldata that records the ends of one role's holders."""
    return encode_call("RoleManager", "expireMany", {"role": ROLE_HASHES[role], "accounts": accounts})


def _under_way() -> set[tuple[Role, str]]:
    """What calls tell of that were sent and not yet read back from the chain."""
    beginning = expiry_call(Role.CITIZEN, [])[:10]
    unread = Q(mined_block__isnull=True) | Q(mined_block__gt=chain_head().number)
    rows = RelayerTransaction.objects.filter(unread, data__startswith=beginning)
    told: set[tuple[Role, str]] = set()
    for data in rows.values_list("data", flat=True):
        call = decode_call_of("RoleManager", data)
        if call is not None:
            told |= {(role_of(call.args["role"]), account.lower()) for account in call.args["accounts"]}
    return told
