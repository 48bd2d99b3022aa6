"""Failed tasks: what the broker keeps among its dead letters, and what an officer may do with one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.actions import Action
from audit.services import actor_of, record
from backoffice.permissions import ADMINISTRATOR, OFFICERS, holds_any
from core.queue import deadletters
from core.queue.deadletters import BrokerAway, DeadLetter, LetterGone

_WHY = {
    deadletters.FAILED: gettext_lazy("Every try failed"),
    deadletters.KILLED: gettext_lazy("Each try ended its worker"),
    deadletters.REFUSED: gettext_lazy("The worker refused it"),
}


@dataclass(frozen=True, slots=True)
class Deed:
    """What an officer may do with a failed task."""

    action: Action
    do: Callable[[str], DeadLetter]
    title: Any
    button: Any
    done: Any


DEEDS = {
    "again": Deed(
        Action.TASK_SENT_AGAIN,
        deadletters.send_again,
        gettext_lazy("Send this task again?"),
        gettext_lazy("Send again"),
        gettext_lazy("The task was sent again."),
    ),
    "discard": Deed(
        Action.TASK_DISCARDED,
        deadletters.discard,
        gettext_lazy("Discard this task?"),
        gettext_lazy("Discard for good"),
        gettext_lazy("The task was discarded."),
    ),
}


def failed_tasks(request: HttpRequest) -> TemplateResponse:
    """The list, or why there is none."""
    if not holds_any(request.user, OFFICERS):
        raise PermissionDenied
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
        "may_act": _may_act(request),
    }
    return _page(request, "admin/failed_tasks.html", context)


def failed_task(request: HttpRequest, letter: str, deed: str) -> HttpResponse:
    """Ask whether to do it; do it."""
    if not _may_act(request):
        raise PermissionDenied
    wanted = DEEDS.get(deed)
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
    context = {"title": wanted.title, "letter": found, "why": _WHY[found.why], "deed": wanted, "name": deed}
    return _page(request, "admin/failed_task.html", context)


def _do(request: HttpRequest, deed: Deed, letter: str) -> None:
    """Told before it is done: a kill in between leaves a word too many in the record, never one too few."""
    entry: dict[str, Any] = {"actor": actor_of(request.user), "target": f"task:{letter}"[:128]}
    record(action=deed.action, **entry)
    try:
        deed.do(letter)
    except (BrokerAway, LetterGone) as error:
        record(action=Action.TASK_LEFT, details={"asked": str(deed.action), "code": error.code}, **entry)
        raise


def _may_act(request: HttpRequest) -> bool:
    return holds_any(request.user, {ADMINISTRATOR})


def _page(request: HttpRequest, template: str, context: dict[str, Any]) -> TemplateResponse:
    request.current_app = admin.site.name  # type: ignore[attr-defined]
    return TemplateResponse(request, template, {**admin.site.each_context(request), **context})
