"""The one way into the audit log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone

from audit import heads
from audit.chain import GENESIS, Entry, hash_of, plain, to_milliseconds
from audit.errors import AuditBusyError
from audit.models import AuditLog
from audit.registry import actions
from core.db.transactions import atomic_with_retry

_ATTEMPTS = 100  # each lost race means that another writer got through


@atomic_with_retry
def record(
    *,
    action: str,
    actor: str,
    target: str = "",
    details: Mapping[str, Any] | None = None,
    transaction_hash: str | None = None,
    block_number: int | None = None,
) -> AuditLog:
    """Append one entry, in the transaction of the act it tells of, so that neither exists without the other.

    Args:
        action: what was done, a code that an app registered (:mod:`audit.registry`).
        actor: who: :func:`actor_of` for a person, ``command:NAME``, ``portal``; never a name or an e-mail.
        target: what it was done to, such as ``app.model:12``.
        details: further facts, plain JSON without floats. The log is public for ever: no personal data.
        transaction_hash: the transaction on chain that it led to, if any.
        block_number: that transaction's block.

    Raises:
        AuditBusyError: when other writers won every race.
        LookupError: if no app registered the action.
        TypeError: if ``details`` hold what has no one spelling.
        ValueError: if a text is longer than its field.
    """
    if action not in actions():
        raise LookupError(f"no app registered the action {action}")
    facts = plain(dict(details or {}))
    for name, value in (("action", action), ("actor", actor), ("target", target)):
        limit = getattr(AuditLog._meta.get_field(name), "max_length", None)
        if limit is not None and len(value) > limit:
            raise ValueError(f"the {name} of an audit entry has at most {limit} characters")
    moment = to_milliseconds(timezone.now())
    for _attempt in range(_ATTEMPTS):
        entry = _next(action, actor, target, facts, transaction_hash, block_number, moment)
        row = AuditLog(**asdict(entry), hash=hash_of(entry))
        AuditLog.objects.bulk_create([row], ignore_conflicts=True)
        if AuditLog.objects.filter(sequence=row.sequence, hash=row.hash).exists():
            transaction.on_commit(partial(heads.note, row.sequence, row.hash))
            return row
        # Another writer took this number: link to its entry instead.
    raise AuditBusyError()


def actor_of(user: Any) -> str:
    """How the log names a person: by the address that the chain knows them by, else by their account's id."""
    if user is None or not getattr(user, "is_authenticated", False):
        return "anonymous"
    return getattr(user, "address", None) or f"user:{user.pk}"


def target_of(row: Any) -> str:
    """How the log names a row: ``app.model:key``, cut to what the field holds."""
    return f"{row._meta.label_lower}:{row.pk}"[:128]


def _next(
    action: str,
    actor: str,
    target: str,
    details: dict[str, Any],
    transaction_hash: str | None,
    block_number: int | None,
    moment: datetime,
) -> Entry:
    last = AuditLog.objects.order_by("-sequence").values_list("sequence", "hash", "timestamp").first()
    sequence, previous_hash, before = last if last else (0, GENESIS, moment)
    return Entry(
        sequence=sequence + 1,
        action=action,
        actor=actor,
        target=target,
        details=details,
        transaction_hash=transaction_hash,
        block_number=block_number,
        timestamp=max(moment, before),  # clocks of two machines differ; the log's order doesn't
        previous_hash=previous_hash,
    )
