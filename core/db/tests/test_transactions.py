"""What is written is written whole, and again from the start where the database asks for that."""

from __future__ import annotations

import threading

import pytest
from django.contrib.auth.models import Group
from django.db import DatabaseError, connections, transaction

from core.db import transactions
from core.db.transactions import DatabaseBusy, atomic_with_retry, gave_way

pytestmark = pytest.mark.django_db(transaction=True)


class GaveWay(Exception):
    """As the MongoDB driver says it."""

    def has_error_label(self, label: str) -> bool:
        return label == "TransientTransactionError"


class Deadlock(Exception):
    """As the PostgreSQL driver says it."""

    sqlstate = "40P01"


def fail(cause: Exception) -> None:
    raise DatabaseError("no") from cause


@pytest.fixture
def _hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transactions, "LONGEST_PAUSE", 0.001)


@pytest.mark.parametrize("cause", [GaveWay(), Deadlock()])
def test_work_that_gave_way_is_done_again_and_nothing_of_the_first_try_is_left(cause: Exception) -> None:
    tries: list[int] = []

    @atomic_with_retry
    def write() -> int:
        Group.objects.create(name=f"try {len(tries)}")
        tries.append(1)
        if len(tries) < 3:
            fail(cause)
        return len(tries)

    assert write() == 3
    assert list(Group.objects.values_list("name", flat=True)) == ["try 2"]


@pytest.mark.usefixtures("_hasty")
def test_whoever_never_gets_through_is_told_so() -> None:
    @atomic_with_retry
    def write() -> None:
        Group.objects.create(name="one")
        fail(GaveWay())

    with pytest.raises(DatabaseBusy):
        write()
    assert not Group.objects.exists()


def test_other_errors_are_no_reason_to_try_again() -> None:
    tries: list[int] = []

    @atomic_with_retry
    def write() -> None:
        tries.append(1)
        fail(ValueError())

    with pytest.raises(DatabaseError) as caught:
        write()
    assert not gave_way(caught.value)
    assert tries == [1]


def test_within_a_transaction_it_is_the_outermost_that_begins_again() -> None:
    tries: list[str] = []

    @atomic_with_retry
    def inner() -> None:
        tries.append("inner")
        if len(tries) < 4:
            fail(GaveWay())

    @atomic_with_retry
    def outer() -> None:
        tries.append("outer")
        inner()

    outer()
    assert tries == ["outer", "inner", "outer", "inner"]


def test_read_and_write_of_two_at_once_lose_neither() -> None:
    """Where the database makes one wait or give way; a count without that would lose some."""
    Group.objects.create(pk=1, name="0")

    @atomic_with_retry
    def count() -> None:
        # Compare and set: on PostgreSQL, where both may have read the same, the second one changes nothing.
        while True:
            group = Group.objects.get(pk=1)
            if Group.objects.filter(pk=1, name=group.name).update(name=str(int(group.name) + 1)):
                return

    def work() -> None:
        for _ in range(10):
            count()
        connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert Group.objects.get(pk=1).name == "30"


def test_hooks_of_a_try_that_failed_never_run() -> None:
    told: list[int] = []
    tries: list[int] = []

    @atomic_with_retry
    def write() -> None:
        tries.append(1)
        number = len(tries)
        transaction.on_commit(lambda: told.append(number))
        if number == 1:
            fail(GaveWay())

    write()
    assert told == [2]
