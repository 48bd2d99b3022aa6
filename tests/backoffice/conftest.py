"""A town told without a node, and the officers who look at it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from governance.ballots.models import Support
from governance.ballots.services import keep_reason
from governance.proposals.models import Proposal, ProposalType
from governance.tests.factories import ADMINISTRATORS, Town, delegated, endorsed, person, reached, vote
from identity.accounts.models import User
from identity.accounts.services import link_address
from identity.profiles.services import update_profile


@pytest.fixture(autouse=True)
def _own_home(settings: Any, tmp_path: Path) -> None:
    """Nothing of these tests outlives them, and no node is asked: nobody listens there."""
    settings.PORTAL_HOME = tmp_path
    settings.DEPLOYMENTS_DIR = tmp_path / "deployments"
    settings.CONTENT_ROOT = tmp_path / "content"
    settings.RPC_URLS = ("http://127.0.0.1:9",)
    settings.CACHES = {
        **settings.CACHES,
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    }
    cache.clear()


@pytest.fixture
def town(db: None) -> Town:
    """Citizens and three administrators, one of whom has no account."""
    return Town.founded(citizens=12)


@pytest.fixture
def officer(town: Town) -> User:
    """The first administrator."""
    return officer_named("amara", ADMINISTRATORS[0])


@pytest.fixture
def other_officer(town: Town) -> User:
    """The second administrator."""
    return officer_named("henrik", ADMINISTRATORS[1])


@pytest.fixture
def superuser(db: None) -> User:
    """An account that Django itself would let do anything."""
    return User.objects.create_superuser("root", "root@riverbend.example", "not-secret")


@pytest.fixture
def desk(officer: User, client: Client) -> Client:
    """A browser in which the first administrator has signed in."""
    client.force_login(officer)
    return client


@pytest.fixture
def open_vote(town: Town) -> Proposal:
    """A vote with some ballots, one of them with a reason."""
    proposal = town.open_vote(title="A night bus for the Eastside")
    reason = "I walk home at night."
    keep_reason(proposal_id=proposal.proposal_id, voter=person(1), reason=reason)
    sides = [Support.FOR, Support.AGAINST, Support.ABSTAIN]
    town.block(*(vote(proposal, n, sides[n % 3], reason=reason if n == 1 else "") for n in range(6)))
    town.block(delegated(7, 1))
    proposal.refresh_from_db()
    return proposal


@pytest.fixture
def ready(town: Town) -> Proposal:
    """A draft with the endorsements it needs."""
    proposal = town.propose(title="Rebuild the footbridge", proposal_type=ProposalType.BUDGET)
    town.block(*(endorsed(proposal, n + 1, n) for n in range(3)), reached(proposal, 3))
    proposal.refresh_from_db()
    return proposal


def officer_named(name: str, address: str) -> User:
    """An account with an officer's address, signed up as any other."""
    user = User.objects.create_user(name, f"{name}@riverbend.example", "not-secret")
    link_address(user=user, address=address)
    update_profile(user=user, display_name=name.capitalize())
    user.refresh_from_db()
    return user
