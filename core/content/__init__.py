"""The content store: texts and files by the hash of their bytes, under the same CIDs that IPFS computes.

A proposal's text lies off chain; the chain holds the sha2-256 of its bytes, which is one raw block (ADR
0006). A larger file is a tree of blocks. Blocks are files named by CID, checked on every read; nodes,
gateways and pinning services are asked through :func:`wide_store` and never trusted (ADR 0016).
"""

from __future__ import annotations

from core.content.cids import RAW, Cid
from core.content.errors import (
    CidInvalid,
    ContentCorrupt,
    ContentFull,
    ContentMalformed,
    ContentMissing,
    ContentTooLarge,
    SourceError,
)
from core.content.pinning import PinningService
from core.content.sources import KuboNode
from core.content.store import MAX_FILE_BYTES, Store, kubo_node, local_store, pinning_service, wide_store
from core.content.unixfs import CHUNK_BYTES

__all__ = [
    "MAX_BYTES",
    "MAX_FILE_BYTES",
    "Cid",
    "CidInvalid",
    "ContentCorrupt",
    "ContentFull",
    "ContentMalformed",
    "ContentMissing",
    "ContentTooLarge",
    "KuboNode",
    "PinningService",
    "SourceError",
    "Store",
    "cid_of",
    "digest_of",
    "get",
    "kubo_node",
    "local_store",
    "pinning_service",
    "put",
    "text_cid",
    "wide_store",
]

MAX_BYTES = CHUNK_BYTES  # of a text: one raw block, whose digest is what the chain holds


def digest_of(data: bytes) -> str:
    """The sha2-256 of ``data`` as 0x-hex, the form in which the chain holds it."""
    return "0x" + Cid.of(RAW, data).digest.hex()


def text_cid(digest: str) -> Cid:
    """The CID of the text with this 0x-hex sha2-256."""
    return Cid(RAW, bytes.fromhex(digest.removeprefix("0x")))


def cid_of(digest: str) -> str:
    """The CIDv1 (``bafkrei…``) for a 0x-hex sha2-256 digest."""
    return str(text_cid(digest))


def put(data: bytes) -> str:
    """Store a text and answer its digest; storing twice is harmless.

    Raises:
        ContentTooLarge: for more than 256 KiB.
    """
    if len(data) > MAX_BYTES:
        raise ContentTooLarge(limit=MAX_BYTES)
    return "0x" + local_store().put(data).digest.hex()


def get(digest: str) -> bytes:
    """The text whose sha2-256 is ``digest`` (0x-hex), if it is stored here.

    Raises:
        ContentMissing: if no file is stored under that hash.
        ContentCorrupt: if the file's bytes have another hash.
    """
    return local_store().get(text_cid(digest), limit=MAX_BYTES)
