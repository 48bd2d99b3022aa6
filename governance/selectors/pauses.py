"""Pauses: the one that holds, who asked to extend or end it, and how those before it went."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from contracts.models import ChainEvent
from governance import state
from governance.models import PauseChange, PauseKind
from identity import selectors as identity
from identity.models import Role

EXTEND, LIFT = False, True  # what a PauseChangeRequested asks for


@dataclass(frozen=True, slots=True)
class PauseWish:
    """One guardian's half of extending or ending a pause: it changes nothing until a second one follows."""

    guardian: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Extension:
    """A pause made longer. ``first`` asked and ``second`` followed, lower case addresses."""

    first: str | None
    second: str | None
    until: datetime


@dataclass(slots=True)
class PauseStory:
    """A pause from its beginning on: ``end`` is its limit, or when it was lifted.

    ``lifted_by`` sent the call that lifted it, a guardian or the timelock that carries proposals out; None if
    it ran its time. ``wishes`` wait for a second guardian, by what they ask (:data:`EXTEND`, :data:`LIFT`).
    """

    start: datetime
    end: datetime
    by: str | None
    extensions: list[Extension] = field(default_factory=list)
    asked_to_lift: str | None = None
    lifted_by: str | None = None
    wishes: dict[bool, PauseWish] = field(default_factory=dict)

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
    moment = at or identity.now()
    return state.paused_at(moment, state.pauses(each for each in changes if each.timestamp <= moment))


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
    if story.wishes:
        guardians = {member.address for member in identity.members(Role.GUARDIAN, now)}
        story.wishes = {what: wish for what, wish in story.wishes.items() if wish.guardian in guardians}
    return story


def _told(changes: list[PauseChange]) -> list[PauseStory]:
    if not changes:
        return []
    asked = ChainEvent.objects.filter(
        event_name="PauseChangeRequested", position__gt=changes[0].event_id
    ).order_by("position")
    entries: Iterable[tuple[int, PauseChange | ChainEvent]] = [
        *((change.event_id, change) for change in changes),
        *((event.position, event) for event in asked),
    ]
    stories: list[PauseStory] = []
    for _position, entry in sorted(entries, key=lambda pair: pair[0]):
        if isinstance(entry, PauseChange) and entry.kind == PauseKind.PAUSED:
            stories.append(PauseStory(entry.timestamp, entry.until or entry.timestamp, entry.by))
        elif isinstance(entry, ChainEvent):
            wish = PauseWish(str(entry.data["guardian"]).lower(), entry.timestamp)
            stories[-1].wishes[bool(entry.data["lift"])] = wish
        else:
            _change(stories[-1], entry)
    return stories


def _change(story: PauseStory, change: PauseChange) -> None:
    """What two guardians or a proposal did; a wish was for the pause as it was, so none outlives it."""
    if change.kind == PauseKind.EXTENDED:
        wish = story.wishes.get(EXTEND)
        story.end = change.until or story.end
        story.extensions.append(Extension(wish.guardian if wish else None, change.by, story.end))
    else:
        wish = story.wishes.get(LIFT)
        story.end, story.lifted_by = change.timestamp, change.by
        story.asked_to_lift = wish.guardian if wish else None
    story.wishes = {}
