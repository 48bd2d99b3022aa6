"""Fixtures of the tests of proposals and votes."""

from __future__ import annotations

import pytest

from governance.ballots.models import Support
from governance.tests.factories import Town, vote


@pytest.fixture
def town() -> Town:
    """Twenty citizens and a vote that is open, with eight ballots."""
    town = Town.founded(citizens=20)
    proposal = town.open_vote(title="A night bus")
    sides = (Support.FOR, Support.FOR, Support.ABSTAIN, Support.AGAINST)
    town.block(*(vote(proposal, number, sides[number % 4]) for number in range(8)))
    return town
