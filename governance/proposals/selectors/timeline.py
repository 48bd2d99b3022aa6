"""A proposal's way so far and to come: its steps with dates, and its record line by line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from contracts import selectors as chain
from contracts.models import ChainEvent
from governance.ballots.models import Vote
from governance.parameters import kinds
from governance.parameters.selectors.strategies import strategy_kind
from governance.parameters.selectors.values import endorsements_needed, terms_for
from governance.parameters.strategies import ONE_PERSON
from governance.proposals import projection, state
from governance.proposals.models import Proposal, ProposalState
from governance.proposals.selectors.conditions import Conditions, current_conditions
from governance.proposals.selectors.proposals import endorsements
from identity.accounts.selectors import names_for
from identity.reasons.selectors import reason_texts

DONE, CURRENT, NEXT, STOPPED = "done", "current", "next", "stopped"

ADOPTED = frozenset({ProposalState.SUCCEEDED, ProposalState.QUEUED, ProposalState.EXECUTED})


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a proposal's life. ``status`` is done, current, next or stopped (it ended here).

    ``start`` and ``end`` are None where no date is known; ``expected`` says that they follow from today's
    rules and may still move. ``note`` is a short phrase: supporters, a length of time, an outcome.
    """

    key: str
    label: str
    status: str
    start: datetime | None = None
    end: datetime | None = None
    note: str = ""
    expected: bool = False


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One line of the record. ``confirmation`` is seen, confirmed or final.

    None where no log stands behind it. ``reason`` are the public words that go with it.
    """

    key: str
    text: str
    at: datetime
    actor: str | None = None
    transaction_hash: str | None = None
    block_number: int | None = None
    confirmation: str | None = None
    reason: str = ""


#: Events of which the record shows no line each, but their sum.
_SUMMED_UP = frozenset({"ProposalEndorsed", "EndorsementStruck"})


def lifecycle(proposal: Proposal) -> list[Step]:
    """The steps of ``proposal`` in order, those to come included unless it ended before them."""
    at = current_conditions()
    steps = [
        Step("proposed", _("Proposed"), DONE, proposal.created_at, proposal.created_at),
        _support_step(proposal),
    ]
    stop = _stop_step(proposal, at)
    if proposal.vote_start is not None and proposal.state != ProposalState.CANCELLED:
        steps.append(_voting_step(proposal, at))
        steps.append(_result_step(proposal, at))
        if not proposal.action_count:
            pass  # a decision in words ends with its result
        elif proposal.state in ADOPTED or (proposal.queued_at is not None and stop is not None):
            steps += _after_adoption(proposal, at)
        elif stop is None and proposal.state != ProposalState.DEFEATED:
            steps += _expected_steps(proposal, at)
    elif stop is None:
        period = kinds.duration(terms_for(proposal.proposal_type).voting_period)
        steps.append(Step("voting", _("Voting"), NEXT, note=period, expected=True))
        steps.append(Step("result", _("Result"), NEXT, expected=True))
        if proposal.action_count:
            steps += _expected_steps(proposal, at)
    if stop is not None:
        steps = [step for step in steps if step.status == DONE] + [stop]
    return steps


def timeline(proposal: Proposal) -> list[TimelineEntry]:
    """The record of ``proposal``, newest first: what the chain says, and what time made of it."""
    at = current_conditions()
    head = chain.chain_head()
    entries: list[tuple[int, TimelineEntry]] = []
    events = ChainEvent.objects.filter(
        proposal_id=proposal.proposal_id, event_name__in=projection.LIFECYCLE_EVENTS - _SUMMED_UP
    )
    rows = list(events.order_by("position"))
    names = names_for([actor for event in rows if (actor := _actor(event)) is not None])
    reasons = reason_texts(digest for event in rows if (digest := _reason(event)))
    for event in rows:
        actor = _actor(event)
        entries.append(
            (
                event.position,
                TimelineEntry(
                    key=event.event_name,
                    text=_in_words(event, proposal, names.get(actor or "", "")),
                    at=event.timestamp,
                    actor=actor,
                    transaction_hash=event.transaction_hash,
                    block_number=event.block_number,
                    confirmation=chain.confirmation(event.block_number, head),
                    reason=reasons.get(_reason(event), ""),
                ),
            )
        )
    entries += _support_entry(proposal, head)
    entries += _vote_entries(proposal, at, head)
    entries.sort(key=lambda pair: (pair[1].at, pair[0]), reverse=True)
    return [entry for _position, entry in entries]


# --- steps ---


def _support_step(proposal: Proposal) -> Step:
    if proposal.state == ProposalState.DRAFT:
        needed = endorsements_needed(proposal)
        note = _("%(count)d of %(needed)d supporters") % {"count": proposal.endorsements, "needed": needed}
        review = timedelta(seconds=terms_for(proposal.proposal_type).review_period)
        return Step(
            "support",
            _("Support and review"),
            CURRENT,
            proposal.created_at,
            proposal.created_at + review,
            note,
            True,
        )
    status = DONE if proposal.activated_at is not None else STOPPED
    return Step(
        "support",
        _("Support and review"),
        status,
        proposal.created_at,
        proposal.activated_at,
        ngettext("%(count)d supporter", "%(count)d supporters", proposal.endorsements)
        % {"count": proposal.endorsements},
    )


def _voting_step(proposal: Proposal, at: Conditions) -> Step:
    closes = state.vote_closes(proposal, at.stops)
    if proposal.state == ProposalState.PENDING:
        return Step("voting", _("Voting"), NEXT, proposal.vote_start, closes, _("Opens soon"))
    if proposal.state == ProposalState.ACTIVE:
        note = (
            _("Paused") if state.paused_at(at.now, state.binding_stops(proposal, at.stops)) else _("Open now")
        )
        return Step("voting", _("Voting"), CURRENT, proposal.vote_start, closes, note)
    return Step("voting", _("Voting"), DONE, proposal.vote_start, closes)


def _result_step(proposal: Proposal, at: Conditions) -> Step:
    closes = state.vote_closes(proposal, at.stops)
    if proposal.state in {ProposalState.PENDING, ProposalState.ACTIVE}:
        return Step("result", _("Result"), NEXT, closes, closes)
    if proposal.state == ProposalState.TALLYING:
        return Step("result", _("Result"), CURRENT, closes, None, _("Being counted"))
    if proposal.state == ProposalState.DEFEATED:
        return Step("result", _("Result"), STOPPED, closes, closes, _("Not adopted"))
    return Step("result", _("Result"), DONE, closes, closes, _("Adopted"))


def _after_adoption(proposal: Proposal, at: Conditions) -> list[Step]:
    opens, until = state.executable_from(proposal, at.stops), state.executable_until(proposal, at.stops)
    if proposal.queued_at is None:
        last = state.queue_closes(proposal, at.stops)
        waiting = Step("waiting", _("Waiting period"), CURRENT, None, last, _delay(proposal), True)
        return [waiting, Step("executed", _("Carried out"), NEXT, expected=True)]
    if proposal.executed_at is not None:
        return [
            Step("waiting", _("Waiting period"), DONE, proposal.queued_at, opens),
            Step("executed", _("Carried out"), DONE, proposal.executed_at, proposal.executed_at),
        ]
    if opens is not None and at.now >= opens:
        return [
            Step("waiting", _("Waiting period"), DONE, proposal.queued_at, opens),
            Step("executed", _("Carried out"), CURRENT, opens, until, _("Can be carried out now")),
        ]
    return [
        Step("waiting", _("Waiting period"), CURRENT, proposal.queued_at, opens),
        Step("executed", _("Carried out"), NEXT, opens, until),
    ]


def _expected_steps(proposal: Proposal, at: Conditions) -> list[Step]:
    closes = state.vote_closes(proposal, at.stops)
    opens = None if closes is None else closes + timedelta(seconds=_delay_seconds(proposal))
    return [
        Step("waiting", _("Waiting period"), NEXT, closes, opens, _delay(proposal), True),
        Step("executed", _("Carried out"), NEXT, opens, None, "", True),
    ]


def _stop_step(proposal: Proposal, at: Conditions) -> Step | None:
    if proposal.state == ProposalState.CANCELLED:
        return Step("cancelled", _("Cancelled"), STOPPED, proposal.cancelled_at, proposal.cancelled_at)
    if proposal.state == ProposalState.EXPIRED:
        if proposal.activated_at is None:
            lapsed = state.draft_lapses(proposal)
            return Step("expired", _("Lapsed"), STOPPED, lapsed, lapsed, _("It never came to a vote"))
        if proposal.queued_at is not None:
            when = state.executable_until(proposal, at.stops)
        else:
            when = state.queue_closes(proposal, at.stops)
        return Step("expired", _("Expired"), STOPPED, when, when, _("Nobody carried it out in time"))
    if proposal.state == ProposalState.DEFEATED:
        return _result_step(proposal, at)
    return None


def _delay_seconds(proposal: Proposal) -> int:
    """The waiting period: as sealed, before that as it would be sealed now."""
    if proposal.execution_delay is not None:
        return proposal.execution_delay
    return terms_for(proposal.proposal_type).execution_delay


def _delay(proposal: Proposal) -> str:
    return kinds.duration(_delay_seconds(proposal))


# --- the record ---


def _support_entry(proposal: Proposal, head: chain.ChainHead) -> list[tuple[int, TimelineEntry]]:
    newest = endorsements(proposal).select_related("event").first()
    if newest is None:
        return []
    text = ngettext("%(count)d person supports it", "%(count)d people support it", proposal.endorsements)
    return [
        (
            newest.event_id,
            TimelineEntry(
                key="support",
                text=text % {"count": proposal.endorsements},
                at=newest.timestamp,
                transaction_hash=newest.event.transaction_hash,
                block_number=newest.event.block_number,
                confirmation=chain.confirmation(newest.event.block_number, head),
            ),
        )
    ]


def _vote_entries(
    proposal: Proposal, at: Conditions, head: chain.ChainHead
) -> list[tuple[int, TimelineEntry]]:
    if proposal.vote_start is None or at.now < proposal.vote_start or proposal.cancelled_at is not None:
        return []
    start, end = proposal.start_block, proposal.end_block
    people = strategy_kind(proposal) == ONE_PERSON and proposal.snapshot_supply
    opened = ngettext(
        "Voting opened, %(count)s person on the roll",
        "Voting opened, %(count)s people on the roll",
        proposal.snapshot_supply or 0,
    ) % {"count": f"{proposal.snapshot_supply or 0:,}"}
    entries = [
        (
            0,
            TimelineEntry(
                key="opened",
                text=opened if people else _("Voting opened"),
                at=proposal.vote_start,
                block_number=start,
                confirmation=None if start is None else chain.confirmation(start, head),
            ),
        )
    ]
    newest = Vote.objects.filter(proposal_id=proposal.proposal_id).order_by("-event_id").first()
    if newest is not None:
        count = Vote.objects.filter(proposal_id=proposal.proposal_id).count()
        text = ngettext("%(count)s ballot counted", "%(count)s ballots counted", count)
        entries.append(
            (
                newest.event_id,
                TimelineEntry(
                    key="votes",
                    text=text % {"count": f"{count:,}"},
                    at=newest.timestamp,
                    transaction_hash=newest.transaction_hash,
                    block_number=newest.block_number,
                    confirmation=chain.confirmation(newest.block_number, head),
                ),
            )
        )
    closes = state.vote_closes(proposal, at.stops)
    if closes is not None and at.now >= closes:
        adopted = proposal.state in ADOPTED or proposal.state == ProposalState.EXPIRED
        text = _("Voting closed: adopted") if adopted else _("Voting closed: not adopted")
        confirmation = None if end is None else chain.confirmation(end, head)
        entries.append(
            (1, TimelineEntry("closed", text, closes, block_number=end, confirmation=confirmation))
        )
    return entries


_ACTORS = {
    "ProposalCreated": "proposer",
    "ProposalActivated": "activatedBy",
    "ProposalExecuted": "executedBy",
    "ProposalCancellationRequested": "administrator",
    "ProposalCancellationWithdrawn": "administrator",
    "ProposalCancelled": "cancelledBy",
}


def _actor(event: ChainEvent) -> str | None:
    name = _ACTORS.get(event.event_name)
    return None if name is None else str(event.data[name]).lower()


def _reason(event: ChainEvent) -> str:
    return str(event.data.get("reasonHash", ""))


def _in_words(event: ChainEvent, proposal: Proposal, name: str) -> str:
    match event.event_name:
        case "ProposalCreated":
            return _("%(name)s proposed it") % {"name": name}
        case "ProposalEndorsementReached":
            return _("It has the support it needs; officers can no longer cancel it")
        case "ProposalActivated":
            return _("%(name)s set the vote; its text and rules are fixed from here on") % {"name": name}
        case "ProposalQueued":
            return _("The waiting period began")
        case "ProposalExecuted":
            return _("Carried out, exactly as written")
        case "ProposalCancellationRequested":
            return _("%(name)s asked to cancel it; a second officer must agree") % {"name": name}
        case "ProposalCancellationWithdrawn":
            return _("%(name)s took the wish to cancel it back") % {"name": name}
        case "ProposalCancelled":
            return _("%(name)s cancelled it") % {"name": name}
    return event.event_name
