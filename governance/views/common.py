"""What the views share."""

from __future__ import annotations

import re
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from governance.services import new_draft_key, owner_key

_ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}\Z")
_NUMBER = re.compile(r"[0-9]{1,78}\Z")
DRAFT_KEY = "draft_key"


def reader_address(request: HttpRequest) -> str:
    """The address in ``?address=``, lower case; empty if none was given or it is none.

    It chooses what to show, and proves nothing: all of it is public.
    """
    given = request.GET.get("address", "")
    return given.lower() if _ADDRESS.match(given) else ""


def number_in(request: HttpRequest, name: str) -> int | None:
    """The whole number in the query parameter ``name``, None if it is none."""
    given = request.GET.get(name, "")
    return int(given) if _NUMBER.match(given) else None


def draft_owner(request: HttpRequest, *, create: bool = False) -> str | None:
    """Who owns drafts in this browser; None before the first one unless ``create``."""
    key = request.session.get(DRAFT_KEY)
    if key is None and create:
        key = request.session[DRAFT_KEY] = new_draft_key()
    return owner_key(key) if key else None


def page(request: HttpRequest, template: str, nav: str = "", **context: Any) -> HttpResponse:
    """A whole page; ``nav`` is the name of the navigation's entry that it belongs to."""
    return render(request, template, {"nav": nav, **context})


def part(request: HttpRequest, template: str, **context: Any) -> HttpResponse:
    """A part of a page, for htmx; never to be found by a search engine."""
    response = render(request, template, context)
    response["X-Robots-Tag"] = "noindex"
    return response
