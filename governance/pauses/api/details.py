"""Pauses as the API tells them."""

from __future__ import annotations

from contracts.addresses import checksum
from governance.pauses.selectors import immune_until, pause_stories
from governance.proposals.api.details import Row
from identity.reasons.selectors import reason_texts


def pauses() -> Row:
    """Every pause, the newest first, and before when nobody may pause."""
    immune = immune_until()
    stories = pause_stories()
    reasons = reason_texts(story.reason_hash for story in stories if story.reason_hash)
    return {
        "immuneUntil": immune,
        "pauses": [
            {
                "pauseNumber": str(story.number),
                "since": story.start,
                "until": story.end,
                "guardian": story.by and checksum(story.by),
                "joinedBy": story.joined_by and checksum(story.joined_by),
                "liftedBy": story.lifted_by and checksum(story.lifted_by),
                "immuneUntil": story.immune_until,
                "reasonHash": story.reason_hash,
                "reason": reasons.get(story.reason_hash or "", ""),
            }
            for story in stories
        ],
    }
