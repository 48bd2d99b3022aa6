"""Parts of pages, loaded again by htmx when the record moves or for the reader's wallet."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_safe

from core.http.pages import part, reader_address, render_domain_errors
from governance.ballots.selectors.waiting import needs_my_vote
from governance.delegation.selectors.delegations import current_delegations
from governance.proposals.models import Proposal
from governance.proposals.selectors.proposals import get_proposal, open_proposals
from governance.proposals.views import detail
from governance.proposals.views.present import announced, names_of, pause_told, present, record_state
from identity.census.selectors.roll import is_citizen


def _part_of(template: str, context: Callable[[Proposal], detail.Context]) -> Callable[..., HttpResponseBase]:
    @require_safe
    @render_domain_errors
    def view(request: HttpRequest, proposal_id: str) -> HttpResponse:
        return part(request, template, **context(get_proposal(proposal_id)))

    return view


head = _part_of("proposals/parts/head.html", detail.head)
steps = _part_of("proposals/parts/steps.html", detail.steps)
result = _part_of("proposals/parts/result.html", detail.result)
supporters = _part_of("proposals/parts/supporters.html", detail.supporters)
terms = _part_of("proposals/parts/terms.html", detail.terms)
record = _part_of("proposals/parts/record.html", detail.record)


@require_safe
@render_domain_errors
def ballot(request: HttpRequest, proposal_id: str) -> HttpResponse:
    """The panel in which the reader votes or supports, for ``?address=``."""
    return part(
        request,
        "proposals/parts/ballot.html",
        **detail.ballot(get_proposal(proposal_id), reader_address(request)),
    )


@require_safe
@render_domain_errors
def trial(request: HttpRequest, proposal_id: str) -> HttpResponse:
    """Whether its actions could be carried out at this moment."""
    return part(request, "proposals/parts/trial.html", **detail.trial(get_proposal(proposal_id)))


@require_safe
def strip(request: HttpRequest) -> HttpResponse:
    """How fresh the record is."""
    return part(request, "components/record_strip.html", **record_state())


@require_safe
def pause(request: HttpRequest) -> HttpResponse:
    """That voting stands still; empty while it does not."""
    return part(request, "components/pause.html", pause=pause_told())


@require_safe
def officers(request: HttpRequest) -> HttpResponse:
    """Announced changes of officers; empty while there are none."""
    return part(request, "components/announced.html", announced=announced())


@require_safe
def open_now(request: HttpRequest) -> HttpResponse:
    """The cards of what can be voted on now."""
    return part(request, "parts/open.html", open=present(open_proposals()))


@require_safe
def needs_vote(request: HttpRequest) -> HttpResponse:
    """What waits for the reader's vote."""
    address = reader_address(request)
    waiting = present(needs_my_vote(address)) if address else []
    lost = [each for each in current_delegations(address) if not each.stands] if address else []
    return part(
        request,
        "parts/needs_my_vote.html",
        address=address,
        waiting=waiting,
        delegations=lost,
        is_citizen=bool(waiting) or (bool(address) and is_citizen(address)),
        names=names_of(address, *(each.delegate for each in lost)),
    )
