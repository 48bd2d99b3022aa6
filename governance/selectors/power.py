"""What a person's ballot would count in a vote, and why, in plain sentences."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Max, QuerySet
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from contracts.errors import ChainError
from governance import rules
from governance.errors import BY_CODE
from governance.models import DelegationChange, Proposal, ProposalType, Support, Vote, WeightReduction
from governance.selectors.conditions import current_conditions
from governance.selectors.credits import Credits, credits_of
from governance.selectors.pauses import pause_now
from governance.selectors.proposals import strategy_kind, vote_of
from governance.selectors.reads import chain_ballot_power
from governance.strategies import ONE_PERSON, QUADRATIC, TOKEN_WEIGHTED, Units, decimals
from identity import selectors as identity
from identity.models import Role

#: Scopes of delegations: 0 for everything, 1 + the kind's number for one kind of proposals.
OVERALL = 0


@dataclass(frozen=True, slots=True)
class BallotPower:
    """What a ballot counts: ``weight`` in the units of the way of counting, and whether it can be cast now.

    ``code`` is empty when it can, else the stable code of what stands in the way, which ``why_not`` says in
    words. ``explanation`` holds plain sentences, the first being the answer to "how much is my vote".
    ``delegate`` held the voter's unit at the snapshot; unless ``delegate_stands``, they have not been a
    delegate all along since, and leave it to the voter. ``credits`` are the voter's where votes cost some.
    """

    weight: int
    can_vote: bool
    code: str
    why_not: str
    explanation: list[str] = field(default_factory=list)
    vote: Vote | None = None
    delegate: str | None = None
    delegate_stands: bool = True
    credits: Credits | None = None


@dataclass(frozen=True, slots=True)
class Delegation:
    """To whom a vote is given, since when; in all decisions, or in those of one kind.

    A person who keeps the vote in one kind is the own delegate there. Unless it ``stands``, the delegate is
    none any more and the person votes in person.
    """

    delegator: str
    delegate: str
    since: datetime
    kind: ProposalType | None = None
    stands: bool = True


def ballot_power(proposal: Proposal, address: str) -> BallotPower:
    """What a ballot of ``address`` counts in ``proposal``, and why it can be cast now, or why not."""
    address = address.lower()
    vote = vote_of(proposal, address)
    at = current_conditions()
    kind = strategy_kind(proposal)
    if kind == QUADRATIC:
        return _credit_power(proposal, address, vote)
    if kind != ONE_PERSON:
        return _token_power(proposal, address, vote)
    snapshot = _snapshot(proposal, at.now)
    citizen = identity.is_citizen(address)
    own = address in identity.own_units([address], snapshot)
    given = received_units(address, snapshot, proposal.proposal_type)
    stands = not given or identity.has_role_since(address, Role.DELEGATE, snapshot)
    ballot = rules.OnePersonBallot(
        own=own,
        received=given if stands else 0,
        taken=WeightReduction.objects.filter(proposal_id=proposal.proposal_id, delegate=address).count(),
    )
    delegate = holder_at(address, snapshot, proposal.proposal_type) if own else None
    delegate_stands = delegate is None or identity.has_role_since(delegate, Role.DELEGATE, snapshot)
    code = rules.why_not_vote(
        state=proposal.state,
        paused=pause_now(at.now) is not None,
        proposal_type=proposal.proposal_type,
        voted=vote is not None,
        weight=ballot.weight,
        citizen=citizen,
    )
    told = _explain(proposal, ballot, address, citizen=citizen, lost=0 if stands else given, vote=vote)
    if vote is None and delegate is not None:
        told += _explain_delegate(proposal, delegate, stands=delegate_stands)
    return BallotPower(
        weight=vote.weight if vote else ballot.weight,
        can_vote=code is None,
        code=code or "",
        why_not=in_words(code),
        explanation=told,
        vote=vote,
        delegate=delegate,
        delegate_stands=delegate_stands,
    )


def in_words(code: str | None) -> str:
    """What stands in the way, in a sentence; empty for nothing."""
    return str(BY_CODE[code].message) if code else ""


def delegate_at(address: str, time: datetime, scope: int = OVERALL) -> str | None:
    """To whom the vote of ``address`` was given at ``time``; None for nobody."""
    changes = DelegationChange.objects.filter(delegator=address.lower(), scope=scope, timestamp__lte=time)
    return changes.order_by("-event_id").values_list("to_delegate", flat=True).first()


def holder_at(address: str, time: datetime, proposal_type: str) -> str | None:
    """Who held the vote of ``address`` at ``time`` in proposals of a kind; None for the person itself."""
    chosen = delegate_at(address, time, scope_of(proposal_type))
    if chosen is None:
        return delegate_at(address, time)
    return None if chosen == address.lower() else chosen


def scope_of(proposal_type: str) -> int:
    """The scope of delegations for one kind of proposals."""
    return 1 + ProposalType.values.index(proposal_type)


def current_delegations(address: str) -> list[Delegation]:
    """All that ``address`` arranged and that holds now: overall first, then kind by kind."""
    newest: dict[int, DelegationChange] = {}
    for change in DelegationChange.objects.filter(delegator=address.lower()).order_by("event_id"):
        newest[change.scope] = change
    return [
        Delegation(
            change.delegator,
            change.to_delegate,
            change.timestamp,
            kind_of(scope),
            change.to_delegate == change.delegator or identity.has_role(change.to_delegate, Role.DELEGATE),
        )
        for scope, change in sorted(newest.items())
        if change.to_delegate is not None
    ]


def overall(delegations: Iterable[Delegation]) -> Delegation | None:
    """The one of a person's ``delegations`` that holds wherever no other does; None without one."""
    return next((each for each in delegations if each.kind is None), None)


def kind_of(scope: int) -> ProposalType | None:
    """The kind of proposals that a scope is about; None for all."""
    return None if scope == OVERALL else list(ProposalType)[scope - 1]


def delegators(address: str, time: datetime | None = None, scope: int = OVERALL) -> list[Delegation]:
    """Who has given their vote in ``scope`` to ``address`` at ``time`` (default: now), oldest first."""
    address = address.lower()
    changes = DelegationChange.objects.filter(scope=scope)
    if time is not None:
        changes = changes.filter(timestamp__lte=time)
    once = changes.filter(to_delegate=address).values("delegator")
    newest = changes.filter(delegator__in=once).order_by().values("delegator").annotate(last=Max("event_id"))
    rows = DelegationChange.objects.filter(event_id__in=newest.values("last"), to_delegate=address)
    return [Delegation(row.delegator, address, row.timestamp) for row in rows.order_by("event_id")]


def received_units(address: str, time: datetime, proposal_type: str | None = None) -> int:
    """How many units ``address`` held for others at ``time``: overall, or in proposals of a kind.

    What a person arranged for a kind comes before what holds overall.
    """
    overall = {each.delegator for each in delegators(address, time)}
    if proposal_type is None:
        return len(overall)
    scope = scope_of(proposal_type)
    changes = DelegationChange.objects.filter(scope=scope, timestamp__lte=time)
    newest = changes.order_by().values("delegator").annotate(last=Max("event_id")).values("last")
    apart = dict(
        DelegationChange.objects.filter(event_id__in=newest, to_delegate__isnull=False).values_list(
            "delegator", "to_delegate"
        )
    )
    given = {delegator for delegator, holder in apart.items() if holder == address.lower() != delegator}
    return len(given | (overall - apart.keys()))


def delegation_changes(address: str | None = None) -> QuerySet[DelegationChange]:
    """Changes of delegation, newest first; of one delegator if ``address`` is given."""
    rows = DelegationChange.objects.select_related("event").order_by("-event_id")
    return rows if address is None else rows.filter(delegator=address.lower())


def _snapshot(proposal: Proposal, now: datetime) -> datetime:
    """The second before voting opens; before that is set, now."""
    return now if proposal.vote_start is None else min(now, proposal.vote_start - timedelta(seconds=1))


def _explain(
    proposal: Proposal,
    ballot: rules.OnePersonBallot,
    address: str,
    *,
    citizen: bool,
    lost: int,
    vote: Vote | None,
) -> list[str]:
    """``lost``: how many gave their vote to a person who has not been a delegate all along since."""
    if vote is not None:
        side = Support(vote.support).label
        return [_("You voted %(side)s. A counted vote can’t be changed.") % {"side": side}]
    lines: list[str] = []
    given = max(0, ballot.received - ballot.taken)
    unit = identity.citizenship(address)
    if ballot.own and unit is not None:
        lines.append(_("1, because you are a citizen since %(date)s.") % {"date": _date(unit.since)})
    elif ballot.own:
        lines.append(_("1, because you were a citizen when this vote was set."))
    elif citizen:
        lines.append(
            _("None of your own: you joined the roll after this vote was set. You can vote in the next one.")
        )
    else:
        lines.append(_("None: you are not on the roll of citizens."))
    if given:
        lines.append(
            ngettext(
                "%(count)d person gave you their vote, so your ballot counts as %(weight)d.",
                "%(count)d people gave you their vote, so your ballot counts as %(weight)d.",
                given,
            )
            % {"count": given, "weight": ballot.weight}
        )
    if ballot.taken and not lost:
        lines.append(
            ngettext(
                "%(count)d of those who gave you their vote has voted in person.",
                "%(count)d of those who gave you their vote have voted in person.",
                ballot.taken,
            )
            % {"count": ballot.taken}
        )
    if lost:
        lines.append(
            ngettext(
                "%(count)d person gave you their vote, but you have not been a delegate all the time since. "
                "That person votes in person here.",
                "%(count)d people gave you their vote, but you have not been a delegate all the time since. "
                "They vote in person here.",
                lost,
            )
            % {"count": lost}
        )
    return lines


def _explain_delegate(proposal: Proposal, delegate: str, *, stands: bool) -> list[str]:
    name = identity.name_for(delegate)
    cast = vote_of(proposal, delegate)
    if cast is None and not stands:
        return [
            _("%(name)s, to whom you gave your vote, is a delegate no more and can’t cast it here.")
            % {"name": name},
            _("Vote yourself, or your vote doesn’t count in this decision."),
        ]
    if cast is None:
        first = _("%(name)s votes for you and has not voted yet.") % {"name": name}
    else:
        side = Support(cast.support).label
        first = _("%(name)s votes for you and voted %(side)s.") % {"name": name, "side": side}
    return [first, _("If you vote here, your vote counts instead of your delegate’s, in this decision only.")]


def _credit_power(proposal: Proposal, address: str, vote: Vote | None) -> BallotPower:
    """The most votes that credits still buy."""
    at = current_conditions()
    own = address in identity.own_units([address], _snapshot(proposal, at.now))
    purse = credits_of(proposal, address)
    weight = purse.most_votes if own and purse else 0
    code = rules.why_not_vote(
        state=proposal.state,
        paused=pause_now(at.now) is not None,
        proposal_type=proposal.proposal_type,
        voted=vote is not None,
        weight=weight,
        citizen=identity.is_citizen(address),
    )
    if vote is not None:
        side = Support(vote.support).label
        lines = [_("You voted %(side)s. A counted vote can’t be changed.") % {"side": side}]
    elif purse is None:
        lines = [_("Every citizen has the same credits. How many are yours shows when the vote is set.")]
    elif not own:
        lines = [_("None: you were not on the roll of citizens when this vote opened.")]
    else:
        told = {
            "left": purse.left,
            "all": purse.budget,
            "most": purse.most_votes,
            "until": _date(purse.until),
        }
        lines = [
            _("You have %(left)d of %(all)d credits. They buy up to %(most)d votes here.") % told,
            _("One vote costs 1 credit, two cost 4, three cost 9. What is left on %(until)s is lost.") % told,
        ]
    weight = vote.weight if vote else weight
    return BallotPower(weight, code is None, code or "", in_words(code), lines, vote, credits=purse)


def _token_power(proposal: Proposal, address: str, vote: Vote | None) -> BallotPower:
    """Votes of tokens, which the contract is asked for."""
    at = current_conditions()
    weight, code = 0, None
    if vote is not None:
        weight = vote.weight
    elif proposal.vote_start is not None and at.now >= proposal.vote_start:
        try:
            weight = chain_ballot_power(proposal.proposal_id, address)
        except ChainError:
            code = "chain-unavailable"
    code = code or rules.why_not_vote(
        state=proposal.state,
        paused=pause_now(at.now) is not None,
        proposal_type=proposal.proposal_type,
        voted=vote is not None,
        weight=weight,
        citizen=True,
    )
    if vote is not None:
        lines = [
            _("You voted %(side)s. A counted vote can’t be changed.") % {"side": Support(vote.support).label}
        ]
    elif weight:
        lines = [_("Your ballot counts by the civic tokens whose votes were yours when voting opened.")]
    else:
        lines = [_("This vote counts civic tokens held when voting opened, and you had none to vote with.")]
    shown = Units(weight, decimals(TOKEN_WEIGHTED))
    return BallotPower(shown, code is None, code or "", in_words(code), lines, vote)


def _date(moment: datetime) -> str:
    return formats.date_format(timezone.localtime(moment), "j F Y")
