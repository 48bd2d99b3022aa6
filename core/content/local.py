"""Blocks as files, named by their CIDs and checked whenever they are read."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from core.content.cids import Cid
from core.content.errors import ContentCorrupt, ContentMissing
from core.content.unixfs import Block


class LocalBlocks:
    """A folder of blocks.

    Args:
        folder: where they lie; made on the first write.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, cid: Cid) -> bytes:
        """The bytes of a block.

        Raises:
            ContentMissing: if it isn't here.
            ContentCorrupt: if the file has other bytes.
        """
        try:
            data = self._path(cid).read_bytes()
        except FileNotFoundError:
            raise ContentMissing(cid=str(cid), digest=_hex(cid)) from None
        if not cid.names(data):
            raise ContentCorrupt(cid=str(cid), digest=_hex(cid))
        return data

    def put(self, block: Block) -> None:
        """Keep a block; twice is harmless, and mends one that was damaged."""
        path = self._path(block.cid)
        try:
            if path.read_bytes() == block.data:
                return
        except FileNotFoundError:
            path.parent.mkdir(parents=True, exist_ok=True)
        # Write beside and rename, so that a reader or a kill never meets half a file.
        handle, temporary = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(block.data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)

    def free(self) -> int:
        """The bytes that are left on the disk."""
        self._folder.mkdir(parents=True, exist_ok=True)
        return shutil.disk_usage(self._folder).free

    def _path(self, cid: Cid) -> Path:
        name = str(cid)
        return self._folder / name[-2:] / name


def _hex(cid: Cid) -> str:
    return "0x" + cid.digest.hex()
