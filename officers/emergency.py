"""The emergency brake: what guardians send from their own wallets. None of it goes through the portal."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from audit.actions import Action
from audit.services import actor_of, record
from backoffice.permissions import OFFICERS, holds_any
from core.errors import DomainError
from governance.pauses.admin import DEEDS, Offer, call_of, history, offer, offers, stopped
from governance.pauses.rules import PAUSE_AHEAD, PAUSE_ALONE, PAUSE_EXTENSION, PAUSE_JOINED, PAUSE_REPEAT
from governance.pauses.selectors import PauseStory, pause_stories
from identity.errors import ReasonInvalid
from identity.reasons.services import LONGEST_REASON, keep_reason
from identity.roles.admin.officer import officer_of
from identity.roles.models import Role
from identity.roles.selectors.roles import members
from officers.frame import waiting_of

_ACTIONS = {
    "pause": Action.PAUSE_CALL_TAKEN,
    "join": Action.EXTENSION_CALL_TAKEN,
    "extend": Action.EXTENSION_CALL_TAKEN,
    "end": Action.LIFT_CALL_TAKEN,
    "withdraw-extend": Action.PAUSE_WITHDRAWAL_CALL_TAKEN,
    "withdraw-end": Action.PAUSE_WITHDRAWAL_CALL_TAKEN,
}


def emergency(request: HttpRequest) -> HttpResponse:
    """What holds now, what this officer can do about it, and every pause so far."""
    if not holds_any(request.user, OFFICERS):
        raise PermissionDenied
    waits, officer = waiting_of(request), officer_of(request)
    context = {
        "title": _("Emergency"),
        "running": waits.pause,
        "offers": offers(officer, waits.pause, waits.now),
        "is_guardian": officer.holds(Role.GUARDIAN) is not None,
        "guardians": members(Role.GUARDIAN, waits.now),
        "history": history(pause_stories(), waits.now),
    }
    return _page(request, "admin/emergency.html", context)


def emergency_deed(request: HttpRequest, name: str) -> HttpResponse:
    """Say what would happen; once the word is typed, hand out the call and write that down."""
    if name not in DEEDS:
        raise Http404
    officer, waits = officer_of(request), waiting_of(request)
    if not holds_any(request.user, OFFICERS) or officer.holds(Role.GUARDIAN) is None:
        raise PermissionDenied
    found = offer(name, officer, waits.pause, waits.now)
    if not found.possible:
        messages.error(request, next(check.text for check in found.checks if check.kind == "no"))
        return HttpResponseRedirect(reverse(f"{admin.site.name}:emergency"))
    reason, error, call = request.POST.get("reason", "").strip(), "", ""
    if request.method == "POST":
        error, call = _take(request, found, waits.pause, reason)
    votes, waiting = stopped()
    context = {
        "title": found.deed.title,
        "offer": found,
        "running": waits.pause,
        "votes": votes,
        "waiting": waiting,
        "reason": reason,
        "longest": LONGEST_REASON,
        "error": error,
        "call": call,
        "signs": bool(call),
    }
    return _page(request, "admin/emergency_deed.html", context, status=400 if error else 200)


def _take(request: HttpRequest, found: Offer, running: PauseStory | None, reason: str) -> tuple[str, str]:
    """What went wrong and nothing, or nothing and the call; the words of a reason are kept by then."""
    if request.POST.get("word", "").strip() != found.deed.word:
        return _("Type the word to confirm."), ""
    details: dict[str, Any] = {"pause": str(running.number)} if running else {}
    try:
        if found.deed.asks_reason:
            if not reason:
                raise ReasonInvalid(field="reason")
            details["reason"] = keep_reason(reason)
        call = json.dumps(call_of(found.name, running, details.get("reason", "")))
    except DomainError as problem:
        return str(problem.detail), ""
    record(
        action=_ACTIONS[found.name], actor=actor_of(request.user), target="GovernanceCore", details=details
    )
    return "", call


def _page(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    request.current_app = admin.site.name  # type: ignore[attr-defined]
    lengths = {
        "length": PAUSE_ALONE,
        "joined_length": PAUSE_JOINED,
        "extension": PAUSE_EXTENSION,
        "ahead": PAUSE_AHEAD,
        "repeat": PAUSE_REPEAT,
    }
    whole = {**admin.site.each_context(request), **lengths, **context}
    return TemplateResponse(request, template, whole, status=status)
