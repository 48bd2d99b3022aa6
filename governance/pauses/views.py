"""The emergency brake: what guardians send from their own wallets. None of it goes through the portal."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from audit.services import actor_of, record
from backoffice.pages import render_page
from contracts.admin.status import chain_state
from contracts.selectors import chain_now
from core.errors import DomainError
from governance.pauses.options import PAUSE_ACTIONS, PauseOption, call_of, history, option, options, stopped
from governance.pauses.rules import PAUSE_AHEAD, PAUSE_ALONE, PAUSE_EXTENSION, PAUSE_JOINED, PAUSE_REPEAT
from governance.pauses.selectors import PauseStory, pause_stories, running_pause
from identity.errors import ReasonInvalid
from identity.reasons.services import LONGEST_REASON, keep_reason
from identity.roles.admin.officer import officer_of
from identity.roles.models import Role
from identity.roles.selectors.roles import members


def emergency(request: HttpRequest) -> HttpResponse:
    """What holds now, what this officer can do about it, and every pause so far."""
    officer, now = officer_of(request), chain_now()
    running = running_pause(now)
    context = {
        "title": _("Emergency"),
        "running": running,
        "options": options(officer, running, now),
        "is_guardian": officer.holds(Role.GUARDIAN) is not None,
        "guardians": members(Role.GUARDIAN, now),
        "history": history(pause_stories(), now),
    }
    return _page(request, "admin/emergency.html", context)


def emergency_action(request: HttpRequest, name: str) -> HttpResponse:
    """Say what would happen; once the word is typed, hand out the call and write that down."""
    if name not in PAUSE_ACTIONS:
        raise Http404
    officer, now = officer_of(request), chain_now()
    running = running_pause(now)
    if officer.holds(Role.GUARDIAN) is None:
        raise PermissionDenied
    found = option(name, officer, running, now)
    if not found.possible:
        messages.error(request, next(check.text for check in found.checks if check.kind == "no"))
        return HttpResponseRedirect(reverse(f"{admin.site.name}:emergency"))
    reason, error, call = request.POST.get("reason", "").strip(), "", ""
    if request.method == "POST":
        error, call = _take(request, found, running, reason)
    votes, waiting = stopped()
    context = {
        "title": found.action.title,
        "option": found,
        "running": running,
        "votes": votes,
        "waiting": waiting,
        "reason": reason,
        "longest": LONGEST_REASON,
        "error": error,
        "call": call,
        "signs": bool(call),
    }
    return _page(request, "admin/emergency_action.html", context, status=400 if error else 200)


def _take(
    request: HttpRequest, found: PauseOption, running: PauseStory | None, reason: str
) -> tuple[str, str]:
    """What went wrong and nothing, or nothing and the call; the words of a reason are kept by then."""
    if request.POST.get("word", "").strip() != found.action.word:
        return _("Type the word to confirm."), ""
    details: dict[str, Any] = {"pause": str(running.number)} if running else {}
    try:
        if found.action.asks_reason:
            if not reason:
                raise ReasonInvalid(field="reason")
            details["reason"] = keep_reason(reason)
        call = json.dumps(call_of(found.name, running, details.get("reason", "")))
    except DomainError as problem:
        return str(problem.detail), ""
    record(
        action=found.action.recorded, actor=actor_of(request.user), target="GovernanceCore", details=details
    )
    return "", call


def _page(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    lengths = {
        "length": PAUSE_ALONE,
        "joined_length": PAUSE_JOINED,
        "extension": PAUSE_EXTENSION,
        "ahead": PAUSE_AHEAD,
        "repeat": PAUSE_REPEAT,
        "chain": chain_state(),
    }
    return render_page(request, template, {**lengths, **context}, status=status)
