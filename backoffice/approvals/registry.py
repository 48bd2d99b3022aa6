"""The kinds of requests that are decided off the chain. Each app registers its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from backoffice.approvals.models import Approval


@dataclass(frozen=True, slots=True)
class ApprovalKind:
    """What an officer may ask for and a second one carries out.

    Args:
        name: its name in the table.
        what: its words in lists.
        icon: its icon there.
        roles: whoever asks and whoever agrees holds one of these, then and when it is carried out.
        lifetime: how long a request stays open.
        title: what a request is about, in words.
        url: where it is decided.
        carry_out: does it, in the transaction of the second officer's agreement.
        is_stale: whether there is nothing left to decide.
        recorded: the codes in the audit log for asked, agreed, withdrawn.
    """

    name: str
    what: Any
    icon: str
    roles: frozenset[str]
    lifetime: timedelta
    title: Callable[[Approval], str]
    url: Callable[[Approval], str]
    carry_out: Callable[[Approval], None]
    is_stale: Callable[[Approval], bool]
    recorded: tuple[str, str, str]


_kinds: dict[str, ApprovalKind] = {}


def register_approval(kind: ApprovalKind) -> None:
    """Add a kind of request."""
    if kind.name in _kinds:
        raise ValueError(f"approval {kind.name!r} is registered already")
    _kinds[kind.name] = kind


def kind_of(approval: Approval) -> ApprovalKind:
    """The kind of a request."""
    return _kinds[approval.kind]


def approval_kind(name: str) -> ApprovalKind:
    """The kind of that name."""
    return _kinds[name]
