"""Decisions' part of the officers' site: their lists, what waits, what closes, what a pause means there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from backoffice import html
from backoffice.approvals.tasks import SOON, approval_tasks, half
from backoffice.directory import ADMINISTRATOR, GUARDIAN
from backoffice.registry import (
    Finding,
    Task,
    register_alert,
    register_banner,
    register_group,
    register_page,
    register_panel,
    register_section,
    register_waiting,
)
from contracts.selectors import chain_now
from governance.ballots.selectors.results import tally
from governance.erasure import approvals as erasure
from governance.parameters import strategies
from governance.parameters.selectors.strategies import strategy_kinds
from governance.pauses import views as pauses
from governance.pauses.selectors import pause_now, running_pause
from governance.proposals.admin.pieces import (
    drafts_with_needs,
    open_cancellations,
    proposal_url,
    quorum_note,
    supported_drafts,
    tally_bar,
    tally_words,
)
from governance.proposals.keeper import overdue
from governance.proposals.models import CancellationRequest, Proposal
from governance.proposals.selectors.conditions import current_conditions
from governance.proposals.selectors.proposals import open_proposals
from governance.proposals.state import vote_closes
from identity.accounts.selectors import names_for

_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Closing:
    """A vote that is open: when it closes, how it stands."""

    proposal: Proposal
    closes_at: datetime
    hot: bool
    bar: SafeString
    words: str
    quorum_note: str


def _cancellations() -> list[Task]:
    now = chain_now()
    rows = open_cancellations(now)
    names = names_for([row.administrator for row in rows]) if rows else {}
    return [_cancel(row, names, now) for row in rows]


def _cancel(row: CancellationRequest, names: dict[str, str], now: datetime) -> Task:
    return half(
        what=_("Cancel a proposal"),
        title=_title(row.proposal),
        url=proposal_url(row.proposal_id),
        icon="do_not_disturb",
        roles={ADMINISTRATOR},
        asked_by=row.administrator,
        name=names[row.administrator],
        asked_at=row.timestamp,
        expires_at=row.expires_at,
        now=now,
    )


def _proposals() -> list[Task]:
    return [*_cancellations(), *(_open(proposal) for proposal in supported_drafts())]


def _open(proposal: Proposal) -> Task:
    count = proposal.endorsements
    words = ngettext("%(n)s endorsement, enough", "%(n)s endorsements, enough", count)
    return Task(
        what=_("Open a vote"),
        title=_title(proposal),
        url=proposal_url(proposal.proposal_id),
        icon="flag",
        meta=words % {"n": html.nice(count)},
        roles=frozenset({ADMINISTRATOR}),
    )


def _title(proposal: Proposal) -> str:
    return _("No. %(id)s %(title)s") % {"id": proposal.proposal_id, "title": proposal.title}


def _pause_wishes() -> list[Task]:
    now = chain_now()
    pause = running_pause(now)
    if pause is None:
        return []
    names = names_for([wish.guardian for wish in pause.wishes.values()]) if pause.wishes else {}
    return [
        half(
            what=_("Emergency"),
            title=_("End the pause") if lift else _("Extend the pause"),
            url=reverse("admin:emergency"),
            icon="do_not_disturb",
            roles={GUARDIAN},
            asked_by=wish.guardian,
            name=names[wish.guardian],
            asked_at=wish.at,
            expires_at=min(wish.expires_at, pause.end),
            now=now,
        )
        for lift, wish in sorted(pause.wishes.items(), reverse=True)
    ]


def _pause_banner() -> dict[str, Any] | None:
    pause = pause_now()
    return {"pause": pause} if pause is not None else None


def _gathering(request: HttpRequest) -> dict[str, Any] | None:
    """Drafts that still lack endorsements, the nearest to enough first."""
    found = [each for each in drafts_with_needs() if not each.enough]
    found.sort(key=lambda each: (-each.proposal.endorsements, each.proposal.created_at))
    return {"drafts": found[:_SHOWN]} if found else None


def _closing(request: HttpRequest) -> dict[str, Any]:
    """The open votes that close first, and how many are open in all."""
    rows = open_proposals()
    at, kinds = current_conditions(), strategy_kinds()
    shown: list[Closing] = []
    for proposal in rows[:_SHOWN]:
        closes = vote_closes(proposal, at.stops)
        if closes is not None:
            view = tally(proposal)
            decimals = strategies.decimals(kinds.get(proposal.strategy, strategies.ONE_PERSON))
            hot, words = closes - at.now < SOON, tally_words(view, decimals)
            note = quorum_note(view, decimals)
            shown.append(Closing(proposal, closes, hot, tally_bar(view), words, note))
    return {"votes": shown, "open": len(rows), "sentence": _sentence(shown)}


def _sentence(closing: list[Closing]) -> str:
    if not closing:
        return ""
    hot = sum(1 for vote in closing if vote.hot)
    if hot:
        return ngettext("%(n)d vote closes within a day.", "%(n)d votes close within a day.", hot) % {
            "n": hot
        }
    return _("The next vote closes %(when)s.") % {"when": html.away(closing[0].closes_at)}


def _paused() -> Iterator[Finding]:
    pause = pause_now()
    if pause is not None:
        meta = _("It ends by itself %(when)s unless guardians extend or end it.") % {
            "when": html.away(pause.end)
        }
        yield Finding(_("The contracts are paused"), meta, reverse("admin:emergency"))


def _undone() -> Iterator[Finding]:
    waiting = overdue()
    if waiting:
        text = ngettext(
            "%(n)d decision has waited for more than ten minutes to be carried on",
            "%(n)d decisions have waited for more than ten minutes to be carried on",
            len(waiting),
        ) % {"n": len(waiting)}
        url = reverse("admin:governance_proposal_change", args=[waiting[0].proposal.pk])
        yield Finding(text, _("The keeper is off, or the contract refuses. Anyone can do it instead."), url)


register_group("decisions", gettext_lazy("Decisions"), order=20)
for place, (label, icon, model, waiting) in enumerate(
    (
        (gettext_lazy("Proposals"), "flag", "proposal", "proposals"),
        (gettext_lazy("Votes"), "check_circle", "vote", ""),
        (gettext_lazy("Ballot reasons"), "edit", "ballotreason", "erasures"),
        (gettext_lazy("Delegations"), "people", "delegationchange", ""),
        (gettext_lazy("Rules in force"), "settings", "parameterchange", ""),
        (gettext_lazy("Ways of counting"), "insights", "strategy", ""),
    )
):
    register_section(
        "decisions", order=place * 10, label=label, icon=icon, to=f"governance.{model}", waiting=waiting
    )
register_section(
    "start",
    order=20,
    label=gettext_lazy("Emergency"),
    icon="do_not_disturb",
    to="emergency",
    waiting="pause-wishes",
)
register_waiting("pause-wishes", _pause_wishes, order=0)
register_waiting("proposals", _proposals, order=10)
register_waiting("erasures", partial(approval_tasks, erasure.KIND), order=40)
register_page("emergency", route="emergency/", view=pauses.emergency)
register_page("emergency_action", route="emergency/<slug:name>/", view=pauses.emergency_action)
register_banner("pause", "admin/chrome/pause.html", _pause_banner, place="top", order=0)
register_panel("closing", "admin/panels/closing.html", _closing, place="main", order=0)
register_panel("gathering", "admin/panels/gathering.html", _gathering, place="main", order=10)
register_alert("paused", "critical", _paused, runbook="voting-is-paused")
register_alert("decisions-wait", "high", _undone, runbook="the-keeper-is-off")
