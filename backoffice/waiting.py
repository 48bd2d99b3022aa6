"""What waits for officers: read anew where it is shown, kept for a while where it is only counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import chain

from django.core.cache import cache
from django.utils import timezone

from backoffice import registry
from backoffice.directory import Officer
from backoffice.registry import Task

COUNTED_SECONDS = 15  # how old a badge may be; the dashboard and the inbox, which list it, count anew
_KEY = "backoffice:waiting"
_NO_HURRY = timedelta(days=30)  # where what has no date comes among what has


@dataclass(frozen=True, slots=True)
class Waiting:
    """Everything that waits, by the name of its list."""

    lists: Mapping[str, list[Task]]

    def for_officer(self, officer: Officer) -> list[Task]:
        """What this officer can do now; what lapses first comes first."""
        at = timezone.now() + _NO_HURRY
        found = [task for task in self._all() if _can_do(officer, task) and not _asked(officer, task)]
        return sorted(found, key=lambda task: (task.due is None, task.due or at))

    def by_officer(self, officer: Officer) -> list[Task]:
        """What this officer signed first and another one has to finish."""
        return [task for task in self._all() if _asked(officer, task)]

    def for_two(self) -> list[Task]:
        """What has one of two signatures, whoever gave it; what lapses first comes first."""
        at = timezone.now() + _NO_HURRY
        return sorted((task for task in self._all() if task.asked_by), key=lambda task: task.due or at)

    def _all(self) -> chain[Task]:
        return chain.from_iterable(self.lists.values())


def waiting() -> Waiting:
    """Read what waits, and keep the counts for the badges."""
    found = Waiting({each.name: list(each.rows()) for each in registry.waiting_lists()})
    cache.set(_KEY, {name: len(tasks) for name, tasks in found.lists.items()}, COUNTED_SECONDS)
    return found


def counts() -> Mapping[str, int]:
    """How much waits in each list, at most ``COUNTED_SECONDS`` old; so that no page pays for its badges."""
    known: dict[str, int] | None = cache.get(_KEY)
    if known is None:
        known = {name: len(tasks) for name, tasks in waiting().lists.items()}
    return known


def _can_do(officer: Officer, task: Task) -> bool:
    return any(officer.holds(role) for role in task.roles)


def _asked(officer: Officer, task: Task) -> bool:
    return bool(task.asked_by) and officer.is_same_person(task.asked_by)
