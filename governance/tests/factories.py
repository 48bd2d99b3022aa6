"""Proposals and ballots for the chain that tests tell (:mod:`identity.tests.factories`)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from contracts import events as chain
from contracts.acts.hashes import actions_hash, content_hash, reason_hash
from contracts.events import Action
from daoportal.kernel import content
from governance.models import Proposal, ProposalType, Support
from governance.strategies import ONE_PERSON, TOKEN_WEIGHTED
from governance.text import ProposalText
from identity.tests.factories import (
    ADMINISTRATORS,
    CONTRACTS,
    ZERO,
    ZERO_HASH,
    Happening,
    Ledger,
    digest,
    happened,
    person,
    unix,
)

__all__ = ["ADMINISTRATORS", "CONTRACTS", "ZERO", "ZERO_HASH", "Town", "digest", "happened", "person", "unix"]

PARAMETERS = {
    "votingPeriod": 7 * 86_400,
    "executionDelay": 2 * 86_400,
    "reviewPeriod": 86_400,
    "gracePeriod": 3 * 86_400,
    "quorumPercentage": 20,
    "proposalThreshold": 1,
    "endorsements": 3,
}
ONE_PERSON_STRATEGY = CONTRACTS["OnePersonOneVoteStrategy"]
TOKEN_STRATEGY = CONTRACTS["TokenWeightedStrategy"]


@dataclass
class Town(Ledger):
    """A town with rules, citizens and proposals."""

    proposals: int = 0

    @classmethod
    def founded(cls, *, citizens: int = 10, **options: Any) -> Town:
        """A town with its first rules, both ways of counting, three administrators and ``citizens``."""
        town = cls(**options)
        town.block(
            *(parameter(name, 0, value) for name, value in PARAMETERS.items()),
            happened(chain.StrategyRegistered, strategy=ONE_PERSON_STRATEGY, kind=ONE_PERSON),
            happened(chain.StrategyRegistered, strategy=TOKEN_STRATEGY, kind=TOKEN_WEIGHTED),
        )
        town.deploy(citizens=citizens)
        town.block()
        return town

    def created(
        self,
        *,
        title: str = "A bench by the river",
        proposer: str = person(0),
        proposal_type: ProposalType = ProposalType.POLICY,
        strategy: str = ONE_PERSON_STRATEGY,
        actions: tuple[Action, ...] = (),
        stored: bool = True,
        proposal_id: int | None = None,
    ) -> Happening:
        """The event of a new proposal, its text put into the content store unless ``stored`` is false."""
        if proposal_id is None:
            self.proposals += 1
            proposal_id = self.proposals
        text = ProposalText(title, "In short.", "At **length**.", "Parks")
        if stored:
            content.put(text.as_bytes())
        kind = list(ProposalType).index(proposal_type)
        calls = [each._asdict() for each in actions]
        return happened(
            chain.ProposalCreated,
            proposal_id=proposal_id,
            proposer=proposer,
            proposal_type=kind,
            strategy=strategy,
            metadata_hash=text.metadata_hash,
            content_hash=content_hash(proposer, kind, text.metadata_hash, actions_hash(calls), strategy),
            actions=actions,
        )

    def propose(self, **options: Any) -> Proposal:
        """A new proposal in a block of its own."""
        event = self.created(**options)
        self.block(event)
        return Proposal.objects.get(proposal_id=event.arguments["proposal_id"])

    def activated(self, proposal: Proposal, *, opens: datetime | None = None) -> Happening:
        """The event that sets the vote.

        It opens one second after the next block unless ``opens`` is given.
        """
        start = unix(opens or self.now + self.step) + (0 if opens else 1)
        return happened(
            chain.ProposalActivated,
            proposal_id=proposal.proposal_id,
            activated_by=ADMINISTRATORS[0],
            rules_hash=digest(f"rules of {proposal.content_hash}"),
            vote_start=start,
            vote_end=start + PARAMETERS["votingPeriod"],
            quorum_percentage=PARAMETERS["quorumPercentage"],
        )

    def open_vote(self, **options: Any) -> Proposal:
        """A proposal whose vote is open, with no ballot yet."""
        proposal = self.propose(**options)
        self.block(self.activated(proposal))
        self.block()
        return fresh(proposal)

    def close_vote(self, proposal: Proposal) -> Proposal:
        """Wait until the vote is over."""
        end = fresh(proposal).vote_end
        assert end is not None
        self.wait(timedelta(0), until=end)
        return fresh(proposal)

    def queue(self, proposal: Proposal) -> Proposal:
        """Queue an adopted proposal in the next block."""
        opens = unix(self.now + self.step) + PARAMETERS["executionDelay"]
        self.block(
            happened(
                chain.ProposalQueued,
                proposal_id=proposal.proposal_id,
                execution_time=opens,
                expires_at=opens + PARAMETERS["gracePeriod"],
            )
        )
        return fresh(proposal)

    def execute(self, proposal: Proposal, *effects: Happening) -> Proposal:
        """Carry out a queued proposal in the next block, with the events of its actions before it."""
        self.block(
            *effects,
            happened(chain.ProposalExecuted, proposal_id=proposal.proposal_id, executed_by=person(1)),
        )
        return fresh(proposal)


def vote(
    proposal: Proposal,
    voter: int | str,
    support: Support = Support.FOR,
    *,
    weight: int = 1,
    reason: str = "",
) -> Happening:
    """A counted ballot of ``person(voter)`` (or of an address)."""
    return happened(
        chain.VoteCast,
        voter=person(voter) if isinstance(voter, int) else voter,
        proposal_id=proposal.proposal_id,
        support=int(support),
        weight=weight,
        reason_hash=reason_hash(reason),
    )


def endorsed(proposal: Proposal, endorser: int, before: int) -> Happening:
    """``person(endorser)`` supports the proposal, which ``before`` people did."""
    return happened(
        chain.ProposalEndorsed,
        proposal_id=proposal.proposal_id,
        endorser=person(endorser),
        old_endorsements=before,
        new_endorsements=before + 1,
    )


def delegated(
    delegator: int, delegate: int | None, before: int | None = None, *, kind: ProposalType | None = None
) -> Happening:
    """``person(delegator)`` gives the vote (in one kind) to ``person(delegate)``, or takes it back (None)."""
    return happened(
        chain.DelegateChanged,
        delegator=person(delegator),
        scope=0 if kind is None else 1 + list(ProposalType).index(kind),
        from_delegate=ZERO if before is None else person(before),
        to_delegate=ZERO if delegate is None else person(delegate),
    )


def reduced(
    proposal: Proposal, delegate: int, delegator: int, old: int, *, counted: bool, by: int = 1
) -> Happening:
    """``person(delegator)`` voted in person; the delegate's weight falls from ``old`` by ``by``."""
    return happened(
        chain.DelegateWeightReduced,
        delegate=person(delegate),
        proposal_id=proposal.proposal_id,
        delegator=person(delegator),
        old_weight=old,
        new_weight=old - by,
        counted=counted,
    )


def parameter(name: str, old: int, new: int) -> Happening:
    """A changed rule."""
    word = "0x" + name.encode().ljust(32, b"\0").hex()
    return happened(chain.GovernanceParamUpdated, parameter=word, old_value=old, new_value=new)


def fresh(proposal: Proposal) -> Proposal:
    """The proposal as the database has it now."""
    return Proposal.objects.get(proposal_id=proposal.proposal_id)


def cancellation_asked(proposal: Proposal, administrator: str) -> Happening:
    """One administrator's wish to cancel."""
    return happened(
        chain.ProposalCancellationRequested, proposal_id=proposal.proposal_id, administrator=administrator
    )


def cancelled(proposal: Proposal, by: str = ADMINISTRATORS[1]) -> Happening:
    """The proposal is cancelled."""
    return happened(chain.ProposalCancelled, proposal_id=proposal.proposal_id, cancelled_by=by)


def paused(until: datetime, by: str = person(900)) -> Happening:
    """A guardian stops voting and execution."""
    return happened(chain.GovernancePaused, guardian=by, until=unix(until))


def unpaused(by: str = person(901)) -> Happening:
    """The pause is lifted."""
    return happened(chain.GovernanceUnpaused, by=by)
