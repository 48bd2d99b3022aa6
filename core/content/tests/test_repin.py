"""Healing: what is missing is fetched, what others lack they are given; again and again to the same end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from core.content.cids import RAW, Cid
from core.content.errors import SourceError, SourceRefused
from core.content.local import LocalBlocks
from core.content.pinning import PinningService
from core.content.repin import Repinner, Report
from core.content.sources import Gateway, KuboNode
from core.content.store import Store
from core.content.tests.pinning_server import DELEGATE, TOKEN, PinningServer
from core.content.tests.servers import Reply, serve
from core.content.tests.test_sources import honest
from tests.kubo import ADDRESS, Kubo

LIMIT = 5 * 1024 * 1024


@pytest.fixture
def node(kubo: Kubo) -> Iterator[KuboNode]:
    with kubo.rpc() as url:
        yield KuboNode(url)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "content"


def heal(
    folder: Path,
    *cids: Cid,
    sources: tuple[Any, ...] = (),
    node: KuboNode | None = None,
    service: PinningService | None = None,
    patience: float = 0,
) -> tuple[Report, list[str]]:
    lines: list[str] = []
    repinner = Repinner(Store(LocalBlocks(folder), sources), node, service, say=lines.append)
    for cid in cids:
        repinner.keep(cid, limit=LIMIT, name="a file of the test")
    return repinner.finish(patience=patience, pause=0.001), lines


def test_node_is_given_what_it_lacks_and_only_that(kubo: Kubo, node: KuboNode, folder: Path) -> None:
    store = Store(LocalBlocks(folder))
    small, large = store.put(b"a small file to repin"), store.put(b"a large file to repin" * 100_000)
    report, lines = heal(folder, small, large, node=node)
    assert report.pinned == {node.label: 2}
    assert lines == [f"{cid} pinned at {node.label}" for cid in (small, large)]
    assert {str(small), str(large)} <= kubo.pins()
    report, lines = heal(folder, small, large, node=node)
    assert (report.pinned, lines, report.whole) == ({}, [], True)


def test_what_is_missing_or_rotten_here_is_fetched(folder: Path) -> None:
    data = b"kept by a gateway" * 50_000
    cid = Store(LocalBlocks(folder)).put(data)
    files = sorted(path for path in folder.rglob("baf*"))
    files[0].unlink()
    files[1].write_bytes(b"rot")
    with serve(honest(data)) as url:
        report, lines = heal(folder, cid, sources=(Gateway(url),))
        assert (report.fetched, lines) == (1, [f"{cid} fetched"])
        assert heal(folder, cid, sources=(Gateway(url),))[0].fetched == 0
    assert Store(LocalBlocks(folder)).get(cid) == data


def test_what_was_fetched_from_a_gateway_is_pinned_at_the_node(
    kubo: Kubo, node: KuboNode, folder: Path
) -> None:
    data = b"from a gateway to the node"
    cid = Cid.of(RAW, data)
    with serve(honest(data)) as url:
        report, _lines = heal(folder, cid, sources=(Gateway(url),), node=node)
    assert (report.fetched, report.pinned) == (1, {node.label: 1})
    assert str(cid) in kubo.pins()


def test_what_nobody_has_is_named_and_the_rest_goes_on(node: KuboNode, folder: Path) -> None:
    lost, kept = Cid.of(RAW, b"lost for ever"), Store(LocalBlocks(folder)).put(b"kept beside it")
    with serve(honest(b"another")) as url:
        report, lines = heal(folder, lost, kept, sources=(Gateway(url),), node=node)
    assert report.missing == [str(lost)]
    assert lines[0] == f"{lost} content-missing ({url} content-missing)"
    assert report.pinned == {node.label: 1}
    assert not report.whole


def test_what_is_no_file_is_named_and_the_rest_goes_on(folder: Path) -> None:
    store = LocalBlocks(folder)
    garbage = b"no node"
    cid = Cid(0x70, Cid.of(RAW, garbage).digest)
    with serve(lambda *_asked: Reply(200, garbage)) as url:
        report, lines = heal(folder, cid, Store(store).put(b"a file"), sources=(Gateway(url),))
    assert (report.missing, lines) == ([str(cid)], [f"{cid} content-malformed"])


def test_node_that_is_away_is_left_alone_and_the_service_still_asked(folder: Path) -> None:
    cids = [Store(LocalBlocks(folder)).put(b"file %d" % number) for number in range(3)]
    server = PinningServer()
    with server.listen() as url:
        away = KuboNode("http://127.0.0.1:9")
        report, lines = heal(folder, *cids, node=away, service=PinningService(url, TOKEN))
    assert report.refused == {away.label: "content-source-unreachable"}
    assert lines.count(f"{away.label} left alone: content-source-unreachable") == 1
    assert [server.of(cid) for cid in cids] == [["queued"]] * 3


def test_run_that_was_cut_short_is_finished_by_the_next(kubo: Kubo, node: KuboNode, folder: Path) -> None:
    cids = [Store(LocalBlocks(folder)).put(b"cut short %d" % number) for number in range(4)]
    heal(folder, *cids[:2], node=node)
    report, _lines = heal(folder, *cids, node=node)
    assert report.pinned == {node.label: 2}
    assert {str(cid) for cid in cids} <= kubo.pins()


# --- a pinning service ---


@pytest.fixture
def server() -> PinningServer:
    return PinningServer()


@pytest.fixture
def service(server: PinningServer) -> Iterator[PinningService]:
    with server.listen() as url:
        yield PinningService(url, TOKEN)


def test_service_is_asked_once_for_each_file_and_watched_until_it_is_pinned(
    server: PinningServer, service: PinningService, folder: Path
) -> None:
    cids = [Store(LocalBlocks(folder)).put(b"for the service %d" % number) for number in range(23)]
    report, lines = heal(folder, *cids, service=service, patience=10)
    assert report.asked == {service.label: 23}
    assert (report.waiting, report.whole) == ({}, True)
    assert sum(line.endswith(f"pinned at {service.label}") for line in lines) == 23
    assert [server.of(cid) for cid in cids] == [["pinned"]] * 23
    report, lines = heal(folder, *cids, service=service, patience=10)
    assert (report.asked, lines) == ({}, [])


def test_file_that_is_on_its_way_is_not_asked_for_again(
    server: PinningServer, service: PinningService, folder: Path
) -> None:
    server.course = ("queued",)
    cid = Store(LocalBlocks(folder)).put(b"on its way")
    for _run in range(2):
        report, _lines = heal(folder, cid, service=service)
        assert (report.waiting, report.whole) == ({service.label: 1}, True)
    assert server.of(cid) == ["queued"]


def test_file_that_the_service_failed_to_get_is_asked_for_again(
    server: PinningServer, service: PinningService, folder: Path
) -> None:
    server.course = ("failed",)
    cid = Store(LocalBlocks(folder)).put(b"failed once")
    heal(folder, cid, service=service)
    server.course = ("queued", "pinned")
    heal(folder, cid, service=service, patience=10)
    assert server.of(cid) == ["failed", "pinned"]
    assert heal(folder, cid, service=service)[0].asked == {}


def test_service_is_told_where_our_node_is_and_the_node_meets_its_peers(
    kubo: Kubo, node: KuboNode, server: PinningServer, service: PinningService, folder: Path
) -> None:
    heal(folder, Store(LocalBlocks(folder)).put(b"to be met"), node=node, service=service)
    pin = server.requests[0]["pin"]
    assert (pin["origins"], pin["name"]) == ([ADDRESS], "a file of the test")
    assert kubo.met[-1] == DELEGATE


def test_service_with_another_token_is_left_alone(server: PinningServer, folder: Path) -> None:
    cid = Store(LocalBlocks(folder)).put(b"no token")
    with server.listen() as url:
        report, _lines = heal(folder, cid, service=PinningService(url, "a wrong token"))
    assert list(report.refused.values()) == ["content-source-refused"]
    assert not server.requests


def test_token_stays_out_of_errors() -> None:
    with pytest.raises(SourceError) as refusal:
        PinningService("http://127.0.0.1:9", "a-secret-token").statuses([Cid.of(RAW, b"")])
    assert "a-secret" not in str(refusal.value) + str(refusal.value.data)


def test_token_is_not_carried_to_where_a_redirect_points(folder: Path) -> None:
    heard: list[str] = []

    def elsewhere(_method: str, _path: str, headers: Any, _body: bytes) -> Reply:
        heard.append(headers["Authorization"])
        return Reply(200, b"{}")

    with ExitStack() as stack:
        thief = stack.enter_context(serve(elsewhere))
        url = stack.enter_context(serve(lambda *_asked: Reply(307, headers=(("Location", thief),))))
        with pytest.raises(SourceRefused):
            PinningService(url, TOKEN).statuses([Cid.of(RAW, b"")])
    assert heard == []


@pytest.mark.parametrize(
    "reply",
    [
        Reply(200, b"<html>"),
        Reply(200, b"[]"),
        Reply(200, b"{}"),
        Reply(200, b'{"results": {}}'),
        Reply(200, b'{"results": [1]}'),
        Reply(200, b'{"results": [{"pin": {"cid": "x"}, "status": "perhaps"}]}'),
        Reply(409, b'{"error": {"reason": "INSUFFICIENT_FUNDS"}}'),
    ],
)
def test_service_that_makes_no_sense_is_refused(reply: Reply) -> None:
    with serve(lambda *_asked: reply) as url, pytest.raises(SourceRefused):
        PinningService(url, TOKEN).statuses([Cid.of(RAW, b"")])
