"""The contracts obey the rules wherever a random walk goes, and the mirror follows.

``WALK_SEED`` and ``WALK_STEPS`` choose the walk; ``make prove`` takes 10,000 steps.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from web3 import Web3

from contracts.client.rpc import Client
from contracts.deploy.deployer import Deployer
from contracts.deploy.setup import Token
from contracts.deployment import deployment
from contracts.indexer.follow import Indexer
from contracts.registry import default
from contracts.tests.civic import (
    ADMINISTRATORS,
    CITIZENS,
    DEPLOYER,
    GUARDIANS,
    STRANGER,
    account,
    address,
    setup,
)
from contracts.verify.run import verify
from governance.proposals.services.blocks import locate_blocks
from tests.walk.facts import DAY, HOUR, Rules
from tests.walk.model import Town
from tests.walk.walker import Walker

pytestmark = pytest.mark.django_db

CHAIN_ID = 31337
STEPS = int(os.environ.get("WALK_STEPS", "200"))
SEED = int(os.environ.get("WALK_SEED") or random.SystemRandom().randrange(2**32))
REORGANISATIONS = 20
HOLDERS = {CITIZENS[0]: 5 * 10**18, CITIZENS[1]: 3 * 10**18, STRANGER: 10**18}
PLACES = (STRANGER, STRANGER + 1, STRANGER + 2, *CITIZENS)
NEWCOMER = CITIZENS[-1]
RULES = Rules(
    voting_period=3 * DAY,
    execution_delay=DAY,
    grace_period=2 * DAY,
    notice=HOUR,
    quorum=20,
    credits=30,
    period=20 * DAY,
    token_threshold=10**17,
)


def founded(node: Any, folder: Path) -> Town:
    """The contracts on the node, under these rules, and the model of the same town."""
    start = setup()
    parameters = {
        **start.parameters,
        "votingPeriod": RULES.voting_period,
        "executionDelay": RULES.execution_delay,
        "gracePeriod": RULES.grace_period,
        "noticePeriod": RULES.notice,
        "reviewPeriod": DAY,
        "officerDelay": 7 * DAY,
        "quorumPercentage": RULES.quorum,
        "quadraticCredits": RULES.credits,
        "quadraticPeriod": RULES.period,
    }
    holders = tuple((account(place).address, amount) for place, amount in HOLDERS.items())
    token = Token("Share", "SHR", holders, threshold=RULES.token_threshold)
    chosen = replace(start, parameters=parameters, token=token, floors="production")
    key = "0x" + bytes(account(DEPLOYER).key).hex()
    path = folder / f"{CHAIN_ID}.json"
    Deployer(Web3(Web3.HTTPProvider(node.url)), key, chain_id=CHAIN_ID, setup=chosen, path=path).run()
    tokens = {address(place): amount for place, amount in HOLDERS.items()}
    citizens = [address(place) for place in CITIZENS]
    return Town(RULES, citizens, node.now(), tokens, newcomer=address(NEWCOMER))


@pytest.fixture
def walker(fresh_anvil: Callable[..., Any], settings: Any, tmp_path: Path) -> Walker:
    """A walker at the beginning of its way, in a town of its own."""
    node = fresh_anvil()
    settings.DEPLOYMENTS_DIR = tmp_path
    town = founded(node, tmp_path)
    return Walker(
        node,
        Client([node.url], CHAIN_ID),
        deployment(CHAIN_ID),
        town,
        places=PLACES,
        administrator=ADMINISTRATORS[0],
        guardians=GUARDIANS,
        seed=SEED,
    )


@contextmanager
def repeatable() -> Iterator[None]:
    """Tells with a failure how to walk the same way again."""
    try:
        yield
    except AssertionError as broken:
        raise AssertionError(f"WALK_SEED={SEED} WALK_STEPS={STEPS}: {broken}") from broken


def assert_mirror_is_true(walker: Walker, indexer: Indexer) -> None:
    """The mirror, once it has read on, is what the chain says."""
    indexer.catch_up()
    while locate_blocks(walker.client):
        pass  # fifty votes a pass
    assert verify(walker.client, walker.deployment, default).differences == []


def test_contracts_and_mirror_obey_the_rules_wherever_a_random_walk_goes(walker: Walker) -> None:
    with repeatable():
        walker.walk(STEPS)
        votes = len(walker.town.votes)
        print(f"\nseed {SEED}: {STEPS} steps, {votes} votes, {walker.done}, refused {walker.refused}")
        assert_mirror_is_true(walker, Indexer(walker.client, walker.deployment, finality_blocks=32))


def test_mirror_is_true_after_each_of_twenty_reorganisations_of_a_walk(walker: Walker) -> None:
    indexer = Indexer(walker.client, walker.deployment, finality_blocks=64)
    undone = 0
    with repeatable():
        for _run in range(REORGANISATIONS):
            walker.walk(walker.dice.randint(1, 4))
            fork = walker.mark()
            walker.walk(walker.dice.randint(1, 8))
            indexer.catch_up()
            undone += walker.take_back(fork)
            walker.walk(walker.dice.randint(1, 8))
            assert_mirror_is_true(walker, indexer)
    assert undone >= REORGANISATIONS
