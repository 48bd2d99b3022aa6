"""Nodes and gateways that lie, dawdle or send us elsewhere: a stable code, nothing kept, the next asked."""

from __future__ import annotations

import gzip
import itertools
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from core.content import unixfs
from core.content.cids import RAW, Cid
from core.content.errors import ContentMissing, ContentTooLarge, SourceError, SourceLied, SourceRefused
from core.content.local import LocalBlocks
from core.content.sources import Gateway, KuboNode, Source
from core.content.store import Store
from core.content.tests.servers import Handle, Reply, serve
from tests.kubo import ADDRESS, Kubo

TEXT = b'{"title":"A text"}'
CID = Cid.of(RAW, TEXT)
LIMIT = 5 * 1024 * 1024


def honest(data: bytes) -> Handle:
    """A gateway that has the file's blocks and gives them raw, if asked as the specification says."""
    blocks = {str(cid): block for cid, block in unixfs.write(data)}

    def handle(method: str, path: str, headers: Any, body: bytes) -> Reply:
        asked = urlsplit(path)
        if method != "GET" or parse_qs(asked.query) != {"format": ["raw"]}:
            return Reply(406)
        block = blocks.get(asked.path.removeprefix("/ipfs/"))
        return Reply(404) if block is None else Reply(200, block, "application/vnd.ipld.raw")

    return handle


def always(*reply: Any, **more: Any) -> Handle:
    return lambda *_asked: Reply(*reply, **more)


def endless(*_asked: Any) -> Reply:
    return Reply(200, pieces=(bytes(64 * 1024) for _ in itertools.count()))


def dripping(*_asked: Any) -> Reply:
    def drops() -> Iterator[bytes]:
        for _ in range(1000):
            yield b"x"
            time.sleep(0.02)

    return Reply(200, pieces=drops())


LIES: list[tuple[str, Handle]] = [
    ("content-source-lied", always(200, b"other bytes")),
    ("content-source-lied", always(200, TEXT[:-1])),
    ("content-source-lied", always(200, b"")),
    ("content-source-lied", always(200, TEXT + b"\n")),
    ("content-source-lied", always(200, b"<html>Sorry!</html>", "text/html")),
    ("content-source-lied", always(200, gzip.compress(TEXT), headers=(("Content-Encoding", "gzip"),))),
    ("content-source-lied", endless),
    ("content-source-unreachable", always(200, TEXT[:5], says=len(TEXT))),
    ("content-source-unreachable", always(200, TEXT, says=10**12)),
    ("content-source-unreachable", always(500, b"oops")),
    ("content-source-unreachable", always(429, b"slow down", headers=(("Retry-After", "9999"),))),
    ("content-source-timeout", dripping),
    ("content-source-refused", always(403)),
    ("content-source-refused", always(206, TEXT)),
    ("content-source-refused", always(301, headers=(("Location", "http://169.254.169.254/latest"),))),
    ("content-missing", always(404)),
    ("content-missing", always(504)),
]


@pytest.fixture
def local(tmp_path: Path) -> LocalBlocks:
    return LocalBlocks(tmp_path)


def gateway(url: str) -> Gateway:
    return Gateway(url, timeout=2, patience=0.5)


@pytest.mark.parametrize(("code", "lie"), LIES)
def test_lie_is_refused_with_its_code_and_nothing_is_kept(
    local: LocalBlocks, tmp_path: Path, code: str, lie: Handle
) -> None:
    with serve(lie) as url, pytest.raises(ContentMissing) as refusal:
        Store(local, [gateway(url)]).fetch(CID)
    assert refusal.value.data["asked"] == {url: code}
    assert list(tmp_path.rglob("*")) == []


@pytest.mark.parametrize(("_code", "lie"), LIES)
def test_next_source_is_asked(local: LocalBlocks, _code: str, lie: Handle) -> None:
    with serve(lie) as liar, serve(honest(TEXT)) as friend:
        assert Store(local, [gateway(liar), gateway(friend)]).fetch(CID) == TEXT
    assert local.get(CID) == TEXT


def test_redirect_is_never_followed(local: LocalBlocks) -> None:
    reached: list[str] = []

    def inside(_method: str, path: str, *_rest: Any) -> Reply:
        reached.append(path)
        return Reply(200, TEXT)

    with serve(inside) as secret:
        for status in (301, 302, 303, 307, 308):
            sent = always(status, headers=(("Location", f"{secret}/ipfs/{CID}"),))
            with serve(sent) as url, pytest.raises(SourceRefused):
                gateway(url).block(CID)
    assert reached == []


def test_silent_source_times_out_with_its_code() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(SourceError) as refusal:
            Gateway(url, timeout=0.2).block(CID)
    assert refusal.value.code == "content-source-timeout"


def test_absent_source_is_said_with_its_code() -> None:
    with pytest.raises(SourceError) as refusal:
        Gateway("http://127.0.0.1:9").block(CID)
    assert refusal.value.code == "content-source-unreachable"


def test_keys_in_an_address_stay_out_of_errors() -> None:
    with pytest.raises(SourceError) as refusal:
        Gateway("http://user:secret@127.0.0.1:9/another-secret").block(CID)
    assert "secret" not in str(refusal.value) + str(refusal.value.data)


def test_large_file_is_put_together_from_sources_that_each_lack_a_part(local: LocalBlocks) -> None:
    data = bytes(range(256)) * 4096  # four leaves
    blocks = list(unixfs.write(data))
    root = blocks[-1].cid

    def without(cid: Cid) -> Handle:
        whole = honest(data)
        return lambda method, path, *rest: Reply(404) if str(cid) in path else whole(method, path, *rest)

    with serve(without(blocks[0].cid)) as one, serve(without(root)) as other:
        assert Store(local, [gateway(one), gateway(other)]).fetch(root) == data
    assert Store(local).get(root) == data


def test_source_that_lied_once_is_not_asked_again(local: LocalBlocks) -> None:
    asked: list[str] = []

    def liar(_method: str, path: str, *_rest: Any) -> Reply:
        asked.append(path)
        return Reply(200, b"other bytes")

    data = bytes(1_000_000)
    with serve(liar) as one, serve(honest(data)) as other:
        assert Store(local, [gateway(one), gateway(other)]).fetch(unixfs.root_of(data)) == data
    assert len(asked) == 1


def test_file_beyond_the_limit_is_not_fetched(local: LocalBlocks, tmp_path: Path) -> None:
    data = bytes(1_000_000)
    with serve(honest(data)) as url, pytest.raises(ContentTooLarge):
        Store(local, [gateway(url)]).fetch(unixfs.root_of(data), limit=999_999)
    assert list(tmp_path.rglob("*")) == []


def test_damaged_block_is_mended_from_elsewhere(local: LocalBlocks, tmp_path: Path) -> None:
    store = Store(local)
    store.put(TEXT)
    file = next(tmp_path.rglob(str(CID)))
    file.write_bytes(b"rot")
    with serve(honest(TEXT)) as url:
        assert Store(local, [gateway(url)]).fetch(CID) == TEXT
    assert file.read_bytes() == TEXT
    assert store.get(CID) == TEXT


def test_file_of_five_mebibytes_is_kept_and_a_larger_one_refused(local: LocalBlocks) -> None:
    data = bytes(LIMIT)
    cid = Store(local).put(data)
    assert Store(local).get(cid) == data
    assert cid == unixfs.root_of(data)
    with pytest.raises(ContentTooLarge):
        Store(local).put(data + b"!")


# --- Kubo's RPC ---


def test_node_pins_what_it_is_given_and_gives_it_back(kubo: Kubo, local: LocalBlocks, tmp_path: Path) -> None:
    data = b"given to the node " * 50_000
    cid = Store(local).put(data)
    with kubo.rpc() as url:
        node = KuboNode(url)
        assert not node.has_pinned(cid)
        for _twice in range(2):
            node.pin(cid, Store(local).blocks(cid))
            assert node.has_pinned(cid)
        elsewhere = Store(LocalBlocks(tmp_path / "elsewhere"), [node])
        assert elsewhere.fetch(cid) == data
        assert node.addresses() == [ADDRESS]
    assert kubo.get(cid) == data


def test_node_that_lacks_a_block_says_so(kubo: Kubo) -> None:
    with kubo.rpc() as url, pytest.raises(ContentMissing):
        KuboNode(url).block(Cid.of(RAW, b"never seen"))


def test_node_whose_disk_rots_is_a_liar(kubo: Kubo) -> None:
    cid = Cid.of(RAW, b"a block that rots")
    kubo.plant(cid, b"rotten")
    with kubo.rpc() as url, pytest.raises(SourceLied):
        KuboNode(url).block(cid)


def test_node_that_lacks_a_leaf_does_not_count_as_pinned(local: LocalBlocks) -> None:
    def unfinished(_method: str, path: str, *_rest: Any) -> Reply:
        said = b'{"Root":{"Cid":{"/":"%s"},"PinErrorMsg":"a block is missing"}}\n' % str(CID).encode()
        return Reply(200, said, "application/json")

    with serve(unfinished) as url, pytest.raises(SourceRefused):
        KuboNode(url).pin(CID, [unixfs.Block(CID, TEXT)])


@pytest.mark.parametrize(
    "reply",
    [
        Reply(200, b"<html>"),
        Reply(200, b"{}"),
        Reply(200, b'{"Root": 1}\n[]\n"Root"'),
        Reply(200, b'{"Root":{"Cid":{"/":"bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"}}}'),
        Reply(500, b'{"Message": "no space left on device", "Code": 0}'),
        Reply(403, b"403 - Forbidden"),
    ],
)
def test_node_that_does_not_say_that_it_pinned_has_not(reply: Reply) -> None:
    with serve(lambda *_asked: reply) as url, pytest.raises(SourceRefused):
        KuboNode(url).pin(CID, [unixfs.Block(CID, TEXT)])


@pytest.mark.parametrize("make", [Gateway, KuboNode])
def test_addresses_may_end_in_a_slash(kubo: Kubo, make: Callable[[str], Source]) -> None:
    kubo.plant(CID, TEXT)
    with kubo.rpc() as rpc, serve(honest(TEXT)) as gate:
        assert make((rpc if make is KuboNode else gate) + "/").block(CID) == TEXT
