"""Proposals being written: kept for whoever holds the browser's draft key, until signed or deleted."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from contracts.addresses import is_address
from core.content import put
from core.db.transactions import atomic_with_retry
from governance.authoring import effects
from governance.authoring.models import ProposalDraft
from governance.authoring.selectors.effects import read_effects
from governance.authoring.selectors.preparation import default_strategy
from governance.errors import DraftNotFound, FieldInvalid
from governance.parameters import kinds
from governance.parameters.selectors.counting import ways_for
from governance.proposals import attachments, text
from governance.proposals.attachments import Attachment
from governance.proposals.models import ProposalType

MAX_DRAFTS = 50  # for one browser

_LIMITS = {
    "title": text.MAX_TITLE,
    "summary": text.MAX_SUMMARY,
    "description": text.MAX_DESCRIPTION,
    "topic": text.MAX_TOPIC,
}


def new_draft_key() -> str:
    """A random key for a browser to keep; drafts are found by its hash alone."""
    return secrets.token_urlsafe(24)


def owner_key(draft_key: str) -> str:
    """What is stored of a browser's draft key: its sha2-256 in hex."""
    return hashlib.sha256(draft_key.encode()).hexdigest()


@atomic_with_retry
def create_draft(*, owner: str, fields: Mapping[str, Any] | None = None) -> ProposalDraft:
    """Begin a proposal.

    Args:
        owner: :func:`owner_key` of the browser's key.
        fields: any of title, summary, description, topic, proposal_type, parameters, effects, strategy.

    Raises:
        FieldInvalid: for a field of a wrong form, or more than 50 drafts in one browser.
    """
    if ProposalDraft.objects.filter(owner_key=owner).count() >= MAX_DRAFTS:
        raise FieldInvalid(field="draft", limit=MAX_DRAFTS)
    draft = ProposalDraft(owner_key=owner)
    _set(draft, fields or {})
    draft.save(force_insert=True)
    return draft


@atomic_with_retry
def update_draft(*, owner: str, draft_id: UUID | str, fields: Mapping[str, Any]) -> ProposalDraft:
    """Save changes to a draft; a half-written one is welcome, only forms and lengths are checked.

    Raises:
        DraftNotFound: if the owner has no such draft.
        FieldInvalid: for a field of a wrong form.
    """
    draft = _find(owner, draft_id)
    _set(draft, fields)
    draft.content_hash = None
    draft.save()
    return draft


def attach_file(*, owner: str, draft_id: UUID | str, name: str, data: bytes) -> ProposalDraft:
    """Store a file and add it to a draft; the same file again changes its name.

    Raises:
        DraftNotFound: if the owner has no such draft.
        FieldInvalid: for a sixth file, or one that can't be attached.
    """
    _find(owner, draft_id)
    return _add_file(owner, draft_id, attachments.keep(name, data))


@atomic_with_retry
def _add_file(owner: str, draft_id: UUID | str, attachment: Attachment) -> ProposalDraft:
    draft = _find(owner, draft_id)
    others = [each for each in draft.attachments if each["cid"] != attachment.cid]
    if len(others) >= attachments.MAX_FILES:
        message = _("At most %(limit)d files.") % {"limit": attachments.MAX_FILES}
        raise FieldInvalid(message, field="file", limit=attachments.MAX_FILES)
    draft.attachments = [*others, attachment.as_json()]
    draft.content_hash = None
    draft.save()
    return draft


@atomic_with_retry
def detach_file(*, owner: str, draft_id: UUID | str, cid: str) -> ProposalDraft:
    """Take a file out of a draft; one that isn't in it is no error.

    Raises:
        DraftNotFound: if the owner has no such draft.
    """
    draft = _find(owner, draft_id)
    draft.attachments = [each for each in draft.attachments if each["cid"] != cid]
    draft.content_hash = None
    draft.save()
    return draft


@atomic_with_retry
def delete_draft(*, owner: str, draft_id: UUID | str) -> None:
    """Delete a draft.

    Raises:
        DraftNotFound: if the owner has no such draft.
    """
    _find(owner, draft_id).delete()


def prepare_proposal(*, draft: ProposalDraft) -> dict[str, Any]:
    """Store the draft's text under its hash and answer the fields of the act ``propose``.

    Raises:
        FieldMissing, FieldInvalid: if the draft is not ready; ``field`` names what to mend.
    """
    words = text.check(
        title=draft.title,
        summary=draft.summary,
        description=draft.description,
        topic=draft.topic,
        files=draft.attachments,
    )
    fields: dict[str, Any] = {
        "proposalType": draft.proposal_type,
        "title": words.title,
        "summary": words.summary,
        "description": words.description,
        "topic": words.topic,
        "strategy": _strategy(draft),
    }
    if words.attachments:
        fields["attachments"] = [attachment.as_json() for attachment in words.attachments]
    if draft.proposal_type == ProposalType.PARAMETER:
        fields["parameters"] = kinds.check_changes(draft.parameters)
    elif draft.proposal_type in effects.PARTS:
        found = read_effects(draft.proposal_type, draft.effects or {}, ask=True)
        if found.faults:
            raise found.faults[0]
        fields["actions"] = found.actions
    elif draft.proposal_type != ProposalType.POLICY:
        raise FieldInvalid(field="proposalType")
    put(words.as_bytes())
    return fields


def mark_signed(*, draft: ProposalDraft, content_hash: str) -> None:
    """Note under which fingerprint the draft was signed; it goes once the chain has the proposal."""
    ProposalDraft.objects.filter(pk=draft.pk).update(content_hash=content_hash)


def _strategy(draft: ProposalDraft) -> str:
    """The way of counting that the draft names, else the usual one.

    Where its kind can be counted in one way alone, that is taken whatever was chosen for another kind.
    """
    offered = [way.address for way in ways_for(draft.proposal_type)]
    if draft.strategy is None or len(offered) == 1:
        return default_strategy()
    if draft.strategy not in offered:
        raise FieldInvalid(field="strategy")
    return draft.strategy


def _find(owner: str, draft_id: UUID | str) -> ProposalDraft:
    try:
        return ProposalDraft.objects.get(owner_key=owner, pk=UUID(str(draft_id)))
    except (ProposalDraft.DoesNotExist, ValueError):
        raise DraftNotFound(draft_id=str(draft_id)[:64]) from None


def _set(draft: ProposalDraft, fields: Mapping[str, Any]) -> None:
    for name, limit in _LIMITS.items():
        if name not in fields:
            continue
        value = fields[name]
        if not isinstance(value, str) or len(value) > limit or "\x00" in value:
            raise FieldInvalid(field=name, limit=limit)
        setattr(draft, name, value.replace("\r\n", "\n"))
    if "proposal_type" in fields:
        if fields["proposal_type"] not in ProposalType.values:
            raise FieldInvalid(field="proposal_type")
        draft.proposal_type = fields["proposal_type"]
    if "parameters" in fields:
        draft.parameters = kinds.check_changes(fields["parameters"], whole=False)
    if "effects" in fields:
        draft.effects = effects.tidy(fields["effects"])
    if "strategy" in fields:
        strategy = fields["strategy"] or None
        if strategy is not None and not is_address(strategy):
            raise FieldInvalid(field="strategy")
        draft.strategy = strategy and strategy.lower()
