"""Failed tasks: what the broker keeps among its dead letters, and what an officer may do with one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice import recording
from backoffice.directory import ADMINISTRATOR, holds_any
from backoffice.pages import render_page
from core.queue import deadletters
from core.queue.deadletters import BrokerAway, DeadLetter, LetterGone

_WHY = {
    deadletters.FAILED: gettext_lazy("Every try failed"),
    deadletters.KILLED: gettext_lazy("Each try ended its worker"),
    deadletters.REFUSED: gettext_lazy("The worker refused it"),
}


@dataclass(frozen=True, slots=True)
class TaskAction:
    """What an officer may do with a failed task."""

    action: str
    do: Callable[[str], DeadLetter]
    title: Any
    button: Any
    done: Any


TASK_ACTIONS = {
    "again": TaskAction(
        recording.TASK_SENT_AGAIN,
        deadletters.send_again,
        gettext_lazy("Send this task again?"),
        gettext_lazy("Send again"),
        gettext_lazy("The task was sent again."),
    ),
    "discard": TaskAction(
        recording.TASK_DISCARDED,
        deadletters.discard,
        gettext_lazy("Discard this task?"),
        gettext_lazy("Discard for good"),
        gettext_lazy("The task was discarded."),
    ),
}


def failed_tasks(request: HttpRequest) -> HttpResponse:
    """The list, or why there is none."""
    kept, away, letters = deadletters.are_kept(), False, deadletters.Letters((), 0)
    if kept:
        try:
            letters = deadletters.read()
        except BrokerAway:
            away = True
    context = {
        "title": _("Failed tasks"),
        "kept": kept,
        "away": away,
        "letters": [(letter, _WHY[letter.why]) for letter in letters.shown],
        "total": letters.total,
        "may_act": holds_any(request.user, {ADMINISTRATOR}),
    }
    return render_page(request, "admin/failed_tasks.html", context)


def failed_task(request: HttpRequest, letter: str, name: str) -> HttpResponse:
    """Ask whether to do it; do it."""
    wanted = TASK_ACTIONS.get(name)
    if wanted is None or not deadletters.are_kept():
        raise Http404
    back = reverse(f"{admin.site.name}:failed_tasks")
    try:
        if request.method == "POST":
            _do(request, wanted, letter)
            messages.success(request, str(wanted.done))
            return HttpResponseRedirect(back)
        found = next((each for each in deadletters.read().shown if each.id == letter), None)
        if found is None:
            raise LetterGone(letter=letter)
    except (BrokerAway, LetterGone) as error:
        messages.error(request, str(error.detail))
        return HttpResponseRedirect(back)
    context = {"title": wanted.title, "letter": found, "why": _WHY[found.why], "act": wanted, "name": name}
    return render_page(request, "admin/failed_task.html", context)


def _do(request: HttpRequest, act: TaskAction, letter: str) -> None:
    """Recorded before it is done: a kill in between leaves an entry too many, never one too few."""
    target = f"task:{letter}"[:128]
    recording.record(action=act.action, user=request.user, target=target)
    try:
        act.do(letter)
    except (BrokerAway, LetterGone) as error:
        details = {"asked": act.action, "code": error.code}
        recording.record(action=recording.TASK_LEFT, user=request.user, target=target, details=details)
        raise
