"""What a walk does with the chain: send what was foretold, and hold every answer against the rules."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from contracts.acts.hashes import ZERO_HASH, keccak_hex
from contracts.calldata import decode_result, encode_call
from contracts.client.rpc import Client
from contracts.deployment import Deployment
from contracts.tests.civic import account, address, person_key
from contracts.verify.reader import Reader
from tests.walk.facts import (
    EMERGENCY,
    FOREVER,
    ONE_PERSON,
    PARAMETER,
    ROLE,
    STATES,
    Refused,
    Vote,
)
from tests.walk.model import Town


@dataclass(frozen=True, slots=True)
class Mark:
    """A moment of a walk."""

    snapshot: str
    now: int
    block: int
    facts: Any


class Witness:
    """The chain beside the rules.

    Args:
        node, client, deployment: the chain and its contracts.
        town: the rules' own picture of it.
        places: accounts of the phrase that take part.
        administrator, guardians: accounts with these offices.
        seed: two walks of one seed are the same.
    """

    def __init__(
        self,
        node: Any,
        client: Client,
        deployment: Deployment,
        town: Town,
        *,
        places: tuple[int, ...],
        administrator: int,
        guardians: tuple[int, ...],
        seed: int,
    ) -> None:
        self.node, self.client, self.deployment, self.town = node, client, deployment, town
        self.places = places
        self.keys = {address(place): account(place) for place in places}
        self.everyone = list(self.keys)
        # Some never have to do with delegation: their ballots in a batch take the short path.
        self.movers = self.everyone[len(self.everyone) // 2 :]
        self.administrator = address(administrator)
        self.guardians = [address(place) for place in guardians]
        self.dice = random.Random(seed)
        self.reader = Reader(client, deployment)
        self.timelock = deployment.address("ExecutionModule")
        self.now = node.now()
        self.block = int(node.rpc("eth_blockNumber"), 16)
        self.recounted: dict[int, dict[str, list[int]]] = {}
        self.signed: list[tuple[Vote, dict[str, Any], str, int | None]] = []
        self.words = 0
        self.refused: dict[str, int] = {}
        self.done: dict[str, int] = {}
        self.persons: dict[str, str] = {}
        for officer in (self.timelock, *self.everyone):
            node.rpc("anvil_impersonateAccount", officer)
            node.rpc("anvil_setBalance", officer, hex(10**24))

    def key(self, person: str) -> str:
        """The key of the person behind an account."""
        place = next(place for place in self.places if address(place) == person)
        return self.persons.get(person) or person_key(place)

    def actions(self, kind: int, names: int) -> list[dict[str, Any]]:
        """What a proposal of ``kind`` carries out; ``names`` is the pause that an emergency lifts."""
        if kind == EMERGENCY:
            return [self._action("GovernanceCore", "unpause", names)]
        if kind == PARAMETER:
            # A rule that is so already: that takes nothing from anybody, and mustn't fail.
            name = "0x" + b"gracePeriod".ljust(32, b"\0").hex()
            grace = self.town.rules.grace_period
            return [self._action("GovernanceCore", "updateGovernanceParams", name, grace, grace)]
        if kind == ROLE:
            listed = keccak_hex(b"DELEGATE"), self.town.newcomer, ZERO_HASH, FOREVER
            return [self._action("RoleManager", "grantTemporaryRole", *listed)]
        return []

    def _action(self, contract: str, function: str, *args: Any) -> dict[str, Any]:
        data = encode_call(contract, function, args)
        return {"target": self.deployment.address(contract), "value": 0, "data": data}

    def ask(self, contract: str, function: str, *args: Any) -> Any:
        data = self.client.call(self.deployment.address(contract), encode_call(contract, function, args))
        return decode_result(contract, function, data, args)

    def send(
        self,
        sender: str,
        contract: str,
        call: str,
        expect: Callable[[int], object],
        *,
        wait: int | None = None,
    ) -> list[dict[str, Any]]:
        """Foretell what a transaction does, send it, compare; answers its events."""
        # Often several acts in one second.
        self.now += self.dice.choice([0, 0, 0, 1, 1, 2, 30, 600, 3_600]) if wait is None else wait
        wanted = ""
        try:
            expect(self.now)
        except Refused as refusal:
            wanted = str(refusal)
            self.refused[wanted] = self.refused.get(wanted, 0) + 1
        self.node.rpc("evm_setNextBlockTimestamp", self.now)
        transaction = {
            "from": sender,
            "to": self.deployment.address(contract),
            "data": call,
            "gas": hex(5_000_000),
        }
        digest = self.node.rpc("eth_sendTransaction", transaction)
        until = time.monotonic() + 10
        while (receipt := self.node.rpc("eth_getTransactionReceipt", digest)) is None:
            assert time.monotonic() < until, "not mined"
        said = "accepted" if int(receipt["status"], 16) else "refused"
        assert (said == "refused") == bool(wanted), (
            f"{call[:10]} of {sender} was {said}: {wanted or 'allowed'}"
        )
        self.block = int(receipt["blockNumber"], 16)
        events = list(self.reader.events(self.block, self.block)) if said == "accepted" else []
        for event in events:
            self.recount(event)
        return events

    # --- going back ---

    def mark(self) -> Mark:
        """Where the chain and the rules stand now, to come back to with :meth:`take_back`."""
        facts = deepcopy((self.town, self.recounted, self.signed, self.persons))
        return Mark(self.node.rpc("evm_snapshot"), self.now, self.block, facts)

    def take_back(self, mark: Mark) -> int:
        """The chain loses every block since ``mark``, the rules forget them; answers how many it were."""
        undone = self.block - mark.block
        assert self.node.rpc("evm_revert", mark.snapshot), "the node can't go back"
        self.now, self.block = mark.now, mark.block
        self.town, self.recounted, self.signed, self.persons = mark.facts
        return undone

    # --- looking ---

    def recount(self, event: dict[str, Any]) -> None:
        """Tallies as the events alone make them."""
        args = event["args"]
        if event["name"] == "VoteCast":
            ballots = self.recounted[args["proposalId"]]
            assert args["voter"] not in ballots, "a ballot was counted twice"
            ballots[args["voter"]] = [args["support"], args["weight"]]
        elif event["name"] == "DelegateWeightReduced" and args["counted"]:
            self.recounted[args["proposalId"]][args["delegate"]][1] -= args["oldWeight"] - args["newWeight"]

    def compare(self, vote: Vote) -> None:
        """The contract's tally, the rules' and the events'."""
        said = self.ask("VotingEngine", "proposalVotes", vote.number)
        counted = said["againstVotes"], said["forVotes"], said["abstainVotes"]
        assert counted == vote.tally(), f"tally of {vote.number}: {counted}, by the rules {vote.tally()}"
        sums = [0, 0, 0]
        for support, weight in self.recounted[vote.number].values():
            sums[support] += weight
        assert counted == tuple(sums), f"tally of {vote.number}: {counted}, by its events {sums}"

    def look_at_everything(self) -> None:
        """Every answer of the contracts about the newest votes, people and the clock."""
        town, now = self.town, self.now
        said = self.ask("VotingEngine", "pauseState")
        brake, people = town.brake, town.people
        assert (said["isPaused"], said["secondsPaused"]) == (brake.on(now), brake.seconds(now))
        assert self.ask("GovernanceCore", "pauseNumber") == brake.number
        assert self.ask("VotingEngine", "citizenCount") == people.citizens(now)
        for person in self.everyone:
            assert self.ask("VotingEngine", "isCitizen", person) == people.is_citizen(person, now)
            assert self.ask("VotingEngine", "originOf", person).lower() == people.origin(person)
            held = self.ask("VotingEngine", "unitUntil", person)
            assert (held if held > now else 0) == people.held_until(person, now)
            assert int(self.ask("VotingEngine", "delegates", person), 16) == int(
                people.choice(person, 0, now) or "0x0", 16
            )
            left = self.ask("QuadraticStrategy", "creditsLeft", person, now // town.rules.period)
            assert left == town.credits_left(person, now), f"credits of {person}"
        for vote in list(town.votes.values())[-6:]:
            state = STATES[self.ask("ProposalManager", "state", vote.number)]
            assert state == town.state(vote, now), (
                f"{vote.number} is {state}, by the rules {town.state(vote, now)}"
            )
            if now < vote.start:
                continue
            self.compare(vote)
            said = self.ask("VotingEngine", "result", vote.number)
            found = said["voteEnd"], said["supply"], said["turnout"]
            wanted = town.closes(vote, now), town.power_at_snapshot(vote), vote.turnout()
            assert found == wanted, f"result of {vote.number}: {found} instead of {wanted}"
            for person in self.everyone:
                assert self.ask("VotingEngine", "hasVoted", vote.number, person) == (person in vote.ballots)
                if person not in vote.ballots:
                    power = self.ask("VotingEngine", "getBallotPower", vote.number, person)
                    assert power == town.power(vote, person, now), f"power of {person} in {vote.number}"
            if vote.strategy == ONE_PERSON:
                assert sum(vote.tally()) <= town.power_at_snapshot(vote)
