"""Blocks in one file for the road. Standard: https://ipld.io/specs/transport/car/carv1/."""

from __future__ import annotations

from collections.abc import Iterable

from core.content.cids import Cid
from core.content.protobuf import varint
from core.content.unixfs import Block

# {"roots": [a link], "version": 1} in DAG-CBOR; the link is tag 42 around a zero byte and the CID.
_ROOTS = b"\xa2\x65roots\x81\xd8\x2a\x58\x25\x00"
_VERSION = b"\x67version\x01"


def car(root: Cid, blocks: Iterable[Block]) -> bytes:
    """An archive of the blocks below ``root``."""
    parts = [_section(_ROOTS + root.as_bytes() + _VERSION)]
    parts += [_section(block.cid.as_bytes() + block.data) for block in blocks]
    return b"".join(parts)


def _section(data: bytes) -> bytes:
    return varint(len(data)) + data
