"""``manage.py sync_chain``: read the chain up to its head, once or for good."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from contracts import services
from contracts.errors import ChainError

POLL_SECONDS = 1.0


class Command(BaseCommand):
    """Does what the scheduled task does, without Celery."""

    help = "Read the chain into the mirror, up to the newest block."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add whether to stay."""
        parser.add_argument("--follow", action="store_true", help="stay, and read each new block")

    def handle(self, *args: Any, follow: bool, **options: Any) -> None:
        """Read on; without --follow an error ends it, with it the next second tries again."""
        while True:
            try:
                progress = services.sync_chain(seconds=float("inf"))
            except ChainError as error:
                if not follow:
                    raise CommandError(f"{error.code}: {error.detail}") from error
                self.stderr.write(f"{error.code}: {error.detail}")
            else:
                if not follow:
                    done = "another worker is at it" if progress is None else f"at block {progress.number}"
                    self.stdout.write(f"chain: {done}")
                    return
            time.sleep(POLL_SECONDS)
