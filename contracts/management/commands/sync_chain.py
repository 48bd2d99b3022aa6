"""``manage.py sync_chain``: read the chain up to its head. To follow it: ``manage.py run_loops indexer``."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from contracts import services
from contracts.errors import ChainError


class Command(BaseCommand):
    """Does once what the indexer's loop does at each new block."""

    help = "Read the chain into the mirror, up to the newest block."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Read on."""
        try:
            progress = services.sync_chain(seconds=float("inf"))
        except ChainError as error:
            raise CommandError(f"{error.code}: {error.detail}") from error
        done = "another worker is at it" if progress is None else f"at block {progress.number}"
        self.stdout.write(f"chain: {done}")
