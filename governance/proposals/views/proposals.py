"""The list of proposals, one of them, its votes, its deadline as a calendar entry."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from core.http.pages import number_in, page, render_domain_errors
from core.http.pagination import paginate
from governance.ballots.models import Support
from governance.ballots.selectors.votes import proposal_votes
from governance.proposals.models import ProposalState, ProposalType
from governance.proposals.selectors.listing import CLOSING, NEWEST, VOTES, ListPage, Wanted, list_page
from governance.proposals.selectors.proposals import get_proposal, proposal_counts
from governance.proposals.views import detail as proposal_page
from governance.proposals.views.present import names_of, present, vote_rows
from identity.accounts.selectors import addresses_named

VOTES_A_PAGE = 50
LINE_OCTETS = 75
SORTS: dict[str, Promise] = {
    CLOSING: gettext_lazy("Closing soonest"),
    NEWEST: gettext_lazy("Newest"),
    VOTES: gettext_lazy("Most votes"),
}


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a filter: how many proposals have it, and whether it is chosen."""

    value: str
    label: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter in use, and the address without it."""

    label: str
    href: str


@require_safe
def proposal_list(request: HttpRequest) -> HttpResponse:
    """All proposals, searched, filtered, sorted, page by page."""
    sort = request.GET.get("sort", CLOSING)
    sort = sort if sort in SORTS else CLOSING
    wanted = Wanted(
        words=request.GET.get("q", "")[:200].strip(),
        states=[value for value in request.GET.getlist("state") if value in ProposalState.values],
        kinds=[value for value in request.GET.getlist("kind") if value in ProposalType.values],
        topics=[value[:64] for value in request.GET.getlist("topic")[:50]],
    )
    found = list_page(
        wanted, sort=sort, after=number_in(request, "after"), before=number_in(request, "before")
    )
    groups, everything = _groups(wanted)
    return page(
        request,
        "proposals/list.html",
        "proposals",
        page=present(found.rows),
        total=found.total,
        everything=everything,
        query=wanted.words,
        groups=groups,
        chips=_chips(request, groups),
        sorts=[Option(value, str(label), 0, value == sort) for value, label in SORTS.items()],
        **_neighbours(request, found),
    )


@require_safe
@render_domain_errors
def proposal_detail(request: HttpRequest, proposal_id: str) -> HttpResponse:
    """One proposal: everything a reader needs before voting, and what came of it."""
    return page(
        request, "proposals/detail.html", "proposals", **proposal_page.whole(get_proposal(proposal_id))
    )


@require_safe
@render_domain_errors
def vote_list(request: HttpRequest, proposal_id: str) -> HttpResponse:
    """Every ballot of a proposal, page by page; by voter or by choice if asked."""
    proposal = get_proposal(proposal_id)
    voter, support = request.GET.get("voter", "").strip()[:100], request.GET.get("support", "")
    votes = proposal_votes(proposal)
    if voter:
        votes = votes.filter(voter__in=[voter.lower()] if voter.startswith("0x") else addresses_named(voter))
    if support in {str(value) for value in Support.values}:
        votes = votes.filter(support=int(support))
    shown = paginate(votes, ["-event_id"], cursor=request.GET.get("cursor"), size=VOTES_A_PAGE)
    view = present([proposal])[0]
    return page(
        request,
        "proposals/votes.html",
        "proposals",
        view=view,
        votes=vote_rows(shown.rows, view.tally.places),
        names=names_of(*(vote.voter for vote in shown.rows)),
        voter=voter,
        support=support,
        supports=[(str(value), label) for value, label in Support.choices],
        previous=_query(request, cursor=shown.previous) if shown.previous else "",
        next=_query(request, cursor=shown.next) if shown.next else "",
    )


@require_safe
@render_domain_errors
def calendar(request: HttpRequest, proposal_id: str) -> HttpResponse:
    """The vote's window as an iCalendar entry (RFC 5545)."""
    view = present([get_proposal(proposal_id)])[0]
    link = f"{settings.PUBLIC_URL}{reverse('proposal', args=[view.proposal.proposal_id])}"
    body = render_to_string(
        "proposals/vote.ics", {"view": view, "now": timezone.now(), "link": link}, request
    )
    lines = [folded for line in body.splitlines() if line for folded in _folded(line)]
    response = HttpResponse("\r\n".join([*lines, ""]), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="vote-{view.proposal.proposal_id}.ics"'
    return response


def _folded(line: str) -> list[str]:
    """A content line in pieces of at most 75 octets, the following ones indented (RFC 5545, 3.1)."""
    pieces, size = [""], 0
    for sign in line:
        width = len(sign.encode())
        if size + width > LINE_OCTETS:
            pieces, size = [*pieces, " "], 1
        pieces[-1] += sign
        size += width
    return pieces


def _groups(wanted: Wanted) -> tuple[list[dict[str, Any]], int]:
    counts = proposal_counts()
    states = [(state.value, str(state.label)) for state in ProposalState]
    kinds = [(kind.value, str(kind.label)) for kind in ProposalType]
    topics = [(topic, topic) for topic in counts.by_topic]
    groups = [
        {"name": name, "label": label, "options": _options(choices, numbers, chosen)}
        for name, label, choices, numbers, chosen in (
            ("state", _("Where it stands"), states, counts.by_state, wanted.states),
            ("kind", _("What kind"), kinds, counts.by_type, wanted.kinds),
            ("topic", _("Topic"), topics, counts.by_topic, wanted.topics),
        )
    ]
    return [group for group in groups if group["options"]], counts.total


def _options(
    choices: Iterable[tuple[str, str]], numbers: dict[str, int], chosen: Iterable[str]
) -> list[Option]:
    """The choices that any proposal has, and those that are chosen."""
    picked = set(chosen)
    return [
        Option(value, label, numbers.get(value, 0), value in picked)
        for value, label in choices
        if numbers.get(value, 0) or value in picked
    ]


def _chips(request: HttpRequest, groups: list[dict[str, Any]]) -> list[Chip]:
    chips = [
        Chip(option.label, _without(request, group["name"], option.value))
        for group in groups
        for option in group["options"]
        if option.chosen
    ]
    words = request.GET.get("q", "").strip()
    return (
        [Chip(f"“{words[:40]}”", _without(request, "q", request.GET.get("q", ""))), *chips]
        if words
        else chips
    )


def _without(request: HttpRequest, name: str, value: str) -> str:
    query = request.GET.copy()
    query.setlist(name, [other for other in query.getlist(name) if other != value])
    for place in ("after", "before"):
        query.pop(place, None)
    return f"{request.path}?{query.urlencode()}" if query else request.path


def _neighbours(request: HttpRequest, found: ListPage) -> dict[str, str]:
    return {
        "next": _query(request, after=found.after) if found.after is not None else "",
        "previous": _query(request, before=found.before) if found.before is not None else "",
    }


def _query(request: HttpRequest, **changes: object) -> str:
    query = request.GET.copy()
    for place in ("after", "before", "cursor"):
        query.pop(place, None)
    for name, value in changes.items():
        query[name] = str(value)
    return f"?{query.urlencode()}"
