"""Riverbend: made by signed transactions, the same each time, and what the portal then shows of it."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from contracts.client.rpc import client
from contracts.deployment import deployment
from contracts.models import ChainEvent, RelayedAct, RelayerTransaction
from contracts.registry import default
from contracts.relayer.run import relay_acts
from contracts.services import sync_chain
from contracts.verify.run import verify
from devstack.demo.agenda import DAY
from devstack.demo.errors import TownError
from devstack.demo.files import setup_files
from devstack.demo.people import BUDGET_DELEGATIONS, CITIZENS, DELEGATIONS, OFFICERS, people, roster
from devstack.demo.plan import PARAMETERS, _rules_at, agenda, make_plan
from devstack.demo.raising import raise_town
from devstack.demo.reasons import AGAINST, FOR
from devstack.demo.sampling import Lots
from devstack.demo.timeline import Timeline
from governance.ballots.models import Vote
from governance.proposals.models import Proposal, ProposalState
from identity.accounts.models import User
from identity.census.selectors.roll import is_citizen
from identity.reasons.selectors import reason_text

STATES = {
    "week": ProposalState.EXECUTED,
    "thirty": ProposalState.SUCCEEDED,
    "sundays": ProposalState.DEFEATED,
    "sixdays": ProposalState.EXPIRED,
    "contracts": ProposalState.SUCCEEDED,
    "allotments": ProposalState.CANCELLED,
    "pool": ProposalState.DEFEATED,
    "samira": ProposalState.QUEUED,
    "library": ProposalState.SUCCEEDED,
    "nightbus": ProposalState.ACTIVE,
    "quorum": ProposalState.ACTIVE,
    "path": ProposalState.ACTIVE,
    "playground": ProposalState.ACTIVE,
    "yards": ProposalState.PENDING,
    "repair": ProposalState.DRAFT,
}


@pytest.fixture
def chain(fresh_anvil: Callable[..., Any], settings: Any, tmp_path: Path, db: None) -> Any:
    """An Anvil of 31 days ago with the town's contracts."""
    node = fresh_anvil(genesis_time=int(time.time()) - 31 * DAY)
    settings.RPC_URLS = [node.url]
    settings.DEPLOYMENTS_DIR = tmp_path / "deployments"
    settings.CONTENT_ROOT = tmp_path / "content"
    settings.PORTAL_HOME = tmp_path
    officers, parameters = setup_files(tmp_path / "setup")
    call_command("deploy_contracts", chain_id=31337, officers=officers, parameters=parameters)
    return node


def test_small_town_has_every_state_and_the_mirror_agrees(chain: Any) -> None:
    assert raise_town(client(), deployment(), small=True)
    sync_chain(seconds=120)
    shown = {proposal.title: proposal.state for proposal in Proposal.objects.all()}
    assert shown == {item.title: STATES[item.key] for item in agenda()}
    # No ballot box of today publishes its result later than the vote.
    assert set(STATES.values()) == set(ProposalState) - {ProposalState.TALLYING}
    report = verify(client(), deployment(), default)
    assert report.differences == []
    assert abs(time.time() - chain.now()) < 60

    # The executed proposal has really changed the rules.
    week = Proposal.objects.get(title="A full week to vote")
    assert week.executed_at is not None
    later = Proposal.objects.get(title="A lit river path with a handrail")
    assert later.vote_end is not None
    assert later.vote_start is not None
    assert (later.vote_end - later.vote_start).days == 7

    # Reasons given off chain are shown beside the votes they belong to.
    votes = Vote.objects.all()
    assert votes.exclude(reason_hash=None).filter(reason=None).count() == 0
    assert votes.count() > 100
    spread = votes.latest("timestamp").timestamp - votes.earliest("timestamp").timestamp
    assert 28 <= spread.days <= 31
    assert ChainEvent.objects.filter(event_name="BallotSkipped").count() == 0

    # So are those that officers gave.
    for name in ("ProposalCancelled", "RoleRevoked", "GovernancePaused"):
        for event in ChainEvent.objects.filter(event_name=name):
            assert reason_text(event.data["reasonHash"]), name

    # What the relayer carried is in its outbox, and it goes on from there.
    acts = RelayedAct.objects.all()
    assert {act.act for act in acts} == {"vote", "propose", "endorse", "activate", "cancel"}
    assert acts.filter(act="vote").count() < votes.count()
    assert acts.exclude(status__in=("mined", "final")).count() == 0
    relay_acts()
    assert acts.exclude(status__in=("mined", "final")).count() == 0
    assert RelayerTransaction.objects.filter(mined_block=None).count() == 0

    # A second run changes nothing.
    before = chain.rpc("eth_blockNumber")
    assert not raise_town(client(), deployment(), small=True)
    assert chain.rpc("eth_blockNumber") == before


def test_late_clock_is_refused_before_anything_is_sent(chain: Any) -> None:
    chain.travel_to(int(time.time()) - 20 * DAY)
    with pytest.raises(TownError, match="too late"):
        raise_town(client(), deployment(), small=True)
    assert chain.rpc("eth_getBlockByNumber", "latest", False)["transactions"] == []


def test_half_a_town_is_not_taken_for_a_whole_one(chain: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(self: Timeline) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Timeline, "check", killed)
        with pytest.raises(KeyboardInterrupt):
            raise_town(client(), deployment(), small=True)
    with pytest.raises(TownError, match="half a town"):
        raise_town(client(), deployment(), small=True)


def test_command_is_for_demo_modes_alone(settings: Any, db: None) -> None:
    settings.PORTAL_MODE = "production"
    with pytest.raises(CommandError, match="public"):
        call_command("demo_town")


class TestPlan:
    """Without a chain: what the town is about to do."""

    @pytest.fixture
    def plan(self, chain: Any) -> Any:
        return make_plan(roster(), deployment())

    def test_plan_is_the_same_for_every_run(self, plan: Any) -> None:
        assert plan == make_plan(roster(), deployment())

    def test_over_six_hundred_votes_with_reasons_in_many_voices(self, plan: Any) -> None:
        choices = [choice for proposal in plan for choice in proposal.choices]
        given = [choice.reason for choice in choices if choice.reason]
        assert len(given) > 600
        assert len(set(given)) > 550
        for proposal in plan:
            voters = Counter(choice.person.name for choice in proposal.choices)
            assert max(voters.values(), default=0) <= 1
            reasons = [choice.reason for choice in proposal.choices if choice.reason]
            assert len(reasons) == len(set(reasons)), proposal.item.key

    def test_votes_lie_within_their_window(self, plan: Any) -> None:
        for proposal in plan:
            item = proposal.item
            for choice in proposal.choices:
                assert item.vote_start > choice.at > 0
                assert choice.at > item.vote_start - (7 if item.activated < 22.2 else 5)

    def test_outcome_does_not_hang_on_whom_the_delegates_side_with(self, plan: Any) -> None:
        given_away = len(DELEGATIONS) + len(BUDGET_DELEGATIONS)
        for proposal in plan:
            if STATES[proposal.item.key] is not ProposalState.ACTIVE and proposal.choices:
                sides = Counter(choice.support for choice in proposal.choices)
                assert abs(sides[FOR] - sides[AGAINST]) > given_away, proposal.item.key

    def test_numbers_follow_the_days(self, plan: Any) -> None:
        days = [proposal.item.created for proposal in plan]
        assert days == sorted(days, reverse=True)
        assert [proposal.number for proposal in plan] == list(range(1, len(plan) + 1))

    def test_votes_are_announced_before_they_open(self, plan: Any) -> None:
        for proposal in plan:
            item = proposal.item
            if item.activated is not None:
                assert (item.activated - item.vote_start) * DAY >= PARAMETERS["noticePeriod"], item.key

    def test_rules_of_a_vote_are_those_of_its_day(self) -> None:
        assert _rules_at(25.0) == PARAMETERS
        assert _rules_at(5.0) == PARAMETERS | {"votingPeriod": 7 * DAY}


class TestPeople:
    def test_stack_file_gets_everyone(self) -> None:
        listed = people()
        assert len(listed) == len(OFFICERS) + len(CITIZENS)
        assert len({person["address"] for person in listed}) == len(listed)
        assert sum("CITIZEN" in person["roles"] for person in listed) >= 60
        assert {role for person in listed for role in person["roles"]} == {
            "CITIZEN",
            "DELEGATE",
            "ADMINISTRATOR",
            "AUDITOR",
            "GUARDIAN",
        }
        for person in listed:
            assert set(person) == {"roles", "name", "address", "privateKey", "login", "password"}
            assert len(person["privateKey"]) == 66
            assert (person["login"] is None) == (person["password"] is None)

    def test_names_are_one_persons_each(self) -> None:
        names = [person.name for person in (*OFFICERS, *CITIZENS)]
        assert len(names) == len(set(names))
        assert {name for pair in DELEGATIONS for name in pair} <= set(names)

    def test_officers_can_log_in_and_residents_cannot(self, chain: Any) -> None:
        raise_town(client(), deployment(), small=True)
        sync_chain(seconds=120)
        for person in roster(small=True).everyone:
            user = User.objects.get(address=person.address.lower())
            assert user.has_usable_password() == bool(person.login)
            assert user.is_staff == bool(person.login)
            assert is_citizen(person.address.lower()) == ("CITIZEN" in person.roles)
            if person.password:
                assert user.check_password(person.password)
                assert set(user.groups.values_list("name", flat=True)) == set(person.roles)


def test_lots_fall_the_same_way() -> None:
    assert [Lots("a", 1).number() for _ in range(3)] == [Lots("a", 1).number()] * 3
    assert Lots("a").number() != Lots("b").number()
    assert sorted(Lots("c").shuffled(list(range(50)))) == list(range(50))
    assert all(0 <= Lots("d", n).below(7) < 7 for n in range(100))
