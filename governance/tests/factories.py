"""Proposals and ballots for the chain that tests tell (:mod:`identity.tests.factories`)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from contracts import events as chain
from contracts.acts.hashes import actions_hash, content_hash, reason_hash
from contracts.calldata import encode_call
from contracts.events import Action
from core.content import put
from governance.authoring.selectors.preparation import as_word
from governance.ballots.models import Support
from governance.parameters.models import Counting
from governance.parameters.rules import terms_of
from governance.parameters.strategies import ONE_PERSON, QUADRATIC, TOKEN_WEIGHTED
from governance.proposals.models import Proposal, ProposalType
from governance.proposals.rules import CANCEL_REQUEST_LIFETIME
from governance.proposals.text import ProposalText
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
    "noticePeriod": 3600,
    "officerDelay": 7 * 86_400,
    "quorumPercentage": 20,
    "endorsementPermille": 50,
    "proposalThreshold": 1,
}
ONE_PERSON_STRATEGY = CONTRACTS["OnePersonOneVoteStrategy"]
TOKEN_STRATEGY = CONTRACTS["TokenWeightedStrategy"]
QUADRATIC_STRATEGY = CONTRACTS["QuadraticStrategy"]
#: Sets of kinds of proposals as the contract keeps them: all of them; Policy and Budget.
ALL_TYPES, WORDS_AND_MONEY = 0b111111, 0b000011
TOKEN = 10**18


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
            registered(ONE_PERSON_STRATEGY, ONE_PERSON),
            registered(TOKEN_STRATEGY, TOKEN_WEIGHTED),
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
            put(text.as_bytes())
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
        terms = terms_of(proposal.proposal_type, PARAMETERS)
        return happened(
            chain.ProposalActivated,
            proposal_id=proposal.proposal_id,
            activated_by=ADMINISTRATORS[0],
            rules_hash=digest(f"rules of {proposal.content_hash}"),
            vote_start=start,
            vote_end=start + terms.voting_period,
            quorum_percentage=terms.quorum_percentage,
            passing_percentage=terms.passing_percentage,
            execution_delay=terms.execution_delay,
            grace_period=terms.grace_period,
            proposal_threshold=1,
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


def reached(proposal: Proposal, endorsements: int) -> Happening:
    """The proposal has the ``endorsements`` it needs for the first time."""
    return happened(
        chain.ProposalEndorsementReached,
        proposal_id=proposal.proposal_id,
        endorsements=endorsements,
        needed=endorsements,
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


def struck(proposal: Proposal, endorser: int, before: int) -> Happening:
    """The endorsement of ``person(endorser)``, a citizen no more, is taken off the ``before`` there were."""
    return happened(
        chain.EndorsementStruck,
        proposal_id=proposal.proposal_id,
        endorser=person(endorser),
        old_endorsements=before,
        new_endorsements=before - 1,
    )


def cancellation_asked(
    proposal: Proposal, administrator: str, *, reason: str = "It is unlawful.", lapses: datetime | None = None
) -> Happening:
    """One administrator's wish to cancel, which waits until ``lapses`` (default: a week from the draft)."""
    return happened(
        chain.ProposalCancellationRequested,
        proposal_id=proposal.proposal_id,
        administrator=administrator,
        reason_hash=reason_hash(reason),
        expires_at=unix(lapses or proposal.created_at + CANCEL_REQUEST_LIFETIME),
    )


def cancellation_withdrawn(proposal: Proposal, administrator: str) -> Happening:
    """The administrator takes the wish to cancel back."""
    return happened(
        chain.ProposalCancellationWithdrawn, proposal_id=proposal.proposal_id, administrator=administrator
    )


def cancelled(proposal: Proposal, by: str = ADMINISTRATORS[1], *, reason: str = "") -> Happening:
    """The proposal is cancelled."""
    return happened(
        chain.ProposalCancelled,
        proposal_id=proposal.proposal_id,
        cancelled_by=by,
        reason_hash=reason_hash(reason),
    )


def registered(
    strategy: str, kind: str, *, types: int | None = None, threshold: int | None = None
) -> Happening:
    """A way of counting is admitted, for all kinds of proposals if it counts one person one vote."""
    counting = {
        ONE_PERSON: Counting.ONE_PERSON,
        TOKEN_WEIGHTED: Counting.TOKEN,
        QUADRATIC: Counting.QUADRATIC,
    }
    of_tokens = kind == TOKEN_WEIGHTED
    return happened(
        chain.StrategyRegistered,
        strategy=strategy,
        kind=kind,
        counting=int(counting.get(kind, Counting.ONE_PERSON)),
        types=types if types is not None else ALL_TYPES if kind == ONE_PERSON else WORDS_AND_MONEY,
        threshold=threshold if threshold is not None else TOKEN if of_tokens else 0,
    )


def retired(strategy: str) -> Happening:
    """A way of counting takes no new proposals any more."""
    return happened(chain.StrategyRetired, strategy=strategy)


def paused(
    until: datetime, by: str = person(900), *, number: int = 1, reason: str = "A break-in."
) -> Happening:
    """A guardian stops voting and execution."""
    return happened(
        chain.GovernancePaused,
        pause_number=number,
        guardian=by,
        until=unix(until),
        reason_hash=reason_hash(reason),
    )


def extended(until: datetime, by: str = person(901), *, old: datetime, number: int = 1) -> Happening:
    """A second guardian joins a pause, or two extend it."""
    return happened(
        chain.PauseExtended, pause_number=number, guardian=by, old_until=unix(old), new_until=unix(until)
    )


def unpaused(by: str = person(901), *, number: int = 1, immune: datetime | None = None) -> Happening:
    """The pause is lifted: by guardians, or by a proposal, after which nobody may pause until ``immune``."""
    return happened(
        chain.GovernanceUnpaused,
        pause_number=number,
        by=by,
        immune_until=0 if immune is None else unix(immune),
    )


def pause_wished(guardian: str, *, lift: bool, lapses: datetime, number: int = 1) -> Happening:
    """One guardian's half of lifting or extending a pause."""
    return happened(
        chain.PauseChangeRequested,
        pause_number=number,
        guardian=guardian,
        lift=lift,
        expires_at=unix(lapses),
    )


def pause_wish_withdrawn(guardian: str, *, lift: bool, number: int = 1) -> Happening:
    """The guardian takes it back."""
    return happened(chain.PauseRequestWithdrawn, pause_number=number, guardian=guardian, lift=lift)


def rule_action(name: str, value: int) -> Action:
    """The call that changes one rule of the town's foundation."""
    data = encode_call("GovernanceCore", "updateGovernanceParams", [as_word(name), PARAMETERS[name], value])
    return Action(CONTRACTS["GovernanceCore"], 0, data)
