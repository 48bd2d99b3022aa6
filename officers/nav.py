"""The sections of the officers' side, grouped as officers think of them, not as apps are cut."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Entry:
    """A link: its words, its icon, and the model whose list it opens (``app.model``) or the name of a page.

    ``counted`` names what waits there, a key of the counts that the site passes.
    """

    label: Any
    icon: str
    to: str
    counted: str = ""


SECTIONS: tuple[tuple[Any, tuple[Entry, ...]], ...] = (
    (
        "",
        (
            Entry(_("Today"), "home", "index"),
            Entry(_("Emergency"), "do_not_disturb", "emergency", "pause_wishes"),
        ),
    ),
    (
        _("Decisions"),
        (
            Entry(_("Proposals"), "flag", "governance.proposal", "proposals"),
            Entry(_("Votes"), "check_circle", "governance.vote"),
            Entry(_("Ballot reasons"), "edit", "governance.ballotreason", "erasures"),
            Entry(_("Delegations"), "people", "governance.delegationchange"),
            Entry(_("Rules in force"), "settings", "governance.parameterchange"),
            Entry(_("Ways of counting"), "insights", "governance.strategy"),
        ),
    ),
    (
        _("People"),
        (
            Entry(_("Roles"), "verified_user", "identity.rolechange"),
            Entry(_("Requests by two"), "hourglass_empty", "identity.rolerequest", "role_requests"),
            Entry(_("Persons"), "shield", "identity.personkey"),
            Entry(_("Roll of citizens"), "groups", "identity.censuschange"),
            Entry(_("Moves of citizens"), "loop", "identity.citizenmove"),
            Entry(_("Accounts"), "person", "identity.user"),
        ),
    ),
    (
        _("Chain"),
        (
            Entry(_("Status"), "insights", "chain_status"),
            Entry(_("Relayed acts"), "send", "contracts.relayedact"),
            Entry(_("Relayer’s transactions"), "loop", "contracts.relayertransaction"),
            Entry(_("Events"), "link", "contracts.chainevent"),
            Entry(_("Blocks"), "topic", "contracts.block"),
            Entry(_("Recounts"), "autorenew", "contracts.recount"),
            Entry(_("Failed tasks"), "error", "failed_tasks"),
        ),
    ),
    (_("Record"), (Entry(_("Audit log"), "history", "audit.auditlog"),)),
)


def sections(site: AdminSite, request: HttpRequest, counts: dict[str, int]) -> list[dict[str, Any]]:
    """The sections with what this officer may open; the entry of the page at hand is marked."""
    may_view = {
        model._meta.label_lower for model, desk in site._registry.items() if desk.has_view_permission(request)
    }
    shown: list[dict[str, Any]] = []
    for title, entries in SECTIONS:
        links = [
            {
                "label": entry.label,
                "icon": entry.icon,
                "url": url,
                "count": counts.get(entry.counted, 0),
                "current": _is_current(request.path, url, exact=entry.to == "index"),
            }
            for entry in entries
            if (url := _address(site, entry.to, may_view))
        ]
        if links:
            shown.append({"title": title, "links": links})
    return shown


def section_of(label: str) -> Any:
    """The title of the section that a model's list (``app.model``) stands in; empty if in none."""
    return next((title for title, entries in SECTIONS if any(entry.to == label for entry in entries)), "")


def _address(site: AdminSite, to: str, may_view: set[str]) -> str:
    if "." in to:
        if to not in may_view:
            return ""
        return reverse(f"{site.name}:{to.replace('.', '_')}_changelist")
    try:
        return reverse(f"{site.name}:{to}")
    except NoReverseMatch:
        return ""


def _is_current(path: str, url: str, *, exact: bool) -> bool:
    return path == url if exact else path.startswith(url)
