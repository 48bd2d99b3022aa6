"""What the pages about proposals share: words, amounts, and what waits for an officer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from backoffice import html
from governance.ballots.models import Support
from governance.ballots.selectors.results import TallyView
from governance.parameters.selectors.values import endorsements_needed_by
from governance.proposals.models import CancellationRequest, Proposal, ProposalState
from governance.proposals.selectors.conditions import Conditions
from governance.proposals.selectors.proposals import waiting_cancellation
from governance.proposals.state import executable_from, executable_until, queue_closes, vote_closes

STATE_TAGS = {
    ProposalState.DRAFT: "draft",
    ProposalState.PENDING: "review",
    ProposalState.ACTIVE: "open",
    ProposalState.SUCCEEDED: "passed",
    ProposalState.DEFEATED: "rejected",
    ProposalState.QUEUED: "queued",
    ProposalState.EXECUTED: "done",
    ProposalState.CANCELLED: "ended",
    ProposalState.EXPIRED: "ended",
    ProposalState.TALLYING: "open",
}
_HATCH = mark_safe('<rect width="14" height="14" fill="url(#hatch)"></rect>')
_LONG = ("description", "summary", "actions")
CANCELLABLE = (ProposalState.DRAFT, ProposalState.PENDING)


def proposal_url(proposal_id: int) -> str:
    """The proposal's page on the officers' side."""
    return reverse("admin:governance_proposal_change", args=[proposal_id])


def proposal_link(proposal: Proposal) -> SafeString:
    """A link to the proposal, by number and title."""
    return format_html(
        '<a href="{}"><span class="cell-ref">{}</span> {}</a>',
        proposal_url(proposal.proposal_id),
        number(proposal.proposal_id),
        proposal.title,
    )


def number(proposal_id: int) -> str:
    """How a proposal is called for short."""
    return _("No. %(id)s") % {"id": proposal_id}


def state_tag(state: str, note: Any = "") -> SafeString:
    """The state as a coloured word."""
    known = ProposalState(state)
    return html.tag(STATE_TAGS[known], known.label, note)


def amount(units: int | None, decimals: int = 0) -> str:
    """An amount of voting power: whole numbers as they are, tokens with at most two decimals."""
    if units is None:
        return "–"
    if not decimals:
        return html.nice(units)
    whole, rest = divmod(units, 10**decimals)
    cents = rest * 100 // 10**decimals
    return f"{html.nice(whole)}.{cents:02d}" if cents else html.nice(whole)


def support_words(support: int) -> SafeString:
    """A ballot's side with its swatch in the citizens' colours, and in words."""
    side = Support(support)
    css = {Support.FOR: "for", Support.AGAINST: "against", Support.ABSTAIN: "abstain"}[side]
    hatch = _HATCH if side == Support.AGAINST else ""
    return format_html(
        '<span class="choice"><svg class="swatch" viewBox="0 0 14 14" aria-hidden="true" focusable="false">'
        '<rect class="tally__{}" width="14" height="14"></rect>{}</svg>{}</span>',
        css,
        hatch,
        side.label,
    )


def tally_words(view: TallyView, decimals: int) -> str:
    """The sums of a vote in words."""
    return _("%(for)s for · %(against)s against") % {
        "for": amount(view.for_votes, decimals),
        "against": amount(view.against_votes, decimals),
    }


def tally_bar(view: TallyView) -> SafeString:
    """The sums of a vote as a bar in the citizens' teal, grey and hatched brick."""
    return html.bar(
        [
            ("tally__for", view.for_votes, False),
            ("tally__abstain", view.abstain_votes, False),
            ("tally__against", view.against_votes, True),
        ]
    )


def quorum_note(view: TallyView, decimals: int = 0) -> str:
    """Whether enough take part, in words."""
    if view.missing is None:
        return ""
    if view.missing == 0:
        return _("quorum reached")
    return _("%(n)s short of the quorum") % {"n": amount(view.missing, decimals)}


def next_date(proposal: Proposal, at: Conditions) -> tuple[str, datetime | None]:
    """What time brings next for a proposal, and when; nothing for one that is over or gathers support."""
    match proposal.state:
        case ProposalState.PENDING:
            return _("Opens"), proposal.vote_start
        case ProposalState.ACTIVE:
            return _("Closes"), vote_closes(proposal, at.stops)
        case ProposalState.SUCCEEDED:
            return _("Lapses"), queue_closes(proposal, at.stops)
        case ProposalState.QUEUED:
            opens = executable_from(proposal, at.stops)
            if opens is not None and opens <= at.now:
                return _("Lapses"), executable_until(proposal, at.stops)
            return _("Can run from"), opens
    return "", None


@dataclass(frozen=True, slots=True)
class DraftNeeds:
    """A draft and how much support it needs."""

    proposal: Proposal
    needed: int

    @property
    def enough(self) -> bool:
        """Whether it has that support."""
        return self.proposal.endorsements >= self.needed


def drafts_with_needs() -> list[DraftNeeds]:
    """Every draft with the support it needs, oldest first; in a few queries, however many."""
    drafts = list(Proposal.objects.filter(state=ProposalState.DRAFT).defer(*_LONG).order_by("created_at"))
    needed = endorsements_needed_by(drafts)
    return [DraftNeeds(each, needed[each.pk]) for each in drafts]


def supported_drafts() -> list[Proposal]:
    """Drafts with as many endorsements as the rules ask, oldest first: an administrator may open these.

    Anyone may once the review period has passed as well, see :func:`governance.rules.ready_to_open`.
    """
    return [each.proposal for each in drafts_with_needs() if each.enough]


def open_cancellations(now: datetime) -> list[CancellationRequest]:
    """The standing request for each proposal that officers can still cancel."""
    asked = CancellationRequest.objects.filter(expires_at__gt=now, proposal__state__in=CANCELLABLE)
    proposals = {row.proposal_id: row.proposal for row in asked.select_related("proposal")}
    standing = [waiting_cancellation(proposal) for proposal in proposals.values()]
    return sorted((row for row in standing if row is not None), key=lambda row: row.event_id)
