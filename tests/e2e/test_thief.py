"""A thief holds the relayer's key, every setting and the database: the chain refuses, the recount tells."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from eth_abi import encode
from eth_account import Account
from eth_account.messages import encode_typed_data

from contracts.acts.calls import packed_ballot
from contracts.acts.hashes import ZERO_HASH, role_id
from contracts.acts.types import typed_data
from contracts.addresses import ZERO_ADDRESS, checksum
from contracts.calldata import decode_result, encode_call, functions, kind_of, selector
from contracts.client.rpc import Client
from contracts.deployment import Deployment
from contracts.errors import CallReverted
from contracts.relayer.receipts import read_receipt
from contracts.relayer.reverts import explain
from tests.e2e.conftest import Stack
from tests.e2e.test_mirror_is_provable import a_copy, differences

# What lies in the embedded settings, and on every server that relays: keys that pay gas.
RELAYER_KEY = "0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d"
DEPLOYER_KEY = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80"
ADMIN_SLOT = "0xb53127684a568b3173ae13b9f8a6016e243e63b6e8ee1178d6a717850b5d6103"
CODE_SLOT = "0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc"
GAS = 3_000_000
FOREVER = 2**48 - 1
SOMETHING = "0x" + "11" * 32


@dataclass(frozen=True)
class Thief:
    """One stolen key and what it can be used for."""

    client: Client
    contracts: dict[str, str]
    key: str

    @property
    def address(self) -> str:
        return Account.from_key(self.key).address

    def read(self, contract: str, function: str, *args: Any) -> Any:
        answer = self.client.call(self.contracts[contract], encode_call(contract, function, list(args)))
        return decode_result(contract, function, answer, list(args))

    def send(self, to: str, data: str) -> dict[str, Any]:
        transaction: dict[str, Any] = {
            "type": 2,
            "chainId": 31337,
            "nonce": self.client.transaction_count(self.address, "pending"),
            "to": to,
            "value": 0,
            "data": data,
            "gas": GAS,
            "maxFeePerGas": 100 * 10**9,
            "maxPriorityFeePerGas": 10**9,
        }
        raw = Account.from_key(self.key).sign_transaction(transaction).raw_transaction
        sent = self.client.send_raw_transaction("0x" + bytes(raw).hex())
        while (receipt := self.client.receipts([sent])[0]) is None:
            self.client.request("evm_mine")
        return receipt

    def refused(self, contract: str, function: str, *args: Any) -> str:
        """Try a call both ways, asked and sent; answers the contract's name for the refusal."""
        data, to = encode_call(contract, function, list(args)), self.contracts[contract]
        with pytest.raises(CallReverted) as refusal:
            self.client.request("eth_call", {"from": self.address, "to": to, "data": data}, "latest")
        receipt = self.send(checksum(to), data)
        assert receipt["status"] == "0x0", f"{function} went through"
        return explain(refusal.value.data["revert"]).error

    def sign(self, primary_type: str, message: dict[str, Any]) -> tuple[dict[str, Any], str]:
        here = Deployment(31337, 1, self.contracts, {"language": "en"})
        document = typed_data(primary_type, message, deployment=here)
        signed = Account.from_key(self.key).sign_message(encode_typed_data(full_message=document))
        return document, "0x" + bytes(signed.signature).hex()


@pytest.fixture(params=[RELAYER_KEY, DEPLOYER_KEY], ids=["relayer", "deployer"])
def thief(stack: Stack, request: pytest.FixtureRequest) -> Thief:
    return Thief(Client([stack.rpc], 31337), dict(stack.facts["contracts"]), request.param)


@pytest.fixture
def nothing_moves(thief: Thief) -> Any:
    """What the thief would like to move; compared after the test."""

    def everything() -> dict[str, Any]:
        count = thief.read("ProposalManager", "proposalCount")
        proposals = [thief.read("ProposalManager", "getProposal", number) for number in range(1, count + 1)]
        opened = [proposal["id"] for proposal in proposals if proposal["voteStart"]]
        return {
            "count": count,
            "states": [proposal["state"] for proposal in proposals],
            "tallies": [thief.read("VotingEngine", "proposalVotes", number) for number in opened],
            "rules": thief.read("GovernanceCore", "governanceParams"),
            "paused": thief.read("VotingEngine", "paused"),
            "officers": [
                thief.read("RoleManager", "officerCount", role_id(r)) for r in ("ADMINISTRATOR", "GUARDIAN")
            ],
            "roles": [
                thief.read("RoleManager", "hasRole", role_id(role), thief.address)
                for role in ("CITIZEN", "DELEGATE", "ADMINISTRATOR", "AUDITOR", "GUARDIAN")
            ],
        }

    before = everything()
    yield before
    assert everything() == before
    assert before["roles"] == [False] * 5


def number_of(stack: Stack, state: str) -> int:
    found = stack.get("/api/proposals", state=state, ordering="createdAt")["results"]
    return int(found[0]["proposalId"])


@pytest.mark.usefixtures("nothing_moves")
class TestTheChainRefuses:
    def test_voting(self, thief: Thief, stack: Stack) -> None:
        number = number_of(stack, "ACTIVE")
        assert thief.refused("VotingEngine", "castVote", number, 1) == "VotingEngineNoPower"
        assert thief.refused("VotingEngine", "castVoteWithReason", number, 1, "mine") == "VotingEngineNoPower"

    def test_voting_for_a_citizen(self, thief: Thief, stack: Stack) -> None:
        number = number_of(stack, "ACTIVE")
        voter = next(
            person["address"]
            for person in stack.citizens()
            if not thief.read("VotingEngine", "hasVoted", number, person["address"])
        )
        rules = thief.read("ProposalManager", "getProposal", number)["rulesHash"]
        ballot = {
            "proposalId": number,
            "rulesHash": rules,
            "voter": voter,
            "support": 1,
            "params": "0x",
            "reasonHash": ZERO_HASH,
            "deadline": FOREVER,
        }
        document, signature = thief.sign("Ballot", ballot)
        assert (
            thief.refused("VotingEngine", "castVoteBySig", ballot, signature)
            == "VotingEngineInvalidSignature"
        )
        packed = "0x" + packed_ballot(document, signature).hex()
        data = encode_call("VotingEngine", "castVotesBySig", [number, rules, packed])
        receipt = read_receipt(
            thief.send(checksum(thief.contracts["VotingEngine"]), data),
            thief.contracts["VotingEngine"].lower(),
        )
        assert [explain(code).error for code in receipt.skipped.values()] == ["VotingEngineInvalidSignature"]
        assert not thief.read("VotingEngine", "hasVoted", number, voter)

    def test_using_a_ballot_twice(self, thief: Thief, stack: Stack) -> None:
        """A ballot that was relayed before, found in the relayer's own transactions."""
        engine = thief.contracts["VotingEngine"].lower()
        batch = encode_call("VotingEngine", "castVotesBySig", [0, ZERO_HASH, "0x"])[:10]
        relayer = Account.from_key(RELAYER_KEY).address.lower()
        active = {int(row["proposalId"]) for row in stack.get("/api/proposals", state="ACTIVE")["results"]}
        for block in range(thief.client.header("latest").number, 0, -1):  # type: ignore[union-attr]
            transactions = thief.client.request("eth_getBlockByNumber", hex(block), True)["transactions"]
            for transaction in transactions:
                if (transaction["from"], transaction["to"]) != (relayer, engine):
                    continue
                if transaction["input"][:10] != batch or int(transaction["input"][10:74], 16) not in active:
                    continue
                if read_receipt(thief.client.receipts([transaction["hash"]])[0] or {}, engine).skipped:
                    continue  # another theft
                receipt = read_receipt(thief.send(checksum(engine), transaction["input"]), engine)
                assert receipt.skipped
                assert {explain(code).code for code in receipt.skipped.values()} <= {
                    "already-voted",
                    "act-expired",
                }
                return
        pytest.fail("the town holds no relayed batch for an open vote")

    def test_granting_and_revoking(self, thief: Thief, stack: Stack) -> None:
        officer = stack.person("ADMINISTRATOR")["address"]
        for role in ("CITIZEN", "DELEGATE", "ADMINISTRATOR", "GUARDIAN", "AUDITOR"):
            name = thief.refused("RoleManager", "grantRole", role_id(role), thief.address, SOMETHING)
            assert name.startswith("RoleManagerUnauthorized"), name
        for function, args in {
            "grantRoles": (role_id("CITIZEN"), [thief.address], [SOMETHING], FOREVER),
            "grantTemporaryRole": (role_id("CITIZEN"), thief.address, SOMETHING, FOREVER - 1),
            "revokeRole": (role_id("ADMINISTRATOR"), officer, SOMETHING),
            "revokeRoles": (role_id("ADMINISTRATOR"), [officer], SOMETHING),
            "correctPerson": (thief.address, SOMETHING),
            "moveCitizen": (officer, thief.address),
            "approveRequest": (SOMETHING,),
        }.items():
            assert thief.refused("RoleManager", function, *args).startswith("RoleManagerUnauthorized"), (
                function
            )
        change = (role_id("ADMINISTRATOR"), [thief.address], [SOMETHING], FOREVER, ZERO_HASH, True)
        name = thief.refused("RoleManager", "carryOutOfficerChange", *change)
        assert name.startswith("RoleManagerNotScheduled")
        name = thief.refused("RoleManager", "objectToOfficerChange", *change, SOMETHING)
        assert name.startswith("RoleManagerUnauthorized")
        strategy = thief.contracts["OnePersonOneVoteStrategy"]
        for function, args in {
            "setCitizen": (thief.address, FOREVER),
            "removeCitizen": (officer,),
            "expireCitizen": (officer,),
            "moveCitizen": (officer, thief.address),
            "openWindow": (99, SOMETHING, 1, FOREVER, strategy, 0, 0),
            "closeWindow": (number_of(stack, "ACTIVE"),),
            "setPaused": (FOREVER,),
            "clearPaused": (),
        }.items():
            assert thief.refused("VotingEngine", function, *args).startswith("VotingEngineUnauthorized"), (
                function
            )

    def test_proposing_endorsing_activating(self, thief: Thief, stack: Stack) -> None:
        draft = number_of(stack, "DRAFT")
        strategy = thief.contracts["OnePersonOneVoteStrategy"]
        assert thief.refused("ProposalManager", "createProposal", 0, [], SOMETHING, strategy)
        assert thief.refused("ProposalManager", "endorseProposal", draft).startswith(
            "ProposalManagerNotCitizen"
        )
        for opens in (0, FOREVER // 2):
            assert thief.refused("ProposalManager", "activateProposal", draft, opens)
        officer = stack.person("ADMINISTRATOR")["address"]
        rules = thief.read("ProposalManager", "previewRulesHash", draft)
        head = thief.client.header("latest")
        assert head is not None
        opens = head.timestamp + 86_400
        message = {
            "proposalId": draft,
            "rulesHash": rules,
            "voteStart": opens,
            "administrator": officer,
            "deadline": FOREVER,
        }
        _document, signature = thief.sign("ActivateProposal", message)
        name = thief.refused(
            "ProposalManager", "activateProposalBySig", draft, opens, officer, FOREVER, signature
        )
        assert name == "ProposalManagerInvalidSignature"

    def test_cancelling(self, thief: Thief, stack: Stack) -> None:
        officer = stack.person("ADMINISTRATOR")["address"]
        for state in ("DRAFT", "PENDING"):
            number = number_of(stack, state)
            assert thief.refused("ProposalManager", "cancelProposal", number, SOMETHING).startswith(
                "ProposalManagerUnauthorized"
            )
            content = thief.read("ProposalManager", "getProposal", number)["contentHash"]
            message = {
                "proposalId": number,
                "contentHash": content,
                "reasonHash": SOMETHING,
                "canceller": officer,
                "nonce": 0,
                "deadline": FOREVER,
            }
            _document, signature = thief.sign("CancelProposal", message)
            args = (number, SOMETHING, officer, 0, FOREVER, signature)
            name = thief.refused("ProposalManager", "cancelProposalBySig", *args)
            assert name == "ProposalManagerInvalidSignature"

    def test_executing_early_or_otherwise(self, thief: Thief, stack: Stack) -> None:
        number = number_of(stack, "QUEUED")
        actions = [
            {"target": a["target"], "value": int(a["value"]), "data": a["data"]}
            for a in stack.get(f"/api/proposals/{number}")["actions"]
        ]
        assert actions
        early = thief.refused("ProposalManager", "executeProposal", number, actions)
        assert early.startswith("ExecutionModuleTooEarly")
        grant = encode_call("RoleManager", "grantRole", [role_id("CITIZEN"), thief.address, SOMETHING])
        mine = [{**actions[0], "data": grant}]
        assert thief.refused("ProposalManager", "executeProposal", number, mine)
        for function, args in {
            "queueTransaction": (99, 2, SOMETHING, 0, 0),
            "executeTransaction": (number, 3, actions),
            "cancelTransaction": (number,),
            "setTarget": (1, thief.address, "0x12345678", True),
            "registerProxy": (thief.address,),
        }.items():
            name = thief.refused("ExecutionModule", function, *args)
            assert name.startswith(("ExecutionModuleUnauthorized", "ExecutionModuleNotExpired")), function

    def test_changing_the_rules_and_the_code(self, thief: Thief) -> None:
        strategy = thief.contracts["OnePersonOneVoteStrategy"]
        terms = {
            "counting": 2,
            "types": 3,
            "threshold": 0,
            "token": ZERO_ADDRESS,
            "credits": 100,
            "periodLength": 86_400,
        }
        for function, args in {
            "updateGovernanceParams": (b"quorumPercentage".ljust(32, b"\0"), 20, 1),
            "registerStrategy": (terms,),
            "retireStrategy": (strategy,),
            "pause": (SOMETHING,),
            "unpause": (1,),
            "extendPause": (),
        }.items():
            assert thief.refused("GovernanceCore", function, *args).startswith("GovernanceCoreUnauth"), (
                function
            )
        engine = checksum(thief.contracts["VotingEngine"])
        admin = "0x" + thief.client.request("eth_getStorageAt", engine, ADMIN_SLOT, "latest")[-40:]
        upgrade = encode_call("ProxyAdmin", "upgradeAndCall", [engine, strategy, "0x"])
        assert thief.send(checksum(admin), upgrade)["status"] == "0x0"

    def test_initialising_again(self, thief: Thief) -> None:
        """Proxies and the implementations behind them: whoever initialises one would own it."""
        for name in ("VotingEngine", "ProposalManager", "ExecutionModule", "RoleManager", "GovernanceCore"):
            at = checksum(thief.contracts[name])
            implementation = "0x" + thief.client.request("eth_getStorageAt", at, CODE_SLOT, "latest")[-40:]
            function = next(entry for entry in functions(name) if entry["name"] == "initialize")
            data = (
                "0x"
                + (
                    selector(function) + encode([kind_of(p) for p in function["inputs"]], _empty(function))
                ).hex()
            )
            for target in (at, checksum(implementation)):
                assert thief.send(target, data)["status"] == "0x0", name


def _empty(function: Any) -> list[Any]:
    """Arguments of an ``initialize``, all of them nothing."""
    return [_nothing(parameter) for parameter in function["inputs"]]


def _nothing(parameter: Any) -> Any:
    kind: str = parameter["type"]
    if kind.endswith("[]"):
        return []
    if kind == "tuple":
        return tuple(_nothing(part) for part in parameter["components"])
    if kind == "address":
        return "0x" + "11" * 20
    return 1


def rows_of(copy: sqlite3.Connection, table: str, where: str) -> list[dict[str, Any]]:
    cursor = copy.execute(f"SELECT * FROM {table} WHERE {where}")
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def insert(copy: sqlite3.Connection, table: str, row: dict[str, Any]) -> None:
    marks = ",".join("?" * len(row))
    copy.execute(f"INSERT INTO {table} ({','.join(row)}) VALUES ({marks})", list(row.values()))


class TestTheRecountTells:
    """What the chain refused, the thief writes into the database, with forged events to match."""

    def test_a_vote_a_grant_an_opening_a_cancellation_an_execution_and_a_rule(
        self, stack: Stack, tmp_path: Path
    ) -> None:
        thief = Account.from_key(RELAYER_KEY).address.lower()
        with a_copy(stack, tmp_path) as (copy, environment):
            copy.execute("PRAGMA foreign_keys = OFF")
            stolen = self._forge(copy, thief, stack)
            found = differences(stack, environment)
        named = {(row["table"], str(row["key"])) for row in found}
        for table, key in stolen:
            assert any(table == other and _bare(key) == _bare(name) for other, name in named), (
                table,
                key,
                named,
            )

    def _forge(self, copy: sqlite3.Connection, thief: str, stack: Stack) -> list[tuple[str, Any]]:
        stolen: list[tuple[str, Any]] = []
        padded = {
            state: f"{number_of(stack, state):078d}" for state in ("ACTIVE", "DRAFT", "PENDING", "QUEUED")
        }

        def event(name: str, **changes: Any) -> int:
            """A copy of the newest event of that name, in the block of its own, told anew."""
            row = rows_of(copy, "governance_events", f"event_name = '{name}' ORDER BY position DESC LIMIT 1")[
                0
            ]
            position = row["position"] + 500 + len(stolen)
            data = {**json.loads(row["data"]), **changes}
            forged = {**row, "position": position, "log_index": row["log_index"] + 500 + len(stolen)}
            insert(copy, "governance_events", forged | {"data": json.dumps(data)})
            stolen.append(("governance_events", position))
            return position

        vote = rows_of(copy, "votes", f"proposal_id = '{padded['ACTIVE']}' LIMIT 1")[0]
        position = event("VoteCast", voter=thief)
        insert(copy, "votes", {**vote, "event_id": position, "voter": thief})
        stolen.append(("votes", position))

        role = rows_of(copy, "role_changes", "role = 'CITIZEN' LIMIT 1")[0]
        for granted in ("CITIZEN", "ADMINISTRATOR"):
            position = event("RoleGranted", account=thief)
            insert(copy, "role_changes", {**role, "event_id": position, "account": thief, "role": granted})
            stolen.append(("role_changes", position))

        census = rows_of(copy, "census_changes", "1 LIMIT 1")[0]
        position = event("CitizenChanged", account=thief)
        insert(copy, "census_changes", {**census, "event_id": position, "account": thief})
        stolen.append(("census_changes", position))

        rule = rows_of(copy, "governance_parameters", "name = 'quorumPercentage' LIMIT 1")[0]
        position = event("GovernanceParamUpdated", newValue="1")
        insert(copy, "governance_parameters", {**rule, "event_id": position, "new_value": f"{1:078d}"})
        stolen.append(("governance_parameters", position))

        for state, forged in (("DRAFT", "ACTIVE"), ("PENDING", "CANCELLED"), ("QUEUED", "EXECUTED")):
            copy.execute("UPDATE proposals SET state = ? WHERE proposal_id = ?", [forged, padded[state]])
            stolen.append(("proposals", padded[state]))
        copy.execute(
            "UPDATE proposals SET for_votes = ? WHERE proposal_id = ?", [f"{9_999:078d}", padded["ACTIVE"]]
        )
        stolen.append(("proposals", padded["ACTIVE"]))
        return stolen


def _bare(key: object) -> str:
    text = str(key)
    return str(int(text)) if text.isdigit() else text
