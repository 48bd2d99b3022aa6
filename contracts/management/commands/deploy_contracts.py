"""``manage.py deploy_contracts``: put the contracts on a chain, once."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import Tags
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError, connection
from requests.exceptions import RequestException
from web3 import Web3
from web3.exceptions import Web3Exception

from audit.commands import audited_command
from audit.models import AuditLog
from contracts.deploy.deployer import Deployer
from contracts.deploy.setup import read_setup
from contracts.deployment import deployment, deployment_path
from contracts.errors import DeploymentMissing
from core.errors import DomainError


class Command(BaseCommand):
    """Deploys and wires everything; a second run goes on where a first was cut off, a third does nothing."""

    requires_system_checks = [Tags.security]
    help = "Deploy and wire the contracts from the committed artifacts."

    def add_arguments(self, parser: CommandParser) -> None:
        """State the options."""
        parser.add_argument(
            "--chain-id", type=int, required=True, help="the chain that is meant; another is refused"
        )
        parser.add_argument("--officers", type=Path, required=True, help="JSON: administrators and guardians")
        parser.add_argument("--parameters", type=Path, help="JSON: the first rules; defaults where left out")
        parser.add_argument("--rpc", help="the node; the first of RPC_URLS if left out")
        parser.add_argument(
            "--key-file", type=Path, help="the deployer's key; DEPLOYER_PRIVATE_KEY if left out"
        )
        parser.add_argument("--timeout", type=int, default=300, help="seconds to wait for each transaction")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run it, and say each step."""
        chain_id: int = options["chain_id"]
        w3 = Web3(
            Web3.HTTPProvider(
                options["rpc"] or settings.RPC_URLS[0],
                request_kwargs={"timeout": settings.RPC_TIMEOUT_SECONDS},
            )
        )
        try:
            if self._stands(w3, chain_id):
                return
            setup = read_setup(options["officers"], options["parameters"])
            deployer = Deployer(
                w3,
                self._key(options["key_file"]),
                chain_id=chain_id,
                setup=setup,
                path=deployment_path(chain_id),
                say=self.stdout.write,
                timeout=options["timeout"],
            )
            with self._audited(chain_id) as outcome:
                result = deployer.run()
                outcome |= {"deployment": result["deployment"], "startBlock": result["startBlock"]}
        except DomainError as error:
            raise CommandError(str(error.detail)) from error
        except (Web3Exception, RequestException) as error:
            raise CommandError(f"The node did not go along: {error}") from error
        self.stdout.write(
            f"deployed on chain {chain_id}, first block {result['startBlock']}; the deployer holds nothing"
        )

    def _stands(self, w3: Web3, chain_id: int) -> bool:
        """Whether this chain has its deployment already.

        Raises:
            CommandError: the file is there but the chain has no such contracts, or is another one.
        """
        try:
            current = deployment(chain_id)
        except DeploymentMissing:
            return False
        found = w3.eth.chain_id
        if found != chain_id:
            raise CommandError(f"The node is on chain {found}, not {chain_id}.")
        for name, address in current.contracts.items():
            if not w3.eth.get_code(Web3.to_checksum_address(address)):
                raise CommandError(
                    f"{deployment_path(chain_id).name} puts {name} at {address}, but there is nothing "
                    "there. It was written for another chain of the same number: move it away to deploy anew."
                )
        self.stdout.write(f"chain {chain_id} has its contracts already; nothing to do")
        return True

    def _audited(self, chain_id: int) -> AbstractContextManager[dict[str, Any]]:
        """The audit log's eye on the run; a chain may get its contracts before the portal has a database."""
        try:
            ready = AuditLog._meta.db_table in connection.introspection.table_names()
        except OperationalError:
            ready = False
        if ready:
            return audited_command("deploy_contracts", chain_id=chain_id)
        self.stdout.write("the database is not there yet: this run is not in the audit log")
        return nullcontext({})

    def _key(self, file: Path | None) -> str:
        try:
            key = file.read_text(encoding="ascii").strip() if file else settings.DEPLOYER_PRIVATE_KEY
        except (OSError, ValueError) as error:
            raise CommandError(f"The key file can't be read: {error}") from error
        if not key:
            raise CommandError("There is no key: give --key-file or set DEPLOYER_PRIVATE_KEY.")
        digits = key.removeprefix("0x")
        if len(digits) != 64 or not all(digit in "0123456789abcdefABCDEF" for digit in digits):
            raise CommandError("The key must be 64 hexadecimal digits.")
        return key
