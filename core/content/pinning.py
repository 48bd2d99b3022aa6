"""A pinning service: somebody who keeps files of ours on the network, for money.

Standard: IPFS Pinning Service API 1 (https://ipfs.github.io/pinning-services-api-spec/).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import orjson

from core.content.cids import Cid
from core.content.errors import SourceRefused, SourceUnreachable
from core.content.kubo_client import Answer, Asker

BATCH = 10  # CIDs that one question may name
QUEUED, PINNING, PINNED, FAILED = "queued", "pinning", "pinned", "failed"
_STATUSES = (QUEUED, PINNING, PINNED, FAILED)
_ORIGINS = 20
_LIMIT = 4 * 1024 * 1024
_BETTER = {status: rank for rank, status in enumerate((FAILED, QUEUED, PINNING, PINNED))}


class Pin(NamedTuple):
    """A request to keep a file: how far it is, and the service's peers who wait for it (multiaddrs)."""

    cid: str
    status: str
    delegates: tuple[str, ...]


class PinningService:
    """Speaks to one service.

    Args:
        url: its endpoint, to which ``/pins`` is appended.
        token: the access token.
        timeout, patience: see :class:`Asker`.
    """

    def __init__(self, url: str, token: str, *, timeout: float = 10, patience: float = 30) -> None:
        self._asker = Asker(url, token=token, timeout=timeout, patience=patience)
        self.label = self._asker.label

    def statuses(self, cids: Sequence[Cid]) -> dict[str, str]:
        """How far each of at most ten files is: the best of its requests; one that was never asked for is
        left out.

        Raises:
            SourceError: if the service doesn't say.
        """
        query = {
            "cid": ",".join(str(cid) for cid in cids),
            "status": ",".join(_STATUSES),
            "limit": "1000",
        }
        answer = self._asker.ask("GET", "pins", query=query, limit=_LIMIT)
        found = self._told(answer)
        results = found.get("results")
        if not isinstance(results, list):
            raise SourceRefused(source=self.label, reason="no results")
        best: dict[str, str] = {}
        for pin in map(self._pin, results):
            if pin.cid not in best or _BETTER[pin.status] > _BETTER[best[pin.cid]]:
                best[pin.cid] = pin.status
        return best

    def pin(self, cid: Cid, *, name: str = "", origins: Sequence[str] = ()) -> Pin:
        """Ask the service to keep a file, which it fetches by itself.

        Args:
            cid: the file.
            name: what the service's own pages call it.
            origins: multiaddrs of a node that has it.

        Raises:
            SourceError: if the service refuses: no token, no money, no answer.
        """
        asked = {"cid": str(cid), "name": name[:255], "origins": list(origins[:_ORIGINS])}
        answer = self._asker.ask(
            "POST",
            "pins",
            body=orjson.dumps(asked),
            headers={"Content-Type": "application/json"},
            limit=_LIMIT,
        )
        return self._pin(self._told(answer))

    def _told(self, answer: Answer) -> dict[str, Any]:
        if answer.status >= 500:
            raise SourceUnreachable(source=self.label, http_status=answer.status, reason="failed")
        if answer.status not in (200, 202):
            raise SourceRefused(source=self.label, http_status=answer.status)
        told = answer.json(self.label)
        if not isinstance(told, dict):
            raise SourceRefused(source=self.label, reason="no object")
        return told

    def _pin(self, told: Any) -> Pin:
        try:
            pin = Pin(
                str(told["pin"]["cid"]),
                str(told["status"]),
                tuple(each for each in told.get("delegates") or () if isinstance(each, str)),
            )
        except (KeyError, TypeError, AttributeError):
            raise SourceRefused(source=self.label, reason="no pin") from None
        if pin.status not in _STATUSES:
            raise SourceRefused(source=self.label, reason="no status")
        return pin
