"""Whatever is changed in a table that the chain owns, the recount names the row and the field."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.db import models, transaction

from contracts.registry import default
from core.db.fields import AddressField, HashField, Uint256Field
from governance.ballots.models import Vote
from governance.proposals.models import Proposal
from identity.reasons.services import keep_reason
from tests import forgery
from tests.mirror.conftest import Riverbend

pytestmark = pytest.mark.django_db

#: Fields that the chain does not decide.
NOT_OURS = {
    "vote_reasons": {
        "id",
        "chain_id",
        "contract",
        "proposal_id",
        "voter",
        "reason_hash",
        "erased_at",
        "created_at",
    },
    "reasons": {"id", "reason_hash", "created_at"},
}


def tables() -> dict[str, type[models.Model]]:
    """The model of each table that this software's apps can recount."""
    found = {model._meta.db_table: model for model in apps.get_models()}
    return {table: found[table] for table in default.verifiers}


def forged(field: models.Field[Any, Any], value: Any) -> Any:
    """Another value that the column can hold, as the driver takes it."""
    target = field.target_field if isinstance(field, models.ForeignKey) else field
    if isinstance(target, Uint256Field):
        return f"{int(value or 0) + 10**40:078d}"
    if isinstance(target, AddressField):
        return "0x" + "ab" * 20
    if isinstance(target, HashField):
        return "0x" + "ab" * 32
    if isinstance(target, models.DateTimeField):
        return "2001-02-03 04:05:06"
    if isinstance(target, models.BooleanField):
        return not value
    if isinstance(target, models.JSONField):
        return '["forged"]'
    if isinstance(target, models.IntegerField):
        return 0 if value else 7
    return "forged"


def rows_to_forge(model: type[models.Model]) -> list[tuple[Any, models.Field[Any, Any], Any]]:
    """(key, field, forged value) for each column of one row, a full one if there is."""
    rows = list(model._base_manager.values()[:400])
    row = max(rows, key=lambda each: sum(value not in (None, "", []) for value in each.values()))
    skipped = NOT_OURS.get(model._meta.db_table, set()) | {model._meta.pk.attname}
    return [
        (row[model._meta.pk.attname], field, forged(field, row[field.attname]))
        for field in model._meta.concrete_fields
        if field.attname not in skipped
    ]


def test_town_recounts_clean(riverbend: Riverbend) -> None:
    riverbend.read()
    report = riverbend.recount()
    assert report.differences == []
    assert set(tables()) <= set(report.tables)


def test_reading_as_history_or_as_news_gives_the_same_mirror(riverbend: Riverbend) -> None:
    number = riverbend.take_a_vote_back()
    riverbend.read(finality_blocks=0)
    proposal = Proposal.objects.get(proposal_id=number)
    assert (proposal.for_votes, Vote.objects.filter(proposal=proposal).count()) == (2, 2)
    assert riverbend.recount().differences == []


def test_every_changed_field_of_every_table_is_named(riverbend: Riverbend) -> None:
    riverbend.take_a_vote_back()
    riverbend.do_what_is_seldom_done()
    riverbend.read()
    from devstack.demo.accounts import keep_reasons
    from devstack.demo.plan import make_plan

    keep_reasons(make_plan(riverbend.people, riverbend.deployment), riverbend.deployment)
    keep_reason("The ground belongs to the county.")
    expected: set[tuple[str, str, str]] = set()
    with transaction.atomic():
        for table, model in tables().items():
            assert model._base_manager.exists(), f"the town has no row of {table} to forge"
            for key, field, value in rows_to_forge(model):
                forgery.change(table, {model._meta.pk.column: key}, field.column, value)
                expected.add((table, str(key), field.attname))
        found = {(d.table, str(d.key), d.field) for d in riverbend.recount().differences}
        transaction.set_rollback(True)
    assert expected - found == set()


def test_missing_row_of_every_table_is_named(riverbend: Riverbend) -> None:
    riverbend.take_a_vote_back()
    riverbend.do_what_is_seldom_done()
    riverbend.read()
    expected: set[tuple[str, str, str]] = set()
    with transaction.atomic():
        for table, model in tables().items():
            row = model._base_manager.last()
            if row is None or table in ("vote_reasons", "reasons"):
                continue  # nothing of this kind happened in town; words kept for ballots are people's own
            forgery.delete(table, {model._meta.pk.column: row.pk})
            expected.add((table, str(row.pk), "*"))
        found = {(d.table, str(d.key), d.field) for d in riverbend.recount().differences}
        transaction.set_rollback(True)
    assert expected - found == set()
