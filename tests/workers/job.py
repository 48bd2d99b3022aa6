"""One worker: ``python -m tests.workers.job index``.

``HOLD_AT=module:name`` makes it say "holding" and stand still where it would use that, so that it can be
killed there.
"""

from __future__ import annotations

import importlib
import os
import sys
import threading
from collections.abc import Callable
from typing import Any, NoReturn

import django
from django.utils import timezone


def index() -> None:
    """Read the chain to its head."""
    from contracts.client.rpc import client
    from contracts.deployment import deployment
    from contracts.errors import CursorMoved
    from contracts.indexer.follow import Indexer

    indexer = Indexer(client(), deployment())
    while True:
        try:
            indexer.catch_up()
        except CursorMoved:
            continue
        return


def relay() -> None:
    """Three rounds of carrying acts to the chain."""
    from contracts.client.rpc import client
    from contracts.deployment import deployment
    from contracts.relayer.service import Relayer
    from contracts.relayer.signer import relayer_signer

    signer = relayer_signer()
    assert signer is not None
    for _round in range(3):
        Relayer(client(), signer, deployment()).run()


def audit() -> None:
    """Acts until there are ten of this process, each recorded in its own transaction."""
    from audit.services import record
    from core.db.transactions import atomic_with_retry
    from identity.accounts.models import User

    @atomic_with_retry
    def act(number: int) -> None:
        User.objects.create(username=f"{os.getpid()}-{number}", last_active=timezone.now())
        record(action="row.added", actor=f"command:{os.getpid()}", details={"number": number})

    for number in range(User.objects.filter(username__startswith=f"{os.getpid()}-").count(), 10):
        act(number)


def loops() -> None:
    """What production runs for the chain, until it is ended."""
    from django.core.management import call_command

    call_command("run_loops")


class Hold:
    """Stands for anything; whoever calls it or asks it for something stands still."""

    def __call__(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        print("holding", flush=True)
        threading.Event().wait()
        raise AssertionError

    def __getattr__(self, name: str) -> NoReturn:
        self()


def main(name: str) -> None:
    """Set up, and do the job."""
    django.setup()
    job: Callable[[], None] = {"index": index, "relay": relay, "audit": audit, "loops": loops}[name]
    if place := os.environ.get("HOLD_AT"):
        module, _, path = place.partition(":")
        *owners, attribute = path.split(".")
        owner: Any = importlib.import_module(module)
        for each in owners:
            owner = getattr(owner, each)
        setattr(owner, attribute, Hold())
    from core.db.transactions import DatabaseBusy

    while True:
        try:
            job()
        except DatabaseBusy:
            continue  # as the next second's task would
        return


if __name__ == "__main__":
    main(sys.argv[1])
