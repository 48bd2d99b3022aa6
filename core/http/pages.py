"""What page views share: whole pages, parts for htmx, query parameters, errors of the domain as pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from core.errors import DomainError

_ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}\Z")


_NUMBER = re.compile(r"[0-9]{1,78}\Z")


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


def page(request: HttpRequest, template: str, nav: str = "", **context: Any) -> HttpResponse:
    """A whole page; ``nav`` is the name of the navigation's entry that it belongs to."""
    return render(request, template, {"nav": nav, **context})


def part(request: HttpRequest, template: str, **context: Any) -> HttpResponse:
    """A part of a page, for htmx; never to be found by a search engine."""
    response = render(request, template, context)
    response["X-Robots-Tag"] = "noindex"
    return response


View = Callable[Concatenate[HttpRequest, ...], HttpResponseBase]


def error_page(request: HttpRequest, status: int, problem: object = "") -> HttpResponse:
    name = status if status in {400, 403, 404} else 400
    return render(request, f"errors/{name}.html", {"problem": problem}, status=status)


def render_domain_errors(view: View) -> View:
    """Let a view raise domain errors: the reader gets the page of their status, with their words."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except DomainError as error:
            return error_page(request, error.status, error.detail)

    return wrapped
