"""Who else may have a block: a Kubo node of ours, and gateways that need not be trusted.

Each gives single blocks, which prove themselves; nothing is taken on a server's word. Standards:
https://specs.ipfs.tech/http-gateways/trustless-gateway/ and https://docs.ipfs.tech/reference/kubo/rpc/.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

import orjson
from urllib3.filepost import encode_multipart_formdata

from core.content.car import car
from core.content.cids import Cid
from core.content.errors import ContentMissing, SourceLied, SourceRefused, SourceUnreachable
from core.content.kubo_client import Answer, Asker
from core.content.unixfs import MAX_BLOCK_BYTES, Block

_RAW_BLOCK = "application/vnd.ipld.raw"
_SMALL = 64 * 1024  # more than any answer that isn't a block


class Source(Protocol):
    """Gives blocks."""

    @property
    def label(self) -> str:
        """Its name in reports: the host, never a path or a key."""

    def block(self, cid: Cid) -> bytes:
        """The bytes of ``cid``.

        Raises:
            ContentMissing: if it hasn't got them.
            SourceError: for everything else that goes wrong; other bytes are :class:`SourceLied`.
        """


class Gateway:
    """An IPFS gateway, anybody's.

    Args:
        url: its address, to which ``/ipfs/CID`` is appended.
        timeout, patience: see :class:`Asker`.
    """

    def __init__(self, url: str, *, timeout: float = 10, patience: float = 30) -> None:
        self._asker = Asker(url, timeout=timeout, patience=patience)
        self.label = self._asker.label

    def block(self, cid: Cid) -> bytes:
        """See :class:`Source`."""
        answer = self._asker.ask(
            "GET",
            f"ipfs/{cid}",
            query={"format": "raw"},
            headers={"Accept": _RAW_BLOCK},
            limit=MAX_BLOCK_BYTES,
        )
        if answer.status in (404, 410, 504):  # 504: it looked for the block and gave up
            raise ContentMissing(cid=str(cid), source=self.label)
        _expect_ok(answer, self.label)
        return _proved(answer.body, cid, self.label)


class KuboNode:
    """A Kubo node of ours, by its RPC, which must be open to nobody but us.

    Args:
        url: the address of the RPC, such as ``http://127.0.0.1:5001``.
        timeout, patience: see :class:`Asker`.
    """

    def __init__(self, url: str, *, timeout: float = 10, patience: float = 30) -> None:
        self._asker = Asker(url, timeout=timeout, patience=patience)
        self._search = f"{timeout * 0.8:g}s"  # less than we wait, so that it can still say that it found none
        self.label = self._asker.label

    def block(self, cid: Cid) -> bytes:
        """See :class:`Source`. The node looks on the network for what it hasn't got itself."""
        answer = self._call("block/get", {"arg": str(cid), "timeout": self._search}, limit=MAX_BLOCK_BYTES)
        if _complaint(answer) is not None:
            raise ContentMissing(cid=str(cid), source=self.label)
        _expect_ok(answer, self.label)
        return _proved(answer.body, cid, self.label)

    def has_pinned(self, cid: Cid) -> bool:
        """Whether the node keeps the whole file under ``cid`` for good."""
        answer = self._call("pin/ls", {"arg": str(cid), "type": "recursive"})
        if _complaint(answer) is not None:
            return False
        _expect_ok(answer, self.label)
        found = answer.json(self.label)
        return isinstance(found, dict) and str(cid) in (found.get("Keys") or {})

    def pin(self, root: Cid, blocks: Iterable[Block]) -> None:
        """Hand the node a file, block by block as it is, to be kept for good. Twice is harmless.

        Raises:
            SourceError: if it doesn't say that it did.
        """
        answer = self._call("dag/import", {"pin-roots": "true"}, file=car(root, blocks))
        if _complaint(answer) is None:
            _expect_ok(answer, self.label)
            if any(_says_pinned(line, root) for line in answer.body.splitlines()):
                return
        raise SourceRefused(source=self.label, reason="not pinned", cid=str(root))

    def addresses(self) -> list[str]:
        """Where others reach the node, as multiaddrs."""
        answer = self._call("id")
        _expect_ok(answer, self.label)
        found = answer.json(self.label)
        addresses = found.get("Addresses") if isinstance(found, dict) else None
        return [each for each in addresses or [] if isinstance(each, str)]

    def connect(self, address: str) -> None:
        """Go and meet a peer, so that it can have blocks of us; nothing depends on it."""
        self._call("swarm/connect", {"arg": address, "timeout": self._search})

    def _call(
        self,
        method: str,
        query: Mapping[str, str] | None = None,
        *,
        limit: int = _SMALL,
        file: bytes | None = None,
    ) -> Answer:
        body, headers = (None, {}) if file is None else _form(file)
        return self._asker.ask(
            "POST", f"api/v0/{method}", query=query, body=body, headers=headers, limit=limit
        )


def _proved(block: bytes, cid: Cid, label: str) -> bytes:
    if not cid.names(block):
        raise SourceLied(source=label, cid=str(cid), reason="other bytes")
    return block


def _expect_ok(answer: Answer, label: str) -> None:
    if answer.status >= 500:
        raise SourceUnreachable(source=label, http_status=answer.status, reason="failed")
    if answer.status != 200:
        raise SourceRefused(source=label, http_status=answer.status)


def _complaint(answer: Answer) -> str | None:
    """What Kubo says when it can't: status 500 with a JSON message; None for any other answer."""
    if answer.status != 500:
        return None
    try:
        told: Any = orjson.loads(answer.body)
    except orjson.JSONDecodeError:
        return None
    return str(told["Message"]) if isinstance(told, dict) and "Message" in told else None


def _says_pinned(line: bytes, root: Cid) -> bool:
    try:
        told: Any = orjson.loads(line)["Root"]
        return told["Cid"] == {"/": str(root)} and not told.get("PinErrorMsg")
    except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError):
        return False


def _form(file: bytes) -> tuple[bytes, dict[str, str]]:
    body, kind = encode_multipart_formdata({"path": ("import.car", file, "application/vnd.ipld.car")})
    return body, {"Content-Type": kind}
