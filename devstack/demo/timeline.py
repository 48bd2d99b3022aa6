"""Blocks at times of our choosing: the town's month, walked through on Anvil in seconds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings

from contracts.addresses import checksum
from contracts.calldata import encode_call
from contracts.client.rpc import Client, Header
from contracts.deployment import Deployment
from contracts.errors import CallReverted, ChainError
from contracts.indexer.finality import finalized_number
from contracts.refusals import explain
from contracts.relayer.receipts import Receipt, read_receipt
from devstack.demo.errors import TownError
from devstack.demo.people import Person, account

RELAYER: Final = 1
MAX_FEE: Final = 100 * 10**9  # wei per gas; Anvil's base fee starts at one gwei and falls
TIP: Final = 10**9


@dataclass(frozen=True, slots=True)
class Letter:
    """A signed act that a transaction carried: its name and fields, its document and the signature."""

    act: str
    person: Person
    fields: Mapping[str, Any]
    document: dict[str, Any]
    signature: str


@dataclass(frozen=True, slots=True)
class Sent:
    """A transaction on its way, with words for the error that it must not meet."""

    what: str
    hash: str
    call: Mapping[str, str]
    place: int
    nonce: int
    gas: int
    raw: str
    time: int
    letters: tuple[Letter, ...]


@dataclass(frozen=True, slots=True)
class Mined:
    """A transaction and the receipt it got."""

    sent: Sent
    receipt: Receipt


class Timeline:
    """Sends transactions in blocks whose time is given. Anvil's own mining is off in between.

    Args:
        client: Anvil.
        deployment: the contracts.
    """

    def __init__(self, client: Client, deployment: Deployment) -> None:
        self._client = client
        self._deployment = deployment
        self._nonces: dict[int, int] = {}
        self._sent: list[Sent] = []
        self._now = self._head().timestamp

    def __enter__(self) -> Timeline:
        self._client.request("evm_setAutomine", False)
        return self

    def __exit__(self, *error: object) -> None:
        self._client.request("evm_setAutomine", True)

    @property
    def now(self) -> int:
        """The newest block's time, in Unix seconds."""
        return self._now

    def send(
        self,
        place: int,
        contract: str,
        function: str,
        args: Mapping[str, Any] | Sequence[Any],
        *,
        gas: int,
        what: str,
    ) -> None:
        """Sign a call with the key at ``place`` and hand it to the node; the next block takes it."""
        self.send_raw(place, contract, encode_call(contract, function, args), gas=gas, what=what)

    def send_raw(
        self, place: int, contract: str, data: str, *, gas: int, what: str, letters: Sequence[Letter] = ()
    ) -> None:
        """As :meth:`send`, with calldata that is there already, and the signed acts in it."""
        signer = account(place)
        if place not in self._nonces:
            self._nonces[place] = self._client.transaction_count(signer.address, "latest")
        to = checksum(self._deployment.address(contract))
        transaction: dict[str, Any] = {
            "type": 2,
            "chainId": self._deployment.chain_id,
            "nonce": self._nonces[place],
            "to": to,
            "value": 0,
            "data": data,
            "gas": gas,
            "maxFeePerGas": MAX_FEE,
            "maxPriorityFeePerGas": TIP,
        }
        signed = signer.sign_transaction(transaction)
        self._nonces[place] += 1
        raw = "0x" + bytes(signed.raw_transaction).hex()
        sent = self._client.send_raw_transaction(raw)
        call = {"from": signer.address, "to": to, "data": data}
        nonce = transaction["nonce"]
        self._sent.append(Sent(what, sent, call, place, nonce, gas, raw, self._now, tuple(letters)))

    def mine(self, time: int) -> None:
        """Mine one block at ``time``, or a second after the last one if that is later."""
        self._now = max(time, self._now + 1)
        self._client.request("evm_setNextBlockTimestamp", self._now)
        self._client.request("evm_mine")

    def check(self) -> list[Mined]:
        """Hold everything that was sent since the last check against its receipt.

        Raises:
            TownError: one was refused, or a ballot was left out of its batch.
        """
        receipts = self._client.receipts([sent.hash for sent in self._sent])
        mined = []
        for sent, raw in zip(self._sent, receipts, strict=True):
            if raw is None:
                raise TownError(f"{sent.what}: the transaction {sent.hash} was never mined.")
            receipt = read_receipt(raw, self._deployment)
            if receipt.skipped:
                why = {explain(code).error for code in receipt.skipped.values()}
                raise TownError(
                    f"{sent.what}: {len(receipt.skipped)} ballots were left out ({', '.join(why)})."
                )
            if not receipt.succeeded:
                raise TownError(f"{sent.what}: refused ({self._why(sent, receipt.block_number)}).")
            mined.append(Mined(sent, receipt))
        self._sent = []
        return mined

    def _why(self, sent: Sent, block: int) -> str:
        try:
            self._client.request("eth_call", dict(sent.call), hex(block - 1))
        except CallReverted as error:
            return explain(error.data.get("revert", "0x")).error or "no reason given"
        except ChainError:
            pass
        return "out of gas, or it depended on its block"

    def final_number(self) -> int:
        """The newest block that the indexer will call final."""
        depth = settings.CHAIN_FINALITY_BLOCKS
        return finalized_number(self._client, self._head(), depth=depth, floor=0)

    def _head(self) -> Header:
        header = self._client.header("latest")
        if header is None:
            raise TownError("The chain has no block.")
        return header
