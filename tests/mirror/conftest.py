"""Riverbend on a node of its own, raised once, and wound back after each test."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.management import call_command

from audit.models import AuditLog
from contracts.acts.hashes import reason_hash, role_id
from contracts.calldata import decode_result, encode_call
from contracts.client.rpc import Client
from contracts.deployment import Deployment, deployment
from contracts.indexer.follow import Indexer
from contracts.models import RelayedAct, RelayerTransaction
from contracts.registry import default
from contracts.verify.compare import Difference
from contracts.verify.run import Report, verify
from devstack.demo.files import setup_files
from devstack.demo.people import Roster, roster
from devstack.demo.raising import FIRST_DAY, raise_town
from governance.ballots.models import BallotReason
from identity.accounts.models import User
from identity.reasons.models import Reason

CHAIN_ID = 31337
DAY = 86_400
# Given, not estimated: at the newest block a checkpoint costs less than it will in the next.
GAS = hex(5_000_000)
NEW_ACCOUNT = "0x" + "7a" * 20  # to which a citizen moves; nobody has its key


@dataclass
class Riverbend:
    """The town's chain, and the ways in which tests touch it."""

    node: Any
    client: Client
    deployment: Deployment
    people: Roster

    def read(self, *, finality_blocks: int = 32) -> None:
        """Bring the mirror up to the head."""
        Indexer(self.client, self.deployment, finality_blocks=finality_blocks).catch_up()

    def recount(self) -> Report:
        """Hold the mirror against the chain."""
        return verify(self.client, self.deployment, default)

    def differences(self) -> list[Difference]:
        """What the recount finds; what became of acts is noted by the relayer, which does not run here."""
        return [each for each in self.recount().differences if each.table != "relayed_acts"]

    def send(self, sender: str, contract: str, function: str, *args: Any) -> None:
        """A call by an account whose key Anvil holds, mined at once; raises when it reverts."""
        data = encode_call(contract, function, args)
        self.transact(sender, {"to": self.deployment.address(contract), "data": data})

    def transact(self, sender: str, call: dict[str, str]) -> None:
        """A transaction as a wallet is handed it, sent as ``sender``."""
        digest = self.node.rpc("eth_sendTransaction", {"from": sender, **call, "gas": GAS})
        until = time.monotonic() + 10
        while (receipt := self.node.rpc("eth_getTransactionReceipt", digest)) is None:
            if time.monotonic() > until:
                break
            time.sleep(0.02)
        if receipt is None or receipt["status"] != "0x1":
            raise RuntimeError(f"{call} was not mined: {receipt}")

    def take_a_vote_back(self) -> int:
        """A vote given to a delegate, who votes, and taken back by voting in person; answers the proposal."""
        delegate = next(person for person in self.people.citizens if "DELEGATE" in person.roles)
        giver = next(person for person in self.people.citizens if "DELEGATE" not in person.roles)
        self.send(giver.address, "VotingEngine", "delegate", delegate.address)
        number = self.ask("ProposalManager", "proposalCount")
        self.open_vote(number)
        for person in (delegate, giver):
            self.send(person.address, "VotingEngine", "castVoteWithReason", number, 1, "As we said.")
        return number

    def two(self, role: str, contract: str, function: str, *args: Any) -> None:
        """The same call by two administrators, or by two guardians."""
        for person in getattr(self.people, role)[:2]:
            self.send(person.address, contract, function, *args)

    def do_what_is_seldom_done(self) -> None:
        """A wish to cancel taken back, an endorsement struck, a citizen moved: a quiet town has none."""
        clerk = self.people.administrators[0].address
        plain = [person.address for person in self.people.citizens if not person.roles[1:]]
        mover, leaver, author = plain[:3]
        strategy = self.deployment.address("OnePersonOneVoteStrategy")
        text = reason_hash("A text that nobody keeps.")
        self.send(author, "ProposalManager", "createProposal", 0, [], text, strategy)
        number = self.ask("ProposalManager", "proposalCount")
        self.send(clerk, "ProposalManager", "cancelProposal", number, reason_hash("Unlawful."))
        self.send(clerk, "ProposalManager", "withdrawCancellation", number)
        self.send(leaver, "ProposalManager", "endorseProposal", number)
        struck_off = (role_id("CITIZEN"), leaver, reason_hash("Moved away."))
        self.two("administrators", "RoleManager", "revokeRole", *struck_off)
        self.send(clerk, "ProposalManager", "strikeEndorsements", number, [leaver])
        self.two("administrators", "RoleManager", "moveCitizen", mover, NEW_ACCOUNT)

    def open_vote(self, number: int) -> None:
        """An administrator sets the vote on a draft, and the notice passes."""
        self.send(self.people.administrators[0].address, "ProposalManager", "activateProposal", number, 0)
        self.wait(self.ask("GovernanceCore", "noticePeriod") + 60)

    def ask(self, contract: str, function: str, *args: Any) -> Any:
        """What the contract answers at the head."""
        data = self.client.call(self.deployment.address(contract), encode_call(contract, function, args))
        return decode_result(contract, function, data, args)

    def wait(self, seconds: int) -> None:
        """Mine one block ``seconds`` after the newest."""
        self.node.travel_to(self.node.now() + seconds)


@pytest.fixture(scope="session")
def _raised(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: Any
) -> Iterator[Any]:
    from conftest import start_node

    folder = tmp_path_factory.mktemp("riverbend")
    node = start_node(folder, genesis_time=int(time.time() - (FIRST_DAY + 0.3) * DAY))
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock():
        patch.setattr(django_settings, "RPC_URLS", [node.url])
        patch.setattr(django_settings, "DEPLOYMENTS_DIR", folder / "deployments")
        officers, parameters = setup_files(folder / "setup")
        call_command(
            "deploy_contracts", chain_id=CHAIN_ID, officers=officers, parameters=parameters, verbosity=0
        )
        raise_town(Client([node.url], CHAIN_ID), deployment(CHAIN_ID), small=True)
        _forget()
    yield node, folder
    node.stop()
    shutil.rmtree(folder, ignore_errors=True)


def _forget() -> None:
    """Raising left accounts, reasons, acts and audit entries in the database that all tests share."""
    for model in (BallotReason, Reason, User, RelayedAct, RelayerTransaction, AuditLog):
        model._base_manager.all().delete()


@pytest.fixture
def riverbend(_raised: Any, settings: Any, db: None) -> Iterator[Riverbend]:
    """The small town as it stands today; what a test adds to its chain is gone afterwards."""
    node, folder = _raised
    settings.RPC_URLS = [node.url]
    settings.DEPLOYMENTS_DIR = folder / "deployments"
    snapshot = node.rpc("evm_snapshot")
    people = roster(small=True)
    yield Riverbend(node, Client([node.url], CHAIN_ID), deployment(CHAIN_ID), people)
    node.rpc("evm_revert", snapshot)
