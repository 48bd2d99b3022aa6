"""Emptying the mirror where that is too much for one transaction.

A row of the cursor's table says that it goes on. Each step deletes some rows in a transaction that also
writes that row, so whoever is late finds the row gone and stops, and nobody ever deletes what was read anew.
Killed at any point, the next pass of whoever reads the chain goes on.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils import timezone

from contracts.deployment import Deployment
from contracts.indexer.cursor import NAME
from contracts.models import Block, Cursor
from core.db.transactions import atomic_with_retry
from core.events.services import withdraw_above

EMPTYING = "emptying"
NO_HASH = "0x" + "f" * 64
NOTHING = -1  # a block number below all others
AT_ONCE = 2_000  # rows deleted in one transaction


def goes_on() -> bool:
    """Whether somebody began to empty the mirror."""
    return Cursor.objects.filter(name=EMPTYING).exists()


@atomic_with_retry
def begin(deployment: Deployment) -> None:
    """From now on the mirror is nothing that anybody may read on from: no chunk follows on such a hash."""
    take_cursor(deployment)
    Cursor.objects.filter(name=NAME).update(block_hash=NO_HASH)
    withdraw_above(NOTHING)  # what is read again stands again, and nobody is told twice
    before = deployment.start_block - 1
    Cursor.objects.create(
        name=EMPTYING, chain_id=deployment.chain_id, start_block=before + 1, block_number=before
    )


def finish() -> None:
    """Delete what is left, and let reading begin."""
    for model in chain_owned():
        while _delete_some(model):
            pass
    _end()


@atomic_with_retry
def _end() -> None:
    if Cursor.objects.filter(name=EMPTYING).delete()[0]:
        Cursor.objects.filter(name=NAME, block_hash=NO_HASH).update(block_hash=None)


@atomic_with_retry
def _delete_some(model: type[models.Model]) -> bool:
    if not Cursor.objects.filter(name=EMPTYING).update(updated_at=timezone.now()):
        return False  # somebody else has finished
    keys = list(model._base_manager.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
    rows = model._base_manager.filter(pk__in=keys)
    rows._raw_delete(rows.db)  # dependent tables come first: nothing points here any more
    return bool(keys)


def take_cursor(deployment: Deployment) -> int:
    """Put the one cursor back to the beginning, which keeps every other worker out.

    Answers how far it was.
    """
    before = deployment.start_block - 1
    read = (
        Cursor.objects.filter(name=NAME, block_number__lt=2**63)
        .values_list("block_number", flat=True)
        .first()
    )
    Cursor.objects.exclude(name=NAME).delete()
    Cursor.objects.update_or_create(
        name=NAME,
        defaults={
            "chain_id": deployment.chain_id,
            "start_block": deployment.start_block,
            "block_number": before,
            "block_hash": None,
            "block_timestamp": None,
            "finalized_number": before,
            "head_number": before,
        },
    )
    return read if isinstance(read, int) else before


def chain_owned() -> list[type[models.Model]]:
    """Every table that goes with the chain's blocks, dependent ones first.

    Raises:
        LookupError: if a row that isn't the chain's points at one that is; emptying the tables would break
        it.
    """
    owned: list[type[models.Model]] = [Block]
    for model in owned:  # grows as it goes: children of children
        for relation in _relations(model):
            if relation.on_delete is not models.CASCADE:
                raise LookupError(f"{relation.related_model.__name__} wouldn't go with {model.__name__}")
            if relation.related_model not in owned:
                owned.append(relation.related_model)
    ordered: list[type[models.Model]] = []
    while owned:
        free = [model for model in owned if not any(r.related_model in owned for r in _relations(model))]
        ordered += free
        owned = [model for model in owned if model not in free]
    return ordered


def _relations(model: type[models.Model]) -> list[Any]:
    """Foreign keys that point at ``model``, those without a name for the way back included."""
    fields = model._meta.get_fields(include_hidden=True)
    return [field for field in fields if field.auto_created and (field.one_to_many or field.one_to_one)]
