"""What an app registers with the officers' site, from its own module ``backoffice``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeVar

from django.http import HttpRequest, HttpResponseBase

from backoffice.directory import OFFICERS

Severity = Literal["critical", "high", "medium", "low"]
SEVERITIES: tuple[Severity, ...] = ("critical", "high", "medium", "low")
PanelPlace = Literal["main", "half", "side"]
BannerPlace = Literal["bar", "top"]
Context = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Group:
    """A heading of the navigation; the one without a title comes first."""

    name: str
    title: Any
    order: int


@dataclass(frozen=True, slots=True)
class Section:
    """A link of the navigation.

    ``to`` is a model whose list it opens (``app.model``) or the name of a page. It is shown to whoever may
    open that. ``waiting`` names the waiting list that its badge counts.
    """

    group: str
    order: int
    label: Any
    icon: str
    to: str
    waiting: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """A page about no one model, for whoever holds one of ``roles``."""

    name: str
    route: str
    view: Callable[..., HttpResponseBase]
    roles: frozenset[str]


@dataclass(frozen=True, slots=True)
class Task:
    """Something that officers can do now.

    ``roles`` are those that can do it. ``asked_by`` gave the first of two signatures (an actor, as the audit
    log writes it); empty where one is enough. ``due`` is when it lapses, or has to be done; ``hot``: soon.
    """

    what: Any
    title: str
    url: str
    icon: str
    meta: str
    roles: frozenset[str]
    asked_by: str = ""
    due: datetime | None = None
    hot: bool = False

    @property
    def signed(self) -> int | None:
        """How many of two signatures are given; None if one will do."""
        return 1 if self.asked_by else None


@dataclass(frozen=True, slots=True)
class WaitingList:
    """A named list of what waits for officers."""

    name: str
    rows: Callable[[], Sequence[Task]]
    order: int


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found, for an officer to read, and where to look."""

    text: str
    meta: str
    url: str


@dataclass(frozen=True, slots=True)
class Alert:
    """A check whose findings officers are told of.

    ``runbook`` is the heading in ``docs/operations/alerts.md`` that says what to do.
    """

    name: str
    severity: Severity
    check: Callable[[], Iterable[Finding]]
    runbook: str


@dataclass(frozen=True, slots=True)
class Panel:
    """A part of the dashboard: ``context`` gives what its template reads as ``panel``, None leaves it out."""

    name: str
    template: str
    context: Callable[[HttpRequest], Context | None]
    place: PanelPlace
    order: int


@dataclass(frozen=True, slots=True)
class Banner:
    """A part of every page: in the bar beside the officer's name, or on top. Its context must be cheap."""

    name: str
    template: str
    context: Callable[[], Context | None]
    place: BannerPlace
    order: int


_groups: dict[str, Group] = {}
_sections: dict[str, Section] = {}
_pages: dict[str, Page] = {}
_waiting: dict[str, WaitingList] = {}
_alerts: dict[str, Alert] = {}
_panels: dict[str, Panel] = {}
_banners: dict[str, Banner] = {}

T = TypeVar("T")


class AlreadyRegistered(ValueError):
    """Two apps want the same name on the officers' site."""


def register_group(name: str, title: Any, *, order: int) -> None:
    """Add a heading to the navigation."""
    _add(_groups, name, Group(name, title, order))


def register_section(group: str, *, order: int, label: Any, icon: str, to: str, waiting: str = "") -> None:
    """Add a link to the navigation, see :class:`Section`."""
    _add(_sections, to, Section(group, order, label, icon, to, waiting))


def register_page(
    name: str, *, route: str, view: Callable[..., HttpResponseBase], roles: Iterable[str] = OFFICERS
) -> None:
    """Add a page ``admin:name`` under ``/admin/route``, for whoever holds one of ``roles``."""
    _add(_pages, name, Page(name, route, view, frozenset(roles)))


def register_waiting(name: str, rows: Callable[[], Sequence[Task]], *, order: int) -> None:
    """Add a list of what waits for officers: to the dashboard, the inbox and the badges."""
    _add(_waiting, name, WaitingList(name, rows, order))


def register_alert(
    name: str, severity: Severity, check: Callable[[], Iterable[Finding]], *, runbook: str
) -> None:
    """Add a check that the dashboard asks."""
    _add(_alerts, name, Alert(name, severity, check, runbook))


def register_panel(
    name: str,
    template: str,
    context: Callable[[HttpRequest], Context | None],
    *,
    place: PanelPlace,
    order: int,
) -> None:
    """Add a part to the dashboard."""
    _add(_panels, name, Panel(name, template, context, place, order))


def register_banner(
    name: str, template: str, context: Callable[[], Context | None], *, place: BannerPlace, order: int
) -> None:
    """Add a part to every page."""
    _add(_banners, name, Banner(name, template, context, place, order))


def groups() -> list[tuple[Group, list[Section]]]:
    """The headings in their order, each with its links."""
    unknown = {each.group for each in _sections.values()} - set(_groups)
    if unknown:
        raise LookupError(f"sections of unregistered groups: {sorted(unknown)}")
    return [
        (
            group,
            sorted(
                (each for each in _sections.values() if each.group == group.name),
                key=lambda each: each.order,
            ),
        )
        for group in sorted(_groups.values(), key=lambda each: each.order)
    ]


def pages() -> list[Page]:
    """All pages."""
    return list(_pages.values())


def page(name: str) -> Page | None:
    """The page of that name."""
    return _pages.get(name)


def waiting_lists() -> list[WaitingList]:
    """All waiting lists, in their order."""
    return sorted(_waiting.values(), key=lambda each: each.order)


def alerts() -> list[Alert]:
    """All alerts, the worst first."""
    return sorted(_alerts.values(), key=lambda each: SEVERITIES.index(each.severity))


def panels() -> list[Panel]:
    """All parts of the dashboard, in their order."""
    return sorted(_panels.values(), key=lambda each: each.order)


def banners() -> list[Banner]:
    """All parts of every page, in their order."""
    return sorted(_banners.values(), key=lambda each: each.order)


def _add(known: dict[str, T], name: str, entry: T) -> None:
    if name in known:
        raise AlreadyRegistered(f"{type(entry).__name__} {name!r} is registered already")
    known[name] = entry
