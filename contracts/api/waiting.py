"""``Prefer: wait=N`` (RFC 7240): a write answers when its act is on chain, or after N seconds.

A deferred response (``core.http.deferred``): between two looks no thread and no database connection is held,
so a hundred clients can wait while others are served.
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping

from django.db import close_old_connections
from django.http import HttpResponse

from contracts.acts.live import act_payload
from contracts.acts.services import act_status
from contracts.models import ActStatus
from core.http.rendering import dumps

LONGEST_SECONDS = 30
FIRST_PAUSE_SECONDS = 0.1
LONGEST_PAUSE_SECONDS = 0.5
_WAIT = re.compile(r"(?:^|[,;\s])wait\s*=\s*\"?(\d{1,6})\"?\s*(?:$|[,;])", re.IGNORECASE)
_UNDER_WAY = (ActStatus.QUEUED, ActStatus.SENT)


def preferred_seconds(header: str | None) -> int:
    """The seconds that a ``Prefer`` header asks to wait, 30 at most; 0 for none."""
    found = _WAIT.search(header or "")
    return min(int(found[1]), LONGEST_SECONDS) if found else 0


class ActWait:
    """A rendered response that tells how an act stands, and is told anew until the act is on chain.

    Args:
        response: what was answered when the act was received.
        accepted: its data.
        seconds: how long the client would wait.
    """

    def __init__(self, response: HttpResponse, accepted: Mapping[str, object], seconds: int) -> None:
        self._response = response
        self._accepted = accepted
        self._seconds = seconds
        self._until = time.monotonic() + seconds
        # An act that is through already is looked at at once: a repeated post hears what the first did.
        self._pause = FIRST_PAUSE_SECONDS if accepted["status"] in _UNDER_WAY else 0.0
        self._done = False

    def pause(self) -> float | None:
        """Seconds until the next look; None when there is nothing more to wait for."""
        left = self._until - time.monotonic()
        if self._done or left <= 0:
            return None
        pause, self._pause = self._pause, min(self._pause * 1.5, LONGEST_PAUSE_SECONDS)
        return min(pause, left)

    def look(self) -> None:
        """Read the act, and let the response say how it stands; in a thread that may ask the database."""
        close_old_connections()
        row = act_status(str(self._accepted["digest"]))
        payload = act_payload(row)
        self._done = row.status not in _UNDER_WAY
        body = dumps(
            {
                **self._accepted,
                "status": payload["status"],
                "transactionHash": payload["transactionHash"],
                "blockNumber": payload["blockNumber"],
                "error": payload["error"],
            }
        )
        self._response.content = body
        self._response["Content-Length"] = str(len(body))
        self._response["Preference-Applied"] = f"wait={self._seconds}"
        if self._done:
            self._response.status_code = 200
