"""Files that belong to a proposal: named in its text by their CIDs, so that who signs the text signs them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from core.content.cids import Cid
from core.content.errors import CidInvalid, ContentCorrupt, ContentMalformed, ContentMissing, ContentTooLarge
from core.content.store import MAX_FILE_BYTES, local_store
from governance.errors import FieldInvalid

MAX_FILES = 5  # for one proposal
MAX_NAME = 100
PDF, PNG, JPEG, TEXT = "application/pdf", "image/png", "image/jpeg", "text/plain"
#: What may be attached, and how the names of such files end: what a file is called says what opens it.
ENDINGS = {PDF: (".pdf",), PNG: (".png",), JPEG: (".jpg", ".jpeg"), TEXT: (".txt",)}
_BEGINNINGS = {PDF: b"%PDF-", PNG: b"\x89PNG\r\n\x1a\n", JPEG: b"\xff\xd8\xff"}
_ALLOWED_CONTROLS = frozenset("\t\n\r\f")


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file: its name, its CID, its size in bytes, its media type."""

    name: str
    cid: str
    size: int
    media_type: str

    def as_json(self) -> dict[str, Any]:
        """As it stands in the text."""
        return {"name": self.name, "cid": self.cid, "size": self.size, "mediaType": self.media_type}


def keep(name: str, data: bytes) -> Attachment:
    """Put a file into the content store.

    Args:
        name: what its owner calls it; folders are cut off, and the ending is made to fit what it is.
        data: its bytes.

    Raises:
        FieldInvalid: for no bytes or more than 5 MiB, or what is neither PDF, PNG, JPEG nor plain text.
    """
    if not data:
        raise FieldInvalid(_("This file is empty."), field="file")
    if len(data) > MAX_FILE_BYTES:
        raise FieldInvalid(_("A file may have at most 5 MB."), field="file", limit=MAX_FILE_BYTES)
    media_type = sniff(data)
    if media_type is None:
        raise FieldInvalid(_("Only PDF, PNG, JPEG and plain text can be attached."), field="file")
    cid = local_store().put(data)
    return Attachment(_clean_name(name, media_type), str(cid), len(data), media_type)


def sniff(data: bytes) -> str | None:
    """The media type of a file by its bytes alone, None if it is of no kind that may be attached."""
    for media_type, beginning in _BEGINNINGS.items():
        if data.startswith(beginning):
            return media_type
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return None
    return TEXT if all(letter.isprintable() or letter in _ALLOWED_CONTROLS for letter in text) else None


def parse(value: Any) -> tuple[Attachment, ...] | None:
    """The attachments that ``value``, a part of a text, lists; None if it is no such list. Nothing raises."""
    if not isinstance(value, list) or len(value) > MAX_FILES:
        return None
    found = [_parse_one(item) for item in value]
    if any(item is None for item in found):
        return None
    return tuple(item for item in found if item is not None)


def check(value: Any) -> tuple[Attachment, ...]:
    """The attachments of a text that is to be published: well formed, stored here, what they say they are.

    Raises:
        FieldInvalid: if one isn't.
    """
    found = parse(value)
    if found is None:
        raise FieldInvalid(field="attachments")
    for attachment in found:
        if read(attachment) is None:
            raise FieldInvalid(
                _("A file is not stored here: attach it again."), field="attachments", cid=attachment.cid
            )
    return found


def read(attachment: Attachment) -> bytes | None:
    """The file's bytes; None if they aren't here, or not what the text says of them."""
    try:
        data = local_store().get(Cid.parse(attachment.cid))
    except (
        ContentMissing,
        ContentCorrupt,
        ContentMalformed,
        ContentTooLarge,
    ):
        return None
    true = len(data) == attachment.size and sniff(data) == attachment.media_type
    return data if true else None


def _parse_one(item: Any) -> Attachment | None:
    if not isinstance(item, dict) or item.keys() != {"name", "cid", "size", "mediaType"}:
        return None
    name, cid, size, media_type = (item[key] for key in ("name", "cid", "size", "mediaType"))
    if not (isinstance(name, str) and isinstance(cid, str) and isinstance(media_type, str)):
        return None
    if type(size) is not int or not 0 < size <= MAX_FILE_BYTES or media_type not in ENDINGS:
        return None
    if len(name) > MAX_NAME or name != _clean_name(name, media_type):
        return None
    try:
        Cid.parse(cid)
    except CidInvalid:
        return None
    return Attachment(name, cid, size, media_type)


def _clean_name(name: str, media_type: str) -> str:
    endings: Sequence[str] = ENDINGS[media_type]
    last = name.replace("\\", "/").rpartition("/")[2]
    plain = "".join(letter for letter in last if letter.isprintable()).strip(" .")
    if not plain.lower().endswith(tuple(endings)) or len(plain) > MAX_NAME:
        stem = plain.rpartition(".")[0] or plain or "file"
        plain = stem[: MAX_NAME - len(endings[0])].strip(" .") + endings[0]
    return plain
