"""Whoever changes a row of the mirror behind the portal's back is found out, row by row."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.e2e.conftest import Stack

pytestmark = pytest.mark.xdist_group("stack")

# One forgery for each mirrored table: the column to change and what to write there.
FORGERIES = {
    "blocks": ("timestamp", "'2001-01-01 00:00:00'"),
    "governance_events": ("transaction_hash", "'0x" + "ab" * 32 + "'"),
    "proposals": ("title", "'A title nobody signed'"),
    "votes": ("support", "(support + 1) % 3"),
    "endorsements": ("endorser", "'0x" + "cd" * 20 + "'"),
    "cancellation_requests": ("administrator", "'0x" + "cd" * 20 + "'"),
    "delegations": ("to_delegate", "'0x" + "cd" * 20 + "'"),
    "governance_parameters": ("new_value", "substr(new_value, 1, 77) || '7'"),
    "pauses": ("by", "'0x" + "cd" * 20 + "'"),
    "strategies": ("kind", "'one-person-ten-votes'"),
    "token_supply_changes": ("new_supply", "substr(new_supply, 1, 77) || '7'"),
    "weight_reductions": ("delegator", "'0x" + "cd" * 20 + "'"),
    "role_changes": ("account", "'0x" + "cd" * 20 + "'"),
    "role_requests": ("administrator", "'0x" + "cd" * 20 + "'"),
    "request_steps": ("by", "'0x" + "cd" * 20 + "'"),
    "person_keys": ("person_key", "'0x" + "ab" * 32 + "'"),
    "census_changes": ("account", "'0x" + "cd" * 20 + "'"),
}


@contextmanager
def a_copy(stack: Stack, where: Path) -> Iterator[tuple[sqlite3.Connection, dict[str, str]]]:
    """The portal's database, copied: the connection to forge in, and the environment to check it with."""
    where.mkdir(exist_ok=True)
    source = next(stack.home.glob("*.sqlite3"))
    target = where / "copy.sqlite3"
    with closing(sqlite3.connect(source)) as original, closing(sqlite3.connect(target)) as copy:
        original.backup(copy)
    with closing(sqlite3.connect(target, isolation_level=None)) as copy:
        yield copy, {"DATABASE_URL": f"sqlite:///{target}"}
    shutil.rmtree(where, ignore_errors=True)


def differences(stack: Stack, environment: dict[str, str]) -> list[dict[str, object]]:
    run = stack.manage("verify_chain", "--json", **environment)
    assert run.returncode == 1, run.stdout[-2000:] + run.stderr[-2000:]
    return json.loads(run.stdout)["differences"]


def known_by(copy: sqlite3.Connection, table: str) -> str:
    """The column by which the recount names a row: blocks go by their number, others by their key."""
    return "number" if table == "blocks" else primary_key(copy, table)


def primary_key(copy: sqlite3.Connection, table: str) -> str:
    return next(row[1] for row in copy.execute(f"PRAGMA table_info({table})") if row[5])


def test_the_untouched_mirror_has_no_difference(stack: Stack) -> None:
    run = stack.manage("verify_chain", "--json")
    assert run.returncode == 0, run.stdout[-3000:] + run.stderr[-3000:]
    assert json.loads(run.stdout)["differences"] == []


def test_every_changed_row_is_named(stack: Stack, tmp_path: Path) -> None:
    with a_copy(stack, tmp_path / "changed") as (copy, environment):
        forged = {}
        for table, (column, value) in FORGERIES.items():
            key = known_by(copy, table)
            row = copy.execute(f"SELECT {key} FROM {table} ORDER BY {key} LIMIT 1 OFFSET 1").fetchone() or (
                copy.execute(f"SELECT {key} FROM {table} LIMIT 1").fetchone()
            )
            if row is None:
                pytest.fail(f"the demo town left {table} empty, so nothing can be forged in it")
            copy.execute(f"UPDATE {table} SET {column} = {value} WHERE {key} = ?", row)
            forged[table] = row[0]
        found = differences(stack, environment)
    for table, key in forged.items():
        names = [str(difference["key"]) for difference in found if difference["table"] == table]
        bare = str(int(key)) if str(key).isdigit() else str(key)
        assert any(bare in name for name in names), f"{table} {key} is not named; named are {names[:5]}"


def test_every_deleted_row_is_named(stack: Stack, tmp_path: Path) -> None:
    with a_copy(stack, tmp_path / "deleted") as (copy, environment):
        copy.execute("PRAGMA foreign_keys = OFF")
        for table in FORGERIES:
            key = primary_key(copy, table)
            copy.execute(f"DELETE FROM {table} WHERE {key} = (SELECT max({key}) FROM {table})")
        found = differences(stack, environment)
    assert set(FORGERIES) <= {difference["table"] for difference in found}


def test_a_vote_that_nobody_cast_is_named(stack: Stack, tmp_path: Path) -> None:
    with a_copy(stack, tmp_path / "surplus") as (copy, environment):
        copy.execute("PRAGMA foreign_keys = OFF")
        columns = [row[1] for row in copy.execute("PRAGMA table_info(votes)")]
        vote = dict(zip(columns, copy.execute("SELECT * FROM votes LIMIT 1").fetchone(), strict=True))
        vote |= {"event_id": vote["event_id"] + 1_000, "voter": "0x" + "cd" * 20}
        copy.execute(f"INSERT INTO votes VALUES ({','.join('?' * len(columns))})", list(vote.values()))
        found = differences(stack, environment)
    assert any(row["table"] == "votes" and str(vote["event_id"]) in str(row["key"]) for row in found)


def test_a_changed_audit_entry_is_named(stack: Stack, tmp_path: Path) -> None:
    with a_copy(stack, tmp_path / "audit") as (copy, environment):
        assert stack.manage("verify_audit", **environment).returncode == 0
        sequence = copy.execute("SELECT min(sequence) FROM audit_logs").fetchone()[0]
        copy.execute("UPDATE audit_logs SET actor = 'somebody else' WHERE sequence = ?", [sequence])
        run = stack.manage("verify_audit", **environment)
    assert run.returncode == 1
    assert str(sequence) in run.stdout
