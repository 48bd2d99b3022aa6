"""Integer primary keys, counted as other databases count them: in order, never twice, with gaps."""

from __future__ import annotations

from typing import Any

from bson import Int64
from pymongo import ReturnDocument

COLLECTION = "portal_counters"
AUTO_FIELDS = frozenset({"AutoField", "BigAutoField", "SmallAutoField"})


def number(database: Any, table: str, column: str, documents: list[dict[str, Any]]) -> list[int]:
    """Give each document of ``table`` that has none a key in ``column``; answers all their keys.

    Outside any transaction on purpose: two that insert into one table must not wait for each other, and a key
    that was given away is not given again.
    """
    missing = [document for document in documents if document.get(column) is None]
    given = [document[column] for document in documents if document.get(column) is not None]
    counter = database[COLLECTION]
    if given:
        counter.update_one({"_id": table}, {"$max": {"last": Int64(max(given))}}, upsert=True)
    if missing:
        row = counter.find_one_and_update(
            {"_id": table},
            {"$inc": {"last": Int64(len(missing))}},
            upsert=True,
            return_document=ReturnDocument.AFTER,
        )
        for key, document in enumerate(missing, start=row["last"] - len(missing) + 1):
            document[column] = Int64(key)
    return [int(document[column]) for document in documents]
