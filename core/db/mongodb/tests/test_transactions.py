"""``transaction.atomic`` means a transaction."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import Any, cast

import pytest
from django.contrib.auth.models import Group
from django.db import DatabaseError, IntegrityError, connection, connections, transaction
from django.db.transaction import TransactionManagementError
from pymongo.errors import PyMongoError

from core.db.transactions import gave_way

pytestmark = pytest.mark.django_db(transaction=True)


def elsewhere(work: Callable[[], None]) -> None:
    """Do ``work`` over another connection, and wait for it."""

    def run() -> None:
        work()
        connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()


def add(*names: str) -> None:
    for name in names:
        Group.objects.create(name=name)


def rename(name: str) -> None:
    Group.objects.update(name=name)


def names() -> set[str]:
    return set(Group.objects.values_list("name", flat=True))


def test_what_fails_never_happened() -> None:
    @transaction.atomic
    def fail() -> None:
        add("one")
        Group.objects.bulk_create([Group(name="two"), Group(name="three")])
        raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert names() == set()


def test_nobody_sees_what_is_not_committed() -> None:
    seen: list[set[str]] = []
    with transaction.atomic():
        Group.objects.create(name="one")
        elsewhere(lambda: seen.append(names()))
        assert names() == {"one"}
    elsewhere(lambda: seen.append(names()))
    assert seen == [set(), {"one"}]


def test_transaction_sees_one_state_throughout() -> None:
    with transaction.atomic():
        assert names() == set()
        elsewhere(lambda: add("one"))
        assert names() == set()
    assert names() == {"one"}


def test_inner_block_is_a_part_of_the_outer_one() -> None:
    @transaction.atomic
    def fail() -> None:
        with transaction.atomic():
            add("one")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert names() == set()


def test_after_an_error_nothing_more_can_be_asked_until_the_block_ends() -> None:
    Group.objects.create(name="one")
    with transaction.atomic():
        with pytest.raises(IntegrityError):
            Group.objects.create(name="one")
        with pytest.raises(TransactionManagementError):
            Group.objects.exists()
        with pytest.raises(TransactionManagementError):
            Group.objects.create(name="two")
    assert names() == {"one"}

    @transaction.atomic
    def go_on() -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            add("one")
        add("two")

    with pytest.raises(TransactionManagementError):
        go_on()
    assert names() == {"one"}


def test_hooks_run_after_the_commit_and_never_without_one() -> None:
    told: list[set[str]] = []
    with transaction.atomic():
        Group.objects.create(name="one")
        transaction.on_commit(lambda: told.append(names()))
        assert told == []
    assert told == [{"one"}]

    @transaction.atomic
    def fail() -> None:
        transaction.on_commit(lambda: told.append(set()))
        raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert told == [{"one"}]


def test_first_operation_waits_for_another_writer() -> None:
    Group.objects.create(name="one")
    began, released = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            Group.objects.update(name="theirs")
            began.set()
            released.wait(5)
        connections.close_all()

    holder = threading.Thread(target=hold)
    holder.start()
    began.wait(5)
    threading.Timer(0.2, released.set).start()
    with transaction.atomic():
        Group.objects.filter(name__in=["one", "theirs"]).update(name="ours")
    holder.join()
    assert names() == {"ours"}


def test_later_conflict_says_that_the_whole_may_be_done_again() -> None:
    add("one")

    @transaction.atomic
    def write() -> None:
        assert names() == {"one"}
        elsewhere(lambda: rename("theirs"))
        rename("ours")

    with pytest.raises(DatabaseError) as caught:
        write()
    assert gave_way(caught.value)
    assert names() == {"theirs"}


def test_row_is_made_once_by_two_at_once() -> None:
    barrier = threading.Barrier(4)
    made: list[bool] = []

    def get() -> None:
        barrier.wait(5)
        made.append(Group.objects.get_or_create(name="one")[1])
        connections.close_all()

    threads = [threading.Thread(target=get) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(made) == [False, False, False, True]


def test_commit_of_which_nothing_was_heard_is_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    with transaction.atomic():
        Group.objects.create(name="one")
        session = cast(Any, connection).session
        commit = session.commit_transaction

        def silent() -> None:
            asked.append(1)
            commit()
            if len(asked) < 3:
                raise PyMongoError("no answer", error_labels=["UnknownTransactionCommitResult"])

        monkeypatch.setattr(session, "commit_transaction", silent)
    assert len(asked) == 3
    assert names() == {"one"}


def test_snapshot_shows_one_state_while_others_write() -> None:
    with cast(Any, connection).snapshot():
        assert names() == set()
        elsewhere(lambda: add("one"))
        assert names() == set()
    assert names() == {"one"}


def test_connection_lost_in_a_transaction_takes_it_along() -> None:
    with transaction.atomic():
        Group.objects.create(name="one")
        connection.close()
        with pytest.raises(TransactionManagementError):
            Group.objects.exists()
    assert names() == set()
    Group.objects.create(name="two")
    assert names() == {"two"}


def test_child_process_has_sockets_of_its_own() -> None:
    Group.objects.create(name="one")
    connections.close_all()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            code = 0 if names() == {"one"} else 2
        finally:
            os._exit(code)
    _pid, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    assert names() == {"one"}
