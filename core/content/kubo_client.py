"""One HTTP question to a machine that nobody here answers for: bounded in bytes and time, never followed."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit

import orjson
import urllib3

from core.content.errors import SourceLied, SourceRefused, SourceTimeout, SourceUnreachable
from core.outgoing_http import TooLong, TooSlow, drain

_BUSY = 429


class Answer(NamedTuple):
    """Status and body."""

    status: int
    body: bytes

    def json(self, label: str) -> Any:
        """The body as JSON.

        Raises:
            SourceRefused: if it is none.
        """
        try:
            return orjson.loads(self.body)
        except orjson.JSONDecodeError:
            raise SourceRefused(source=label, http_status=self.status, reason="no JSON") from None


class Asker:
    """Asks one server.

    Args:
        url: its address; what is asked for is appended to its path.
        token: sent as a bearer token, if given.
        timeout: seconds to connect, and to wait for each part of an answer.
        patience: seconds for a whole answer: one that drips may take no longer.
    """

    def __init__(self, url: str, *, token: str = "", timeout: float = 10, patience: float = 30) -> None:
        parts = urlsplit(url)
        # Paths and user names of addresses carry keys: they stay out of errors, logs and reports.
        self.label = f"{parts.scheme}://{parts.hostname}" + (f":{parts.port}" if parts.port else "")
        self._url = url.rstrip("/")
        # What is compressed could grow without bound.
        self._headers = {"Accept-Encoding": "identity"}
        if token:
            self._headers["Authorization"] = f"Bearer {token}"
        self._patience = patience
        self._pool = urllib3.PoolManager(
            timeout=urllib3.Timeout(connect=timeout, read=timeout), retries=False, maxsize=2
        )

    def ask(
        self,
        method: str,
        path: str,
        *,
        limit: int,
        query: Mapping[str, str] | None = None,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Ask, and answer what was said in at most ``limit`` bytes.

        Raises:
            SourceUnreachable, SourceTimeout: without an answer, or with half of one; if the server is busy.
            SourceRefused: where it sends us elsewhere: it could as well name a machine inside our own house.
            SourceLied: for a longer answer.
        """
        until = time.monotonic() + self._patience
        address = f"{self._url}/{path.lstrip('/')}" + (f"?{urlencode(query)}" if query else "")
        try:
            response = self._pool.request(
                method,
                address,
                body=body,
                headers={**self._headers, **(headers or {})},
                redirect=False,
                preload_content=False,
                decode_content=False,
            )
            self._judge(response)
            data = drain(response, limit=limit, until=until)
        except TooLong:
            raise SourceLied(source=self.label, reason="too many bytes", limit=limit) from None
        except TooSlow:
            raise SourceTimeout(source=self.label) from None
        except (urllib3.exceptions.TimeoutError, TimeoutError) as error:
            if isinstance(error, urllib3.exceptions.ConnectTimeoutError):
                raise SourceUnreachable(source=self.label, reason="no connection") from error
            raise SourceTimeout(source=self.label) from error
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise SourceUnreachable(source=self.label, reason=type(error).__name__) from error
        return Answer(response.status, data)

    def _judge(self, response: Any) -> None:
        status = response.status
        if 300 <= status < 400 or status == _BUSY:
            response.close()
            if status == _BUSY:
                raise SourceUnreachable(source=self.label, http_status=status, reason="busy")
            raise SourceRefused(source=self.label, http_status=status, reason="redirect")
