"""What waits: for this officer, for another one, for everybody before it closes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backoffice import html
from contracts.selectors import chain_now
from governance.ballots.selectors.results import TallyView, tally
from governance.parameters import strategies
from governance.parameters.selectors.strategies import strategy_kinds
from governance.pauses.selectors import PauseStory, PauseWish, running_pause
from governance.proposals.admin.pieces import (
    drafts_with_needs,
    open_cancellations,
    proposal_url,
    quorum_note,
    ready_to_open,
    tally_words,
)
from governance.proposals.models import CancellationRequest, Proposal
from governance.proposals.selectors.conditions import current_conditions
from governance.proposals.selectors.proposals import open_proposals
from governance.proposals.state import vote_closes
from identity.accounts.selectors import names_for
from identity.roles.admin.officer import OfficerNow
from identity.roles.admin.requests import request_title, request_verb
from identity.roles.models import Role, RoleRequest
from identity.roles.selectors.announced import AnnouncedChange, announced_officer_changes
from identity.roles.selectors.requests import open_role_requests
from officers.models import Erasure

SOON = timedelta(days=1)
_NO_HURRY = timedelta(days=30)  # where what has no date comes among what has
_SHOWN_CLOSING = 5


@dataclass(frozen=True, slots=True)
class Task:
    """What an officer can do now. ``signed``: how many of two signatures are given; None if one will do"""

    what: str
    title: str
    url: str
    icon: str
    meta: str
    signed: int | None = None
    due: datetime | None = None
    hot: bool = False


@dataclass(frozen=True, slots=True)
class Closing:
    """A vote that is open: when it closes, how it stands."""

    proposal: Proposal
    closes_at: datetime
    hot: bool
    tally: TallyView
    words: str
    quorum_note: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """Everything with a first signature and without a second, and the proposals that are ready to open.

    ``announced``: changes of officers that a guardian may object to, or that anyone can carry out.
    """

    ready: Sequence[Proposal]
    cancellations: Sequence[CancellationRequest]
    role_requests: Sequence[RoleRequest]
    announced: Sequence[AnnouncedChange]
    erasures: Sequence[Erasure]
    pause: PauseStory | None
    names: dict[str, str]
    now: datetime

    def for_officer(self, officer: OfficerNow) -> list[Task]:
        """What this officer can do now; what lapses first comes first."""
        halves = [*self._wishes(officer)] if officer.holds(Role.GUARDIAN) else []
        if officer.is_administrator:
            halves += self._half_done(officer)
        tasks = [task for task, mine in halves if not mine]
        tasks += [self._announced(each) for each in self.announced if self._concerns(officer, each)]
        tasks.sort(key=lambda task: task.due or self.now + _NO_HURRY)
        return tasks + [self._open(proposal) for proposal in self.ready if officer.is_administrator]

    def by_officer(self, officer: OfficerNow) -> list[Task]:
        """What this officer signed first and another one has to finish."""
        return [task for task, mine in [*self._wishes(officer), *self._half_done(officer)] if mine]

    def _wishes(self, officer: OfficerNow) -> Iterator[tuple[Task, bool]]:
        for lift, wish in sorted(self.pause.wishes.items(), reverse=True) if self.pause else ():
            yield self._pause(lift, wish), officer.is_same_person(wish.guardian)

    def _half_done(self, officer: OfficerNow) -> Iterator[tuple[Task, bool]]:
        for cancellation in self.cancellations:
            yield self._cancel(cancellation), officer.is_same_person(cancellation.administrator)
        for request in self.role_requests:
            yield self._role(request), officer.is_same_person(request.administrator)
        for erasure in self.erasures:
            yield self._erase(erasure), erasure.asked_by_id == officer.account

    def _concerns(self, officer: OfficerNow, change: AnnouncedChange) -> bool:
        """Guardians may object until it is due; then administrators see to it that it is carried out."""
        if change.is_due(self.now):
            return officer.is_administrator
        return officer.holds(Role.GUARDIAN) is not None

    def _open(self, proposal: Proposal) -> Task:
        count = proposal.endorsements
        return Task(
            what=_("Open a vote"),
            title=_("No. %(id)s %(title)s") % {"id": proposal.proposal_id, "title": proposal.title},
            url=proposal_url(proposal.proposal_id),
            icon="flag",
            meta=ngettext("%(n)s endorsement, enough", "%(n)s endorsements, enough", count)
            % {"n": html.nice(count)},
        )

    def _cancel(self, row: CancellationRequest) -> Task:
        return Task(
            what=_("Cancel a proposal"),
            title=_("No. %(id)s %(title)s") % {"id": row.proposal_id, "title": row.proposal.title},
            url=proposal_url(row.proposal_id),
            icon="do_not_disturb",
            meta=self._first_by(row.administrator, row.timestamp),
            signed=1,
            due=row.expires_at,
            hot=row.expires_at - self.now < SOON,
        )

    def _role(self, row: RoleRequest) -> Task:
        return Task(
            what=request_verb(row),
            title=request_title(row, self.names),
            url=reverse("admin:identity_rolerequest_change", args=[row.pk]),
            icon="verified_user",
            meta=self._first_by(row.administrator, row.timestamp),
            signed=1,
            due=row.expires_at,
            hot=row.expires_at - self.now < SOON,
        )

    def _announced(self, change: AnnouncedChange) -> Task:
        due = change.is_due(self.now)
        ends = change.expires_at if due else change.effective_at
        facts = {"first": change.asked_by, "second": change.seconded_by}
        return Task(
            what=_("Carry out a change of officers")
            if due
            else _("A change of officers: let it pass or object"),
            title=request_title(change.request, dict(zip(change.accounts, change.names, strict=True))),
            url=reverse("admin:identity_rolerequest_change", args=[change.request.pk]),
            icon="shield",
            meta=_("Agreed by %(first)s and %(second)s") % facts,
            due=ends,
            hot=ends - self.now < SOON,
        )

    def _erase(self, row: Erasure) -> Task:
        return Task(
            what=_("Erase the words of a ballot"),
            title=_("A reason given in proposal %(id)s") % {"id": row.reason.proposal_id},
            url=reverse("admin:governance_ballotreason_change", args=[row.reason_id]),
            icon="edit",
            meta=_("Asked by %(who)s, %(when)s")
            % {"who": row.asked_by.display_name, "when": html.away(row.asked_at)},
            signed=1,
        )

    def _pause(self, lift: bool, wish: PauseWish) -> Task:
        return Task(
            what=_("Emergency"),
            title=_("End the pause") if lift else _("Extend the pause"),
            url=reverse("admin:emergency"),
            icon="do_not_disturb",
            meta=self._first_by(wish.guardian, wish.at),
            signed=1,
            due=wish.expires_at if self.pause is None else min(wish.expires_at, self.pause.end),
            hot=True,
        )

    def _first_by(self, address: str, at: datetime) -> str:
        facts = {"who": self.names.get(address, address), "when": html.away(at, self.now)}
        return _("First signature by %(who)s, %(when)s") % facts


def waiting() -> Waiting:
    """What waits at the newest block."""
    now = chain_now()
    cancellations = open_cancellations(now)
    requests = open_role_requests(now)
    addresses = [row.administrator for row in cancellations] + [row.administrator for row in requests]
    for row in requests:
        addresses += row.accounts
    pause = running_pause(now)
    addresses += [wish.guardian for wish in pause.wishes.values()] if pause else []
    return Waiting(
        ready=ready_to_open(),
        cancellations=cancellations,
        role_requests=requests,
        announced=announced_officer_changes(now),
        erasures=list(Erasure.objects.filter(confirmed_by__isnull=True).select_related("asked_by", "reason")),
        pause=pause,
        names=names_for(addresses) if addresses else {},
        now=now,
    )


@dataclass(frozen=True, slots=True)
class Gathering:
    """A draft that still lacks endorsements."""

    proposal: Proposal
    needed: int


def gathering() -> list[Gathering]:
    """Drafts that still lack endorsements, the nearest to enough first."""
    found = [each for each in drafts_with_needs() if not each.enough]
    found.sort(key=lambda each: (-each.proposal.endorsements, each.proposal.created_at))
    return [Gathering(each.proposal, each.needed) for each in found[:_SHOWN_CLOSING]]


def closing_soon() -> tuple[list[Closing], int]:
    """The open votes that close first, and how many are open in all."""
    rows = open_proposals()
    at, kinds = current_conditions(), strategy_kinds()
    shown: list[Closing] = []
    for proposal in rows[:_SHOWN_CLOSING]:
        closes = vote_closes(proposal, at.stops)
        if closes is not None:
            view = tally(proposal)
            decimals = strategies.decimals(kinds.get(proposal.strategy, strategies.ONE_PERSON))
            shown.append(
                Closing(
                    proposal,
                    closes,
                    closes - at.now < SOON,
                    view,
                    tally_words(view, decimals),
                    quorum_note(view, decimals),
                )
            )
    return shown, len(rows)


def summary(tasks: Iterable[Any], closing: Sequence[Closing]) -> str:
    """The sentence under the greeting."""
    count = len(list(tasks))
    if count:
        first = ngettext("%(n)d thing waits for you.", "%(n)d things wait for you.", count) % {"n": count}
    else:
        first = _("Nothing waits for you.")
    if not closing:
        return first
    hot = sum(1 for vote in closing if vote.hot)
    if hot:
        return (
            first
            + " "
            + ngettext("%(n)d vote closes within a day.", "%(n)d votes close within a day.", hot) % {"n": hot}
        )
    return first + " " + _("The next vote closes %(when)s.") % {"when": html.away(closing[0].closes_at)}
