"""Blocks and logs from a node, checked before anything is believed.

One question for all contracts and all events; ranges that grow while answers are small and shrink when the
node says they are too large. A node that lies, or a chain that moves while it is read, ends in an error with
a stable code.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from eth_hash.auto import keccak

from contracts.client.rpc import Client, Header
from contracts.errors import (
    BlockGap,
    LogDuplicate,
    LogMalformed,
    LogOutOfOrder,
    LogOutOfRange,
    LogsMissing,
    LogsTooMany,
    LogWrongBlock,
    NodeBehind,
    NodeMalformed,
    NodeRefused,
)
from contracts.events import Decoded
from contracts.indexer.decode import Decoder

logger = logging.getLogger(__name__)

TARGET_LOGS = 8_000  # in one answer: large enough to be quick, small enough to hold in memory several times


@dataclass(frozen=True, slots=True)
class Chunk:
    """What happened in the blocks ``first`` to ``last``, both included, checked and decoded.

    ``headers`` are, in order, those of the blocks that carry events, and the last; all of them if the chunk
    was read thoroughly.
    """

    first: int
    last: int
    headers: tuple[Header, ...]
    events: tuple[Decoded, ...]

    @property
    def head(self) -> Header:
        return self.headers[-1]


class Scanner:
    """Reads chunks of the chain.

    Args:
        client: the connection.
        decoder: the decoder of the deployment; it says which contracts and events to ask for.
        max_blocks: the most blocks in one question.
    """

    def __init__(self, client: Client, decoder: Decoder, *, max_blocks: int) -> None:
        self._client = client
        self._decoder = decoder
        self._max_blocks = max_blocks
        self._span = min(max_blocks, 16)
        self._address_masks = [_bloom_mask(address) for address in decoder.addresses]
        self._topic_masks = [_bloom_mask(topic) for topic in decoder.topics]

    def read(self, first: int, last: int, *, parent_hash: str | None) -> Chunk:
        """The next chunk from ``first`` on, as far as is quick and at most to ``last``, below finality.

        Args:
            first: the first block to read.
            last: the last block that may be read.
            parent_hash: what block ``first`` must name as its parent; None if nothing was read before.

        Raises:
            ChainError: see the module; nothing of the chunk may be used then.
        """
        while True:
            end = min(last, first + self._span - 1)
            try:
                logs = self._client.logs(self._decoder.addresses, self._decoder.topics, first, end)
            except LogsTooMany:
                if self._span == 1:
                    raise
                self._span = max(1, min(self._span, end - first + 1) // 2)
                continue
            self._adapt(len(logs), end - first + 1)
            return self._check(first, end, logs, parent_hash, thorough=False)

    def read_thoroughly(self, first: int, last: int, *, parent_hash: str | None) -> Chunk:
        """The blocks ``first`` to ``last``, each with its header, and blocks' blooms held against the logs.

        For blocks near the head: they may still go, and a node may show a block before it has indexed its
        logs.
        """
        logs = self._client.logs(self._decoder.addresses, self._decoder.topics, first, last)
        return self._check(first, last, logs, parent_hash, thorough=True)

    def _adapt(self, found: int, span: int) -> None:
        if found > TARGET_LOGS:
            self._span = max(1, span * TARGET_LOGS // found)
        elif span == self._span:
            # Never more than fourfold at once: a history has quiet years and loud days.
            wanted = span * TARGET_LOGS // found if found else span * 4
            self._span = max(span, min(wanted, span * 4, self._max_blocks))

    def _check(
        self, first: int, last: int, logs: list[dict[str, Any]], parent_hash: str | None, *, thorough: bool
    ) -> Chunk:
        hashes = check_order(logs, first, last)
        wanted = range(first, last + 1) if thorough else sorted({first, last, *hashes})
        headers = self._headers(wanted)
        if parent_hash is not None and headers[first].parent_hash != parent_hash:
            raise BlockGap(block=first, expected=parent_hash, found=headers[first].parent_hash)
        for number, block_hash in hashes.items():
            if headers[number].hash != block_hash:
                raise LogWrongBlock(block=number, expected=headers[number].hash, found=block_hash)
        if thorough:
            for before, after in zip(range(first, last), range(first + 1, last + 1), strict=True):
                if headers[after].parent_hash != headers[before].hash:
                    raise BlockGap(
                        block=after, expected=headers[before].hash, found=headers[after].parent_hash
                    )
            self._check_receipts(headers.values(), logs)
        kept = headers.values() if thorough else [headers[n] for n in wanted if n in hashes or n == last]
        times = {header.hash: datetime.fromtimestamp(header.timestamp, UTC) for header in kept}
        return Chunk(first, last, tuple(kept), tuple(self._decoder.decode(logs, times)))

    def _headers(self, numbers: Sequence[int]) -> dict[int, Header]:
        found: dict[int, Header] = {}
        for number, header in zip(numbers, self._client.headers(numbers), strict=True):
            if header is None:
                raise NodeBehind(block=number)
            if header.number != number:
                raise NodeMalformed(reason="another block than asked for", block=number)
            found[number] = header
        return found

    def _check_receipts(self, headers: Iterable[Header], logs: list[dict[str, Any]]) -> None:
        """Hold the logs against the receipts of each block whose bloom says that it may carry ours.

        Raises:
            LogsMissing: if a receipt holds a log that the answer left out.
        """
        suspects = [header for header in headers if self._may_carry(header.bloom)]
        if not suspects:
            return
        have = {(log["blockHash"], int(log["logIndex"], 16)) for log in logs}
        addresses, topics = set(self._decoder.addresses), set(self._decoder.topics)
        for header in suspects:
            try:
                receipts = self._client.block_receipts(header.number)
            except NodeRefused:
                logger.info("the node doesn't give receipts of blocks; logs go unchecked against them")
                return
            for log in _receipt_logs(receipts):
                ours = log["address"].lower() in addresses and log["topics"] and log["topics"][0] in topics
                if ours and (log["blockHash"], int(log["logIndex"], 16)) not in have:
                    raise LogsMissing(block=header.number, log_index=int(log["logIndex"], 16))

    def _may_carry(self, bloom: int) -> bool:
        return any(bloom & mask == mask for mask in self._address_masks) and any(
            bloom & mask == mask for mask in self._topic_masks
        )


def check_order(logs: Sequence[Mapping[str, Any]], first: int, last: int) -> dict[int, str]:
    """Check that logs are of the blocks asked for, in order, each once; answers block hashes by number.

    Raises:
        LogMalformed, LogOutOfRange, LogOutOfOrder, LogDuplicate, LogWrongBlock: what the answer got wrong.
    """
    hashes: dict[int, str] = {}
    block_hash, number_text, number, previous = "", "", -1, -1
    for log in logs:
        try:
            if log["blockHash"] != block_hash or log["blockNumber"] != number_text:
                block_hash, number_text = log["blockHash"], log["blockNumber"]
                found = int(number_text, 16)
                if not first <= found <= last:
                    raise LogOutOfRange(block=found, first=first, last=last)
                if found < number:
                    raise LogOutOfOrder(block=found)
                if found == number or hashes.setdefault(found, block_hash) != block_hash:
                    raise LogWrongBlock(block=found, found=block_hash, expected=hashes[found])
                number, previous = found, -1
            index = int(log["logIndex"], 16)
        except (KeyError, TypeError, ValueError) as error:
            raise LogMalformed(reason="no block, hash or place", block=number) from error
        if index <= previous:
            if index == previous:
                raise LogDuplicate(block=number, log_index=index)
            raise LogOutOfOrder(block=number, log_index=index)
        if log.get("removed"):
            raise LogWrongBlock(block=number, found=block_hash, expected="a block on the chain")
        previous = index
    return hashes


def _receipt_logs(receipts: Iterable[Mapping[str, Any]]) -> Iterable[Mapping[str, Any]]:
    try:
        for receipt in receipts:
            yield from receipt["logs"]
    except (KeyError, TypeError) as error:
        raise NodeMalformed(method="eth_getBlockReceipts", reason="no logs") from error


def _bloom_mask(value: str) -> int:
    """The three bits that an address or a topic sets in a block's bloom (Yellow Paper, 4.3.1)."""
    digest = keccak(bytes.fromhex(value[2:]))
    mask = 0
    for at in (0, 2, 4):
        mask |= 1 << (int.from_bytes(digest[at : at + 2], "big") & 2047)
    return mask
