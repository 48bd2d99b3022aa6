"""The real contracts on a real chain, with people who may use them; their keys are Anvil's public ones."""

from __future__ import annotations

import hashlib
import time
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from eth_account import Account
from eth_account.messages import encode_typed_data
from eth_account.signers.local import LocalAccount
from web3 import Web3

from contracts import services
from contracts.acts.hashes import ZERO_HASH, keccak_hex, reason_hash, role_id
from contracts.acts.services import ActDraft, draft_act, submit_act
from contracts.calldata import decode_result, encode_call
from contracts.client.rpc import Client
from contracts.deploy.deployer import Deployer
from contracts.deploy.setup import DAY, DEFAULTS, Member, Setup, Token
from contracts.deployment import Deployment, deployment
from contracts.models import RelayedAct
from contracts.relayer.run import relay_acts
from contracts.relayer.service import RelayReport

MNEMONIC: Final = "test test test test test test test test test test test junk"
DEPLOYER, RELAYER = 0, 1
ADMINISTRATORS: Final = (2, 3, 4)
GUARDIANS: Final = (5, 6, 7)
CITIZENS: Final = tuple(range(10, 22))
STRANGER: Final = 30
AGAINST, FOR, ABSTAIN = 0, 1, 2
GAS: Final = 3_000_000
REASON: Final = reason_hash("Forged letters are going round.")


@lru_cache(maxsize=64)
def account(place: int) -> LocalAccount:
    """The account at ``place`` of the phrase."""
    Account.enable_unaudited_hdwallet_features()
    account: LocalAccount = Account.from_mnemonic(MNEMONIC, account_path=f"m/44'/60'/0'/0/{place}")
    return account


def address(place: int) -> str:
    """Its address, lower case."""
    return account(place).address.lower()


def sign(place: int, document: dict[str, Any]) -> str:
    """What a wallet answers to ``eth_signTypedData_v4``."""
    signed = account(place).sign_message(encode_typed_data(full_message=document))
    return "0x" + bytes(signed.signature).hex()


def person_key(place: int) -> str:
    """The key of the person behind the account at ``place``."""
    return keccak_hex(f"person {place}".encode())


def setup(*, language: str = "en") -> Setup:
    """Three administrators, three guardians, twelve citizens, short periods, one endorsement."""
    return Setup(
        administrators=_members(ADMINISTRATORS),
        guardians=_members(GUARDIANS),
        citizens=_members(CITIZENS),
        token=Token("Share", "SHR", ((account(CITIZENS[0]).address, 10**18),), threshold=10**17),
        parameters=DEFAULTS
        | {
            "votingPeriod": 3_600,
            "executionDelay": 60,
            "gracePeriod": 2 * DAY,
            "noticePeriod": 1,
            "officerDelay": 600,
        },
        floors="demo",
        language=language,
    )


def deploy(url: str, path: Path, *, language: str = "en") -> dict[str, Any]:
    """Deploy everything on the node at ``url`` and write the deployment's file to ``path``."""
    key = "0x" + bytes(account(DEPLOYER).key).hex()
    w3 = Web3(Web3.HTTPProvider(url))
    return Deployer(w3, key, chain_id=31337, setup=setup(language=language), path=path).run()


def _members(places: tuple[int, ...]) -> tuple[Member, ...]:
    return tuple(Member(account(place).address, person_key(place)) for place in places)


class Civic:
    """What tests do with the contracts.

    Args:
        node: Anvil, as the fixtures of the root conftest give it.
    """

    def __init__(self, node: Any) -> None:
        self.node = node
        self.client = Client([node.url], 31337, attempts=1)

    @property
    def deployment(self) -> Deployment:
        return deployment()

    # --- straight to the contracts ---

    def send(self, place: int, contract: str, function: str, *args: Any, gas: int = GAS) -> dict[str, Any]:
        """Send a call with one's own key and answer the receipt, whatever its status."""
        data = encode_call(contract, function, list(args))
        return self.send_raw(place, self.deployment.address(contract), data, gas=gas)

    def send_raw(self, place: int, to: str, data: str, *, gas: int = GAS) -> dict[str, Any]:
        """As :meth:`send`, with calldata."""
        transaction: dict[str, Any] = {
            "type": 2,
            "chainId": 31337,
            "nonce": self.client.transaction_count(address(place), "pending"),
            "to": Web3.to_checksum_address(to),
            "value": 0,
            "data": data,
            "gas": gas,
            "maxFeePerGas": 100 * 10**9,
            "maxPriorityFeePerGas": 10**9,
        }
        raw = account(place).sign_transaction(transaction).raw_transaction
        sent = self.client.send_raw_transaction("0x" + bytes(raw).hex())
        return self.receipt(sent)

    def receipt(self, sent: str) -> dict[str, Any]:
        """The receipt of a transaction; Anvil mines at once, but not before it answers."""
        end = time.monotonic() + 10
        while (receipt := self.client.receipts([sent])[0]) is None:
            if time.monotonic() > end:
                raise LookupError(f"{sent} was not mined")
            time.sleep(0.005)
        return receipt

    def call(self, contract: str, function: str, *args: Any) -> Any:
        """What a view function answers at the newest block."""
        answer = self.client.call(
            self.deployment.address(contract), encode_call(contract, function, list(args))
        )
        return decode_result(contract, function, answer, list(args))

    def propose(self, words: str, *, kind: int = 0, actions: tuple[dict[str, Any], ...] = ()) -> int:
        """A citizen hands in a proposal; answers its number."""
        digest = "0x" + hashlib.sha256(words.encode()).hexdigest()
        strategy = self.deployment.address("OnePersonOneVoteStrategy")
        receipt = self.send(
            CITIZENS[0], "ProposalManager", "createProposal", kind, list(actions), digest, strategy
        )
        if int(receipt["status"], 16) != 1:
            raise LookupError("the proposal was refused")
        return int(self.call("ProposalManager", "proposalCount"))

    def both(self, function: str, *args: Any, gas: int = GAS) -> None:
        """Two administrators make the same call of the RoleManager.

        Raises:
            LookupError: it was refused to one of them.
        """
        for administrator in ADMINISTRATORS[:2]:
            receipt = self.send(administrator, "RoleManager", function, *args, gas=gas)
            if int(receipt["status"], 16) != 1:
                raise LookupError(f"{function} was refused")

    def make_delegate(self, place: int) -> None:
        """Two administrators list someone as a delegate."""
        self.both("grantRole", role_id("DELEGATE"), address(place), ZERO_HASH)

    def open_vote(self, words: str = "A bench by the river", **options: Any) -> int:
        """A proposal whose vote is open, and read; answers its number."""
        number = self.propose(words, **options)
        self.send(ADMINISTRATORS[0], "ProposalManager", "activateProposal", number, 0)
        self.pass_time(2)
        self.read()
        return number

    def pass_time(self, seconds: int) -> None:
        """Mine one block ``seconds`` later."""
        self.node.travel_to(self.node.now() + seconds)

    def read(self) -> None:
        """Read the chain into the database."""
        services.sync_chain()

    # --- through the portal ---

    def draft(self, act: str, place: int, **fields: Any) -> ActDraft:
        return draft_act(act, address(place), fields)

    def submit(self, act: str, place: int, *, signed_by: int | None = None, **fields: Any) -> RelayedAct:
        """Draft, sign and hand in."""
        draft = self.draft(act, place, **fields)
        signature = sign(place if signed_by is None else signed_by, draft.typed_data)
        return submit_act(act, address(place), fields, draft.deadline, signature)

    def vote(self, place: int, number: int, support: int = FOR, reason: str = "") -> RelayedAct:
        return self.submit("vote", place, proposalId=str(number), support=support, reason=reason)

    def relay(self, rounds: int = 2) -> RelayReport | None:
        """Run the relayer and read the chain after each round; answers the last round."""
        done = None
        for _ in range(rounds):
            done = relay_acts()
            self._settle()
            self.read()
        return done

    def _settle(self) -> None:
        """Wait until what the relayer sent is mined, if Anvil mines at once: it answers before it does."""
        if not self.node.rpc("anvil_getAutomine"):
            return
        end = time.monotonic() + 10
        while self.client.transaction_count(address(1), "latest") < self.client.transaction_count(address(1)):
            if time.monotonic() > end:
                raise LookupError("the relayer's transactions were not mined")
            time.sleep(0.005)

    def tally(self, number: int) -> tuple[int, int, int]:
        """(against, for, abstain) as the contract counts."""
        counted = self.call("VotingEngine", "proposalVotes", number)
        return counted["againstVotes"], counted["forVotes"], counted["abstainVotes"]
