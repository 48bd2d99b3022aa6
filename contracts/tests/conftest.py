"""A chain that says whatever a test wants it to, and an indexer that listens to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from contracts.client.rpc import Client
from contracts.deployment import Deployment
from contracts.events import Decoded, VoteCast
from contracts.indexer.follow import Indexer
from contracts.registry import Registry
from contracts.tests import emitter
from contracts.tests.civic import Civic, deploy

CONTRACTS = {
    name: f"0x{0xC0FFEE00 + place:040x}"
    for place, name in enumerate(
        ("ProposalManager", "VotingEngine", "GovernanceCore", "RoleManager", "ExecutionModule", "CivicToken")
    )
}
NO_REASON = "0x" + "0" * 64


class Town:
    """A node whose contracts emit what they are told, mined when told."""

    def __init__(self, node: Any, *, timeout: float = 10) -> None:
        self.node = node
        self.client = Client([node.url], 31337, timeout=timeout, attempts=1)
        self.client.request("evm_setAutomine", False)
        emitter.install(self.client, list(CONTRACTS.values()))
        start = self.client.header("latest")
        if start is None:
            raise LookupError("the node has no block")
        self.deployment = Deployment(31337, start.number + 1, dict(CONTRACTS), {"language": "en"})

    def say(self, cls: type[Decoded], *arguments: Any) -> str:
        """Emit an event in the next block; answers the transaction's hash."""
        return emitter.emit(self.client, CONTRACTS[cls.contract_name], cls, *arguments)

    def mine(self, blocks: int = 1) -> int:
        """Mine; answers the newest block's number."""
        for _ in range(blocks):
            self.client.request("evm_mine")
        return self.head()

    def head(self) -> int:
        header = self.client.header("latest")
        if header is None:
            raise LookupError("the node has no block")
        return header.number

    def votes(self, count: int, *, first: int = 1, proposal: int = 7) -> None:
        """One block with ``count`` ballots of voters first, first + 1, ..."""
        for voter in range(first, first + count):
            self.say(VoteCast, address(voter), proposal, voter % 3, 1, NO_REASON)
        self.mine()

    def reorganise(self, depth: int, transactions: Sequence[tuple[dict[str, str], int]] = ()) -> None:
        """Replace the newest ``depth`` blocks.

        ``transactions`` go into the new ones (place counted from 0).
        """
        self.client.request("anvil_reorg", depth, [list(pair) for pair in transactions])

    def indexer(self, registry: Registry | None = None, **options: Any) -> Indexer:
        options.setdefault("finality_blocks", 32)
        return Indexer(self.client, self.deployment, registry=registry or Registry(), **options)


def address(number: int) -> str:
    """A made-up account."""
    return f"0x{number:040x}"


@pytest.fixture
def town(fresh_anvil: Callable[..., Any]) -> Town:
    """A fresh node under :class:`Town`; blocks are mined when the test says so."""
    return Town(fresh_anvil(extra=("--no-mining",)))


@pytest.fixture(scope="session")
def civic_file(_session_anvil: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("civic") / "31337.json"
    deploy(_session_anvil.url, path)
    return path


@pytest.fixture
def civic(civic_file: Path, anvil_snapshot: Any, settings: Any, tmp_path: Path, db: None) -> Civic:
    """The real contracts on the run's own Anvil, with officers and citizens; put back after the test."""
    settings.DEPLOYMENTS_DIR = civic_file.parent
    settings.CONTENT_ROOT = tmp_path / "content"
    made = Civic(anvil_snapshot)
    made.pass_time(60)  # citizens of this very second have no vote yet
    return made
