"""Any history, taken back to any of its blocks, leaves the rows that stood at that block."""

from __future__ import annotations

import random
from datetime import timedelta
from itertools import zip_longest
from typing import Any

import pytest

from contracts.indexer.rebuild import chain_owned
from contracts.models import Cursor
from governance.ballots.models import Support, Vote
from governance.ballots.selectors.votes import effective_weights
from governance.delegation.models import DelegationChange
from governance.parameters.selectors.values import current_value
from governance.pauses.models import PauseChange, PauseKind
from governance.pauses.selectors import pause_now
from governance.proposals.models import Proposal, ProposalState, ProposalType
from governance.proposals.selectors.proposals import closes_at, endorsements, waiting_cancellation
from governance.proposals.services.settle import recount
from governance.tests.factories import (
    ADMINISTRATORS,
    PARAMETERS,
    Town,
    cancellation_asked,
    cancellation_withdrawn,
    cancelled,
    delegated,
    endorsed,
    parameter,
    paused,
    person,
    reached,
    reduced,
    rule_action,
    struck,
    unpaused,
    vote,
)
from identity.tests.factories import Happening

pytestmark = pytest.mark.django_db

PEOPLE = 9
Rows = dict[str, list[tuple[Any, ...]]]


def everything() -> Rows:
    """All rows of all tables that the chain owns."""
    return {
        model._meta.db_table: sorted(model._base_manager.values_list(), key=str)
        for model in chain_owned()
        if model is not Cursor
    }


def differing(now: Rows, then: Rows) -> list[tuple[str, Any, Any]]:
    """Rows that are in one and not in the other; of proposals, the columns as well."""
    found: list[tuple[str, Any, Any]] = []
    for table, rows in now.items():
        for one, other in zip_longest(rows, then[table]):
            if one != other and one and other and len(one) == len(other):
                changed = [pair for pair in zip(one, other, strict=True) if pair[0] != pair[1]]
                found.append((table, one[0], changed))
            elif one != other:
                found.append((table, one, other))
    return found


class Chance:
    """A town in which something happens in each block, by chance but within what the contracts allow."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.town = Town.founded(citizens=PEOPLE)

    def block(self) -> None:
        """Add one block; sometimes time jumps first."""
        moves = {
            self.propose: 2,
            self.support: 2,
            self.strike: 1,
            self.open: 4,
            self.cancel: 1,
            self.ask_to_cancel: 1,
            self.queue: 4,
            self.execute: 4,
            self.votes: 10,
            self.wait: 6,
            self.give: 2,
            self.brake: 1,
            self.rule: 1,
        }
        if pause_now() is not None:
            moves[self.brake] = 8
        (move,) = self.random.choices(list(moves), weights=list(moves.values()))
        self.town.block(*move())

    def wait(self) -> list[Happening]:
        proposal = self._pick(ProposalState.ACTIVE)
        if pause_now() is not None:
            self.town.wait(timedelta(days=1))
        elif proposal is not None and self.random.random() < 0.6:
            self.town.wait(timedelta(0), until=closes_at(proposal))
        else:
            self.town.wait(timedelta(days=self.random.choice([1, 3, 5])))
        return []

    def _pick(self, *states: ProposalState) -> Proposal | None:
        rows = list(Proposal.objects.filter(state__in=states).order_by("proposal_id"))
        return self.random.choice(rows) if rows else None

    def propose(self) -> list[Happening]:
        self.town.proposals = Proposal.objects.count()
        title = f"Number {self.random.random()}"
        if self.random.random() < 0.2:
            return [self.town.created(title=title)]
        call = rule_action("gracePeriod", 2 * 86_400)
        return [self.town.created(title=title, proposal_type=ProposalType.PARAMETER, actions=(call,))]

    def support(self) -> list[Happening]:
        proposal = self._pick(ProposalState.DRAFT)
        if proposal is None:
            return []
        there = {each.endorser for each in endorsements(proposal)}
        free = [number for number in range(PEOPLE) if person(number) not in there]
        if not free:
            return []
        given = [endorsed(proposal, self.random.choice(free), len(there))]
        return given if proposal.endorsed_at else [*given, reached(proposal, len(there) + 1)]

    def strike(self) -> list[Happening]:
        proposal = self._pick(ProposalState.DRAFT)
        there = list(endorsements(proposal)) if proposal else []
        if proposal is None or not there:
            return []
        number = int(self.random.choice(there).endorser, 16) - 0xC000
        return [struck(proposal, number, len(there))]

    def open(self) -> list[Happening]:
        proposal = self._pick(ProposalState.DRAFT)
        return [self.town.activated(proposal)] if proposal else []

    def cancel(self) -> list[Happening]:
        proposal = self._pick(ProposalState.DRAFT, ProposalState.PENDING)
        return [cancelled(proposal)] if proposal and self.random.random() < 0.6 else []

    def ask_to_cancel(self) -> list[Happening]:
        proposal = self._pick(ProposalState.DRAFT, ProposalState.PENDING)
        if proposal is None:
            return []
        request = waiting_cancellation(proposal)
        if request is not None:
            return [cancellation_withdrawn(proposal, request.administrator)]
        return [cancellation_asked(proposal, ADMINISTRATORS[0], lapses=self.town.now + timedelta(days=7))]

    def queue(self) -> list[Happening]:
        proposal = self._pick(ProposalState.SUCCEEDED)
        if proposal is not None and proposal.action_count:
            self.town.queue(proposal)
        return []

    def execute(self) -> list[Happening]:
        proposal = self._pick(ProposalState.QUEUED)
        if proposal is not None:
            self.town.execute(proposal)
        return []

    def votes(self) -> list[Happening]:
        proposal = self._pick(ProposalState.ACTIVE)
        if proposal is None or pause_now() is not None:
            return []
        voted = {row.voter: row for row in Vote.objects.filter(proposal=proposal)}
        free = [number for number in range(PEOPLE) if person(number) not in voted]
        found: list[Happening] = []
        for number in self.random.sample(free, min(len(free), self.random.randint(1, 3))):
            # Weights beyond 64 bits now and then, as tokens have.
            weight = 10**30 if self.random.random() < 0.05 else self.random.choice([1, 2, 3])
            side = self.random.choice([Support.FOR, Support.FOR, Support.FOR, *Support])
            found.append(vote(proposal, number, side, weight=weight))
        for row in voted.values():
            if row.weight > 1 and self.random.random() < 0.3:
                delegate = int(row.voter, 16) - 0xC000
                old = effective_weights([row])[row.event_id]
                if old > 1:
                    found.append(reduced(proposal, delegate, PEOPLE + 1, old, counted=True))
        return found

    def give(self) -> list[Happening]:
        number = self.random.randrange(PEOPLE)
        newest = DelegationChange.objects.filter(delegator=person(number)).order_by("-event_id").first()
        before = int(newest.to_delegate, 16) - 0xC000 if newest and newest.to_delegate else None
        to = self.random.choice([None, *(each for each in range(PEOPLE) if each != number)])
        return [] if to == before else [delegated(number, to, before)]

    def brake(self) -> list[Happening]:
        number = PauseChange.objects.filter(kind=PauseKind.PAUSED).count()
        if pause_now() is not None:
            return [unpaused(number=number)]
        if self.random.random() < 0.3:
            return []
        return [paused(self.town.now + timedelta(days=14), number=number + 1)]

    def rule(self) -> list[Happening]:
        old = current_value("gracePeriod")
        return [parameter("gracePeriod", old, self.random.choice([172_800, PARAMETERS["gracePeriod"]]))]


def test_any_reorganisation_leaves_the_rows_of_its_ancestor() -> None:
    story = Chance(11)
    town = story.town
    kept: dict[int, Rows] = {town.number: everything()}
    seen: set[str] = set()
    for _ in range(200):
        story.block()
        kept[town.number] = everything()
        for proposal in Proposal.objects.all():
            seen.add(proposal.state)
            sums = recount(proposal.proposal_id)
            assert sums == (proposal.against_votes, proposal.for_votes, proposal.abstain_votes)
        if story.random.random() < 0.08:
            heights = [height for height in kept if height < town.number]
            ancestor = story.random.choice(heights[-6:])
            town.take_back(ancestor)
            assert differing(everything(), kept[ancestor]) == [], f"back to block {ancestor}"
            kept = {height: rows for height, rows in kept.items() if height <= ancestor}
    # Chance must have met every state on its way, or the law was not tried; the engine counts at once.
    assert seen == set(ProposalState.values) - {ProposalState.TALLYING}
