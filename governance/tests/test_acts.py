"""What people sign: each act's rules before anybody signs, its document, its words."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from contracts.acts.hashes import reason_hash, rules_hash
from contracts.acts.registry import Act, builder_of
from contracts.models import RelayedAct
from core.content import get
from core.errors import DomainError
from governance.authoring.selectors.preparation import threshold_for
from governance.authoring.services import create_draft
from governance.ballots.models import BallotReason, Support
from governance.errors import FieldInvalid
from governance.parameters.models import ParameterChange, Strategy
from governance.parameters.strategies import QUADRATIC
from governance.proposals.models import Proposal, ProposalType
from governance.tests.factories import (
    ADMINISTRATORS,
    CONTRACTS,
    PARAMETERS,
    QUADRATIC_STRATEGY,
    TOKEN_STRATEGY,
    Town,
    cancellation_asked,
    delegated,
    endorsed,
    fresh,
    parameter,
    paused,
    person,
    reached,
    registered,
    retired,
    struck,
    unix,
    vote,
)
from identity.accounts.models import User
from identity.roles.models import Role
from identity.tests.factories import granted, revoked

pytestmark = pytest.mark.django_db


def build(act: str, signer: str, **fields: Any) -> Act:
    """The act as its builder makes it."""
    return builder_of(act)(signer, fields)


def refusal(act: str, signer: str, **fields: Any) -> tuple[str, str | None]:
    """(code, field) of what stands in the way."""
    with pytest.raises(DomainError) as caught:
        build(act, signer, **fields)
    return caught.value.code, caught.value.field


def words(act: Act) -> dict[str, str]:
    """The summary as label and value."""
    return {row["label"]: row["value"] for row in act.summary}


# --- vote ---


def test_ballot_signs_everything_that_a_voter_relies_on() -> None:
    town = Town.founded()
    proposal = town.open_vote(title="A bench by the river")
    User.objects.create(username="maya", address=person(1), metadata={"displayName": "Maya O."})
    act = build("vote", person(1), proposalId="1", support=1, reason="My knees.")
    assert act.primary_type == "Ballot"
    assert act.message == {
        "proposalId": 1,
        "rulesHash": proposal.rules_hash,
        "voter": person(1),
        "support": 1,
        "params": "0x",
        "reasonHash": reason_hash("My knees."),
    }
    rows = words(act)
    assert rows["Decision"] == "1 · A bench by the river"
    assert rows["Your vote"] == "For"
    assert rows["Voter"].startswith("Maya O. 0x")
    assert rows["Your reason"] == "My knees."
    assert rows["Fingerprint of the text"][:6] == str(proposal.rules_hash)[:6]


def test_reason_is_kept_only_when_the_signed_ballot_is_accepted() -> None:
    Town.founded().open_vote()
    act = build("vote", person(1), proposalId=1, support=0, reason="Too dear.")
    assert not BallotReason.objects.exists()
    assert act.on_accept is not None
    act.on_accept(RelayedAct())
    act.on_accept(RelayedAct())
    assert BallotReason.objects.get().text == "Too dear."


def test_ballot_is_refused_outside_the_vote_twice_and_without_power() -> None:
    town = Town.founded()
    proposal = town.propose()
    ballot = {"proposalId": 1, "support": 1}
    assert refusal("vote", person(1), **ballot)[0] == "voting-not-open"
    town.block(town.activated(proposal))
    assert refusal("vote", person(1), **ballot)[0] == "voting-not-open"
    town.block(*town.joins(person(50)))
    assert refusal("vote", person(50), **ballot)[0] == "no-voting-power"
    assert refusal("vote", person(99), **ballot)[0] == "not-a-citizen"
    town.block(vote(proposal, 1))
    assert refusal("vote", person(1), **ballot)[0] == "already-voted"
    town.block(*town.leaves(person(2)))
    assert build("vote", person(2), **ballot), "officers take no vote away that has begun"
    town.close_vote(proposal)
    assert refusal("vote", person(3), **ballot)[0] == "voting-closed"


def test_pause_stops_ballots_but_not_in_an_emergency() -> None:
    town = Town.founded()
    town.open_vote()
    town.open_vote(title="Lift the pause", proposal_type=ProposalType.EMERGENCY)
    town.block(paused(town.now + timedelta(days=14)))
    assert refusal("vote", person(1), proposalId=1, support=1)[0] == "governance-paused"
    assert build("vote", person(1), proposalId=2, support=1).proposal_id == 2


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"support": 1}, ("field-missing", "proposalId")),
        ({"proposalId": 1}, ("field-missing", "support")),
        ({"proposalId": 1, "support": 3}, ("field-invalid", "support")),
        ({"proposalId": 1, "support": True}, ("field-invalid", "support")),
        ({"proposalId": "one", "support": 1}, ("field-invalid", "proposalId")),
        ({"proposalId": 1, "support": 1, "reason": "x" * 2001}, ("field-invalid", "reason")),
        ({"proposalId": 77, "support": 1}, ("proposal-not-found", None)),
    ],
)
def test_wrong_field_is_named(fields: dict[str, Any], expected: tuple[str, str | None]) -> None:
    Town.founded().open_vote()
    assert refusal("vote", person(1), **fields) == expected


# --- propose ---

TEXT = {"title": "A bench", "summary": "In short.", "description": "At **length**.", "topic": "Parks"}


def test_proposal_signs_the_hash_of_its_text_and_the_text_is_stored_when_accepted() -> None:
    Town.founded()
    draft = create_draft(owner="x", fields={"title": "A bench"})
    act = build("propose", person(1), proposalType="POLICY", draftId=str(draft.pk), **TEXT)
    assert act.message["proposalType"] == 0
    assert act.message["actions"] == []
    assert act.message["strategy"] == CONTRACTS["OnePersonOneVoteStrategy"]
    assert act.on_accept is not None
    act.on_accept(RelayedAct())
    assert b'"title":"A bench"' in get(act.message["metadataHash"])
    draft.refresh_from_db()
    assert draft.content_hash is not None


def test_same_proposal_of_the_same_author_is_refused() -> None:
    town = Town.founded()
    town.propose(title="A bench by the river", proposer=person(1))
    again = {**TEXT, "title": "A bench by the river", "proposalType": "POLICY"}
    assert refusal("propose", person(1), **again)[0] == "duplicate-proposal"
    assert build("propose", person(2), **again).primary_type == "CreateProposal"


def test_proposing_needs_citizenship_and_the_threshold() -> None:
    town = Town.founded()
    assert refusal("propose", person(99), proposalType="POLICY", **TEXT)[0] == "not-a-citizen"
    town.block(granted(Role.DELEGATE, person(2)), delegated(1, 2), parameter("proposalThreshold", 1, 2))
    town.block()
    assert refusal("propose", person(1), proposalType="POLICY", **TEXT)[0] == "no-voting-power"
    assert build("propose", person(2), proposalType="POLICY", **TEXT)
    town.block(revoked(Role.DELEGATE, person(2)), parameter("proposalThreshold", 2, 1))
    town.block()
    assert build("propose", person(1), proposalType="POLICY", **TEXT), "the own vote counts, given away too"
    town.block(parameter("proposalThreshold", 1, 2))
    assert refusal("propose", person(2), proposalType="POLICY", **TEXT)[0] == "no-voting-power"


def test_way_back_from_any_rule_is_open_to_every_citizen() -> None:
    Town.founded()
    way = Strategy.objects.get(address=CONTRACTS["OnePersonOneVoteStrategy"])
    needed = {kind: threshold_for(kind, way) for kind in ProposalType}
    assert set(needed.values()) == {1}
    ParameterChange.objects.filter(name="proposalThreshold").update(new_value=5)
    needed = {kind: threshold_for(kind, way) for kind in ProposalType}
    assert [kind for kind, units in needed.items() if units == 1] == ["PARAMETER", "EMERGENCY"]
    tokens = Strategy.objects.get(address=TOKEN_STRATEGY)
    assert threshold_for(ProposalType.BUDGET, tokens) == 10**18


def test_count_is_bound_to_the_kind_and_a_retired_one_takes_nothing() -> None:
    town = Town.founded()
    town.block(registered(QUADRATIC_STRATEGY, QUADRATIC, types=0b000010))
    wanted = {"proposalType": "POLICY", "strategy": QUADRATIC_STRATEGY, **TEXT}
    assert refusal("propose", person(1), **wanted)[0] == "type-not-counted"
    proposal = town.propose(proposal_type=ProposalType.BUDGET, strategy=QUADRATIC_STRATEGY)
    town.block(retired(QUADRATIC_STRATEGY))
    wanted["proposalType"] = "BUDGET"
    assert refusal("propose", person(1), **wanted) == ("field-invalid", "strategy")
    opening = {"proposalId": proposal.proposal_id, "voteStart": unix(town.now + timedelta(days=2))}
    assert refusal("activate", ADMINISTRATORS[0], **opening)[0] == "strategy-retired"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"title": " "}, ("field-missing", "title")),
        ({"title": "x" * 201}, ("field-invalid", "title")),
        ({"description": ""}, ("field-missing", "description")),
        ({"proposalType": "WISH"}, ("field-invalid", "proposalType")),
        ({"actions": [{"target": "0x"}]}, ("field-invalid", "actions")),
        ({"strategy": person(7)}, ("field-invalid", "strategy")),
        ({"draftId": "none"}, ("field-invalid", "draftId")),
        ({"proposalType": "ROLE"}, ("field-missing", "actions")),
        ({"proposalType": "PARAMETER"}, ("field-missing", "parameters")),
        ({"proposalType": "PARAMETER", "parameters": {"luck": 7}}, ("field-invalid", "parameters.luck")),
        (
            {"proposalType": "PARAMETER", "parameters": {"quorumPercentage": 51}},
            ("field-invalid", "parameters.quorumPercentage"),
        ),
    ],
)
def test_proposal_that_is_not_ready_says_what_to_mend(
    changes: dict[str, Any], expected: tuple[str, str | None]
) -> None:
    Town.founded()
    assert refusal("propose", person(1), **{"proposalType": "POLICY", **TEXT, **changes}) == expected


# --- endorse, activate, cancel, delegate ---


def test_support_is_given_once_by_citizens_before_the_vote_is_set() -> None:
    town = Town.founded()
    proposal = town.propose()
    act = build("endorse", person(1), proposalId=1)
    assert act.message == {"proposalId": 1, "contentHash": proposal.content_hash, "endorser": person(1)}
    assert refusal("endorse", person(99), proposalId=1)[0] == "not-a-citizen"
    town.block(endorsed(proposal, 1, 0))
    assert refusal("endorse", person(1), proposalId=1)[0] == "already-endorsed"
    town.block(town.activated(proposal))
    assert refusal("endorse", person(2), proposalId=1)[0] == "wrong-state"


def test_administrator_opens_a_vote_under_the_rules_of_this_moment() -> None:
    town = Town.founded()
    proposal = town.propose(proposal_type=ProposalType.ROLE)
    later = town.now + timedelta(days=2)
    act = build("activate", ADMINISTRATORS[0], proposalId=1, voteStart=unix(later))
    assert act.message["voteStart"] == unix(later)
    assert act.message["rulesHash"] == rules_hash(
        proposal.content_hash,
        quorum_percentage=PARAMETERS["quorumPercentage"],
        passing_percentage=60,
        voting_period=PARAMETERS["votingPeriod"],
        execution_delay=PARAMETERS["executionDelay"],
        grace_period=PARAMETERS["gracePeriod"],
        proposal_threshold=1,
    )
    assert words(act)["It passes with"] == "At least 60% For of For and Against"
    assert build("activate", ADMINISTRATORS[0], proposalId=1, voteStart=later.isoformat())


def test_opening_gives_notice_and_is_not_put_off_for_long() -> None:
    town = Town.founded()
    ordinary = town.propose(title="Ordinary")
    emergency = town.propose(title="Emergency", proposal_type=ProposalType.EMERGENCY)
    officer = ADMINISTRATORS[0]

    def opens(proposal: Proposal, after: timedelta) -> bool:
        fields = {"proposalId": proposal.proposal_id, "voteStart": unix(town.now + after)}
        try:
            build("activate", officer, **fields)
        except FieldInvalid as error:
            return error.field != "voteStart"
        return True

    notice, day, second = timedelta(hours=1), timedelta(days=1), timedelta(seconds=1)
    assert opens(ordinary, notice)
    assert not opens(ordinary, notice - second)
    assert opens(ordinary, 30 * day)
    assert not opens(ordinary, 30 * day + second)
    town.block(endorsed(ordinary, 1, 0), reached(ordinary, 1))
    reviewed = ordinary.created_at + timedelta(days=1) - town.now
    assert opens(ordinary, reviewed + 7 * day)
    assert not opens(ordinary, reviewed + 7 * day + second)
    town.block(struck(ordinary, 1, 1))
    assert not opens(ordinary, reviewed + 7 * day + second), "once endorsed, whatever was struck since"
    town.block(endorsed(ordinary, 1, 0))
    assert opens(emergency, day)
    assert not opens(emergency, day + second)
    assert refusal("activate", officer, proposalId=1) == ("field-missing", "voteStart")
    for wrong in ("soon", 2**47):
        assert refusal("activate", officer, proposalId=1, voteStart=wrong) == ("field-invalid", "voteStart")
    town.wait(day)  # now anyone may open it
    assert opens(ordinary, 7 * day)
    assert not opens(ordinary, 7 * day + second)
    assert build("activate", officer, proposalId=1).message["voteStart"] == 0


def test_anyone_opens_a_vote_once_the_review_is_over_and_the_support_is_there() -> None:
    town = Town.founded(citizens=40)
    proposal = town.propose()
    assert refusal("activate", person(5), proposalId=1)[0] == "not-an-administrator"
    town.block(endorsed(proposal, 1, 0), endorsed(proposal, 2, 1))
    assert refusal("activate", person(5), proposalId=1)[0] == "not-an-administrator"
    town.wait(timedelta(days=1))
    assert build("activate", person(5), proposalId=1).message["administrator"] == person(5)
    later = unix(town.now + timedelta(days=2))
    assert refusal("activate", person(5), proposalId=1, voteStart=later)[0] == "not-an-administrator"
    town.block(struck(proposal, 2, 2))
    assert refusal("activate", person(5), proposalId=1)[0] == "not-an-administrator"
    town.block(town.activated(fresh(proposal)))
    assert refusal("activate", ADMINISTRATORS[0], proposalId=1)[0] == "wrong-state"


def test_officers_cancel_with_a_reason_and_nothing_that_has_its_support() -> None:
    town = Town.founded()
    proposal = town.propose(proposer=person(1))
    emergency = town.propose(proposer=person(1), proposal_type=ProposalType.EMERGENCY)
    assert refusal("cancel", person(2), proposalId=1)[0] == "not-an-administrator"
    assert refusal("cancel", ADMINISTRATORS[0], proposalId=1) == ("field-missing", "reason")
    wish = {"proposalId": 1, "reason": "It is unlawful."}
    town.block(cancellation_asked(proposal, ADMINISTRATORS[0], lapses=town.now + timedelta(days=7)))
    assert refusal("cancel", ADMINISTRATORS[0], **wish)[0] == "second-officer-needed"
    wish["proposalId"] = emergency.proposal_id
    assert refusal("cancel", ADMINISTRATORS[0], **wish)[0] == "not-cancellable"
    wish["proposalId"] = 1
    town.block(endorsed(proposal, 1, 0), reached(proposal, 1), struck(proposal, 1, 1))
    assert refusal("cancel", ADMINISTRATORS[1], **wish)[0] == "not-cancellable", "it was endorsed once"
    town.block(town.activated(fresh(proposal)))
    assert refusal("cancel", person(1), proposalId=1)[0] == "not-cancellable", "others have backed it"
    town.block()
    assert refusal("cancel", person(1), proposalId=1)[0] == "wrong-state"


def test_vote_goes_only_to_someone_who_takes_votes() -> None:
    Town.founded()
    assert refusal("delegate", person(1), delegatee=person(2))[0] == "not-a-delegate"
    assert refusal("delegate", person(99), delegatee=person(2))[0] == "not-a-citizen"
    assert refusal("delegate", person(1), delegatee="Ruth")[0:2] == ("field-invalid", "delegatee")


def test_summary_of_a_ballot_says_what_it_counts_with_votes_given() -> None:
    town = Town.founded()
    town.block(granted(Role.DELEGATE, person(1)), delegated(2, 1), delegated(3, 1))
    town.open_vote()
    assert words(build("vote", person(1), proposalId=1, support=int(Support.ABSTAIN)))["Counts as"] == "3"
    assert Proposal.objects.count() == 1
