"""The text of a proposal: canonical JSON whose sha2-256 the chain holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson
from django.utils.translation import gettext as _

from core.canonical import canonical_json
from core.content import MAX_BYTES, digest_of, get
from core.content.errors import ContentCorrupt, ContentMissing
from governance.errors import FieldInvalid, FieldMissing
from governance.proposals import attachments
from governance.proposals.attachments import Attachment

MAX_TITLE, MAX_SUMMARY, MAX_DESCRIPTION, MAX_TOPIC = 200, 2_000, 100_000, 64


@dataclass(frozen=True, slots=True)
class ProposalText:
    """Title, plain-language summary, description in Markdown, topic, and the files that belong to it."""

    title: str
    summary: str
    description: str
    topic: str
    attachments: tuple[Attachment, ...] = ()

    def as_bytes(self) -> bytes:
        """The canonical JSON, whose sha2-256 is the metadata hash."""
        value: dict[str, Any] = {
            "title": self.title,
            "summary": self.summary,
            "description": self.description,
            "topic": self.topic,
        }
        if self.attachments:  # a text without any is the same as before there were any
            value["attachments"] = [attachment.as_json() for attachment in self.attachments]
        return canonical_json(value)

    @property
    def metadata_hash(self) -> str:
        """The sha2-256 of the canonical JSON, 0x-hex."""
        return digest_of(self.as_bytes())


def stand_in_title(proposal_id: int) -> str:
    """The title of a proposal whose text is not here. A fixed form: it is stored and recounted."""
    return f"Proposal {proposal_id}"


def parse(data: bytes) -> ProposalText | None:
    """The text in ``data``, or None if it is no text of a proposal.

    Anyone can publish any hash, so nothing raises.
    """
    try:
        value: Any = orjson.loads(data)  # bounded in depth, where the standard library's parser is not
    except orjson.JSONDecodeError:
        return None
    if not isinstance(value, dict):
        return None
    title, summary = value.get("title", ""), value.get("summary", "")
    description, topic = value.get("description", ""), value.get("topic", "")
    for part, limit in (
        (title, MAX_TITLE),
        (summary, MAX_SUMMARY),
        (description, MAX_DESCRIPTION),
        (topic, MAX_TOPIC),
    ):
        if not isinstance(part, str) or len(part) > limit or "\x00" in part or not _encodable(part):
            return None
    if not title.strip() or not (summary.strip() or description.strip()):
        return None
    files = attachments.parse(value.get("attachments", []))
    if files is None:
        return None
    return ProposalText(title=title, summary=summary, description=description, topic=topic, attachments=files)


def load(metadata_hash: str) -> ProposalText | None:
    """The text stored here under ``metadata_hash``; None if missing, damaged or no text of a proposal."""
    try:
        return parse(get(metadata_hash))
    except (ContentMissing, ContentCorrupt):
        return None


def check(*, title: str, summary: str, description: str, topic: str = "", files: Any = ()) -> ProposalText:
    """The text, trimmed, if it can be published.

    Args:
        title, summary, description, topic: its words.
        files: its attachments as they stand in the text: ``name``, ``cid``, ``size``, ``mediaType`` of each.

    Raises:
        FieldMissing: without a title, a summary or a description.
        FieldInvalid: for a part that is too long, or a file that isn't stored here.
    """
    parts = {
        "title": (title, MAX_TITLE, True),
        "summary": (summary, MAX_SUMMARY, True),
        "description": (description, MAX_DESCRIPTION, True),
        "topic": (topic, MAX_TOPIC, False),
    }
    clean: dict[str, str] = {}
    for name, (value, limit, needed) in parts.items():
        if not isinstance(value, str):
            raise FieldInvalid(_("This must be text."), field=name)
        clean[name] = value.replace("\r\n", "\n").strip()
        if needed and not clean[name]:
            raise FieldMissing(field=name)
        if len(clean[name]) > limit:
            raise FieldInvalid(_("At most %(limit)d characters.") % {"limit": limit}, field=name, limit=limit)
        if "\x00" in clean[name] or not _encodable(clean[name]):
            raise FieldInvalid(_("This holds signs that can’t be stored."), field=name)
    text = ProposalText(**clean, attachments=attachments.check(files or []))
    if len(text.as_bytes()) > MAX_BYTES:
        raise FieldInvalid(_("The text is too long."), field="description", limit=MAX_BYTES)
    return text


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:  # a lone surrogate, which JSON can spell and UTF-8 can't
        return False
    return True
