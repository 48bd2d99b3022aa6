"""``manage.py demo_town``: raise Riverbend on the embedded chain."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from audit.commands import audited_command
from contracts.client.rpc import client
from contracts.deployment import deployment, deployment_path
from contracts.services import sync_chain
from core.checks import demo_wallet_allowed
from core.errors import DomainError
from daoportal.settings.home import Home
from devstack.demo.errors import TownError
from devstack.demo.files import setup_files
from devstack.demo.people import OFFICERS, people
from devstack.demo.raising import raise_town


class Command(BaseCommand):
    """Deploys the contracts if they aren't, then walks the chain through the town's last month."""

    help = "Raise the demo town on the embedded chain; a second run does nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        """State the options."""
        parser.add_argument("--small", action="store_true", help="fewer residents")
        parser.add_argument(
            "--write-setup", action="store_true", help="write what deploy_contracts is given, and stop"
        )
        parser.add_argument("--sync", action="store_true", help="read the chain into the database afterwards")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run it, with a line for each stretch."""
        if not demo_wallet_allowed():
            raise CommandError(
                "The demo town's keys are public: it exists in embedded mode and in tests alone."
            )
        home = Path(settings.PORTAL_HOME)
        try:
            if options["write_setup"]:
                setup_files(home / "setup")
                return
            if not deployment_path(settings.CHAIN_ID).exists():
                self._deploy(home)
            with audited_command("demo_town", small=options["small"]) as outcome:
                new = raise_town(client(), deployment(), small=options["small"], say=self._say)
                outcome["new"] = new
            if options["sync"]:
                sync_chain(seconds=600)
        except (TownError, DomainError) as error:
            raise CommandError(str(error)) from error
        Home(home).write_private(
            home / "people.json",
            json.dumps(people(small=options["small"]), indent=2, ensure_ascii=False) + "\n",
        )
        self._say("Riverbend stands" if new else "Riverbend stands already; nothing to do")
        for person in OFFICERS:
            self._say(f"{person.title}: log in as {person.login} with {person.password}")

    def _deploy(self, home: Path) -> None:
        officers, parameters = setup_files(home / "setup")
        call_command(
            "deploy_contracts",
            chain_id=settings.CHAIN_ID,
            officers=officers,
            parameters=parameters,
            stdout=self.stdout,
        )

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
