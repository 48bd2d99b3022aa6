"""``manage.py verify_chain``: is the mirror what the chain says?"""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from contracts.client.rpc import client
from contracts.deployment import deployment
from contracts.errors import ChainError
from contracts.registry import default
from contracts.verify.run import Report, verify

DIFFERENT = 1
NOT_CHECKED = 2


class Command(BaseCommand):
    """Exits 0 if the mirror is the chain's, 1 naming each row that differs, 2 if the chain can't be read."""

    help = "Recount the mirror against a node and name every row that differs. Changes nothing."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the range and the form of the answer."""
        parser.add_argument(
            "--from", dest="first", type=int, default=None, help="first block (default: deployment)"
        )
        parser.add_argument(
            "--to", dest="last", type=int, default=None, help="last block (default: the last read)"
        )
        parser.add_argument("--json", action="store_true", help="one JSON object instead of lines")

    def handle(self, *args: Any, first: int | None, last: int | None, **options: Any) -> None:
        """Recount, report, and exit."""
        as_json: bool = options["json"]
        try:
            report = verify(client(), deployment(), default, first=first, last=last)
        except ChainError as error:
            self._cannot(error, as_json=as_json)
            sys.exit(NOT_CHECKED)
        if as_json:
            self.stdout.write(json.dumps(_as_json(report)))
        else:
            self._lines(report)
        if report.differences:
            sys.exit(DIFFERENT)

    def _lines(self, report: Report) -> None:
        for difference in report.differences:
            self.stdout.write(str(difference))
        for table in report.skipped:
            self.stdout.write(f"{table}: not compared; that takes the whole history")
        found = len(report.differences)
        verdict = "no difference" if not found else f"{found} difference{'s' if found > 1 else ''}"
        self.stdout.write(
            f"blocks {report.from_block} to {report.to_block}: {report.events} events and"
            f" {report.votes} votes recounted, {len(report.tables)} tables compared, {verdict}"
        )

    def _cannot(self, error: ChainError, *, as_json: bool) -> None:
        facts = {name: str(value) for name, value in error.data.items()}
        if as_json:
            self.stdout.write(json.dumps({"error": error.code, "detail": str(error.detail), "data": facts}))
        told = ", ".join(f"{name} {value}" for name, value in facts.items())
        self.stderr.write(f"{error.code}: {error.detail}" + (f" ({told})" if told else ""))


def _as_json(report: Report) -> dict[str, Any]:
    return {
        "from": report.from_block,
        "to": report.to_block,
        "events": report.events,
        "votes": report.votes,
        "tables": report.tables,
        "skipped": report.skipped,
        "differences": [difference.as_json() for difference in report.differences],
    }
