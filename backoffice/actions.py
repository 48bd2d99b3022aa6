"""Bulk acts of the officers' side: none without an entry in the audit log."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest, HttpResponseBase

from backoffice.recording import record
from core.db.transactions import atomic_with_retry

Act = Callable[[Any, HttpRequest, Any], HttpResponseBase | None]

_NAMED = 50  # keys told in one entry; the number of rows is told always


def audited_action(*, action: str, description: Any, permissions: tuple[str, ...]) -> Callable[[Act], Act]:
    """Decorator for an admin action: runs it and records it, in one transaction.

    An action that only leads to a page where the officer confirms returns that page and sets
    ``request.portal_unconfirmed``: nothing happened yet, so nothing is recorded yet.

    Args:
        action: the code in the audit log.
        description: its words in the list of actions.
        permissions: the admin's permissions (view, change …) that it needs.
    """

    def decorate(act: Act) -> Act:
        @admin.action(description=description, permissions=list(permissions))
        @atomic_with_retry
        @wraps(act)
        def audited(office: Any, request: HttpRequest, rows: models.QuerySet[Any]) -> HttpResponseBase | None:
            keys = [str(key) for key in rows.order_by().values_list("pk", flat=True)[: _NAMED + 1]]
            count = len(keys) if len(keys) <= _NAMED else rows.order_by().count()
            answer = act(office, request, rows)
            if not getattr(request, "portal_unconfirmed", False):
                record(
                    action=action,
                    user=request.user,
                    target=office.opts.label_lower,
                    details={"rows": count, "keys": keys[:_NAMED]},
                )
            return answer

        audited.audit_action = action  # type: ignore[attr-defined]
        return audited

    return decorate
