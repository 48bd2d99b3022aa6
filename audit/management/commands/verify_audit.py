"""``manage.py verify_audit``: check the audit log and name every broken entry."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from audit.heads import heads_path
from audit.models import AuditLog
from audit.selectors import Fault, Verification, verify

_SHOWN = 20


class Command(BaseCommand):
    """Exit 0 if every entry is as it was sealed, 1 if one is not. It changes nothing."""

    help = "Recompute the audit log's hashes; name every changed, missing, cut-off or rewritten entry."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON document")
        parser.add_argument(
            "--strict", action="store_true", help="fail too for entries that the heads file does not know"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        result = verify()
        broken = bool(result.faults) or bool(options["strict"] and result.unnoted)
        if options["json"]:
            self.stdout.write(json.dumps({"ok": not broken, **asdict(result)}, indent=2))
        else:
            self._say(result)
        if broken:
            sys.exit(1)

    def _say(self, result: Verification) -> None:
        for fault in result.faults:
            self.stdout.write(f"entry {fault.sequence}: {fault.kind}: {fault.detail}{self._named(fault)}")
        if result.noted is None:
            self.stdout.write(f"no heads file at {heads_path()}: a cut-off end can't be seen")
        elif result.unnoted:
            more = " …" if len(result.unnoted) > _SHOWN else ""
            numbers = ", ".join(map(str, result.unnoted[:_SHOWN])) + more
            self.stdout.write(f"not in the heads file, so perhaps not by this portal: {numbers}")
        count = f"{result.entries} entries, head {result.head}"
        verdict = f"{len(result.faults)} broken" if result.faults else "all as they were sealed"
        self.stdout.write(f"{count}: {verdict}")

    @staticmethod
    def _named(fault: Fault) -> str:
        if fault.kind == "missing":
            return ""
        told = AuditLog.objects.filter(pk=fault.sequence).values_list("action", "actor").first()
        return f" ({told[0]} by {told[1]})" if told else ""
