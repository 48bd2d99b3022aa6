"""Writes about accounts: the groups that mirror roles, the linked address, what people show of themselves."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction
from django.utils import timezone

from core.db.chunks import IN_CHUNK
from core.db.transactions import atomic_with_retry
from identity.accounts.models import User
from identity.errors import AddressTaken
from identity.roles import rules
from identity.roles.models import Role
from identity.roles.selectors.roles import current_roles


def mirror_groups(*, addresses: Iterable[str]) -> None:
    """Make the Django groups of the accounts with these ``addresses`` equal to the roles they hold on chain.

    ``is_staff``, which opens the admin site, follows the officers' roles; a superuser keeps it.
    """
    wanted = sorted({address.lower() for address in addresses})
    for start in range(0, len(wanted), IN_CHUNK):
        for user in User.objects.filter(address__in=wanted[start : start + IN_CHUNK]):
            roles = {held.role.value for held in current_roles(user.address or "")}
            other = [group for group in user.groups.all() if group.name not in Role.values]
            user.groups.set([*other, *(_group(role) for role in sorted(roles))])
            staff = user.is_superuser or rules.is_officer(roles)
            if user.is_staff != staff:
                User.objects.filter(pk=user.pk).update(is_staff=staff)


@atomic_with_retry
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


def touch(*, user: User, at: datetime | None = None) -> None:
    """Note that a person was here; at most once a minute."""
    now = at or timezone.now()
    if user.last_active is None or now - user.last_active > timedelta(minutes=1):
        User.objects.filter(pk=user.pk).update(last_active=now)


def _group(role: str) -> Group:
    # Safe in a race: the name is unique, and get_or_create reads again when its insert is refused.
    return Group.objects.get_or_create(name=role)[0]
