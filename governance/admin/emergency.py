"""What a guardian may do about a pause, and what stands in the way. The contract decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contracts.acts.calls import as_transaction
from contracts.calldata import encode_call
from daoportal.desk import html
from governance import rules
from governance.admin.signing import Check
from governance.models import PauseChange, PauseKind, Proposal, ProposalState, ProposalType
from governance.selectors.pauses import EXTEND, LIFT, PauseStory, PauseWish
from identity import selectors as identity
from identity.admin.officer import OfficerNow
from identity.models import Role, RoleChange


@dataclass(frozen=True, slots=True)
class Deed:
    """What a guardian's wallet can send: ``function`` of GovernanceCore, which takes no arguments.

    ``word`` is typed to confirm it. ``wish``: which request waits for a second guardian, None for a pause.
    """

    function: str
    wish: bool | None
    word: str
    title: str | Promise
    button: str | Promise
    send: str | Promise


PAUSE = Deed(
    "pause",
    None,
    "PAUSE",
    gettext_lazy("Pause voting"),
    gettext_lazy("Pause voting…"),
    gettext_lazy("Send it and pause voting"),
)
DEEDS = {
    "pause": PAUSE,
    "extend": Deed(
        "extendPause",
        EXTEND,
        "EXTEND",
        gettext_lazy("Extend the pause"),
        gettext_lazy("Extend the pause…"),
        gettext_lazy("Send it and extend the pause"),
    ),
    "end": Deed(
        "unpause",
        LIFT,
        "END",
        gettext_lazy("End the pause"),
        gettext_lazy("End the pause…"),
        gettext_lazy("Send it and end the pause"),
    ),
}


@dataclass(frozen=True, slots=True)
class Offer:
    """A deed as one officer finds it now.

    ``first`` is the request that waits, made by ``first_by``; ``mine``: by this officer.
    """

    name: str
    deed: Deed
    checks: Sequence[Check]
    first: PauseWish | None
    first_by: str
    mine: bool

    @property
    def possible(self) -> bool:
        """Whether the contract would take the call."""
        return all(check.kind != "no" for check in self.checks)

    @property
    def alone_changes_nothing(self) -> bool:
        """Whether the call only asks, and another guardian has to follow."""
        return self.deed.wish is not None and self.first is None


@dataclass(frozen=True, slots=True)
class Past:
    """A pause for the table: who began it, how long it lasted, how it ended (empty while it holds)."""

    story: PauseStory
    by: str
    length: timedelta
    ending: str
    extensions: Sequence[tuple[str, datetime]]


def call_of(deed: Deed) -> dict[str, Any]:
    """The call as the guardian's own wallet sends it (``eth_sendTransaction``).

    Raises:
        ChainError: if no deployment is known.
    """
    return as_transaction("GovernanceCore", encode_call("GovernanceCore", deed.function))


def offer(name: str, officer: OfficerNow, running: PauseStory | None, now: datetime) -> Offer:
    """The deed ``name`` for this officer, held against the mirror at ``now``."""
    deed = DEEDS[name]
    first = running.wishes.get(deed.wish) if running and deed.wish is not None else None
    mine = first is not None and officer.is_same_person(first.guardian)
    first_by = identity.name_for(first.guardian) if first else ""
    checks = [_guardian(officer)]
    if officer.holds(Role.GUARDIAN) and deed.wish is None:
        checks += [_not_paused(running), _repeat(officer, now)]
    elif officer.holds(Role.GUARDIAN):
        checks.append(_second(running, first, first_by, mine))
    return Offer(name, deed, checks, first, first_by, mine)


def offers(officer: OfficerNow, running: PauseStory | None, now: datetime) -> list[Offer]:
    """What can be done in the present situation: begin a pause, or end and extend the one that holds."""
    names = ("pause",) if running is None else ("end", "extend")
    return [offer(name, officer, running, now) for name in names]


def stopped() -> tuple[int, int]:
    """What a pause stops now: open votes, and adopted proposals that wait to be carried out."""
    bound = Proposal.objects.exclude(proposal_type=ProposalType.EMERGENCY)
    waiting = [ProposalState.SUCCEEDED, ProposalState.QUEUED]
    return bound.filter(state=ProposalState.ACTIVE).count(), bound.filter(state__in=waiting).count()


def history(stories: Sequence[PauseStory], now: datetime) -> list[Past]:
    """The pauses with the names of those who made them; three queries, however many."""
    people = {person for story in stories for person in _people(story)}
    names = identity.names_for(people) if people else {}
    guardians = set(
        RoleChange.objects.filter(role=Role.GUARDIAN, account__in=people).values_list("account", flat=True)
    )
    return [
        Past(
            story=story,
            by=names.get(story.by or "", ""),
            length=min(story.end, now) - story.start,
            ending=_ending(story, names, guardians, now),
            extensions=[(_two(each.first, each.second, names), each.until) for each in story.extensions],
        )
        for story in stories
    ]


def _guardian(officer: OfficerNow) -> Check:
    held = officer.holds(Role.GUARDIAN)
    if held is not None:
        if held.until is None:
            return Check("ok", _("You may: Guardian, without an end"))
        return Check("ok", _("You may: Guardian until %(date)s") % {"date": f"{held.until:%d %b %Y}"})
    if officer.address is None:
        return Check("no", _("No address is linked to your account, so there is nothing to sign with."))
    return Check("no", _("Your address is no guardian’s on chain. Guardians can do this."))


def _not_paused(running: PauseStory | None) -> Check:
    if running is None:
        return Check("ok", _("Voting is not paused"))
    return Check("no", _("Voting is paused already"))


def _repeat(officer: OfficerNow, now: datetime) -> Check:
    last = _last_begun(officer, now)
    if last is None:
        return Check("ok", _("You began no pause within the last 30 days"))
    again = html.moment(last + rules.PAUSE_REPEAT)
    text = _("You began one {last}: you can pause again from {again}. Other guardians need not wait.")
    return Check("no", format_html(text, last=html.moment(last), again=again))


def _second(running: PauseStory | None, first: PauseWish | None, first_by: str, mine: bool) -> Check:
    if running is None:
        return Check("no", _("Voting is not paused"))
    if mine:
        return Check("no", _("You asked first. Another guardian has to follow."))
    if first is None:
        return Check("warn", _("Nobody has asked yet: yours is the first of two, and changes nothing alone"))
    text = _("{name} asked {when}: with yours it is done")
    return Check("ok", format_html(text, name=first_by, when=html.moment(first.at)))


def _last_begun(officer: OfficerNow, now: datetime) -> datetime | None:
    """When the same person last began a pause, if that was too short a while ago."""
    begun = PauseChange.objects.filter(kind=PauseKind.PAUSED, timestamp__gt=now - rules.PAUSE_REPEAT)
    rows = begun.order_by("-event_id").values_list("by", "timestamp")
    return next((at for by, at in rows if by and officer.is_same_person(by)), None)


def _people(story: PauseStory) -> list[str]:
    halves = [half for each in story.extensions for half in (each.first, each.second)]
    return [person for person in (story.by, story.asked_to_lift, story.lifted_by, *halves) if person]


def _ending(story: PauseStory, names: dict[str, str], guardians: set[str], now: datetime) -> str:
    if story.lifted_by is None:
        return "" if story.holds_at(now) else _("By itself")
    if story.lifted_by not in guardians:
        return _("By an adopted proposal")
    return _("By %(people)s") % {"people": _two(story.asked_to_lift, story.lifted_by, names)}


def _two(first: str | None, second: str | None, names: dict[str, str]) -> str:
    if first and second:
        return _("%(first)s and %(second)s") % {"first": names[first], "second": names[second]}
    return names.get(first or second or "", "")
