"""The contracts obey the rules wherever a random walk goes, and the mirror follows.

``WALK_SEED`` and ``WALK_STEPS`` choose the walk; ``make prove`` takes 10,000 steps.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from web3 import Web3

from contracts.client import Client
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
from contracts.verify import verify
from governance import services
from tests.walk.facts import DAY, Rules
from tests.walk.model import Town
from tests.walk.walker import Walker

pytestmark = pytest.mark.django_db

CHAIN_ID = 31337
STEPS = int(os.environ.get("WALK_STEPS", "200"))
SEED = int(os.environ.get("WALK_SEED") or random.SystemRandom().randrange(2**32))
HOLDERS = {CITIZENS[0]: 5 * 10**18, CITIZENS[1]: 3 * 10**18, STRANGER: 10**18}
PLACES = (STRANGER, STRANGER + 1, *CITIZENS)
RULES = Rules(
    voting_period=3 * DAY, execution_delay=DAY, grace_period=2 * DAY, quorum=20, credits=30, period=20 * DAY
)


def founded(node: Any, folder: Path) -> Town:
    """The contracts on the node, under these rules, and the model of the same town."""
    start = setup()
    parameters = {
        **start.parameters,
        "votingPeriod": RULES.voting_period,
        "executionDelay": RULES.execution_delay,
        "gracePeriod": RULES.grace_period,
        "quorumPercentage": RULES.quorum,
        "quadraticCredits": RULES.credits,
        "quadraticPeriod": RULES.period,
    }
    holders = tuple((account(place).address, amount) for place, amount in HOLDERS.items())
    chosen = replace(start, parameters=parameters, token=Token("Share", "SHR", holders))
    key = "0x" + bytes(account(DEPLOYER).key).hex()
    path = folder / f"{CHAIN_ID}.json"
    Deployer(Web3(Web3.HTTPProvider(node.url)), key, chain_id=CHAIN_ID, setup=chosen, path=path).run()
    tokens = {address(place): amount for place, amount in HOLDERS.items()}
    return Town(RULES, [address(place) for place in CITIZENS], node.now(), tokens)


def test_contracts_and_mirror_obey_the_rules_wherever_a_random_walk_goes(
    fresh_anvil: Callable[..., Any], settings: Any, tmp_path: Path
) -> None:
    node = fresh_anvil()
    settings.DEPLOYMENTS_DIR = tmp_path
    town = founded(node, tmp_path)
    client = Client([node.url], CHAIN_ID)
    walker = Walker(
        node,
        client,
        deployment(CHAIN_ID),
        town,
        places=PLACES,
        administrator=ADMINISTRATORS[0],
        guardians=GUARDIANS,
        seed=SEED,
    )
    try:
        walker.walk(STEPS)
    except AssertionError as broken:
        raise AssertionError(f"WALK_SEED={SEED} WALK_STEPS={STEPS}: {broken}") from broken
    print(f"\nseed {SEED}: {STEPS} steps, {len(town.votes)} votes, {walker.done}, refused {walker.refused}")
    Indexer(client, deployment(CHAIN_ID), finality_blocks=32).catch_up()
    while services.locate_blocks(client):
        pass  # fifty votes a pass
    report = verify(client, deployment(CHAIN_ID), default)
    assert report.differences == [], f"WALK_SEED={SEED}"
