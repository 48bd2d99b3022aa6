"""Collections bear the names given for them, with the indexes given for them."""

from __future__ import annotations

from typing import Any, cast

import pytest
from django.apps import apps
from django.db import connection

pytestmark = pytest.mark.django_db

Keys = tuple[tuple[str, int], ...]


def indexes(name: str) -> dict[Keys, bool]:
    """What a collection is indexed by, and whether that is unique."""
    found = cast(Any, connection).database[name].index_information().values()
    return {
        tuple((field, int(order)) for field, order in index["key"]): index.get("unique", False)
        for index in found
    }


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        (
            "proposals",
            {
                (("proposal_id", 1),): True,
                (("proposer", 1),): False,
                (("state", 1),): False,
                (("created_at", -1),): False,
            },
        ),
        (
            "votes",
            {(("proposal_id", 1), ("voter", 1)): True, (("voter", 1),): False, (("timestamp", -1),): False},
        ),
        ("users", {(("address", 1),): True, (("did", 1),): False}),
        (
            "governance_events",
            {
                (("event_name", 1),): False,
                (("subject_kind", 1), ("subject_id", 1)): False,
                (("block_number", -1),): False,
            },
        ),
        ("audit_logs", {(("actor", 1),): False, (("target", 1),): False, (("timestamp", -1),): False}),
    ],
)
def test_collection_is_indexed_as_promised(name: str, wanted: dict[Keys, bool]) -> None:
    found = indexes(name)
    for keys, unique in wanted.items():
        if unique:
            assert found.get(keys), f"{name} {keys}"
        else:  # a longer index that begins so serves as well
            assert any(each[: len(keys)] == keys for each in found), f"{name} {keys}"


def test_every_model_has_its_collection_and_a_unique_key() -> None:
    names = set(cast(Any, connection).database.list_collection_names())
    for model in apps.get_models(include_auto_created=True):
        meta: Any = model._meta
        if not meta.managed or meta.proxy:
            continue
        assert meta.db_table in names
        assert indexes(meta.db_table)[((meta.pk.column, 1),)], f"the key of {meta.db_table} isn't unique"


def test_every_unique_constraint_is_held() -> None:
    for model in apps.get_models(include_auto_created=True):
        meta: Any = model._meta
        if not meta.managed or meta.proxy:
            continue
        unique = {keys for keys, is_unique in indexes(meta.db_table).items() if is_unique}
        for names in [*meta.unique_together, *(c.fields for c in meta.total_unique_constraints)]:
            keys = tuple((meta.get_field(name).column, 1) for name in names)
            assert keys in unique, f"{meta.db_table} {keys}"
