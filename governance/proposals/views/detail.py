"""What the page of one proposal shows, part by part, so that each part can be loaded again on its own."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from contracts.acts.services import direct_call, self_send_offered
from contracts.calldata import decode_call_of
from contracts.errors import ChainError
from contracts.models import ChainEvent
from contracts.selectors import act_under_way, chain_head
from contracts.simulation import Trial, try_actions
from governance.ballots.models import Support, Vote
from governance.ballots.selectors.power import BallotPower, ballot_power, in_words
from governance.ballots.selectors.results import result_series
from governance.ballots.selectors.votes import proposal_votes, votes_with_reasons
from governance.ballots.selectors.waiting import needs_my_vote
from governance.pauses.selectors import pause_now
from governance.proposals.models import Proposal, ProposalState, ProposalType
from governance.proposals.rules import why_not_endorse
from governance.proposals.selectors.actions import ActionInWords, describe_actions, describe_calls
from governance.proposals.selectors.content import attached_files
from governance.proposals.selectors.due import due_transaction
from governance.proposals.selectors.proposals import endorsements, has_endorsed, waiting_cancellation
from governance.proposals.selectors.timeline import lifecycle
from governance.proposals.selectors.trial import can_be_tried, try_proposal
from governance.proposals.views.present import (
    ProposalView,
    level,
    names_of,
    present,
    record_rows,
    supporter_rows,
    vote_rows,
)
from governance.shapes.chart import draw
from identity.census.selectors.roll import is_citizen
from identity.reasons.selectors import reason_text

LATEST_VOTES = 5
LATEST_SUPPORTERS = 20
REASONS_LOOKED_AT = 60
Context = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Pending:
    """What the reader signed and the record has not yet.

    ``transaction`` is the same act as JSON for the reader's own wallet to send, once that is offered;
    ``seconds`` until then.
    """

    choice: str
    transaction: str
    seconds: int


@dataclass(frozen=True, slots=True)
class BallotPanel:
    """What one reader can do about a proposal now; all empty without an address."""

    address: str = ""
    power: BallotPower | None = None
    vote: Vote | None = None
    level: int = 0
    why_not: str = ""
    pending: Pending | None = None
    endorsed: bool = False
    may_take_back: bool = False
    next: Proposal | None = None


@dataclass(frozen=True, slots=True)
class Cancellation:
    """Who called a proposal off, and why; ``by_proposer`` if it was its author. The reason may be unknown."""

    by: str
    by_proposer: bool
    reason: str


def head(proposal: Proposal) -> Context:
    """Title, where it stands, the figures at a glance."""
    return {
        "view": present([proposal])[0],
        "names": names_of(proposal.proposer),
        "effect_count": len(proposal.actions),
    }


def steps(proposal: Proposal) -> Context:
    """The steps of its life."""
    urgent = proposal.state == ProposalState.ACTIVE and proposal.proposal_type == ProposalType.EMERGENCY
    wish = waiting_cancellation(proposal)
    return {
        "steps": lifecycle(proposal),
        "open_in_pause": urgent and pause_now() is not None,
        "wish": wish,
        "wish_reason": reason_text(wish.reason_hash) if wish else "",
    }


def terms(proposal: Proposal) -> Context:
    """The rules it is decided under."""
    return {"view": present([proposal])[0]}


def result(proposal: Proposal, view: ProposalView | None = None) -> Context:
    """The tally, how it grew, reasons, the latest ballots."""
    shown = view or present([proposal])[0]
    if not shown.has_vote:
        return {"view": shown}
    votes, places = proposal_votes(proposal), shown.tally.places
    latest = vote_rows(votes[:LATEST_VOTES], places)
    reasons = vote_rows(_one_a_side(votes_with_reasons(proposal, REASONS_LOOKED_AT)), places)
    return {
        "view": shown,
        "tally": shown.tally,
        "chart": draw(result_series(proposal, "hour"), shown.now, places),
        "votes": latest,
        "ballots": votes.count(),
        "reasons": reasons,
        "names": names_of(*(row.vote.voter for row in [*latest, *reasons])),
    }


def record(proposal: Proposal) -> Context:
    """The record of it, newest first."""
    return {"entries": record_rows(proposal)}


def supporters(proposal: Proposal, view: ProposalView | None = None) -> Context:
    """Who supports it, the newest first."""
    rows = supporter_rows(endorsements(proposal).select_related("event")[:LATEST_SUPPORTERS])
    return {
        "view": view or present([proposal])[0],
        "supporters": rows,
        "names": names_of(*(row.endorsement.endorser for row in rows)),
    }


def ballot(proposal: Proposal, address: str) -> Context:
    """The panel in which the reader votes, supports, or sees what they did."""
    view = present([proposal])[0]
    panel = _panel(view, address) if address else BallotPanel()
    delegate = panel.power.delegate if panel.power else None
    ended = _cancellation(proposal)
    return {
        "view": view,
        "ballot": panel,
        "due": _due(view),
        "cancellation": ended,
        "names": names_of(address, delegate, ended.by if ended else None),
    }


def trial(proposal: Proposal) -> Context:
    """Whether its actions could be carried out at this moment; ``asked`` is false if no node answers."""
    return _told(lambda: try_proposal(proposal), lambda: describe_actions(proposal))


def tried(actions: Sequence[dict[str, str]], kind: str) -> Context:
    """The same of actions that are not on the record yet, in a proposal of this kind."""
    emergency = kind == ProposalType.EMERGENCY
    return _told(lambda: try_actions(actions, emergency=emergency), lambda: describe_calls(actions))


def _told(attempt: Callable[[], Trial | None], effects: Callable[[], list[ActionInWords]]) -> Context:
    try:
        found = attempt()
    except ChainError:
        return {"asked": False}
    failed = effects()[found.failed] if found and found.failed is not None else None
    return {"asked": True, "trial": found, "failed": failed}


def whole(proposal: Proposal) -> Context:
    """The whole page, as a reader without a wallet sees it."""
    view = present([proposal])[0]
    voted = result(proposal, view) if view.has_vote else supporters(proposal, view)
    ended = _cancellation(proposal)
    names = {**names_of(proposal.proposer, ended.by if ended else None), **voted.get("names", {})}
    effects = describe_actions(proposal)
    return {
        **voted,
        **steps(proposal),
        **record(proposal),
        "view": view,
        "names": names,
        "effects": effects,
        "effect_count": len(effects),
        "effects_title": _effects_title(proposal),
        "replaces_program": replaces_program(proposal.actions),
        "cancellation": ended,
        "can_be_tried": can_be_tried(proposal),
        "ballot": BallotPanel(),
        "due": _due(view),
        "files": attached_files(proposal),
    }


def _effects_title(proposal: Proposal) -> str:
    if proposal.state == ProposalState.EXECUTED:
        return _("What happened when it passed")
    ended = {ProposalState.DEFEATED, ProposalState.CANCELLED, ProposalState.EXPIRED}
    return _("What would have happened") if proposal.state in ended else _("What will happen if this passes")


def replaces_program(actions: Sequence[Mapping[str, Any]]) -> bool:
    """Whether one of the calls puts new code in a contract's place."""
    return any(decode_call_of("ProxyAdmin", str(action["data"])) is not None for action in actions)


def _cancellation(proposal: Proposal) -> Cancellation | None:
    if proposal.state != ProposalState.CANCELLED:
        return None
    event = ChainEvent.objects.filter(proposal_id=proposal.proposal_id, event_name="ProposalCancelled").get()
    by = str(event.data["cancelledBy"]).lower()
    return Cancellation(by, by == proposal.proposer, reason_text(proposal.cancel_reason_hash))


def _due(view: ProposalView) -> str:
    """The transaction that anyone may send now, as JSON; empty if nothing is due."""
    return json.dumps(due_transaction(view.proposal, view.due)) if view.due else ""


def _panel(view: ProposalView, address: str) -> BallotPanel:
    proposal = view.proposal
    may_take_back = proposal.proposer == address and (
        proposal.state == ProposalState.DRAFT
        or (proposal.state == ProposalState.PENDING and not view.enough_support)
    )
    if proposal.state == ProposalState.DRAFT:
        endorsed = has_endorsed(proposal, address)
        code = why_not_endorse(state=proposal.state, citizen=is_citizen(address), endorsed=endorsed)
        pending = None if endorsed else _pending("endorse", proposal, address)
        return BallotPanel(
            address, pending=pending, endorsed=endorsed, why_not=in_words(code), may_take_back=may_take_back
        )
    power = ballot_power(proposal, address)
    if power.vote is None:
        pending = _pending("vote", proposal, address) if view.is_open else None
        return BallotPanel(
            address, power, why_not=power.why_not, pending=pending, may_take_back=may_take_back
        )
    waiting = needs_my_vote(address) if view.is_open else []
    return BallotPanel(
        address,
        power,
        vote=power.vote,
        level=level(power.vote.block_number, chain_head()),
        next=waiting[0] if waiting else None,
    )


def _pending(act: str, proposal: Proposal, address: str) -> Pending | None:
    row = act_under_way(act, address, proposal.proposal_id)
    if row is None:
        return None
    waited = (timezone.now() - row.created_at).total_seconds()
    support = row.fields.get("support")
    return Pending(
        choice=str(Support(support).label) if support in Support.values else "",
        transaction=json.dumps(direct_call(row)) if self_send_offered(row) else "",
        seconds=max(1, int(settings.ACT_SELF_SEND_SECONDS - waited) + 1),
    )


def _one_a_side(votes: list[Vote]) -> list[Vote]:
    """The newest reason for, against and abstaining, so that no side is louder here."""
    newest = {vote.support: vote for vote in reversed(votes)}
    return [newest[support] for support in (1, 0, 2) if support in newest]
