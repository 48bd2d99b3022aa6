"""The audit log: written in one way, linked, and loud when somebody touches it."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connections, transaction

from audit import heads
from audit.actions import COMMAND_FAILED, COMMAND_FINISHED, COMMAND_STARTED
from audit.chain import GENESIS, plain
from audit.commands import audited_command
from audit.models import AuditLog
from audit.registry import register_action, words
from audit.selectors import recompute, verify
from audit.services import record
from tests import forgery


@pytest.fixture(autouse=True)
def _own_home(settings: Any, tmp_path: Path) -> None:
    settings.PORTAL_HOME = tmp_path


@pytest.fixture
def three(transactional_db: None) -> list[AuditLog]:
    return [record(action="row.changed", actor="command:test", target=f"thing:{n}") for n in (1, 2, 3)]


def _verify(**options: Any) -> tuple[int, str]:
    out = io.StringIO()
    try:
        call_command("verify_audit", stdout=out, **options)
    except SystemExit as stop:
        return int(stop.code or 0), out.getvalue()
    return 0, out.getvalue()


def test_entry_is_linked_to_the_one_before(three: list[AuditLog]) -> None:
    assert [row.sequence for row in three] == [1, 2, 3]
    assert [row.previous_hash for row in three] == [GENESIS, three[0].hash, three[1].hash]
    assert all(recompute(row) == row.hash for row in AuditLog.objects.all())
    assert three[2].timestamp.microsecond % 1000 == 0


def test_untouched_log_verifies(three: list[AuditLog]) -> None:
    code, out = _verify()
    assert code == 0
    assert f"3 entries, head {three[2].hash}: all as they were sealed" in out


def test_empty_log_verifies(db: None) -> None:
    assert _verify()[0] == 0


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("details", '{"amount": 1}'),
        ("details", "[0.5]"),
        ("actor", "someone else"),
        ("target", ""),
        ("action", "row.added"),
        ("timestamp", "2020-01-01 00:00:00"),
        ("timestamp", "never"),
        ("block_number", 7),
        ("transaction_hash", "0xaa"),
        ("hash", "0xbb"),
        ("previous_hash", "0xcc"),
    ],
)
def test_a_changed_column_is_named(three: list[AuditLog], column: str, value: Any) -> None:
    if not forgery.change("audit_logs", {"sequence": 2}, column, value):
        return  # the column's own type refuses it
    code, out = _verify()
    assert code == 1
    assert "entry 2: " in out
    assert "entry 1: " not in out


def test_a_change_with_its_own_hash_recomputed_is_named(three: list[AuditLog]) -> None:
    row = AuditLog.objects.get(pk=2)
    row.actor = "command:forged"
    row.hash = recompute(row) or ""
    row.save()
    kinds = {(fault.sequence, fault.kind) for fault in verify().faults}
    assert kinds == {(2, "rewritten"), (3, "unlinked")}


def test_a_log_written_anew_from_some_entry_on_is_named(three: list[AuditLog]) -> None:
    previous = three[0].hash
    for row in AuditLog.objects.filter(sequence__gte=2).order_by("sequence"):
        row.actor, row.previous_hash = "command:forged", previous
        row.hash = previous = recompute(row) or ""
        row.save()
    assert {(fault.sequence, fault.kind) for fault in verify().faults} == {(2, "rewritten"), (3, "rewritten")}


def test_a_missing_entry_is_named(three: list[AuditLog]) -> None:
    forgery.delete("audit_logs", {"sequence": 2})
    code, out = _verify()
    assert code == 1
    assert "entry 2: missing" in out


def test_a_cut_off_end_is_named_by_the_heads_file(three: list[AuditLog]) -> None:
    forgery.delete("audit_logs", {"sequence": 3})
    code, out = _verify()
    assert code == 1
    assert "entry 3: truncated" in out


def test_an_emptied_log_is_named_by_the_heads_file(three: list[AuditLog]) -> None:
    forgery.delete("audit_logs", {})
    assert _verify()[1].count(": truncated: ") == 3


def test_without_a_heads_file_the_check_says_what_it_cannot_see(three: list[AuditLog]) -> None:
    heads.heads_path().unlink()
    code, out = _verify()
    assert code == 0
    assert "a cut-off end can't be seen" in out


def test_an_entry_that_somebody_else_appended_is_listed_and_strict_fails(three: list[AuditLog]) -> None:
    forged = AuditLog(
        sequence=4,
        action="row.added",
        actor="command:forged",
        target="",
        details={},
        timestamp=datetime(2026, 1, 1, tzinfo=UTC),
        previous_hash=three[2].hash,
    )
    forged.hash = recompute(forged) or ""
    forged.save(force_insert=True)
    code, out = _verify()
    assert code == 0
    assert "not in the heads file, so perhaps not by this portal: 4" in out
    assert _verify(strict=True)[0] == 1


def test_the_check_speaks_json(three: list[AuditLog]) -> None:
    forgery.change("audit_logs", {"sequence": 1}, "actor", "x")
    code, out = _verify(json=True)
    document = json.loads(out)
    assert code == 1
    assert document["ok"] is False
    assert document["faults"][0]["sequence"] == 1


def test_a_torn_line_in_the_heads_file_is_no_note(three: list[AuditLog]) -> None:
    with heads.heads_path().open("a") as file:
        file.write("9 0xabc\n")
    assert verify().faults == []


def test_an_act_that_rolls_back_takes_its_entry_along(transactional_db: None) -> None:
    def act() -> None:
        with transaction.atomic():
            record(action="row.changed", actor="command:test")
            raise RuntimeError("undone")

    with pytest.raises(RuntimeError, match="undone"):
        act()
    assert not AuditLog.objects.exists()
    assert heads.noted() == {}
    assert record(action="row.changed", actor="command:test").sequence == 1


def test_two_writers_at_once_never_fork_the_chain(transactional_db: None) -> None:
    def write() -> None:
        for _ in range(10):
            record(action="row.changed", actor=f"command:{threading.get_ident()}")
        connections.close_all()

    _together(write, 4)
    result = verify()
    assert result.entries == 40
    assert result.faults == []
    assert result.unnoted == []


def test_a_writer_who_lost_the_race_links_to_the_winner(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    from audit import services

    first = record(action="row.added", actor="command:one")
    true_next, calls = services._next, []

    def stale(*args: Any) -> Any:
        calls.append(args)
        entry = true_next(*args)
        if len(calls) > 1:
            return entry
        # What this writer would have built, had it read before the winner committed.
        return replace(entry, sequence=first.sequence, previous_hash=GENESIS)

    monkeypatch.setattr(services, "_next", stale)
    second = record(action="row.added", actor="command:two")
    assert (second.sequence, second.previous_hash) == (2, first.hash)
    assert len(calls) == 2


def test_time_never_runs_backwards(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.utils import timezone

    first = record(action="row.added", actor="command:one")
    monkeypatch.setattr(timezone, "now", lambda: first.timestamp - timedelta(hours=1))
    assert record(action="row.added", actor="command:two").timestamp == first.timestamp


def test_what_has_no_one_spelling_is_refused(db: None) -> None:
    with pytest.raises(TypeError):
        record(action="row.added", actor="command:one", details={"share": 0.5})
    with pytest.raises(ValueError, match="at most 128"):
        record(action="row.added", actor="x" * 129)
    assert not AuditLog.objects.exists()


def test_big_integers_and_times_become_text() -> None:
    moment = datetime(2026, 11, 24, 8, 40, 0, 123456, tzinfo=UTC)
    assert plain({"power": 10**30, "at": moment, "few": 3, "set": {"b", "a"}}) == {
        "power": str(10**30),
        "at": "2026-11-24T08:40:00.123Z",
        "few": 3,
        "set": ["a", "b"],
    }


def test_a_command_is_told_of_at_its_start_and_its_end(transactional_db: None) -> None:
    with audited_command("reindex", start_block=0) as outcome:
        outcome["events"] = 12
    with pytest.raises(RuntimeError), audited_command("reindex"):
        raise RuntimeError
    told = AuditLog.objects.order_by("sequence").values_list("action", "actor", "details")
    assert list(told) == [
        (COMMAND_STARTED, "command:reindex", {"start_block": 0}),
        (COMMAND_FINISHED, "command:reindex", {"events": 12}),
        (COMMAND_STARTED, "command:reindex", {}),
        (COMMAND_FAILED, "command:reindex", {"error": "RuntimeError"}),
    ]


def test_an_action_whose_app_is_gone_is_shown_by_its_code() -> None:
    assert words("officer.signed-in") == "Signed in"
    assert words("treasury.frozen") == "treasury.frozen"


def _together(work: Callable[[], None], count: int) -> None:
    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_an_action_that_no_app_registered_is_refused_and_nothing_is_written(db: None) -> None:
    with pytest.raises(LookupError):
        record(action="row.invented", actor="command:test")
    assert not AuditLog.objects.exists()


def test_no_code_stands_for_two_actions() -> None:
    with pytest.raises(ValueError, match=r"row\.changed"):
        register_action("row.changed", "Something else")
    assert words("row.changed") == "Changed a record"
