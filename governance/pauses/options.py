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

from audit.registry import register_action
from backoffice import html
from contracts.acts.calls import as_transaction
from contracts.calldata import encode_call
from governance.pauses.models import PauseChange, PauseKind
from governance.pauses.rules import PAUSE_AHEAD, PAUSE_ALONE, PAUSE_EXTENSION, PAUSE_JOINED, PAUSE_REPEAT
from governance.pauses.selectors import EXTEND, LIFT, PauseStory, PauseWish, immune_until
from governance.proposals.admin.signing import Check
from governance.proposals.models import Proposal, ProposalState, ProposalType
from identity.accounts.selectors import name_for, names_for
from identity.reasons.selectors import reason_texts
from identity.roles.admin.officer import OfficerNow
from identity.roles.models import Role

PAUSE_CALL_TAKEN = register_action("pause.call-taken", gettext_lazy("Took the call that pauses voting"))
EXTENSION_CALL_TAKEN = register_action(
    "pause-extension.call-taken", gettext_lazy("Took the call that extends a pause")
)
LIFT_CALL_TAKEN = register_action("pause-end.call-taken", gettext_lazy("Took the call that ends a pause"))
WITHDRAWAL_CALL_TAKEN = register_action(
    "pause-request.withdrawal-call-taken",
    gettext_lazy("Took the call that takes a request about a pause back"),
)


@dataclass(frozen=True, slots=True)
class PauseAction:
    """What a guardian's wallet can send to GovernanceCore.

    ``recorded`` is its code in the audit log. ``word`` is typed to confirm it. ``wish``: which request waits
    for a second guardian, None where one is enough. ``asks_reason``: a public reason goes with it.
    """

    function: str
    recorded: str
    wish: bool | None
    word: str
    title: str | Promise
    button: str | Promise
    send: str | Promise
    asks_reason: bool = False


PAUSE = PauseAction(
    "pause",
    PAUSE_CALL_TAKEN,
    None,
    "PAUSE",
    gettext_lazy("Pause voting"),
    gettext_lazy("Pause voting…"),
    gettext_lazy("Send it and pause voting"),
    asks_reason=True,
)
PAUSE_ACTIONS = {
    "pause": PAUSE,
    "join": PauseAction(
        "extendPause",
        EXTENSION_CALL_TAKEN,
        None,
        "JOIN",
        gettext_lazy("Join the pause"),
        gettext_lazy("Join the pause…"),
        gettext_lazy("Send it and join the pause"),
    ),
    "extend": PauseAction(
        "extendPause",
        EXTENSION_CALL_TAKEN,
        EXTEND,
        "EXTEND",
        gettext_lazy("Extend the pause"),
        gettext_lazy("Extend the pause…"),
        gettext_lazy("Send it and extend the pause"),
    ),
    "end": PauseAction(
        "unpause",
        LIFT_CALL_TAKEN,
        LIFT,
        "END",
        gettext_lazy("End the pause"),
        gettext_lazy("End the pause…"),
        gettext_lazy("Send it and end the pause"),
    ),
    "withdraw-extend": PauseAction(
        "withdrawPauseRequest",
        WITHDRAWAL_CALL_TAKEN,
        EXTEND,
        "WITHDRAW",
        gettext_lazy("Take back the request to extend"),
        gettext_lazy("Take it back…"),
        gettext_lazy("Send it and take it back"),
    ),
    "withdraw-end": PauseAction(
        "withdrawPauseRequest",
        WITHDRAWAL_CALL_TAKEN,
        LIFT,
        "WITHDRAW",
        gettext_lazy("Take back the request to end it"),
        gettext_lazy("Take it back…"),
        gettext_lazy("Send it and take it back"),
    ),
}


@dataclass(frozen=True, slots=True)
class PauseOption:
    """An action as one officer finds it now.

    ``first`` is the request that waits, made by ``first_by``; ``mine``: by this officer. ``until`` is when
    the pause would end, where the action moves that. ``withdraw`` names the action that takes it back.
    """

    name: str
    action: PauseAction
    checks: Sequence[Check]
    first: PauseWish | None
    first_by: str
    mine: bool
    until: datetime | None
    withdraw: str

    @property
    def possible(self) -> bool:
        """Whether the contract would take the call."""
        return all(check.kind != "no" for check in self.checks)

    @property
    def withdraws(self) -> bool:
        """Whether the action takes a request back."""
        return self.name.startswith("withdraw-")

    @property
    def alone_changes_nothing(self) -> bool:
        """Whether the call only asks, and another guardian has to follow."""
        return self.action.wish is not None and self.first is None


@dataclass(frozen=True, slots=True)
class Past:
    """A pause for the table: who began it and why, how long it lasted, how it ended (empty: it holds)."""

    story: PauseStory
    by: str
    length: timedelta
    ending: str
    reason: str
    extensions: Sequence[tuple[str, datetime]]


def call_of(name: str, running: PauseStory | None, reason_hash: str = "") -> dict[str, Any]:
    """The call as the guardian's own wallet sends it (``eth_sendTransaction``).

    Args:
        name: one of ``PAUSE_ACTIONS``.
        running: the pause that holds, which an end names by its number.
        reason_hash: of the words kept for it, where the action asks for a reason.

    Raises:
        ChainError: if no deployment is known.
    """
    action = PAUSE_ACTIONS[name]
    arguments: list[Any] = []
    if action.asks_reason:
        arguments = [reason_hash]
    elif action.function == "unpause":
        arguments = [running.number if running else 0]
    elif action.function == "withdrawPauseRequest":
        arguments = [action.wish]
    return as_transaction("GovernanceCore", encode_call("GovernanceCore", action.function, arguments))


def option(name: str, officer: OfficerNow, running: PauseStory | None, now: datetime) -> PauseOption:
    """The action ``name`` for this officer, held against the mirror at ``now``."""
    action = PAUSE_ACTIONS[name]
    first = running.wishes.get(action.wish) if running and action.wish is not None else None
    mine = first is not None and officer.is_same_person(first.guardian)
    own = first is not None and officer.address == first.guardian
    checks = [_guardian(officer)]
    if officer.holds(Role.GUARDIAN):
        checks += _checks(name, officer, running, first, mine, now)
    return PauseOption(
        name=name,
        action=action,
        checks=checks,
        first=first,
        first_by=name_for(first.guardian) if first else "",
        mine=mine,
        until=_until(name, running, now),
        withdraw=f"withdraw-{name}" if own and f"withdraw-{name}" in PAUSE_ACTIONS else "",
    )


def options(officer: OfficerNow, running: PauseStory | None, now: datetime) -> list[PauseOption]:
    """What can be done in the present situation: begin a pause, or end and lengthen the one that holds."""
    longer = "join" if running is not None and running.joined_by is None else "extend"
    names = ("pause",) if running is None else ("end", longer)
    return [option(name, officer, running, now) for name in names]


def _checks(
    name: str,
    officer: OfficerNow,
    running: PauseStory | None,
    first: PauseWish | None,
    mine: bool,
    now: datetime,
) -> list[Check]:
    if name == "pause":
        return [_not_paused(running), _repeat(officer, now), *_immune(now)]
    if running is None:
        return [Check("no", _("Voting is not paused"))]
    if name.startswith("withdraw-"):
        own = first is not None and officer.address == first.guardian
        return [] if own else [Check("no", _("There is no request of yours to take back."))]
    if name == "join":
        return [_join(officer, running)]
    if name == "extend" and running.joined_by is None:
        return [Check("no", _("A second guardian has to join the pause first."))]
    if name == "extend" and running.end >= now + PAUSE_AHEAD:
        return [Check("no", _("It reaches as far ahead as a pause may."))]
    return [_second(first, name_for(first.guardian) if first else "", mine)]


def _until(name: str, running: PauseStory | None, now: datetime) -> datetime | None:
    """When the pause would end."""
    if name == "pause":
        return now + PAUSE_ALONE
    if running is None:
        return None
    if name == "join":
        return running.start + PAUSE_JOINED
    if name == "extend":
        return min(running.end + PAUSE_EXTENSION, now + PAUSE_AHEAD)
    return None


def stopped() -> tuple[int, int]:
    """What a pause stops now: open votes, and adopted proposals that wait to be carried out."""
    bound = Proposal.objects.exclude(proposal_type=ProposalType.EMERGENCY)
    waiting = [ProposalState.SUCCEEDED, ProposalState.QUEUED]
    return bound.filter(state=ProposalState.ACTIVE).count(), bound.filter(state__in=waiting).count()


def history(stories: Sequence[PauseStory], now: datetime) -> list[Past]:
    """The pauses with the names of those who made them; three queries, however many."""
    people = {person for story in stories for person in _people(story)}
    names = names_for(people) if people else {}
    reasons = reason_texts(story.reason_hash for story in stories)
    return [
        Past(
            story=story,
            by=names.get(story.by or "", ""),
            length=min(story.end, now) - story.start,
            ending=_ending(story, names, now),
            reason=reasons.get(story.reason_hash or "", ""),
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
    again = html.moment(last + PAUSE_REPEAT)
    text = _("You began one {last}: you can pause again from {again}. Other guardians need not wait.")
    return Check("no", format_html(text, last=html.moment(last), again=again))


def _immune(now: datetime) -> list[Check]:
    until = immune_until()
    if until is None or now >= until:
        return []
    text = _("The citizens lifted a pause: nobody can pause again before {until}.")
    return [Check("no", format_html(text, until=html.moment(until, year=True)))]


def _join(officer: OfficerNow, running: PauseStory) -> Check:
    if running.joined_by is not None:
        return Check("no", _("A second guardian has joined it already"))
    if running.by is not None and officer.is_same_person(running.by):
        return Check("no", _("You began it. Another guardian can join."))
    return Check("ok", _("You did not begin it: with you it has two guardians"))


def _second(first: PauseWish | None, first_by: str, mine: bool) -> Check:
    if mine:
        return Check("no", _("You asked first. Another guardian has to follow."))
    if first is None:
        return Check("warn", _("Nobody has asked yet: yours is the first of two, and changes nothing alone"))
    text = _("{name} asked {when}: with yours it is done")
    return Check("ok", format_html(text, name=first_by, when=html.moment(first.at)))


def _last_begun(officer: OfficerNow, now: datetime) -> datetime | None:
    """When the same person last began a pause, if that was too short a while ago."""
    begun = PauseChange.objects.filter(kind=PauseKind.PAUSED, timestamp__gt=now - PAUSE_REPEAT)
    rows = begun.order_by("-event_id").values_list("by", "timestamp")
    return next((at for by, at in rows if by and officer.is_same_person(by)), None)


def _people(story: PauseStory) -> list[str]:
    halves = [half for each in story.extensions for half in (each.first, each.second)]
    return [person for person in (story.by, story.asked_to_lift, story.lifted_by, *halves) if person]


def _ending(story: PauseStory, names: dict[str, str], now: datetime) -> str:
    if story.lifted_by is None:
        return "" if story.holds_at(now) else _("By itself")
    if story.immune_until is not None:
        return _("By an adopted proposal")
    return _("By %(people)s") % {"people": _two(story.asked_to_lift, story.lifted_by, names)}


def _two(first: str | None, second: str | None, names: dict[str, str]) -> str:
    if first and second:
        return _("%(first)s and %(second)s") % {"first": names[first], "second": names[second]}
    return names.get(first or second or "", "")
