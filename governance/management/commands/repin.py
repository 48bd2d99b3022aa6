"""``manage.py repin``: are the files that the record refers to still kept where they should be?"""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand

from audit.commands import audited_command
from core.content.repin import Report
from governance.proposals.services.content import repin

NOT_WHOLE = 1
PATIENCE_SECONDS = 30


class Command(BaseCommand):
    """Exits 0 if everything is here and kept elsewhere, 1 if something is nowhere or somebody refuses.

    Killed at any point, it can simply be run again.
    """

    help = "Fetch what is missing in the content store and pin what the IPFS node and pinning service lack."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Heal, telling each thing that was done, and exit."""
        with audited_command("repin") as outcome:
            report = repin(patience=PATIENCE_SECONDS, say=self._say)
            outcome.update(_figures(report))
        self.stdout.write(_verdict(report))
        if not report.whole:
            sys.exit(NOT_WHOLE)

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def _figures(report: Report) -> dict[str, int]:
    return {
        "files": report.files,
        "fetched": report.fetched,
        "missing": len(report.missing),
        "pinned": report.pinned.total(),
        "asked": report.asked.total(),
        "waiting": report.waiting.total(),
        "refused": len(report.refused),
    }


def _verdict(report: Report) -> str:
    figures = _figures(report)
    parts = [f"{figures['fetched']} fetched"]
    parts += [f"{count} pinned at {label}" for label, count in report.pinned.items()]
    parts += [f"{label} asked for {count}" for label, count in report.asked.items()]
    parts += [f"{label} isn't done with {count}" for label, count in report.waiting.items()]
    parts += [f"{label}: {code}" for label, code in report.refused.items()]
    return f"{report.files} files: {', '.join(parts)}, {figures['missing']} missing"
