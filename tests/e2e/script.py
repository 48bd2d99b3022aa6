"""What an integrator writes: the REST API and a private key, nothing of the portal's code."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import requests

from tests.e2e import chain
from tests.e2e.conftest import eventually

MINED = ("mined", "final")


@dataclass(frozen=True)
class Script:
    """Acts for one person, over the API."""

    api: str
    address: str
    key: str

    def get(self, path: str, **params: Any) -> Any:
        answer = requests.get(self.api + path, params=params, timeout=20)
        answer.raise_for_status()
        return answer.json()

    def draft(self, act: str, **fields: Any) -> requests.Response:
        body = {"act": act, "signer": self.address, **fields}
        return requests.post(f"{self.api}/acts/typed-data", json=body, timeout=20)

    def act(self, act: str, **fields: Any) -> None:
        """Ask for the document, sign it, hand it in, wait until it is mined."""
        draft = self.draft(act, **fields)
        assert draft.status_code == 200, draft.text
        found = draft.json()
        signature = chain.sign(self.key, found["typedData"])
        body = {"act": act, "signer": self.address, **fields}
        answer = requests.post(
            f"{self.api}/acts",
            json={**body, "deadline": found["deadline"], "signature": signature},
            headers={"Prefer": "wait=10"},
            timeout=20,
        )
        assert answer.status_code in (200, 202), answer.text
        row = self.until(f"/acts/{found['digest']}", lambda row: row["status"] in (*MINED, "failed"))
        assert row["status"] in MINED, row

    def until(self, path: str, holds: Any) -> Any:
        """What stands at ``path`` as soon as it ``holds``."""

        def read() -> Any:
            found = self.get(path)
            return found if holds(found) else None

        return eventually(read, seconds=15, what=path)

    def power(self, number: str) -> dict[str, Any]:
        return self.get(f"/proposals/{number}/power/{self.address}")

    def ballot(self, number: str) -> dict[str, Any] | None:
        rows = requests.get(f"{self.api}/proposals/{number}/votes.ndjson", timeout=20).text.splitlines()
        found = [row for row in map(json.loads, rows) if row["voter"] == self.address]
        return found[0] if found else None


def seconds(time: str) -> int:
    """ISO 8601 as Unix seconds."""
    return int(datetime.fromisoformat(time).timestamp())


# Seconds between the drafting of an opening and its block, at most.
MARGIN = 60


def opened(node: str, author: Script, officer: Script, title: str, **fields: Any) -> str:
    """A proposal that ``author`` makes and ``officer`` opens as soon as may be; answers its number.

    ``node`` is the address of the chain, whose clock goes on to where the vote opens.
    """
    mark = secrets.token_hex(4)
    # What is signed is good for a day of the newest block that the mirror knows.
    began = chain.now(node)
    author.until("/governance/stats", lambda found: seconds(found["chain"]["timestamp"]) >= began)
    author.act(
        "propose",
        title=f"{title} ({mark})",
        summary="Written by a script.",
        description="It asks for a vote and nothing else.",
        **fields,
    )
    (row,) = author.until(f"/proposals?search={mark}", lambda found: found["results"])["results"]
    number = str(row["proposalId"])
    notice = int(officer.get("/governance/params")["noticePeriod"])
    vote_start = chain.now(node) + notice + MARGIN
    officer.act("activate", proposalId=number, voteStart=vote_start)
    chain.pass_time(node, max(0, vote_start - chain.now(node)))
    author.until(f"/proposals/{number}", lambda found: found["state"] == "ACTIVE")
    return number
