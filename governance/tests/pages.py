"""What the tests of the citizen pages share: a page's words, and an adopted proposal."""

from __future__ import annotations

import re
from typing import Any

from governance.proposals.models import Proposal
from governance.tests.factories import Town, vote


def text_of(response: Any) -> str:
    """The page's words, tags dropped and white space joined."""
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def adopted(town: Town, **options: Any) -> Proposal:
    """A proposal whose vote is over and won."""
    proposal = town.open_vote(title="Benches", **options)
    town.block(*(vote(proposal, number) for number in range(10)))
    return town.close_vote(proposal)
