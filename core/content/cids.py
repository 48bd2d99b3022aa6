"""Content identifiers: CIDv1 in base32 over sha2-256, of a raw block or of a node of a tree (dag-pb).

Standard: https://github.com/multiformats/cid. Others' hashes, bases and versions are refused: one content has
one name here.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from typing import NamedTuple

from core.content.errors import CidInvalid

RAW, DAG_PB = 0x55, 0x70
_LENGTH = 59  # "b" and 36 bytes in base32
_SHA2_256 = bytes([0x12, 0x20])


class Cid(NamedTuple):
    """The name of one block: how to read it, and the sha2-256 of its bytes."""

    codec: int
    digest: bytes

    def __str__(self) -> str:
        return "b" + base64.b32encode(self.as_bytes()).decode().lower().rstrip("=")

    def as_bytes(self) -> bytes:
        """The binary form, as links hold it."""
        return bytes([1, self.codec]) + _SHA2_256 + self.digest

    def names(self, block: bytes) -> bool:
        """Whether these are the bytes."""
        return hashlib.sha256(block).digest() == self.digest

    @classmethod
    def of(cls, codec: int, block: bytes) -> Cid:
        """The name of a block."""
        return cls(codec, hashlib.sha256(block).digest())

    @classmethod
    def parse(cls, text: str) -> Cid:
        """The CID that ``text`` spells.

        Raises:
            CidInvalid: for anything but ``b…``, a CIDv1 of a raw or dag-pb block under sha2-256.
        """
        if len(text) == _LENGTH and text[0] == "b" and text == text.lower():
            try:
                found = cls.from_bytes(base64.b32decode(text[1:].upper() + "=" * 6))
            except (binascii.Error, ValueError):
                raise CidInvalid(cid=text) from None
            if str(found) == text:  # base32 has bits to spare, in which a second spelling could hide
                return found
        raise CidInvalid(cid=text[:100])

    @classmethod
    def from_bytes(cls, data: bytes) -> Cid:
        """The CID in a link; version 0, which has no prefix of its own, names a node of a tree.

        Raises:
            CidInvalid: for another version, codec or hash.
        """
        if len(data) == 34 and data[:2] == _SHA2_256:
            return cls(DAG_PB, data[2:])
        if len(data) != 36 or data[0] != 1 or data[1] not in (RAW, DAG_PB) or data[2:4] != _SHA2_256:
            raise CidInvalid(cid=data.hex()[:100])
        return cls(data[1], data[4:])
