"""Where reading stands. Every write of the mirror begins by moving the cursor, and only one mover can win."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from contracts.deployment import Deployment
from contracts.errors import CursorMoved, WrongMirror
from contracts.models import Cursor
from core.db.fence.services import check_token, with_token

NAME = "chain"


@dataclass(frozen=True, slots=True)
class Position:
    """What the cursor says: the last block read (None for its hash if none was), and what is final."""

    number: int
    hash: str | None
    timestamp: datetime | None
    finalized: int


def read_place(deployment: Deployment) -> Position:
    """The cursor of the deployment's mirror, made on first use.

    Raises:
        WrongMirror: if the database mirrors another deployment.
    """
    before = deployment.start_block - 1
    row, _made = Cursor.objects.get_or_create(
        name=NAME,
        defaults={
            "chain_id": deployment.chain_id,
            "start_block": deployment.start_block,
            "block_number": before,
            "finalized_number": before,
        },
    )
    if (row.chain_id, row.start_block) != (deployment.chain_id, deployment.start_block):
        raise WrongMirror(
            mirrored=f"chain {row.chain_id} from block {row.start_block}",
            deployed=f"chain {deployment.chain_id} from block {deployment.start_block}",
        )
    return Position(row.block_number, row.block_hash, row.block_timestamp, row.finalized_number)


def move(place: Position, to: Position, *, newest: int | None = None) -> None:
    """Move the cursor from ``place`` to ``to`` by compare-and-set, inside the caller's transaction.

    Args:
        place: what we read before we asked the node.
        to: where everything that the transaction goes on to write will stand.
        newest: the newest block seen.

    Raises:
        CursorMoved: if another worker was there first; the caller's transaction must roll back.
        LockLost: if we slept past our lock and another worker has written since; likewise.
    """
    check_token()
    changes = {
        "block_number": to.number,
        "block_hash": to.hash,
        "block_timestamp": to.timestamp,
        "finalized_number": to.finalized,
        "alarm": "",
        "updated_at": timezone.now(),
    }
    if newest is not None:
        changes["head_number"] = newest
    moved = Cursor.objects.filter(name=NAME, block_number=place.number, block_hash=place.hash).update(
        **changes
    )
    if moved != 1:
        raise CursorMoved(expected=place.number)


def note_head(newest: int, finalized: int) -> None:
    """Note the newest block seen and what is final, where that changed and no block was to be read."""
    row = Cursor.objects.filter(name=NAME)
    stale_head = row.exclude(head_number=newest)
    stale_final = row.filter(finalized_number__lt=finalized, block_number__gte=finalized)
    if stale_head.exists() or stale_final.exists():  # mostly there is nothing to write
        _write_head(newest, finalized)


@with_token
def _write_head(newest: int, finalized: int) -> None:
    row = Cursor.objects.filter(name=NAME)
    row.exclude(head_number=newest).update(head_number=newest, updated_at=timezone.now())
    row.filter(finalized_number__lt=finalized, block_number__gte=finalized).update(
        finalized_number=finalized, updated_at=timezone.now()
    )


def raise_alarm(text: str) -> bool:
    """Note why reading stands still; answers whether that is news."""
    return _set_alarm(text[:255])


def clear_alarm() -> None:
    """Reading goes on."""
    _set_alarm("")


def _set_alarm(alarm: str) -> bool:
    other = Cursor.objects.filter(name=NAME).exclude(alarm=alarm)
    return other.exists() and _write_alarm(alarm)


@with_token
def _write_alarm(alarm: str) -> bool:
    other = Cursor.objects.filter(name=NAME).exclude(alarm=alarm)
    return bool(other.update(alarm=alarm, updated_at=timezone.now()))
