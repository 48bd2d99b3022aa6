"""The first page: what waits for whom, what the apps show there, what an officer should be told of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backoffice import registry, waiting
from backoffice.directory import officer_of
from backoffice.registry import Finding, Severity


@dataclass(frozen=True, slots=True)
class ShownAlert:
    """A finding with the severity and the name of its alert."""

    name: str
    severity: Severity
    finding: Finding

    @property
    def label(self) -> str:
        """The severity in words."""
        return {"critical": _("Critical"), "high": _("High"), "medium": _("Medium"), "low": _("Low")}[
            self.severity
        ]

    @property
    def icon(self) -> str:
        """The icon of the severity."""
        return {"critical": "error", "high": "error", "medium": "warning", "low": "info"}[self.severity]


def alerts() -> list[ShownAlert]:
    """What an officer should be told of, the worst first."""
    return [
        ShownAlert(each.name, each.severity, finding)
        for each in registry.alerts()
        for finding in each.check()
    ]


def dashboard(request: HttpRequest) -> dict[str, Any]:
    """What the first page shows."""
    officer, waits = officer_of(request), waiting.waiting()
    mine = waits.for_officer(officer)
    panels = [(each, context) for each in registry.panels() if (context := each.context(request)) is not None]
    shown: dict[str, list[dict[str, Any]]] = {"main": [], "half": [], "side": []}
    for panel, context in panels:
        shown[panel.place].append({"template": panel.template, "data": context})
    sentences = [str(context["sentence"]) for _panel, context in panels if context.get("sentence")]
    return {
        "now": timezone.now(),
        "mine": mine,
        "others": waits.by_officer(officer),
        "summary": " ".join([_summary(len(mine)), *sentences]),
        "dash_panels": shown,
        "alerts": alerts(),
    }


def _summary(count: int) -> str:
    if not count:
        return _("Nothing waits for you.")
    return ngettext("%(n)d thing waits for you.", "%(n)d things wait for you.", count) % {"n": count}
