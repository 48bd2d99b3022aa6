"""Responses that wait for something before they are sent, and hold no thread meanwhile (``Prefer: wait``).

    return defer(response, waiting)

The handler that serves requests in threads (``core.http.serving``) sends such a response once nothing is left
to wait for. Under any other server it is sent at once, as it is.
"""

from __future__ import annotations

from typing import Any, Protocol, TypeVar

Response = TypeVar("Response")


class Waiting(Protocol):
    """What a response waits for, and how it is told anew."""

    def pause(self) -> float | None:
        """Seconds until the next look is worth it; None when the response can be sent."""

    def look(self) -> None:
        """Look once, and update the response; runs in a thread that may ask the database."""


def defer(response: Response, waiting: Waiting) -> Response:
    """Have ``response`` sent when there is nothing more to wait for; answers the response itself."""
    response._waiting = waiting  # type: ignore[attr-defined]
    return response


def waiting_of(response: Any) -> Waiting | None:
    """What the response waits for, if anything."""
    return getattr(response, "_waiting", None)
