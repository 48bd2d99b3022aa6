"""A worker that stops itself (SIGSTOP) where a test wants it, in the middle of its turn.

    python -m contracts.tests.sleeper JOB METHOD DEPLOYMENTS

JOB is ``relayer`` or ``indexer``; it stops when it first calls METHOD of the chain client. Its lock lasts a
second. It says ``done`` when its turn has ended, however it ended.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
from pathlib import Path
from typing import Any

import django


def main(job: str, method: str, deployments: str) -> None:
    """One turn with a sleep in it."""
    django.setup()
    from django.conf import settings

    from contracts import services
    from contracts.client.rpc import Client
    from contracts.relayer import run

    logging.disable()
    settings.DEPLOYMENTS_DIR = Path(deployments)
    services.LOCK_SECONDS = run.LOCK_SECONDS = 1
    called = getattr(Client, method)

    def stopping(self: Client, *args: Any, **kwargs: Any) -> Any:
        setattr(Client, method, called)
        os.kill(os.getpid(), signal.SIGSTOP)
        return called(self, *args, **kwargs)

    setattr(Client, method, stopping)
    ended = run.relay_acts() if job == "relayer" else services.sync_chain()
    print("lost" if ended is None else "done", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
