"""Writes about people. ``record_*`` write what the chain decided and apply no policy.

The rest serve a person.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from contracts import events as chain
from contracts.times import moment
from daoportal.kernel import live as stream
from daoportal.kernel.transactions import whole
from identity import live, rules, selectors
from identity.chainrole import role_of
from identity.errors import AddressTaken, ProfileInvalid
from identity.models import (
    CensusChange,
    Officer,
    Role,
    RoleChange,
    RoleChangeKind,
    RoleRequest,
    User,
)

FRESH = timedelta(minutes=2)  # older events are history being read, not news
MAX_NAME, MAX_BIO, MAX_AVATAR = 60, 1000, 300
ZERO_ADDRESS = "0x" + "0" * 40
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069]")


def record_roles_granted(*, events: Sequence[chain.RoleGranted]) -> list[RoleChange]:
    """Write what ``RoleGranted`` says."""
    return _record_role_changes(
        [
            RoleChange(
                event_id=event.position,
                timestamp=event.timestamp,
                role=role_of(event.role),
                account=event.account,
                kind=RoleChangeKind.GRANTED,
                by=_nobody_is_none(event.granted_by),
                until=moment(event.new_until),
            )
            for event in events
        ],
        events,
    )


def record_roles_revoked(*, events: Sequence[chain.RoleRevoked]) -> list[RoleChange]:
    """Write what ``RoleRevoked`` says."""
    return _record_role_changes(
        [
            RoleChange(
                event_id=event.position,
                timestamp=event.timestamp,
                role=role_of(event.role),
                account=event.account,
                kind=RoleChangeKind.REVOKED,
                by=_nobody_is_none(event.revoked_by),
                until=None,
            )
            for event in events
        ],
        events,
    )


def record_roles_expired(*, events: Sequence[chain.RoleExpired]) -> list[RoleChange]:
    """Write what ``RoleExpired`` says."""
    return _record_role_changes(
        [
            RoleChange(
                event_id=event.position,
                timestamp=event.timestamp,
                role=role_of(event.role),
                account=event.account,
                kind=RoleChangeKind.EXPIRED,
                by=None,
                until=moment(event.until),
            )
            for event in events
        ],
        events,
    )


def record_role_requests(*, events: Sequence[chain.RoleChangeRequested]) -> list[RoleRequest]:
    """Write what ``RoleChangeRequested`` says."""
    return RoleRequest.objects.bulk_create(
        [
            RoleRequest(
                event_id=event.position,
                timestamp=event.timestamp,
                request_id=event.request_id,
                role=role_of(event.role),
                administrator=event.administrator,
                accounts=list(event.accounts),
                until=moment(event.until),
                grant=event.grant,
            )
            for event in events
        ]
    )


def record_officers(*, events: Sequence[chain.OfficerIdentified]) -> list[Officer]:
    """Write what ``OfficerIdentified`` says."""
    return Officer.objects.bulk_create(
        [
            Officer(
                event_id=event.position,
                timestamp=event.timestamp,
                account=event.account,
                person_hash=event.person_hash,
                by=event.by,
            )
            for event in events
        ]
    )


def record_census_changes(*, events: Sequence[chain.CitizenChanged]) -> list[CensusChange]:
    """Write what ``CitizenChanged`` says: the roll and the number on it."""
    return CensusChange.objects.bulk_create(
        [
            CensusChange(
                event_id=event.position,
                timestamp=event.timestamp,
                account=event.account,
                since=moment(event.since),
                until=moment(event.until) if event.since else None,
                old_supply=event.old_supply,
                new_supply=event.new_supply,
            )
            for event in events
        ],
        batch_size=1000,
    )


def mirror_groups(*, addresses: Iterable[str]) -> None:
    """Make the Django groups of the accounts with these ``addresses`` equal to the roles they hold on chain.

    ``is_staff``, which opens the admin site, follows the officers' roles; a superuser keeps it.
    """
    wanted = sorted({address.lower() for address in addresses})
    for start in range(0, len(wanted), selectors.IN_CHUNK):
        for user in User.objects.filter(address__in=wanted[start : start + selectors.IN_CHUNK]):
            roles = {held.role.value for held in selectors.current_roles(user.address or "")}
            other = [group for group in user.groups.all() if group.name not in Role.values]
            user.groups.set([*other, *(_group(role) for role in sorted(roles))])
            staff = user.is_superuser or rules.is_officer(roles)
            if user.is_staff != staff:
                User.objects.filter(pk=user.pk).update(is_staff=staff)


def mirror_all_groups() -> None:
    """Mirror the roles of every account that has an address; for roles that ran out by the clock alone."""
    mirror_groups(addresses=[a for a in User.objects.values_list("address", flat=True) if a])


@whole
def link_address(*, user: User, address: str | None) -> User:
    """Link ``address`` (None: unlink) to an account and mirror its roles.

    The caller has proof that the person holds the key, or acts as the demo town.

    Raises:
        AddressTaken: if another account carries it.
    """
    user.address = address.lower() if address else None
    try:
        with transaction.atomic():
            user.save(update_fields=["address"])
    except IntegrityError:
        raise AddressTaken(address=address) from None
    if user.address:
        mirror_groups(addresses=[user.address])
        user.refresh_from_db()
    return user


@whole
def update_profile(
    *, user: User, display_name: str | None = None, bio: str | None = None, avatar: str | None = None
) -> User:
    """Change what a person chose to show; None leaves a field as it is, empty text clears it.

    Raises:
        ProfileInvalid: for text that is too long, or a name with control or direction characters.
    """
    metadata: dict[str, Any] = dict(user.metadata or {})
    limits = (("displayName", display_name, MAX_NAME), ("bio", bio, MAX_BIO), ("avatar", avatar, MAX_AVATAR))
    for key, value, limit in limits:
        if value is None:
            continue
        value = value.strip()
        if len(value) > limit:
            raise ProfileInvalid(
                _("At most %(limit)d characters.") % {"limit": limit}, field=key, limit=limit
            )
        if key != "bio" and _CONTROL.search(value):
            raise ProfileInvalid(_("Use letters, figures and ordinary signs."), field=key)
        metadata[key] = value
    user.metadata = metadata
    user.save(update_fields=["metadata"])
    return user


def touch(*, user: User, at: datetime | None = None) -> None:
    """Note that a person was here; at most once a minute."""
    now = at or timezone.now()
    if user.last_active is None or now - user.last_active > timedelta(minutes=1):
        User.objects.filter(pk=user.pk).update(last_active=now)


def _record_role_changes(changes: list[RoleChange], events: Sequence[chain.Decoded]) -> list[RoleChange]:
    RoleChange.objects.bulk_create(changes, batch_size=1000)
    mirror_groups(addresses=[change.account for change in changes])
    fresh_from = timezone.now() - FRESH
    messages = [
        live.role_changed(change, block_number=event.block_number, transaction_hash=event.transaction_hash)
        for change, event in zip(changes, events, strict=True)
        if change.timestamp >= fresh_from
    ]
    if messages:
        transaction.on_commit(partial(stream.publish, messages))
    return changes


def _group(role: str) -> Group:
    # Safe in a race: the name is unique, and get_or_create reads again when its insert is refused.
    return Group.objects.get_or_create(name=role)[0]


def _nobody_is_none(address: str) -> str | None:
    return None if address == ZERO_ADDRESS else address
