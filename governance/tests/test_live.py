"""What the live stream tells, once each, in order, and only what is news."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from django.db import IntegrityError

from contracts import registry
from contracts.abi import contracts, event_classes
from contracts.facts import tell_subscribers
from core.db.locks import connection
from core.live.filters import Filter
from core.live.stream import STREAM, frame
from governance import live
from governance.ballots.models import Support
from governance.chain import subject_of
from governance.tests.factories import (
    Town,
    cancelled,
    paused,
    person,
    unpaused,
    vote,
)
from identity.roles.models import Role
from identity.tests.factories import granted

pytestmark = pytest.mark.django_db(transaction=True)


def told(*events: str) -> list[dict[str, Any]]:
    """The frames of these events in the stream, as clients get them."""
    entries: Any = connection().xrange(STREAM)
    frames = [orjson.loads(frame(entry, fields)) for entry, fields in entries]
    return [each for each in frames if each["event"] in events]


def now_town() -> Town:
    """A town whose chain has reached the present."""
    town = Town.founded()
    town.now = datetime.now(UTC) - timedelta(seconds=50)
    town.step = timedelta(seconds=1)
    connection().delete(STREAM)
    return town


def test_vote_is_told_with_the_tally_after_it() -> None:
    town = now_town()
    proposal = town.open_vote()
    town.block(vote(proposal, 1), vote(proposal, 2, Support.AGAINST, reason="No."))
    first, second = told("vote:cast")
    assert set(first["data"]) == set(live.VoteCast.__annotations__)
    assert first["data"]["tally"] == {"forVotes": "1", "againstVotes": "0", "abstainVotes": "0"}
    assert second["data"]["tally"] == {"forVotes": "1", "againstVotes": "1", "abstainVotes": "0"}
    assert second["data"]["proposalId"] == "1"
    assert second["data"]["voter"].lower() == person(2)
    assert second["data"]["weight"] == "1"
    assert int(second["id"]) > int(first["id"])


def test_each_step_of_a_proposal_is_told_once() -> None:
    town = now_town()
    proposal = town.open_vote(title="A bench by the river")
    town.block(vote(proposal, 1))
    (created,) = told("proposal:created")
    assert set(created["data"]) == set(live.ProposalCreated.__annotations__)
    assert (created["data"]["title"], created["data"]["state"]) == ("A bench by the river", "DRAFT")
    moves = [(each["data"]["oldState"], each["data"]["newState"]) for each in told("proposal:state_changed")]
    assert moves == [("DRAFT", "PENDING"), ("PENDING", "ACTIVE")]
    assert set(told("proposal:state_changed")[0]["data"]) == set(live.ProposalStateChanged.__annotations__)
    other = town.propose(title="Gone")
    town.block(cancelled(other))
    assert told("proposal:state_changed")[-1]["data"]["newState"] == "CANCELLED"


def test_decision_is_told_as_final_once_its_block_is_and_never_again() -> None:
    town = now_town()
    proposal = town.propose(title="Gone")
    number = town.block(cancelled(proposal))
    while town.number < number + town.finality - 1:
        town.block()
    tell_subscribers()
    assert told("proposal:final") == []
    town.block()
    for _again in range(2):
        tell_subscribers()
    (message,) = told("proposal:final")
    assert set(message["data"]) == set(live.ProposalFinal.__annotations__)
    assert message["data"] == {
        "proposalId": str(proposal.proposal_id),
        "state": "CANCELLED",
        "blockNumber": number,
    }


def test_a_pause_is_told_to_whoever_follows_anything() -> None:
    town = now_town()
    town.block(paused(town.now + timedelta(days=14)))
    town.block(unpaused())
    begun, lifted = told("pause:changed")
    assert set(begun["data"]) == set(live.PauseChanged.__annotations__)
    assert (begun["data"]["change"], lifted["data"]["change"]) == ("paused", "lifted")
    assert begun["data"]["until"] is not None
    assert lifted["data"]["until"] is None
    one_vote = Filter(topics=frozenset({"votes"}), subject=subject_of(24))
    assert one_vote.wants("pause:changed", "")


def test_history_is_no_news() -> None:
    town = Town.founded()
    proposal = town.open_vote()
    town.block(vote(proposal, 1), paused(town.now + timedelta(days=14)))
    town.block(cancelled(proposal))
    for _block in range(town.finality):
        town.block()
    tell_subscribers()
    told_of = (
        "vote:cast",
        "proposal:created",
        "proposal:state_changed",
        "proposal:final",
        "role:changed",
        "pause:changed",
    )
    assert told(*told_of) == []


def test_role_is_told() -> None:
    town = now_town()
    town.block(granted(Role.DELEGATE, person(1)))
    (message,) = told("role:changed")
    assert (message["data"]["role"], message["data"]["change"]) == ("DELEGATE", "granted")


def test_nothing_is_told_of_a_block_that_was_not_written() -> None:
    town = now_town()
    proposal = town.open_vote()
    town.block(vote(proposal, 1))
    with pytest.raises(IntegrityError):
        town.block(vote(proposal, 2), vote(proposal, 1))
    assert len(told("vote:cast")) == 1


def test_every_event_of_the_contracts_is_handled_or_left_out_for_a_reason() -> None:
    events = {(cls.contract_name, cls.name) for cls in event_classes()}
    ignored = {(each.name, event): why for each in contracts() for event, why in each.ignored.items()}
    assert events <= set(registry.default.handlers) | set(ignored)
    assert not set(registry.default.handlers) & set(ignored)
    assert all(why.strip() for why in ignored.values())
