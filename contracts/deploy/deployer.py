"""Deploys and wires the contracts with web3.py alone, step by step, resumable.

The sentences that people sign, the libraries and the implementations go first, one transaction each. Then
one transaction, the constructor of ``GovernanceDeployment``, makes every proxy and the factory of strategies,
wires them, seats the people of the first day and hands everything to the timelock: there is no moment in
which the deployer holds a right.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from eth_account import Account
from eth_account.signers.local import LocalAccount
from eth_typing import HexAddress, HexStr
from web3 import Web3
from web3.exceptions import ContractCustomError, TransactionNotFound
from web3.types import TxReceipt
from web3.utils import get_create_address

from contracts.acts.statements import CONTRACTS as STATEMENTS
from contracts.addresses import ZERO_ADDRESS
from contracts.deploy.checks import assert_deployer_powerless
from contracts.deploy.ledger import Ledger, Step, write_json
from contracts.deploy.linking import creation_code, libraries_of
from contracts.deploy.setup import FLOORS, Member, Setup, SetupInvalid
from contracts.deployment import artifact
from contracts.refusals import explain
from core.errors import DomainError

PROXIED: Final = ("ExecutionModule", "VotingEngine", "RoleManager", "ProposalManager", "GovernanceCore")
OPTIONAL: Final = "CivicToken"
FINAL_STEP: Final = "GovernanceDeployment"
# What the last step makes beside the proxies.
MADE: Final = (
    "OnePersonOneVoteStrategy",
    "QuadraticStrategy",
    "TokenWeightedStrategy",
    "StrategyFactory",
)


class WrongChain(DomainError):
    code = "wrong-chain"
    message = "The node is on another chain than the one named."


class DeploymentFailed(DomainError):
    code = "deployment-failed"
    message = "A transaction of the deployment failed."


class Deployer:
    """One deployment.

    Args:
        w3: the node.
        private_key: pays for the deployment and holds nothing afterwards.
        chain_id: the chain that is meant; another one is refused.
        setup: parameters and officers of the first day.
        path: where the result goes, ``<chain id>.json``; the progress lies beside it.
        say: called with one line per step.
        timeout: seconds to wait for each transaction to be mined.
    """

    def __init__(
        self,
        w3: Web3,
        private_key: str,
        *,
        chain_id: int,
        setup: Setup,
        path: Path,
        say: Callable[[str], object] = lambda line: None,
        timeout: float = 300,
    ) -> None:
        self._w3 = w3
        self._account: LocalAccount = Account.from_key(private_key)
        self._chain_id = chain_id
        self._setup = setup
        self._path = path
        self._say = say
        self._timeout = timeout

    def run(self) -> dict[str, Any]:
        """Deploy, check that the deployer holds nothing, write the file and answer what is in it.

        Raises:
            WrongChain: the node is on another chain.
            SetupInvalid: a parameter is out of the bounds that GovernanceCore has for it.
            DeploymentFailed: a transaction failed, or the deployer would hold a right.
        """
        found = self._w3.eth.chain_id
        if found != self._chain_id:
            raise WrongChain(f"The node is on chain {found}, not {self._chain_id}.", found=found)
        ledger = Ledger.open(
            self._path.with_name(f"{self._chain_id}.partial.json"),
            chain_id=self._chain_id,
            deployer=self._account.address,
            setup=self._fingerprint(),
        )
        statements = self._step(ledger, STATEMENTS[self._setup.language])
        libraries = {name: self._step(ledger, name) for name in libraries_of(self._names)}
        made_with = {
            "VotingEngine": [statements],
            "ProposalManager": [statements],
            "GovernanceCore": [FLOORS[self._setup.floors]],
        }
        implementations = {
            name: self._step(ledger, name, made_with.get(name, ()), libraries) for name in self._names
        }
        bounds = self._bounds(implementations["GovernanceCore"])
        final = self._step(ledger, FINAL_STEP, self._final_arguments(implementations))
        result = self._result(
            ledger, final, implementations, statements=statements, libraries=libraries, bounds=bounds
        )
        assert_deployer_powerless(self._w3, result, self._account.address)
        write_json(self._path, result)
        ledger.close()
        return result

    @property
    def _names(self) -> tuple[str, ...]:
        """The contracts that get an implementation."""
        return (*PROXIED, *([OPTIONAL] if self._setup.token else []))

    # --- steps ---

    def _step(
        self, ledger: Ledger, name: str, arguments: Any = (), libraries: Mapping[str, str] | None = None
    ) -> str:
        """Deploy one contract, or find that an earlier run did; answers its address."""
        step = ledger.steps.get(name)
        if step is not None and step.done and self._w3.eth.get_code(_checksum(step.address)):
            self._say(f"{name}: there already, at {step.address}")
            return step.address
        receipt = self._finish(step) if step is not None else None
        if step is None or receipt is None:
            step = self._sign(name, creation_code(name, arguments, libraries))
            ledger.note(name, step)
            self._send(step)
            receipt = self._wait(step)
        if receipt["status"] != 1:
            del ledger.steps[name]
            raise DeploymentFailed(f"{name}: the transaction {step.transaction_hash} failed", step=name)
        step.done = True
        ledger.note(name, step)
        self._say(f"{name}: at {step.address}, {receipt['gasUsed']:,} gas")
        return step.address

    def _sign(self, name: str, code: str) -> Step:
        nonce = self._w3.eth.get_transaction_count(self._account.address)
        try:
            transaction = (
                self._w3.eth.contract(abi=[], bytecode=HexStr(code))
                .constructor()
                .build_transaction({"from": self._account.address, "nonce": nonce, "chainId": self._chain_id})
            )
        except ContractCustomError as error:
            refusal = explain(str(error.data))
            raise DeploymentFailed(f"{name}: {refusal.error or refusal.detail}", step=name) from error
        signed = self._account.sign_transaction(transaction)
        return Step(
            address=get_create_address(HexAddress(HexStr(self._account.address)), nonce),
            transaction_hash=_hex(signed.hash),
            nonce=nonce,
            raw=_hex(signed.raw_transaction),
        )

    def _send(self, step: Step) -> None:
        self._w3.eth.send_raw_transaction(HexStr(step.raw))

    def _finish(self, step: Step) -> TxReceipt | None:
        """The receipt of a step that an earlier run signed; None if it never came to anything."""
        try:
            return self._w3.eth.get_transaction_receipt(HexStr(step.transaction_hash))
        except TransactionNotFound:
            pass
        if self._w3.eth.get_transaction_count(self._account.address) != step.nonce:
            return None  # its nonce went to something else, or the chain is another one by now
        try:
            self._w3.eth.get_transaction(HexStr(step.transaction_hash))
        except TransactionNotFound:
            self._send(step)
        return self._wait(step)

    def _wait(self, step: Step) -> TxReceipt:
        return self._w3.eth.wait_for_transaction_receipt(
            HexStr(step.transaction_hash), timeout=self._timeout, poll_latency=0.05
        )

    # --- what goes in and what comes out ---

    def _bounds(self, core: str) -> dict[str, tuple[int, int]]:
        """What GovernanceCore takes for each parameter; the chosen ones must lie within.

        Raises:
            SetupInvalid: one doesn't.
        """
        asked = self._w3.eth.contract(address=_checksum(core), abi=artifact("GovernanceCore")["abi"])
        bounds = {}
        for name in parameter_names():
            least, most = asked.functions.bounds(name.encode().ljust(32, b"\0")).call()
            if not least <= self._setup.parameters[name] <= most:
                raise SetupInvalid(f"{name} must be from {least} to {most}", field=name)
            bounds[name] = (least, most)
        return bounds

    def _final_arguments(self, implementations: dict[str, str]) -> list[dict[str, Any]]:
        setup, token, parameters = self._setup, self._setup.token, self._setup.parameters
        code = {_argument(name): implementations.get(name, ZERO_ADDRESS) for name in (*PROXIED, OPTIONAL)}
        return [
            code,
            {
                "params": {name: parameters[name] for name in parameter_names()},
                "administrators": _members(setup.administrators),
                "guardians": _members(setup.guardians),
                "citizens": _members(setup.citizens),
                "tokenName": token.name if token else "",
                "tokenSymbol": token.symbol if token else "",
                "tokenHolders": [holder for holder, _amount in token.holders] if token else [],
                "tokenAmounts": [amount for _holder, amount in token.holders] if token else [],
                "tokenThreshold": token.threshold if token else 0,
                "quadraticCredits": parameters["quadraticCredits"],
                "quadraticPeriod": parameters["quadraticPeriod"],
            },
        ]

    def _result(
        self,
        ledger: Ledger,
        final: str,
        implementations: dict[str, str],
        *,
        statements: str,
        libraries: dict[str, str],
        bounds: dict[str, tuple[int, int]],
    ) -> dict[str, Any]:
        wired = self._w3.eth.contract(address=_checksum(final), abi=artifact(FINAL_STEP)["abi"])
        step = ledger.steps[FINAL_STEP]
        receipt = self._w3.eth.get_transaction_receipt(HexStr(step.transaction_hash))
        block = self._w3.eth.get_block(receipt["blockNumber"])
        contracts = {name: wired.functions[_argument(name)]().call() for name in (*implementations, *MADE)}
        contracts["Statements"] = statements
        return {
            "chainId": self._chain_id,
            "startBlock": receipt["blockNumber"],
            "contracts": {name: at for name, at in sorted(contracts.items()) if at != ZERO_ADDRESS},
            "implementations": dict(sorted(implementations.items())),
            "libraries": libraries,
            "language": self._setup.language,
            "floors": self._setup.floors,
            "bounds": bounds,
            "parameters": dict(self._setup.parameters),
            "deployer": self._account.address,
            "deployment": final,
            "transaction": step.transaction_hash,
            "deployedAt": datetime.fromtimestamp(block["timestamp"], UTC).isoformat().replace("+00:00", "Z"),
        }

    def _fingerprint(self) -> str:
        names = (
            STATEMENTS[self._setup.language],
            *libraries_of(self._names),
            *self._names,
            FINAL_STEP,
        )
        code = [artifact(name)["bytecode"] for name in names]
        return hashlib.sha256(json.dumps([asdict(self._setup), code], sort_keys=True).encode()).hexdigest()


def parameter_names() -> tuple[str, ...]:
    """The fields of GovernanceParams, in the contract's order."""
    abi = artifact("GovernanceCore")["abi"]
    answer = next(entry for entry in abi if entry.get("name") == "governanceParams")["outputs"][0]
    return tuple(field["name"] for field in answer["components"])


def _argument(name: str) -> str:
    """How the deployment contract spells a contract's name: votingEngine for VotingEngine."""
    return name[0].lower() + name[1:]


def _members(members: tuple[Member, ...]) -> list[dict[str, str]]:
    return [{"account": member.account, "personKey": member.person_key} for member in members]


def _hex(data: bytes) -> str:
    return "0x" + bytes(data).hex()


def _checksum(address: str) -> Any:
    return Web3.to_checksum_address(address)
