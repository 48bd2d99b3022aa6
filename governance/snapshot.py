"""What a socket is told of proposals when it comes, and how it names one."""

from __future__ import annotations

from typing import Any

from core.db.fields import UINT256_DIGITS, UINT256_MAX
from core.live.registry import register_snapshot, register_subject_parameter
from core.subjects import Subject
from governance.chain import PROPOSAL
from governance.proposals.api.queries import live_proposals


def proposals(subject: Subject | None) -> list[dict[str, Any]]:
    """The proposals under way, or the one that is followed; none if something else is followed."""
    if subject is None:
        return live_proposals(None)
    return live_proposals(int(subject.id)) if subject.kind == PROPOSAL else []


def read_number(text: str) -> str:
    """A proposal's number without leading zeros.

    Raises:
        ValueError: it is no uint256.
    """
    if not (text.isascii() and text.isdigit() and len(text) <= UINT256_DIGITS) or int(text) > UINT256_MAX:
        raise ValueError("must be a number")
    return str(int(text))


register_snapshot("proposals", proposals)
register_subject_parameter("proposal", PROPOSAL, read_number)
