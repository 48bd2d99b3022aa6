"""What people sign about themselves: the name and the statement they show.

Personal words stay off the chain, where nothing can be erased.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from contracts.acts.fields import opt_text
from contracts.acts.registry import Act, register_act
from contracts.addresses import checksum
from contracts.models import RelayedAct
from identity.accounts.selectors import user_of
from identity.errors import ProfileClosed
from identity.profiles.services import accept_profile, shown_text

LONGEST = 10_000  # of what is looked at; shorter limits are the profile's own


@register_act("profile", kept_at="/api/users/{signer}")
def profile(signer: str, fields: Mapping[str, Any]) -> Act:
    """Say who one is: ``displayName``, ``bio``; whatever is empty or not given is removed."""
    name, bio = (
        shown_text(member, opt_text(fields, member, longest=LONGEST)) for member in ("displayName", "bio")
    )
    user = user_of(signer)
    if user is not None and not user.is_active:
        raise ProfileClosed()
    before = user.profile_deadline if user is not None else None

    def accept(row: RelayedAct) -> None:
        accept_profile(
            address=signer, display_name=name, bio=bio, deadline=row.deadline, signature=row.signature
        )

    return Act(
        primary_type="Profile",
        message={"account": signer, "displayName": name, "bio": bio},
        summary=[
            {"label": _("Your name"), "value": name or _("None: your address is shown")},
            {"label": _("What you stand for"), "value": bio or _("Nothing")},
            {"label": _("Shown for"), "value": checksum(signer)},
            {"label": _("Kept"), "value": _("On this site, where you can change or remove it at any time")},
        ],
        on_accept=accept,
        later_than=int(before.timestamp()) if before else 0,
    )
