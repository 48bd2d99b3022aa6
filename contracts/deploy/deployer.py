"""Deploys and wires the contracts with web3.py alone, step by step, resumable.

The implementations go first, one transaction each. Then one transaction, the constructor of
``GovernanceDeployment``, makes every proxy, wires it, seats the officers and hands everything to the
timelock: there is no moment in which the deployer holds a right.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from eth_account import Account
from eth_account.signers.local import LocalAccount
from eth_typing import HexAddress, HexStr
from web3 import Web3
from web3.exceptions import TransactionNotFound
from web3.types import TxReceipt
from web3.utils import get_create_address

from contracts.addresses import ZERO_ADDRESS
from contracts.deploy.checks import assert_deployer_powerless
from contracts.deploy.ledger import Ledger, Step, write_json
from contracts.deploy.setup import Setup
from contracts.deployment import artifact
from daoportal.kernel.canonical import canonical_json
from daoportal.kernel.errors import DomainError

PROXIED: Final = ("ExecutionModule", "VotingEngine", "RoleManager", "ProposalManager", "GovernanceCore")
OPTIONAL: Final = "CivicToken"
FINAL_STEP: Final = "GovernanceDeployment"
STRATEGIES: Final = ("OnePersonOneVoteStrategy", "QuadraticStrategy", "TokenWeightedStrategy")


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
        names = [*PROXIED, *([OPTIONAL] if self._setup.token else [])]
        implementations = {name: self._step(ledger, name, artifact(name), ()) for name in names}
        arguments = self._final_arguments(implementations)
        final = self._step(ledger, FINAL_STEP, artifact(FINAL_STEP), arguments)
        result = self._result(ledger, final, implementations)
        assert_deployer_powerless(self._w3, result, self._account.address)
        write_json(self._path, result)
        ledger.close()
        return result

    # --- steps ---

    def _step(self, ledger: Ledger, name: str, compiled: dict[str, Any], arguments: tuple[Any, ...]) -> str:
        """Deploy one contract, or find that an earlier run did; answers its address."""
        step = ledger.steps.get(name)
        if step is not None and step.done and self._w3.eth.get_code(_checksum(step.address)):
            self._say(f"{name}: there already, at {step.address}")
            return step.address
        receipt = self._finish(step) if step is not None else None
        if step is None or receipt is None:
            step = self._sign(compiled, arguments)
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

    def _sign(self, compiled: dict[str, Any], arguments: tuple[Any, ...]) -> Step:
        factory = self._w3.eth.contract(abi=compiled["abi"], bytecode=compiled["bytecode"])
        nonce = self._w3.eth.get_transaction_count(self._account.address)
        transaction = factory.constructor(*arguments).build_transaction(
            {"from": self._account.address, "nonce": nonce, "chainId": self._chain_id}
        )
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

    def _final_arguments(self, implementations: dict[str, str]) -> tuple[Any, ...]:
        setup, token = self._setup, self._setup.token
        parameters = setup.parameters
        code = [*(implementations[name] for name in PROXIED), implementations.get(OPTIONAL, ZERO_ADDRESS)]
        return (
            code,
            (
                (
                    parameters["votingPeriod"],
                    parameters["executionDelay"],
                    parameters["reviewPeriod"],
                    parameters["gracePeriod"],
                    parameters["quorumPercentage"],
                    parameters["proposalThreshold"],
                    parameters["endorsements"],
                ),
                [(officer.account, officer.person_hash) for officer in setup.administrators],
                [(officer.account, officer.person_hash) for officer in setup.guardians],
                list(setup.citizens),
                token.name if token else "",
                token.symbol if token else "",
                [holder for holder, _amount in token.holders] if token else [],
                [amount for _holder, amount in token.holders] if token else [],
                parameters["quadraticCredits"],
                parameters["quadraticPeriod"],
            ),
        )

    def _result(self, ledger: Ledger, final: str, implementations: dict[str, str]) -> dict[str, Any]:
        wired = self._w3.eth.contract(address=_checksum(final), abi=artifact(FINAL_STEP)["abi"])
        step = ledger.steps[FINAL_STEP]
        receipt = self._w3.eth.get_transaction_receipt(HexStr(step.transaction_hash))
        block = self._w3.eth.get_block(receipt["blockNumber"])
        names = (*implementations, *STRATEGIES)
        contracts = {name: wired.functions[name[0].lower() + name[1:]]().call() for name in names}
        return {
            "chainId": self._chain_id,
            "startBlock": receipt["blockNumber"],
            "contracts": {name: at for name, at in sorted(contracts.items()) if at != ZERO_ADDRESS},
            "implementations": dict(sorted(implementations.items())),
            "parameters": dict(self._setup.parameters),
            "deployer": self._account.address,
            "deployment": final,
            "transaction": step.transaction_hash,
            "deployedAt": datetime.fromtimestamp(block["timestamp"], UTC).isoformat().replace("+00:00", "Z"),
        }

    def _fingerprint(self) -> str:
        names = (*PROXIED, *([OPTIONAL] if self._setup.token else ()), FINAL_STEP)
        code = [artifact(name)["bytecode"] for name in names]
        return hashlib.sha256(canonical_json({"setup": asdict(self._setup), "code": code})).hexdigest()


def _hex(data: bytes) -> str:
    return "0x" + bytes(data).hex()


def _checksum(address: str) -> Any:
    return Web3.to_checksum_address(address)
