"""The content store: texts by the hash of their bytes, under the same CIDs that IPFS computes.

A proposal's text lies off chain; the chain holds the sha2-256 of its bytes. The store is a folder of files
named by CID (CIDv1, raw codec, sha2-256, base32; https://github.com/multiformats/cid), checked on every read.
"""

from __future__ import annotations

import base64
import hashlib
import os
import tempfile
from pathlib import Path

from django.conf import settings

from daoportal.kernel.errors import DomainError

MAX_BYTES = 256 * 1024  # one IPFS raw leaf; larger content would need a tree of blocks
_CID_PREFIX = bytes([0x01, 0x55, 0x12, 0x20])  # CIDv1, raw, sha2-256, 32 bytes


class ContentTooLarge(DomainError):
    code = "content-too-large"
    status = 413
    message = "The text is too long."


class ContentMissing(DomainError):
    code = "content-missing"
    status = 404
    message = "The text of this hash is not stored here."


class ContentCorrupt(DomainError):
    code = "content-corrupt"
    status = 500
    message = "The stored text does not match its hash."


def digest_of(data: bytes) -> str:
    """The sha2-256 of ``data`` as 0x-hex, the form in which the chain holds it."""
    return "0x" + hashlib.sha256(data).hexdigest()


def cid_of(digest: str) -> str:
    """The CIDv1 (``bafkrei…``) for a 0x-hex sha2-256 digest."""
    raw = _CID_PREFIX + bytes.fromhex(digest.removeprefix("0x"))
    return "b" + base64.b32encode(raw).decode().lower().rstrip("=")


def put(data: bytes) -> str:
    """Store ``data`` and answer its digest; storing twice is harmless.

    Raises:
        ContentTooLarge: for more than 256 KiB.
    """
    if len(data) > MAX_BYTES:
        raise ContentTooLarge(limit=MAX_BYTES)
    digest = digest_of(data)
    path = _path(digest)
    if path.exists():
        return digest
    path.parent.mkdir(parents=True, exist_ok=True)
    # Write beside and rename, so that a reader or a kill never meets half a file.
    handle, temporary = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, path)
    return digest


def get(digest: str) -> bytes:
    """The bytes whose sha2-256 is ``digest`` (0x-hex).

    Raises:
        ContentMissing: if no file is stored under that hash.
        ContentCorrupt: if the file's bytes have another hash.
    """
    try:
        data = _path(digest).read_bytes()
    except FileNotFoundError:
        raise ContentMissing(digest=digest) from None
    if digest_of(data) != digest:
        raise ContentCorrupt(digest=digest)
    return data


def _path(digest: str) -> Path:
    cid = cid_of(digest)
    return Path(settings.CONTENT_ROOT) / cid[-2:] / cid
