"""Files as trees of blocks, the very ones that IPFS makes of them.

``write`` cuts as ``ipfs add --cid-version=1 --raw-leaves`` does: leaves of 256 KiB that are the file's bytes
and nothing else, 174 of them under a node, all leaves equally deep. ``read`` takes any file, however it was
cut. Standards: https://specs.ipfs.tech/unixfs/ and https://ipld.io/specs/codecs/dag-pb/spec/.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from core.content.cids import DAG_PB, RAW, Cid
from core.content.errors import CidInvalid, ContentMalformed, ContentTooLarge
from core.content.protobuf import bytes_field, fields, number_field

CHUNK_BYTES = 256 * 1024
LINKS = 174
MAX_BLOCK_BYTES = 2 * 1024 * 1024  # what nodes hand to each other at most
MAX_DEPTH = 8
_KIND_RAW, _KIND_FILE = 0, 2


class Block(NamedTuple):
    """Bytes and their name."""

    cid: Cid
    data: bytes


class Link(NamedTuple):
    """A child: its name, the bytes of the file below it, and of all blocks from it downwards."""

    cid: Cid
    file_bytes: int
    tree_bytes: int


class Node(NamedTuple):
    """A block of a tree: bytes of the file that lie in it itself, then its children."""

    data: bytes
    links: tuple[Link, ...]


def write(data: bytes) -> Iterator[Block]:
    """The blocks of a file, children before their parents; the last is the root and names the file."""
    level: list[Link] = []
    for start in range(0, max(len(data), 1), CHUNK_BYTES):
        chunk = data[start : start + CHUNK_BYTES]
        leaf = Block(Cid.of(RAW, chunk), chunk)
        level.append(Link(leaf.cid, len(chunk), len(chunk)))
        yield leaf
    while len(level) > 1:
        parents: list[Link] = []
        for start in range(0, len(level), LINKS):
            children = level[start : start + LINKS]
            block = _encode(children)
            node = Block(Cid.of(DAG_PB, block), block)
            parents.append(
                Link(
                    node.cid,
                    sum(child.file_bytes for child in children),
                    len(block) + sum(child.tree_bytes for child in children),
                )
            )
            yield node
        level = parents


def root_of(data: bytes) -> Cid:
    """The CID of a file."""
    *_, root = write(data)
    return root.cid


def read(root: Cid, block_of: Callable[[Cid], bytes], *, limit: int) -> bytes:
    """The file under ``root``.

    Args:
        root: its CID.
        block_of: gives the bytes of a block and answers for them.
        limit: the most bytes that the file may have.

    Raises:
        ContentTooLarge: for a file of more bytes.
        ContentMalformed: for what is no file: a folder, a tree that is too deep, sizes that don't add up.
    """
    parts: list[bytes] = []
    left = limit

    def keep(data: bytes) -> int:
        nonlocal left
        left -= len(data)
        if left < 0:
            raise ContentTooLarge(limit=limit, cid=str(root))
        parts.append(data)
        return len(data)

    def walk(cid: Cid, depth: int) -> int:
        block = block_of(cid)
        if cid.codec == RAW:
            return keep(block)
        node = decode(block)
        if sum(link.file_bytes for link in node.links) > left:
            raise ContentTooLarge(limit=limit, cid=str(root))
        found = keep(node.data)
        for link in node.links:
            # A child of no bytes could name itself a million times and cost nothing but our time.
            if depth == MAX_DEPTH or not link.file_bytes or walk(link.cid, depth + 1) != link.file_bytes:
                raise ContentMalformed(cid=str(cid))
            found += link.file_bytes
        return found

    walk(root, 0)
    return b"".join(parts)


def decode(block: bytes) -> Node:
    """A node of a file's tree.

    Raises:
        ContentMalformed: if the block is none.
    """
    links: list[tuple[Cid, int]] = []
    body: bytes | None = None
    try:
        for number, value in fields(block):
            if not isinstance(value, bytes):
                raise ContentMalformed(reason="a number in a node")
            if number == 2:
                links.append(_link(value))
            elif number == 1:
                body = value
        data, sizes = _file(body or b"")
        return Node(
            data,
            tuple(Link(cid, size, below) for (cid, below), size in zip(links, sizes, strict=True)),
        )
    except (ValueError, KeyError, CidInvalid) as error:
        raise ContentMalformed(reason=str(error)[:100]) from error


def _encode(children: Sequence[Link]) -> bytes:
    sizes = [child.file_bytes for child in children]
    body = number_field(1, _KIND_FILE) + number_field(3, sum(sizes))
    body += b"".join(number_field(4, size) for size in sizes)
    # Links come before the data, and each bears an empty name: so has it always been written.
    links = b"".join(
        bytes_field(
            2,
            bytes_field(1, child.cid.as_bytes()) + bytes_field(2, b"") + number_field(3, child.tree_bytes),
        )
        for child in children
    )
    return links + bytes_field(1, body)


def _link(message: bytes) -> tuple[Cid, int]:
    parts = dict(fields(message))
    cid, below = parts[1], parts.get(3, 0)
    if not isinstance(cid, bytes) or not isinstance(below, int):
        raise ValueError("no link")
    return Cid.from_bytes(cid), below


def _file(message: bytes) -> tuple[bytes, list[int]]:
    kind, data, sizes = -1, b"", []
    for number, value in fields(message):
        if number == 1 and isinstance(value, int):
            kind = value
        elif number == 2 and isinstance(value, bytes):
            data = value
        elif number == 4 and isinstance(value, int):
            sizes.append(value)
    if kind not in (_KIND_RAW, _KIND_FILE):
        raise ValueError("no file")
    return data, sizes
