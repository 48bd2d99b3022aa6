"""Our trees of blocks are the ones that Kubo makes."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.content import unixfs
from core.content.cids import DAG_PB, RAW, Cid
from core.content.errors import CidInvalid, ContentMalformed, ContentTooLarge
from core.content.protobuf import bytes_field, fields, number_field
from tests.kubo import Kubo

KIB = 1024
SIZES = [
    0,
    1,
    256 * KIB - 1,
    256 * KIB,
    256 * KIB + 1,
    1024 * KIB,
    5_000_000,
    5 * 1024 * KIB,
    174 * 256 * KIB,  # as many leaves as one node holds
    174 * 256 * KIB + 1,
]
#: By the size of `some_bytes`: what ipfs-unixfs-importer 17.1.1 answers for a CIDv1, raw leaves, chunks of
#: 262144 bytes and a balanced layout of 174 links; Kubo's own choice since it knows of CIDv1.
KNOWN = {
    0: "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku",
    1: "bafkreieng253hvx36jhtroqcbwoo5325ivrpl4tgfh3gwb3p6ok4iodjly",
    256 * KIB - 1: "bafkreidy3tqiwzcqdl2orm3g4n7va5pvopxtbvqklbnkkmbs4ybati5l7a",
    256 * KIB: "bafkreiaifrh6hxxm2ctnipy7qnzc36g6ed2wq46vb5u4u5trdtvnpwrx34",
    256 * KIB + 1: "bafybeihy6ggcget7fraf6lhua6fkseuq5xorlwfmxdue4e5u5kswvfywta",
    1024 * KIB: "bafybeihg336f5ykk4l6i3tmlgmel6un6pycen6ncm2eakrfh2dllmkj7za",
    5_000_000: "bafybeiblnzekxiertiv6cpc2sy25ejjie77no24gu6d46gomf7bd6fausi",
    174 * 256 * KIB: "bafybeie2wwp7wof6qtuuqwlqb5jlpqnh67png7x6b54jkx6f5xee4nvj7u",
    174 * 256 * KIB + 1: "bafybeif64rrwgkm5lvymnu7aj66buw2p6s5t6oshkyrbta7mmxuxjszcxm",
    60_000_000: "bafybeifk4fxd2ta2bqwkvzcht5xmu62f56o357xmgwcypur2tyje4s7xoq",
}


@cache
def some_bytes(size: int) -> bytes:
    return hashlib.shake_128(b"riverbend").digest(size)


def unwrapped(kubo: Kubo, cid: Cid) -> unixfs.Link:
    """The root of Kubo's tree once its leaves are the bytes of the file and nothing else.

    That is all that ``--raw-leaves`` changes: shape, sizes and each node's own words stay. Everything that is
    rebuilt here by our own means is first held against what Kubo wrote.
    """
    block = kubo.block(cid)
    node = unixfs.decode(block)
    if not node.links:
        return unixfs.Link(Cid.of(RAW, node.data), len(node.data), len(node.data))
    raw = [unwrapped(kubo, link.cid) for link in node.links]
    for link, child in zip(node.links, raw, strict=True):
        assert child.file_bytes == link.file_bytes
        # How Kubo counts what lies below a link: all blocks' bytes.
        child_node = unixfs.decode(kubo.block(link.cid))
        below = sum(grandchild.tree_bytes for grandchild in child_node.links)
        assert link.tree_bytes == len(kubo.block(link.cid)) + below
    words = dict(fields(block))[1]
    assert isinstance(words, bytes)
    assert node_of(list(node.links), words, version=0) == block
    rebuilt = node_of(raw, words, version=1)
    return unixfs.Link(
        Cid.of(DAG_PB, rebuilt),
        sum(child.file_bytes for child in raw),
        len(rebuilt) + sum(child.tree_bytes for child in raw),
    )


def node_of(links: list[unixfs.Link], words: bytes, *, version: int) -> bytes:
    """A node's bytes, written independently of the code under test."""
    out = b""
    for link in links:
        name = link.cid.as_bytes() if version else b"\x12\x20" + link.cid.digest
        out += bytes_field(2, bytes_field(1, name) + bytes_field(2, b"") + number_field(3, link.tree_bytes))
    return out + bytes_field(1, words)


@pytest.mark.parametrize("size", SIZES)
def test_file_has_the_cid_that_kubo_gives_it(kubo: Kubo, size: int) -> None:
    data = some_bytes(size)
    assert unwrapped(kubo, kubo.add(data)).cid == unixfs.root_of(data)


@given(st.integers(0, 3_000_000), st.binary(min_size=1, max_size=64))
@settings(max_examples=25, deadline=None)
def test_file_of_any_size_has_the_cid_that_kubo_gives_it(kubo: Kubo, size: int, seed: bytes) -> None:
    data = hashlib.shake_128(seed).digest(size)
    assert unwrapped(kubo, kubo.add(data)).cid == unixfs.root_of(data)


@pytest.mark.parametrize(("size", "cid"), KNOWN.items())
def test_file_has_the_cid_that_others_give_it(size: int, cid: str) -> None:
    assert str(unixfs.root_of(some_bytes(size))) == cid


@pytest.mark.parametrize("size", [0, 1, 256 * KIB + 1, 5_000_000])
def test_kubo_pins_our_blocks_and_gives_the_file_back(kubo: Kubo, size: int) -> None:
    data = hashlib.shake_128(b"ours").digest(size)
    for cid, block in unixfs.write(data):
        kubo.plant(cid, block)
    assert kubo.pin(cid)
    assert str(cid) in kubo.pins()
    assert kubo.get(cid) == data


@pytest.mark.parametrize("size", [0, 1, 256 * KIB + 1, 5_000_000, 174 * 256 * KIB + 1])
def test_file_that_kubo_cut_its_own_way_is_read(kubo: Kubo, size: int) -> None:
    data = some_bytes(size)
    assert unixfs.read(kubo.add(data), kubo.block, limit=size) == data


@given(st.integers(0, 700_000))
@settings(max_examples=20, deadline=None)
def test_file_comes_back_from_its_blocks(size: int) -> None:
    data = some_bytes(size)
    blocks = dict(unixfs.write(data))
    assert unixfs.read(unixfs.root_of(data), blocks.__getitem__, limit=size) == data


def test_file_beyond_the_limit_is_refused_before_its_leaves_are_asked_for() -> None:
    blocks = dict(unixfs.write(some_bytes(5_000_000)))
    asked: list[Cid] = []

    def block_of(cid: Cid) -> bytes:
        asked.append(cid)
        return blocks[cid]

    with pytest.raises(ContentTooLarge):
        unixfs.read(unixfs.root_of(some_bytes(5_000_000)), block_of, limit=4_999_999)
    assert len(asked) == 1


def folder() -> bytes:
    return bytes_field(1, number_field(1, 1))


def sizes_that_lie() -> bytes:
    return tree([(b"four", 5)])


def empty_children() -> bytes:
    return tree([(b"", 0)] * 3)


def tree(children: list[tuple[bytes, int]]) -> bytes:
    words = number_field(1, 2) + b"".join(number_field(4, size) for _, size in children)
    links = b"".join(bytes_field(2, bytes_field(1, Cid.of(RAW, data).as_bytes())) for data, _ in children)
    return links + bytes_field(1, words)


@pytest.mark.parametrize(
    "block",
    [
        b"",
        b"no node at all",
        folder(),
        sizes_that_lie(),
        empty_children(),
        bytes_field(2, b"") + bytes_field(1, number_field(1, 2)),
        bytes_field(2, bytes_field(1, b"\x01\x71\x12\x20" + bytes(32))) + bytes_field(1, number_field(1, 2)),
        number_field(1, 7),
        b"\xff" * 11,
        b"\x0a\xff\x01",
    ],
)
def test_what_is_no_file_is_refused(block: bytes) -> None:
    known = {Cid.of(DAG_PB, block): block, Cid.of(RAW, b"four"): b"four", Cid.of(RAW, b""): b""}
    with pytest.raises(ContentMalformed):
        unixfs.read(Cid.of(DAG_PB, block), known.__getitem__, limit=100)


def test_tree_that_is_too_deep_is_refused() -> None:
    block = b"leaf"
    cid = Cid.of(RAW, block)
    known = {cid: block}
    for _ in range(unixfs.MAX_DEPTH + 1):
        link = bytes_field(2, bytes_field(1, cid.as_bytes()))
        block = link + bytes_field(1, number_field(1, 2) + number_field(4, 4))
        cid = Cid.of(DAG_PB, block)
        known[cid] = block
    with pytest.raises(ContentMalformed):
        unixfs.read(cid, known.__getitem__, limit=100)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_node_or_refused(block: bytes) -> None:
    with suppress(ContentMalformed):
        unixfs.decode(block)


@given(st.binary(min_size=32, max_size=32), st.sampled_from([RAW, DAG_PB]))
def test_cid_is_read_as_it_is_written(digest: bytes, codec: int) -> None:
    cid = Cid(codec, digest)
    assert Cid.parse(str(cid)) == cid == Cid.from_bytes(cid.as_bytes())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "b",
        "QmdfTbBqBPQ7VNxZEYEj14VmRuZBkqFbiwReogJgS1zR1n",
        "BAFKREIHDWDCEFGH4DQKJV67UZCMW7OJEE6XEDZDETOJUZJEVTENXQUVYKU",
        "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyk",
        "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvykv",  # another spelling of the same
        "bafyreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku",  # dag-cbor
        "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyk1",
        "../../etc/passwd",
        "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvy é",
    ],
)
def test_what_is_no_cid_of_ours_is_refused(text: str) -> None:
    with pytest.raises(CidInvalid):
        Cid.parse(text)
