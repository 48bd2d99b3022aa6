"""Whatever is changed in the mirror by hand, the recount names it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from contracts.errors import NodeUnreachable, NodeWrongChain
from contracts.events import ProposalCreated
from contracts.models import Block, ChainEvent, Cursor, Recount
from contracts.registry import Registry
from contracts.tests.conftest import Town, address
from contracts.verify.compare import Difference
from contracts.verify.run import verify
from tests import forgery

pytestmark = pytest.mark.django_db(transaction=True)
HASH = "0x" + "ab" * 32
OTHER_HASH = "0x" + "cd" * 32

# Table, key column, and for each column a value that it can't rightly have.
MUTATIONS: list[tuple[str, str, dict[str, Any]]] = [
    (
        "blocks",
        "number",
        {"hash": OTHER_HASH, "number": 3_000, "parent_hash": OTHER_HASH, "timestamp": "2020-01-01 00:00:00"},
    ),
    (
        "governance_events",
        "position",
        {
            "position": 12345,
            "block_hash": OTHER_HASH,
            "block_number": 1,
            "log_index": 99,
            "transaction_hash": OTHER_HASH,
            "contract": address(77),
            "event_name": "VoteLost",
            "proposal_id": f"{8:078d}",
            "data": '{"voter": "0x0"}',
            "timestamp": "2020-01-01 00:00:00",
        },
    ),
    (
        "cursors",
        "name",
        {
            "name": "other",
            "chain_id": 1,
            "start_block": 0,
            "block_number": 1,
            "block_hash": OTHER_HASH,
            "block_timestamp": "2020-01-01 00:00:00",
            "finalized_number": 0,
            "head_number": 10_000_000,
        },
    ),
]
SINGLE = [(table, key, column, value) for table, key, values in MUTATIONS for column, value in values.items()]


@pytest.fixture
def mirrored(town: Town) -> Iterator[Town]:
    """A town that was read whole: blocks below and above finality, with and without events."""
    town.mine(2)
    for block in range(6):
        town.votes(2, first=1 + 2 * block)
    town.say(ProposalCreated, 7, address(1), 0, address(2), HASH, HASH, [])
    town.mine(40)
    town.indexer().catch_up()
    assert recount(town) == []
    connection.disable_constraint_checking()  # whoever holds the file can do that too
    yield town
    connection.enable_constraint_checking()


def recount(town: Town, **options: Any) -> list[Difference]:
    return verify(town.client, town.deployment, Registry(), **options).differences


@pytest.mark.parametrize(("table", "key", "column", "value"), SINGLE)
def test_one_changed_value_is_named(mirrored: Town, table: str, key: str, column: str, value: Any) -> None:
    row = forgery.middle(table, key)
    forgery.change(table, {key: row}, column, value)
    found = [difference for difference in recount(mirrored) if difference.table == table]
    if column == key:
        assert {difference.key for difference in found} >= {row, value}
    else:
        assert any(difference.key == row for difference in found)


@pytest.mark.parametrize(("table", "key", "column", "value"), SINGLE)
def test_nonsense_in_a_column_is_named_not_stumbled_over(
    mirrored: Town, table: str, key: str, column: str, value: Any
) -> None:
    row = forgery.middle(table, key)
    if column == "position":
        return  # SQLite itself refuses text in an integer primary key
    nonsense = '"no such thing"' if column == "data" else "no such thing"  # SQLite checks that JSON is JSON
    if forgery.change(table, {key: row}, column, nonsense):
        assert any(difference.table == table for difference in recount(mirrored))
    else:
        assert recount(mirrored) == []


@pytest.mark.parametrize(("table", "key"), [(table, key) for table, key, _values in MUTATIONS])
def test_deleted_row_is_missed(mirrored: Town, table: str, key: str) -> None:
    row = forgery.middle(table, key)
    forgery.delete(table, {key: row})
    assert any((found.table, found.key, found.mirror) == (table, row, None) for found in recount(mirrored))


def test_every_single_block_row_is_missed(mirrored: Town) -> None:
    for number in list(Block.objects.values_list("number", flat=True)):
        row = Block.objects.filter(number=number).values().get()
        forgery.delete("blocks", {"number": number})
        assert any((found.table, found.key) == ("blocks", number) for found in recount(mirrored))
        Block.objects.bulk_create([Block(**row)])
    assert recount(mirrored) == []


def test_inserted_block_is_surplus(mirrored: Town) -> None:
    for number in (
        mirrored.deployment.start_block,
        mirrored.head() + 1,
    ):  # one that was pruned, one that isn't yet
        header = mirrored.client.header(number)
        Block.objects.bulk_create(
            [
                Block(
                    number=number,
                    hash=header.hash if header else OTHER_HASH,
                    parent_hash=header.parent_hash if header else OTHER_HASH,
                    timestamp="2026-01-01T00:00:00Z",
                )
            ]
        )
        assert any(
            (found.table, found.key, found.chain) == ("blocks", number, None) for found in recount(mirrored)
        )
        Block.objects.filter(number=number).delete()


def test_inserted_event_is_surplus(mirrored: Town) -> None:
    row = ChainEvent.objects.values().first()
    assert row is not None
    for position in (row["position"] + 500, 2**62):
        ChainEvent.objects.bulk_create([ChainEvent(**{**row, "position": position, "log_index": 500})])
        assert [(found.table, found.key, found.chain) for found in recount(mirrored)] == [
            ("governance_events", position, None)
        ]
        ChainEvent.objects.filter(position=position).delete()


@pytest.mark.parametrize("shift", [-20, -1, 1, 20])
def test_moved_finality_is_named(mirrored: Town, shift: int) -> None:
    final = Cursor.objects.get().finalized_number
    forgery.change("cursors", {}, "finalized_number", final + shift)
    assert any((found.table, found.field) == ("cursors", "finalized_number") for found in recount(mirrored))


def test_range_compares_what_lies_in_it_alone(mirrored: Town) -> None:
    first, last = (
        ChainEvent.objects.order_by("position").first(),
        ChainEvent.objects.order_by("position").last(),
    )
    assert first is not None
    assert last is not None
    forgery.change("governance_events", {"position": first.position}, "contract", address(5))
    assert recount(mirrored, first=first.block_number + 1) == []
    assert [found.key for found in recount(mirrored, last=first.block_number)] == [first.position]
    report = verify(mirrored.client, mirrored.deployment, Registry(), first=last.block_number)
    assert "cursors" in report.skipped


def test_recount_changes_nothing(mirrored: Town) -> None:
    forgery.change("governance_events", {}, "contract", address(5))
    before = forgery.everything()
    recount(mirrored)
    assert forgery.everything() == before
    assert not Recount.objects.exists()


@pytest.fixture
def configured(
    mirrored: Town, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., tuple[int, str]]]:
    """Run the command against the mirrored town; answers exit code and output."""
    settings.RPC_URLS = [mirrored.node.url]
    path = settings.DEPLOYMENTS_DIR / "31337.json"
    path.write_text(
        json.dumps(
            {
                "chainId": 31337,
                "startBlock": mirrored.deployment.start_block,
                "contracts": mirrored.deployment.contracts,
            }
        )
    )
    monkeypatch.setattr("contracts.management.commands.verify_chain.default", Registry())

    def run(*arguments: str) -> tuple[int, str]:
        out = StringIO()
        try:
            call_command("verify_chain", *arguments, stdout=out, stderr=out)
        except SystemExit as stopped:
            return int(str(stopped.code)), out.getvalue()
        return 0, out.getvalue()

    yield run
    path.unlink()


def test_command_exits_0_for_a_true_mirror_and_1_naming_what_differs(
    mirrored: Town, configured: Callable[..., tuple[int, str]]
) -> None:
    code, output = configured()
    assert (code, "no difference" in output) == (0, True)
    row = ChainEvent.objects.first()
    assert row is not None
    forgery.change("governance_events", {"position": row.position}, "proposal_id", "many")
    code, output = configured()
    assert code == 1
    assert f"governance_events {row.position} proposal_id: mirror 'many', chain 7" in output
    code, output = configured("--json")
    assert code == 1
    assert json.loads(output)["differences"] == [
        {
            "table": "governance_events",
            "key": row.position,
            "field": "proposal_id",
            "mirror": "many",
            "chain": 7,
        }
    ]


def test_command_exits_2_where_the_chain_cant_be_asked(
    mirrored: Town, configured: Callable[..., tuple[int, str]], settings: Any
) -> None:
    settings.RPC_URLS = ["http://127.0.0.1:9"]
    code, output = configured()
    assert (code, NodeUnreachable.code in output) == (2, True)
    settings.RPC_URLS = [mirrored.node.url]
    mirrored.client.request("anvil_setChainId", 1)
    code, output = configured("--json")
    assert code == 2
    assert json.loads(output.splitlines()[0])["error"] == NodeWrongChain.code
