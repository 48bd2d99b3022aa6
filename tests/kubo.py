"""A real Kubo for the tests, and its RPC.

The library comes without Kubo's HTTP server, so :meth:`Kubo.rpc` speaks its documented RPC for it: each call
is carried out by the library, or on the repository below it (of which the library checks every block).
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from core.content.cids import Cid
from core.content.tests.servers import Reply, serve
from devstack.processes import die_with_parent

PEER = "12D3KooWGatU1DNEpmPz5DAmyB4mk5TgU5KxoyzSCMVfZyDXX1bQ"
ADDRESS = f"/ip4/127.0.0.1/tcp/4001/p2p/{PEER}"


class Kubo:
    """One node with a repository of its own under ``folder``."""

    def __init__(self, folder: Path) -> None:
        self._repository = folder / "repository"
        self._file = folder / "file"
        self.met: list[str] = []
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("kubo_program.py")), str(self._repository)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=folder,  # the library writes a log where it stands
            env={**os.environ, "HOME": str(folder)},
            preexec_fn=die_with_parent(os.getpid()),
            text=True,
        )
        self._answer()

    def add(self, data: bytes) -> Cid:
        """``ipfs add``: the root of the tree that Kubo makes (version 0, with wrapped leaves)."""
        self._file.write_bytes(data)
        digest = _base58(self._ask("add", str(self._file)))
        return Cid.from_bytes(digest)

    def pin(self, cid: Cid) -> bool:
        """``ipfs pin add``: Kubo walks the whole tree."""
        return bool(self._ask("pin", str(cid)))

    def pins(self) -> set[str]:
        """What is pinned, by what Kubo calls it."""
        return set(self._ask("pins"))

    def get(self, cid: Cid) -> bytes:
        """``ipfs get``."""
        self._file.unlink(missing_ok=True)
        if not self._ask("get", str(cid), str(self._file)):
            raise LookupError(cid)
        return self._file.read_bytes()

    def block(self, cid: Cid) -> bytes:
        """A block as it lies in the repository."""
        return self._path(cid).read_bytes()

    def plant(self, cid: Cid, data: bytes) -> None:
        """Lay a block into the repository, true or not."""
        self._path(cid).parent.mkdir(exist_ok=True)
        self._path(cid).write_bytes(data)

    @contextmanager
    def rpc(self) -> Iterator[str]:
        """The address of the node's RPC."""
        with serve(self._call) as url:
            yield url

    def stop(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait()

    def _call(self, method: str, path: str, headers: Any, body: bytes) -> Reply:
        asked = urlsplit(path)
        query = {name: values[0] for name, values in parse_qs(asked.query).items()}
        if method != "POST":
            return Reply(405, b"405 - Method Not Allowed\n")
        match asked.path.removeprefix("/api/v0/"):
            case "block/get":
                try:
                    return Reply(200, self.block(Cid.parse(query["arg"])))
                except FileNotFoundError:
                    return _error("block was not found locally (offline): ipld: could not find the node")
            case "pin/ls":
                cid = query["arg"]
                if cid not in self.pins():
                    return _error(f"path '{cid}' is not pinned")
                return _json({"Keys": {cid: {"Type": "recursive", "Name": ""}}})
            case "dag/import":
                return self._import(_form_file(headers, body))
            case "id":
                return _json({"ID": PEER, "Addresses": [ADDRESS]})
            case "swarm/connect":
                self.met.append(query["arg"])
                return _json({"Strings": [f"connect {PEER} success"]})
        return Reply(404, b"404 page not found\n")

    def _import(self, archive: bytes) -> Reply:
        at = 0
        sections: list[bytes] = []
        while at < len(archive):
            length = shift = 0
            while True:
                byte = archive[at]
                at += 1
                length |= (byte & 0x7F) << shift
                shift += 7
                if byte < 0x80:
                    break
            sections.append(archive[at : at + length])
            at += length
        header, *blocks = sections
        for block in blocks:
            cid = Cid.from_bytes(block[:36])
            if not cid.names(block[36:]):
                return _error("mismatch in content integrity")
            self.plant(cid, block[36:])
        root = Cid.from_bytes(header[header.index(b"\x58\x25\x00") + 3 :][:36])
        problem = "" if self.pin(root) else "block was not found"
        return _json({"Root": {"Cid": {"/": str(root)}, "PinErrorMsg": problem}})

    def _path(self, cid: Cid) -> Path:
        key = base64.b32encode(b"\x12\x20" + cid.digest).decode().rstrip("=")
        return self._repository / "blocks" / key[-3:-1] / f"{key}.data"

    def _ask(self, *words: str) -> Any:
        if self._process.stdin is None:
            raise BrokenPipeError
        self._process.stdin.write(json.dumps(words) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> Any:
        if self._process.stdout is None:
            raise BrokenPipeError
        return json.loads(self._process.stdout.readline())


def _json(value: Any) -> Reply:
    return Reply(200, json.dumps(value).encode() + b"\n", "application/json")


def _error(message: str) -> Reply:
    said = {"Message": message, "Code": 0, "Type": "error"}
    return Reply(500, json.dumps(said).encode() + b"\n", "application/json")


def _form_file(headers: Any, body: bytes) -> bytes:
    whole = message_from_bytes(b"Content-Type: " + headers["Content-Type"].encode() + b"\n\n" + body)
    file = whole.get_payload(0)
    return file.get_payload(decode=True)  # type: ignore[union-attr, return-value]


def _base58(text: str) -> bytes:
    alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
    number = 0
    for letter in text:
        number = number * 58 + alphabet.index(letter)
    return number.to_bytes(34, "big")
