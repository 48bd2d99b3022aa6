"""``manage.py run_loops indexer relayer``: a process of their own for some of the portal's loops."""

from __future__ import annotations

import signal
import threading
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.queue import alive, loops


class Command(BaseCommand):
    """Runs until it is told to stop (SIGTERM, SIGINT), and then ends the turns that run."""

    help = "Run loops of the portal until stopped; without names, all of them."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add which."""
        parser.add_argument("names", nargs="*", metavar="LOOP", help=", ".join(loops.names()))

    def handle(self, *args: Any, names: list[str], **options: Any) -> None:
        """Start them, leave signs of life, stop them."""
        unknown = set(names) - set(loops.names())
        if unknown:
            raise CommandError(f"no such loop: {', '.join(sorted(unknown))}")
        ended = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: ended.set())
        running = [loops.Loop(name) for name in names or loops.names()]
        for loop in running:
            loop.start()
        alive.touch()
        while not ended.wait(alive.EVERY_SECONDS):
            alive.touch()
        for loop in running:
            loop.stop()
