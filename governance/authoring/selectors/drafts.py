"""Reading drafts; only whoever holds the browser's draft key finds them."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from governance.authoring.models import ProposalDraft
from governance.errors import DraftNotFound
from governance.proposals.models import Proposal


def drafts(owner: str) -> QuerySet[ProposalDraft]:
    """The drafts of ``owner`` (:func:`governance.services.owner_key`), last saved first.

    One that became a proposal is left out, and comes back should a reorganisation take the proposal away.
    """
    proposed = Proposal.objects.filter(content_hash=OuterRef("content_hash"))
    return ProposalDraft.objects.filter(owner_key=owner).exclude(Exists(proposed))


def get_draft(owner: str, draft_id: UUID | str) -> ProposalDraft:
    """One draft of ``owner``.

    Raises:
        DraftNotFound: if the owner has no such draft.
    """
    try:
        return ProposalDraft.objects.get(owner_key=owner, pk=UUID(str(draft_id)))
    except (ProposalDraft.DoesNotExist, ValueError):
        raise DraftNotFound(draft_id=str(draft_id)[:64]) from None
