"""Pauses: the one that holds, who asked to extend or end it, and how those before it went."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from contracts.models import ChainEvent
from contracts.selectors import chain_now
from contracts.times import moment
from governance.pauses.models import PauseChange, PauseKind
from governance.proposals import state
from identity.reasons.selectors import reason_text
from identity.roles.models import Role
from identity.roles.selectors.roles import has_role_since

EXTEND, LIFT = False, True  # what a PauseChangeRequested asks for


@dataclass(frozen=True, slots=True)
class PauseWish:
    """One guardian's half of extending or ending a pause: it changes nothing until a second one follows."""

    guardian: str
    at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Extension:
    """A pause made longer. ``first`` asked and ``second`` followed, lower case addresses.

    The first extension of a pause is a second guardian who joins it, alone: ``first`` is None.
    """

    first: str | None
    second: str | None
    until: datetime


@dataclass(slots=True)
class PauseStory:
    """A pause from its beginning on: ``end`` is its limit, or when it was lifted.

    ``reason_hash`` is that of the words that the guardian gave. ``lifted_by`` sent the call that lifted it, a
    guardian or the timelock that carries proposals out; None if it ran its time. After a proposal lifted it,
    nobody may pause before ``immune_until``. ``wishes`` wait for a second guardian, by what they ask
    (:data:`EXTEND`, :data:`LIFT`).
    """

    number: int
    start: datetime
    end: datetime
    by: str | None
    reason_hash: str | None = None
    extensions: list[Extension] = field(default_factory=list)
    asked_to_lift: str | None = None
    lifted_by: str | None = None
    immune_until: datetime | None = None
    wishes: dict[bool, PauseWish] = field(default_factory=dict)

    @property
    def joined_by(self) -> str | None:
        """The second guardian who joined it, if one did."""
        return self.extensions[0].second if self.extensions else None

    @property
    def reason(self) -> str:
        """The words behind ``reason_hash``, empty where they aren't kept here."""
        return reason_text(self.reason_hash)

    def holds_at(self, moment: datetime) -> bool:
        """Whether it holds at ``moment``."""
        return self.start <= moment < self.end


def pause_now(at: datetime | None = None) -> state.Pause | None:
    """The pause that holds now (or at ``at``), if one does.

    Every page asks: where there was no pause or the last one was lifted it costs one query.
    """
    changes = list(PauseChange.objects.order_by("event_id"))
    if at is None and (not changes or changes[-1].kind == PauseKind.LIFTED):
        return None
    time = at or chain_now()
    return state.paused_at(time, state.pauses(each for each in changes if each.timestamp <= time))


def pause_stories() -> list[PauseStory]:
    """Every pause, the newest first."""
    return _told(list(PauseChange.objects.order_by("event_id")))[::-1]


def running_pause(now: datetime) -> PauseStory | None:
    """The pause that holds at ``now`` with the wishes that the contract would still count, if one does."""
    changes = list(PauseChange.objects.order_by("event_id"))
    begun = [place for place, change in enumerate(changes) if change.kind == PauseKind.PAUSED]
    if not begun or changes[-1].kind == PauseKind.LIFTED:
        return None
    story = _told(changes[begun[-1] :])[0]
    if not story.holds_at(now):
        return None
    story.wishes = {
        what: wish
        for what, wish in story.wishes.items()
        if now < wish.expires_at and has_role_since(wish.guardian, Role.GUARDIAN, wish.at)
    }
    return story


def immune_until() -> datetime | None:
    """Before when nobody may pause, because a proposal lifted a pause; None if no proposal ever did."""
    lifted = PauseChange.objects.filter(immune_until__isnull=False).order_by("-event_id")
    return lifted.values_list("immune_until", flat=True).first()


def _told(changes: list[PauseChange]) -> list[PauseStory]:
    if not changes:
        return []
    asked = ChainEvent.objects.filter(
        event_name__in=["PauseChangeRequested", "PauseRequestWithdrawn"], position__gt=changes[0].event_id
    ).order_by("position")
    entries: Iterable[tuple[int, PauseChange | ChainEvent]] = [
        *((change.event_id, change) for change in changes),
        *((event.position, event) for event in asked),
    ]
    stories: list[PauseStory] = []
    for _position, entry in sorted(entries, key=lambda pair: pair[0]):
        if isinstance(entry, ChainEvent):
            _wish(stories[-1], entry)
        elif entry.kind == PauseKind.PAUSED:
            stories.append(
                PauseStory(
                    entry.number, entry.timestamp, entry.until or entry.timestamp, entry.by, entry.reason_hash
                )
            )
        else:
            _change(stories[-1], entry)
    return stories


def _wish(story: PauseStory, event: ChainEvent) -> None:
    """A wish holds for the pause that it names; a newer one takes its place."""
    what, guardian = bool(event.data["lift"]), str(event.data["guardian"]).lower()
    if int(event.data["pauseNumber"]) != story.number:
        return
    if event.event_name == "PauseRequestWithdrawn":
        story.wishes.pop(what, None)
        return
    expires_at = moment(int(event.data["expiresAt"])) or event.timestamp
    story.wishes[what] = PauseWish(guardian, event.timestamp, expires_at)


def _change(story: PauseStory, change: PauseChange) -> None:
    """What a second guardian, two or a proposal did; it uses up the wish for the same."""
    if change.kind == PauseKind.EXTENDED:
        wish = story.wishes.pop(EXTEND, None)
        story.end = change.until or story.end
        story.extensions.append(Extension(wish.guardian if wish else None, change.by, story.end))
    else:
        wish = story.wishes.get(LIFT)
        story.end, story.lifted_by, story.immune_until = change.timestamp, change.by, change.immune_until
        # A proposal asks nobody.
        story.asked_to_lift = wish.guardian if wish and change.immune_until is None else None
        story.wishes = {}
