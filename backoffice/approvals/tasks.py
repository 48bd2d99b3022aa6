"""Requests that wait for a second officer as tasks for the dashboard and the inbox."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice import html
from backoffice.approvals.registry import approval_kind
from backoffice.approvals.selectors import open_approvals
from backoffice.registry import Task

SOON = timedelta(days=1)


def half(
    *,
    what: Any,
    title: str,
    url: str,
    icon: str,
    roles: Collection[str],
    asked_by: str,
    name: str,
    asked_at: datetime,
    expires_at: datetime,
    now: datetime,
) -> Task:
    """A request as a task.

    Args:
        asked_by: who gave the first signature, as the audit log writes an actor.
        name: what to call them.
        now: the time that ``asked_at`` and ``expires_at`` are measured against: the chain's for its halves.
    """
    facts = {"who": name, "when": html.away(asked_at, now)}
    return Task(
        what=what,
        title=title,
        url=url,
        icon=icon,
        meta=_("First signature by %(who)s, %(when)s") % facts,
        roles=frozenset(roles),
        asked_by=asked_by,
        due=expires_at,
        hot=expires_at - now < SOON,
    )


def approval_tasks(kind_name: str) -> list[Task]:
    """The open requests of a kind, as tasks."""
    kind, now = approval_kind(kind_name), timezone.now()
    return [
        half(
            what=kind.what,
            title=kind.title(row),
            url=kind.url(row),
            icon=kind.icon,
            roles=kind.roles,
            asked_by=row.asked_by.address or f"user:{row.asked_by_id}",
            name=row.asked_by.display_name,
            asked_at=row.asked_at,
            expires_at=row.expires_at,
            now=now,
        )
        for row in open_approvals(kind_name, now)
    ]
