"""The home page, help, how to check the count, the choice of a language."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import Resolver404, resolve
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.views.decorators.http import require_safe

from contracts.deployment import deployment
from contracts.errors import ChainError
from contracts.selectors import last_recount
from core.http.pages import page
from governance.pauses.rules import PAUSE_AHEAD, PAUSE_ALONE, PAUSE_IMMUNITY, PAUSE_JOINED, PAUSE_REPEAT
from governance.proposals.models import ProposalState
from governance.proposals.selectors.listing import NEWEST, Wanted, list_page
from governance.proposals.selectors.proposals import open_proposals, recent_results
from governance.proposals.selectors.stats import governance_stats
from governance.proposals.views.present import present, rule_values

LATEST_RESULTS = 3
WAITING_FOR_SUPPORT = 3


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What is being decided now, what was decided last, how it works."""
    drafts = list_page(Wanted(states=(ProposalState.DRAFT.value,)), sort=NEWEST).rows[:WAITING_FOR_SUPPORT]
    views = present([*open_proposals(), *recent_results(LATEST_RESULTS), *drafts])
    return page(
        request,
        "home.html",
        open=[view for view in views if view.is_open],
        results=[view for view in views if view.has_vote and view.is_closed],
        drafts=[view for view in views if view.proposal.state == ProposalState.DRAFT],
        rules=rule_values(),
        **_figures(),
    )


@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """Help in plain words, with the rules as they stand."""
    return page(
        request,
        "help.html",
        "help",
        rules=rule_values(),
        pause_alone=PAUSE_ALONE,
        pause_joined=PAUSE_JOINED,
        pause_ahead=PAUSE_AHEAD,
        pause_repeat=PAUSE_REPEAT,
        pause_immunity=PAUSE_IMMUNITY,
    )


@require_safe
def check(request: HttpRequest) -> HttpResponse:
    """How anyone checks the count, and the last full recount if one was made."""
    results = recent_results(1)
    return page(
        request,
        "check.html",
        "check",
        confirmations=settings.CHAIN_CONFIRMATIONS,
        contracts=_contracts(),
        example=results[0] if results else None,
        **_figures(),
    )


@require_safe
def language(request: HttpRequest, code: str) -> HttpResponse:
    """Remember the reader's language (a cookie) and go back to where they were."""
    target = request.GET.get("next", "/")
    if not url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        target = "/"
    try:
        resolve(urlsplit(target).path)
    except Resolver404:
        target = "/"
    response = HttpResponseRedirect(target)
    if check_for_language(code) and code in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            code,
            max_age=365 * 86_400,
            samesite="Lax",
            secure=request.is_secure(),
            httponly=True,
        )
    return response


def _figures() -> dict[str, Any]:
    stats = governance_stats()
    decided = (ProposalState.SUCCEEDED, ProposalState.DEFEATED, ProposalState.QUEUED, ProposalState.EXECUTED)
    return {
        "open_count": stats.open_votes,
        "next_closing": stats.next_closes_at,
        "citizens": stats.citizens,
        "votes_total": stats.votes,
        "proposal_count": stats.proposals.total,
        "decided_count": sum(stats.proposals.by_state[state] for state in decided),
        "recount": last_recount(),
    }


def _contracts() -> list[tuple[str, str]]:
    try:
        return sorted(deployment().contracts.items())
    except ChainError:
        return []
