"""A worker in a process of its own, for tests that stop it in the middle of its work.

    python -m core.db.fence.tests.sleeper LOCK SECONDS

It takes the lock, says ``holding``, stops itself (SIGSTOP) and, woken, tries to write: ``wrote`` or ``lost``.
"""

from __future__ import annotations

import os
import signal
import sys

import django


def main(name: str, seconds: int) -> None:
    """Hold, sleep, write."""
    django.setup()
    from core.db.fence.errors import LockLost
    from core.db.fence.models import Fence
    from core.db.fence.services import exclusive_lock, with_token

    with exclusive_lock(name, seconds=seconds) as got:
        print("holding" if got else "refused", flush=True)
        os.kill(os.getpid(), signal.SIGSTOP)
        try:
            with_token(Fence.objects.update_or_create)(name="written-by-the-sleeper")
        except LockLost:
            print("lost", flush=True)
        else:
            print("wrote", flush=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
