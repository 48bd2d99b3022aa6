"""The inbox: everything that has one of two signatures and waits for a second officer."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from backoffice.directory import officer_of
from backoffice.pages import render_page
from backoffice.waiting import waiting


def inbox(request: HttpRequest) -> HttpResponse:
    """What this officer can second, what they asked for themselves, what waits for somebody else."""
    officer, waits = officer_of(request), waiting()
    asked, can_do = waits.by_officer(officer), waits.for_officer(officer)
    tasks = waits.for_two()
    context = {
        "title": _("Waiting for a second officer"),
        "mine": [task for task in tasks if task in can_do],
        "asked": [task for task in tasks if task in asked],
        "others": [task for task in tasks if task not in can_do and task not in asked],
    }
    return render_page(request, "admin/inbox.html", context)
