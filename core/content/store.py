"""The content store: here first, then wherever else the network has it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from pathlib import Path

from django.conf import settings

from core.content import unixfs
from core.content.cids import Cid
from core.content.errors import (
    ContentCorrupt,
    ContentFull,
    ContentMissing,
    ContentTooLarge,
    SourceError,
    SourceLied,
    SourceUnreachable,
)
from core.content.local import LocalBlocks
from core.content.pinning import PinningService
from core.content.sources import Gateway, KuboNode, Source
from core.content.unixfs import Block

logger = logging.getLogger(__name__)

MAX_FILE_BYTES = 5 * 1024 * 1024
RESERVED_BYTES = 1024 * 1024 * 1024  # kept free for texts, the database and the logs


class Store:
    """Files by CID.

    Writing and reading touch this machine alone; only :meth:`fetch` asks others, so it must never be called
    inside a transaction.

    Args:
        local: our own blocks.
        sources: who else may have some, in the order in which they are asked. One that lied or can't be
            reached is not asked again by this store: make a new one for each piece of work.
    """

    def __init__(self, local: LocalBlocks, sources: Sequence[Source] = ()) -> None:
        self._local = local
        self._sources = list(sources)

    def put(self, data: bytes) -> Cid:
        """Keep a file and answer its CID; twice is harmless.

        Raises:
            ContentTooLarge: for more than 5 MiB.
            ContentFull: for more than a text, where the disk is nearly full: texts come first.
        """
        if len(data) > MAX_FILE_BYTES:
            raise ContentTooLarge(limit=MAX_FILE_BYTES)
        if len(data) > unixfs.CHUNK_BYTES and self._local.free() < RESERVED_BYTES:
            raise ContentFull
        for block in unixfs.write(data):
            self._local.put(block)
        return block.cid

    def get(self, cid: Cid, *, limit: int = MAX_FILE_BYTES) -> bytes:
        """The bytes of a file that is here whole, every block checked.

        Raises:
            ContentMissing, ContentCorrupt, ContentMalformed, ContentTooLarge: see each.
        """
        return unixfs.read(cid, self._local.get, limit=limit)

    def blocks(self, cid: Cid, *, limit: int = MAX_FILE_BYTES) -> list[Block]:
        """The blocks of a file that is here whole, children after their parents.

        Raises:
            As :meth:`get`.
        """
        found: dict[Cid, bytes] = {}
        unixfs.read(cid, _noting(self._local.get, found), limit=limit)
        return [Block(*each) for each in found.items()]

    def fetch(self, cid: Cid, *, limit: int = MAX_FILE_BYTES) -> bytes:
        """The bytes of a file, from here or from whoever has them; what was missing or damaged is mended.

        Nothing is kept unless all of it was found.

        Raises:
            ContentMissing: if nobody has some block; ``asked`` tells what each source said.
            ContentMalformed, ContentTooLarge: see each.
        """
        found: dict[Cid, bytes] = {}
        data = unixfs.read(cid, _noting(self._find, found), limit=limit)
        for block in found.items():
            self._local.put(Block(*block))
        return data

    def _find(self, cid: Cid) -> bytes:
        try:
            return self._local.get(cid)
        except (ContentMissing, ContentCorrupt):
            pass
        asked: dict[str, str] = {}
        for source in list(self._sources):
            try:
                return source.block(cid)
            except ContentMissing as error:
                asked[source.label] = error.code
            except SourceError as error:
                asked[source.label] = error.code
                logger.warning("%s gave no block: %s %s", source.label, error.code, error.data)
                if isinstance(error, SourceLied | SourceUnreachable):
                    self._sources.remove(source)
        raise ContentMissing(cid=str(cid), asked=asked)


def _noting(block_of: Callable[[Cid], bytes], found: dict[Cid, bytes]) -> Callable[[Cid], bytes]:
    def get(cid: Cid) -> bytes:
        found[cid] = block_of(cid)
        return found[cid]

    return get


def local_store() -> Store:
    """What this machine has (``CONTENT_ROOT``)."""
    return Store(LocalBlocks(Path(settings.CONTENT_ROOT)))


def wide_store() -> Store:
    """What this machine has, then our node (``IPFS_API_URL``), then the gateways (``IPFS_GATEWAY_URLS``)."""
    node = kubo_node()
    gateways = [Gateway(url) for url in settings.IPFS_GATEWAY_URLS]
    return Store(LocalBlocks(Path(settings.CONTENT_ROOT)), [*([node] if node else []), *gateways])


def kubo_node() -> KuboNode | None:
    """Our Kubo node, if there is one."""
    return KuboNode(settings.IPFS_API_URL) if settings.IPFS_API_URL else None


def pinning_service() -> PinningService | None:
    """The pinning service, if there is one."""
    if not settings.PINNING_SERVICE_URL:
        return None
    return PinningService(settings.PINNING_SERVICE_URL, settings.PINNING_SERVICE_TOKEN)
