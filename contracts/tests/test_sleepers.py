"""A worker that sleeps past its lock, in the middle of its turn, changes nothing when it wakes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings

from conftest import Worker
from contracts import services
from contracts.indexer.cursor import Cursor
from contracts.models import ActStatus, Block, ChainEvent, RelayedAct, RelayerTransaction
from contracts.relayer import run
from contracts.tests.civic import CITIZENS, RELAYER, Civic, address
from core.db import locks

pytestmark = pytest.mark.django_db(transaction=True)

SLEEPER = "contracts.tests.sleeper"


def wait_for_the_lock(name: str) -> None:
    """Its holder is stopped: only time frees it."""
    while locks.connection().exists(f"lock:{name}"):
        pass


def asleep(worker: Callable[..., Worker], job: str, method: str) -> Worker:
    sleeper = worker(SLEEPER, job, method, str(settings.DEPLOYMENTS_DIR))
    sleeper.wait_stopped()
    return sleeper


def rows(*models: Any) -> list[dict[str, Any]]:
    return [row for model in models for row in model.objects.order_by("pk").values()]


# Where it sleeps: before it asks whether the act would pass, before it has a nonce, with a stored transaction
# in its hand.
@pytest.mark.parametrize("method", ["estimate_gas", "max_priority_fee", "send_raw_transaction"])
def test_woken_relayer_sends_nothing_that_another_sent(
    civic: Civic, worker: Callable[..., Worker], method: str
) -> None:
    number = civic.open_vote()
    act = civic.vote(CITIZENS[1], number)
    before = civic.client.transaction_count(address(RELAYER), "latest")
    sleeper = asleep(worker, "relayer", method)
    wait_for_the_lock(run.LOCK)
    civic.relay(2)
    act.refresh_from_db()
    assert act.status == ActStatus.MINED

    known = rows(RelayedAct, RelayerTransaction)
    sleeper.wake()
    assert sleeper.line() == "lost"
    assert rows(RelayedAct, RelayerTransaction) == known
    assert RelayerTransaction.objects.count() == 1
    assert civic.client.transaction_count(address(RELAYER), "pending") == before + 1
    civic.relay(2)
    act.refresh_from_db()
    assert (act.status, act.transaction_id) == (ActStatus.MINED, RelayerTransaction.objects.get().pk)


def test_woken_indexer_writes_nothing_that_another_wrote(civic: Civic, worker: Callable[..., Worker]) -> None:
    civic.read()
    civic.propose("A bench by the river")
    sleeper = asleep(worker, "indexer", "logs")
    wait_for_the_lock(services.LOCK)
    civic.propose("Another bench")
    civic.read()
    known = rows(Block, ChainEvent, Cursor)
    sleeper.wake()
    assert sleeper.line() == "lost"
    assert rows(Block, ChainEvent, Cursor) == known
    civic.read()
    assert ChainEvent.objects.filter(event_name="ProposalCreated").count() == 2
