"""The audit log's part of the officers' site: it keeps the record of what officers do there, and shows it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from audit.models import AuditLog
from audit.registry import words
from audit.services import actor_of, record, target_of
from backoffice.audit_names import names_of_actors
from backoffice.recording import register_recorder
from backoffice.registry import register_panel, register_section

_SHOWN = 5


def _record(*, action: str, user: Any, target: Model | str, details: Mapping[str, Any]) -> None:
    about = target_of(target) if isinstance(target, Model) else target
    record(action=action, actor=actor_of(user), target=about, details=details)


def _newest(request: HttpRequest) -> dict[str, Any]:
    entries = list(AuditLog.objects.order_by("-sequence")[:_SHOWN])
    names = names_of_actors(entry.actor for entry in entries)
    return {"entries": [(entry, words(entry.action), names[entry.actor]) for entry in entries]}


register_recorder(_record)
register_section("record", order=0, label=_("Audit log"), icon="history", to="audit.auditlog")
register_panel("audit", "admin/panels/audit.html", _newest, place="half", order=0)
