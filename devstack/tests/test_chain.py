"""The chain between two runs: what was mined is there again, and its clock is the wall clock."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from devstack import chain
from devstack.chain import ChainKeeper

StartNode = Callable[..., Any]
DAY = 86_400


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "chain.json"


def _pay(node: Any) -> str:
    sender, receiver, *_ = node.rpc("eth_accounts")
    transaction = node.rpc("eth_sendTransaction", {"from": sender, "to": receiver, "value": "0x1"})
    # The node answers before it has mined, so a test that looks at the head has to wait for the receipt.
    end = time.monotonic() + 5
    while node.rpc("eth_getTransactionReceipt", transaction) is None:
        assert time.monotonic() < end, "the transaction was never mined"
    return transaction


async def test_resumed_chain_has_every_block_and_receipt(fresh_anvil: StartNode, state: Path) -> None:
    node = fresh_anvil()
    transactions = [_pay(node) for _ in range(20)]
    await ChainKeeper(node.url, state).save()
    before = node.rpc("eth_getBlockByNumber", "latest", False)
    node.process.kill()

    again = fresh_anvil(state=state)
    assert again.rpc("eth_getBlockByNumber", "latest", False)["hash"] == before["hash"]
    assert all(again.rpc("eth_getTransactionReceipt", one)["status"] == "0x1" for one in transactions)


async def test_chain_that_began_in_the_past_catches_up_and_follows_the_clock(
    fresh_anvil: StartNode, state: Path
) -> None:
    node = fresh_anvil(genesis_time=int(time.time()) - 30 * DAY)
    node.travel_to(int(time.time()) - DAY)
    await ChainKeeper(node.url, state).catch_up()
    assert abs(node.now() - time.time()) < 5
    _pay(node)
    assert abs(node.now() - time.time()) < 5


async def test_transactions_are_saved_at_once_and_empty_blocks_later(
    fresh_anvil: StartNode, state: Path
) -> None:
    node = fresh_anvil()
    keeper = ChainKeeper(node.url, state)
    await keeper.save()
    keeper._save_took = 0.0
    node.mine()
    assert not keeper._save_is_due(int(node.rpc("eth_blockNumber"), 16))
    _pay(node)
    assert keeper._save_is_due(int(node.rpc("eth_blockNumber"), 16))


async def test_quiet_chain_gets_a_heartbeat(
    fresh_anvil: StartNode, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    node = fresh_anvil(genesis_time=int(time.time()) - 60)
    keeper = ChainKeeper(node.url, state)
    keeper._beat()
    height = int(node.rpc("eth_blockNumber"), 16)
    assert height == 1
    assert abs(node.now() - time.time()) < 3
    keeper._beat()
    assert int(node.rpc("eth_blockNumber"), 16) == height
    monkeypatch.setattr(chain, "HEARTBEAT_SECONDS", 0)
    keeper._beat()
    assert int(node.rpc("eth_blockNumber"), 16) == height + 1


async def test_unreachable_node_leaves_the_saved_state_alone(fresh_anvil: StartNode, state: Path) -> None:
    node = fresh_anvil()
    keeper = ChainKeeper(node.url, state)
    await keeper.save()
    saved = state.read_bytes()
    node.stop()
    await keeper.save()
    assert state.read_bytes() == saved
