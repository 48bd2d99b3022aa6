"""Reading drafts; only whoever holds the browser's draft key finds them."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from governance.errors import DraftNotFound
from governance.models import ProposalDraft


def drafts(owner: str) -> QuerySet[ProposalDraft]:
    """The drafts of ``owner`` (:func:`governance.services.owner_key`), last saved first."""
    return ProposalDraft.objects.filter(owner_key=owner)


def get_draft(owner: str, draft_id: UUID | str) -> ProposalDraft:
    """One draft of ``owner``.

    Raises:
        DraftNotFound: if the owner has no such draft.
    """
    try:
        return ProposalDraft.objects.get(owner_key=owner, pk=UUID(str(draft_id)))
    except (ProposalDraft.DoesNotExist, ValueError):
        raise DraftNotFound(draft_id=str(draft_id)[:64]) from None
