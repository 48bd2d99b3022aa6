"""The public words behind the reasons that officers give on chain by their hash."""

from __future__ import annotations

from django.utils.translation import gettext as _

from contracts.acts.hashes import ZERO_HASH, reason_hash
from identity.errors import ReasonInvalid
from identity.reasons.models import Reason

LONGEST_REASON = 2000  # characters


def keep_reason(text: str) -> str:
    """Keep the words of a reason and answer their hash, which the call carries; twice is once.

    No reason is 32 zero bytes and keeps nothing.

    Raises:
        ReasonInvalid: if it is too long.
    """
    words = text.strip()
    if len(words) > LONGEST_REASON:
        raise ReasonInvalid(
            _("At most %(limit)d characters.") % {"limit": LONGEST_REASON},
            field="reason",
            limit=LONGEST_REASON,
        )
    digest = reason_hash(words)
    if digest != ZERO_HASH:
        Reason.objects.bulk_create([Reason(reason_hash=digest, text=words)], ignore_conflicts=True)
    return digest
