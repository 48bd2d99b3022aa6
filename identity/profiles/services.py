"""What people show of themselves."""

from __future__ import annotations

import re
import uuid
from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit import services as audit
from audit.registry import register_action
from contracts.acts.hashes import keccak_hex
from core.db.transactions import atomic_with_retry
from identity.accounts.models import User
from identity.accounts.services import mirror_groups
from identity.errors import ProfileInvalid, ProfileOutdated

PROFILE_SIGNED = register_action("profile.signed", gettext_lazy("Changed what they show of themselves"))

LIMITS = {"displayName": 60, "bio": 1000, "avatar": 300}


_CONTROL = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069]")


@atomic_with_retry
def update_profile(
    *, user: User, display_name: str | None = None, bio: str | None = None, avatar: str | None = None
) -> User:
    """Change what a person chose to show; None leaves a field as it is, empty text clears it.

    Raises:
        ProfileInvalid: for text that is too long, or a name with control or direction characters.
    """
    given = {"displayName": display_name, "bio": bio, "avatar": avatar}
    shown = {name: shown_text(name, text) for name, text in given.items() if text is not None}
    user.metadata = {**(user.metadata or {}), **shown}
    user.save(update_fields=["metadata"])
    return user


def shown_text(name: str, text: str) -> str:
    """``text`` as it is kept as the member ``name`` of a profile.

    Raises:
        ProfileInvalid: it is too long, or a name with control or direction characters, or like an address.
    """
    text, limit = text.strip(), LIMITS[name]
    if len(text) > limit:
        raise ProfileInvalid(_("At most %(limit)d characters.") % {"limit": limit}, field=name, limit=limit)
    if name != "bio" and _CONTROL.search(text):
        raise ProfileInvalid(_("Use letters, figures and ordinary signs."), field=name)
    if name == "displayName" and text[:2].lower() == "0x":
        # Where there is no name the address is shown: nobody shall pass for another one's.
        raise ProfileInvalid(_("A name can’t look like an address."), field=name)
    return text


@atomic_with_retry
def accept_profile(*, address: str, display_name: str, bio: str, deadline: datetime, signature: str) -> User:
    """Show what the owner of ``address`` signed, until they sign again; the same once more changes nothing.

    The caller has checked the signature. Whichever was signed for the latest ``deadline`` stands, in
    whatever order they come, so nobody can bring back words that were changed or removed.

    Raises:
        ProfileInvalid: as :func:`update_profile`.
        ProfileOutdated: another one was signed for the same moment or a later one.
    """
    user, made = User.objects.get_or_create(
        address=address, defaults={"username": uuid.uuid4().hex, "password": make_password(None)}
    )
    newer = Q(profile_deadline=None) | Q(profile_deadline__lt=deadline)
    changed = User.objects.filter(newer, pk=user.pk).update(profile_deadline=deadline)
    user.refresh_from_db()
    if not changed:
        shown = (user.metadata.get("displayName", ""), user.metadata.get("bio", ""))
        if user.profile_deadline != deadline or shown != (display_name, bio):
            raise ProfileOutdated()
        return user
    if made:
        mirror_groups(addresses=[address])
    audit.record(
        action=PROFILE_SIGNED,
        actor=address,
        target=audit.target_of(user),
        # Of the signature: a hash of the words would let anyone try out what was said.
        details={"signature": keccak_hex(bytes.fromhex(signature[2:])), "deadline": deadline.isoformat()},
    )
    return update_profile(user=user, display_name=display_name, bio=bio)
