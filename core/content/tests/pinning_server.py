"""A pinning service that speaks the IPFS Pinning Service API, its clock in the test's hands."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

from core.content.tests.servers import Reply, serve

TOKEN = "a-token-of-the-test"
DELEGATE = "/dnsaddr/pins.example"


class PinningServer:
    """Takes every request; one that was made goes a step along ``course`` each time somebody looks."""

    def __init__(self, course: tuple[str, ...] = ("queued", "pinning", "pinned")) -> None:
        self.course = course
        self.requests: list[dict[str, Any]] = []
        self._ids = itertools.count(1)

    @contextmanager
    def listen(self) -> Iterator[str]:
        """The service's endpoint."""
        with serve(self._answer) as url:
            yield f"{url}/api/v1"

    def of(self, cid: object) -> list[str]:
        """How far each request for ``cid`` is."""
        return [each["status"] for each in self.requests if each["pin"]["cid"] == str(cid)]

    def _answer(self, method: str, path: str, headers: Any, body: bytes) -> Reply:
        asked = urlsplit(path)
        if headers["Authorization"] != f"Bearer {TOKEN}":
            return _json({"error": {"reason": "UNAUTHORIZED"}}, 401)
        if asked.path != "/api/v1/pins":
            return _json({"error": {"reason": "NOT_FOUND"}}, 404)
        if method == "POST":
            made = {
                "requestid": str(next(self._ids)),
                "status": self.course[0],
                "created": "2026-01-01T00:00:00Z",
                "pin": json.loads(body),
                "delegates": [DELEGATE],
            }
            self.requests.append(made)
            return _json(made, 202)
        query = {name: values[0] for name, values in parse_qs(asked.query).items()}
        wanted, statuses = query["cid"].split(","), query.get("status", "pinned").split(",")
        if len(wanted) > 10:
            return _json({"error": {"reason": "BAD_REQUEST"}}, 400)
        found = [each for each in self.requests if each["pin"]["cid"] in wanted]
        told = [dict(each) for each in found if each["status"] in statuses]
        for each in found:
            if each["status"] in self.course[:-1]:
                each["status"] = self.course[self.course.index(each["status"]) + 1]
        return _json({"count": len(told), "results": told[: int(query.get("limit", "10"))]})


def _json(value: Any, status: int = 200) -> Reply:
    return Reply(status, json.dumps(value).encode(), "application/json")
