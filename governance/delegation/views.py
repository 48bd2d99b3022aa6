"""Delegates: the directory, one of them, and who votes for the reader."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from contracts.selectors import chain_now
from core.http.pages import page, part, reader_address, render_domain_errors
from governance.ballots.models import Vote
from governance.ballots.selectors.votes import votes_of
from governance.delegation.selectors.delegates import (
    ACTIVE,
    ALIKE,
    NAME,
    NEWEST,
    SORTS,
    TRUSTED,
    Delegate,
    delegates,
    get_delegate,
    weight_over_time,
)
from governance.delegation.selectors.delegations import Delegation, current_delegations
from governance.proposals.models import ProposalType
from governance.proposals.selectors.proposals import open_proposals
from governance.proposals.views.present import names_of, present, vote_rows
from governance.shapes.growth import growth_of
from identity.accounts.selectors import chosen_names
from identity.census.selectors.roll import census_at, is_citizen
from identity.profiles.services import LIMITS

SORT_WORDS: dict[str, Promise] = {
    TRUSTED: gettext_lazy("Trusted by most"),
    ACTIVE: gettext_lazy("Took part most"),
    ALIKE: gettext_lazy("Voted most like me"),
    NEWEST: gettext_lazy("Newest"),
    NAME: gettext_lazy("Name"),
}
LATEST_VOTES = 20


@dataclass(frozen=True, slots=True)
class Scope:
    """What a vote can be given for: all decisions (no kind) or one kind; and who holds it there, if any.

    Unless the holder ``stands``, they are a delegate no more and the reader votes in person.
    """

    kind: ProposalType | None
    holder: str
    stands: bool


@require_safe
def delegate_list(request: HttpRequest) -> HttpResponse:
    """All delegates, searched and sorted."""
    return page(request, "delegates/list.html", "delegates", **_listed(request))


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """The same list beside the votes of the reader, for ``?address=``."""
    return part(request, "delegates/parts/cards.html", **_listed(request))


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """Who votes for the reader, for ``?address=``."""
    return part(request, "delegates/parts/mine.html", **_mine(reader_address(request)))


@require_safe
@render_domain_errors
def delegate_detail(request: HttpRequest, address: str) -> HttpResponse:
    """One delegate: what they stand for, how they voted, who gave them their vote."""
    delegate = get_delegate(address)
    votes = list(votes_of(delegate.address)[:LATEST_VOTES])
    return page(
        request,
        "delegates/detail.html",
        "delegates",
        delegate=delegate,
        votes=vote_rows(votes),
        undecided=_undecided(votes),
        scopes=_scopes([]),
        growth=growth_of(weight_over_time(delegate.address), until=chain_now()),
        **_mine(""),
    )


@require_safe
@render_domain_errors
def statement(request: HttpRequest, address: str) -> HttpResponse:
    """What the delegate says of themselves, with the form to change it where ``?address=`` is their own."""
    delegate = get_delegate(address)
    return part(
        request,
        "delegates/parts/statement.html",
        delegate=delegate,
        reader=reader_address(request),
        chosen_name=chosen_names([delegate.address]).get(delegate.address, ""),
        longest=LIMITS,
    )


@require_safe
@render_domain_errors
def give(request: HttpRequest, address: str) -> HttpResponse:
    """The panel in which the reader gives the delegate their vote, or takes it back, for ``?address=``."""
    reader = reader_address(request)
    context = _mine(reader)
    return part(
        request,
        "delegates/parts/give.html",
        delegate=get_delegate(address, reader=reader),
        scopes=_scopes(context["delegations"]),
        **context,
    )


def _scopes(held: list[Delegation]) -> list[Scope]:
    by_kind = {each.kind: each for each in held}
    kinds: list[ProposalType | None] = [None, *ProposalType]
    return [
        Scope(kind, found.delegate if found else "", found is None or found.stands)
        for kind in kinds
        if kind != ProposalType.EMERGENCY
        for found in [by_kind.get(kind)]
    ]


def _listed(request: HttpRequest) -> dict[str, Any]:
    reader = reader_address(request)
    words, sort = request.GET.get("q", "")[:200].strip(), request.GET.get("sort", TRUSTED)
    sort = sort if sort in SORTS else TRUSTED
    found = delegates(words=words, sort=sort, reader=reader)
    return {
        "delegates": found,
        "query": words,
        "sort": sort,
        "sorts": SORT_WORDS.items(),
        "largest": _largest(found if not words else delegates()),
        "citizens": census_at(),
        **_mine(reader),
    }


def _largest(found: list[Delegate]) -> Delegate | None:
    return max(found, key=lambda each: each.people, default=None)


def _mine(reader: str) -> dict[str, Any]:
    held = current_delegations(reader) if reader else []
    return {
        "reader": reader,
        "reader_is_citizen": bool(reader) and is_citizen(reader),
        "delegations": held,
        "names": names_of(*(each.delegate for each in held)),
    }


def _undecided(votes: list[Vote]) -> list[Any]:
    voted = {vote.proposal_id for vote in votes}
    return present([proposal for proposal in open_proposals() if proposal.proposal_id not in voted])
