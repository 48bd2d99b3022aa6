"""What the record refers to by its hash alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from governance.proposals import text
from governance.proposals.attachments import Attachment
from governance.proposals.models import Proposal


class Reference(NamedTuple):
    """A text, and a proposal that has it; what else belongs to it is named in the text."""

    metadata_hash: str
    proposal_id: int


def attached_files(proposal: Proposal) -> tuple[Attachment, ...]:
    """The files that a proposal's text names, in its order; none while its text isn't here."""
    words = text.load(proposal.metadata_hash)
    return words.attachments if words else ()


def references(*, since: datetime | None = None) -> Iterator[Reference]:
    """Each text that a proposal on the record has, once, the newest first.

    Args:
        since: leave out proposals that were made before.
    """
    found = Proposal.objects.order_by("-created_at", "-proposal_id")
    if since is not None:
        found = found.filter(created_at__gte=since)
    seen: set[str] = set()
    # Read at once: going through them takes as long as others take to answer.
    for metadata_hash, proposal_id in list(found.values_list("metadata_hash", "proposal_id")):
        if metadata_hash not in seen:
            seen.add(metadata_hash)
            yield Reference(metadata_hash, proposal_id)
