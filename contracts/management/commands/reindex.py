"""``manage.py reindex``: the mirror made anew from the chain, while the site stays up."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audit.commands import audited_command
from contracts import services
from contracts.errors import ChainError

LINE_SECONDS = 1.0


class Command(BaseCommand):
    """Readers see the old mirror until the new one is whole.

    Killed at any point, it can simply be run again.
    """

    help = "Rebuild the mirror from the chain. What people wrote is kept."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Rebuild, telling the progress once a second."""
        told = 0.0

        def progress(line: str) -> None:
            nonlocal told
            if time.monotonic() - told >= LINE_SECONDS:
                told = time.monotonic()
                self.stdout.write(line)
                self.stdout.flush()

        try:
            with audited_command("reindex") as outcome:
                place = services.reindex(progress)
                outcome["block"] = place.number
        except ChainError as error:
            raise CommandError(f"{error.code}: {error.detail}") from error
        self.stdout.write(f"the mirror was made anew, up to block {place.number}")
