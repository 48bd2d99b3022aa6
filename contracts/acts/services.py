"""Drafting and receiving signed acts. What becomes of them afterwards is the relayer's."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from contracts.acts import reads
from contracts.acts.calls import as_transaction, plain_call, signed_call
from contracts.acts.errors import ActExpired, ActNotFound, ActUnknown, DeadlineTooFar, FieldInvalid
from contracts.acts.fields import need_address, opt_text
from contracts.acts.live import act_status_messages
from contracts.acts.registry import Act, ActType, StoredAct, StoredDraft, act_of, type_of
from contracts.acts.types import digest_of, message_values, typed_data
from contracts.deployment import deployment
from contracts.models import ActStatus, RelayedAct
from contracts.signatures import canonical_ecdsa, check_signature, parse_signature
from core.db.transactions import atomic_with_retry
from core.live import stream
from core.queue.loops import wake_on_commit
from core.subjects import Subject

logger = logging.getLogger(__name__)

DEFAULT_VALIDITY: Final = timedelta(hours=24)
LONGEST_VALIDITY: Final = timedelta(days=7)
# A client takes its own clock for the latest deadline; the chain's may lag a little behind.
CLOCK_SLACK: Final = timedelta(minutes=2)
LATEST: Final = 2**37  # Unix seconds; the year 6325, within what a datetime can hold
LARGEST_FIELDS: Final = 1_000_000  # characters of JSON; the longest text may be 256 KiB
LONGEST_REASON: Final = 10_000


@dataclass(frozen=True, slots=True)
class ActDraft:
    """An act ready to be read and signed. ``deadline`` in Unix seconds."""

    act: str
    typed_data: dict[str, Any]
    digest: str
    deadline: int
    summary: Sequence[Mapping[str, Any]]
    subject: Subject | None


def draft_act(act: str, signer: str, fields: Mapping[str, Any], *, deadline: int | None = None) -> ActDraft:
    """The document that ``signer`` would sign for ``act``, or the error that would stop it.

    Args:
        act: the act's name.
        signer: the account that will sign.
        fields: the act's fields as the API names them.
        deadline: Unix seconds until which the signature shall hold; 24 hours from now if not given.

    Raises:
        DomainError: ``act-unknown``, ``field-missing``, ``field-invalid``, ``deadline-too-far``,
            ``act-expired``, or a rule of the act's own.
    """
    signer = _address(signer)
    now = reads.chain_time()
    if deadline is not None:
        _check_deadline(deadline, now)
    known = act_of(act)
    built = known.build(signer, fields)
    primary_type = _primary_type(known, built)
    if deadline is None:
        deadline = int((now + DEFAULT_VALIDITY).timestamp())
        if isinstance(built, StoredDraft):
            deadline = max(deadline, built.later_than + 1)
    document = _document(primary_type, built.message, deadline)
    subject = _subject(primary_type, built.message)
    return ActDraft(act, document, digest_of(document), deadline, built.summary, subject)


def submit_act(act: str, signer: str, fields: Mapping[str, Any], deadline: int, signature: str) -> RelayedAct:
    """Receive a signed act for the relayer. The same act again answers the same row; a failed one is retried.

    What never goes on chain is done at once: its row is answered as final and is not stored.

    The document is built here from the fields, never taken from the client; the signature must fit it.

    Raises:
        DomainError: as :func:`draft_act`; ``signature-invalid``, ``signature-wrong-signer``.
    """
    signer = _address(signer)
    earlier = _received_before(act, signer, fields, deadline, signature)
    if earlier is not None and earlier.status != ActStatus.FAILED:
        return earlier
    _check_deadline(deadline, reads.chain_time())
    known = act_of(act)
    built = known.build(signer, fields)
    primary_type = _primary_type(known, built)
    document = _document(primary_type, built.message, deadline)
    digest = digest_of(document)
    checked = check_signature(digest, signer, signature, ask_contract=reads.ask_erc1271)
    subject = _subject(primary_type, built.message)
    row = RelayedAct(
        digest=digest,
        act=act,
        signer=signer,
        subject_kind=subject.kind if subject else "",
        subject_id=subject.id if subject else "",
        fields=_kept_fields(fields),
        typed_data=document,
        signature=checked.signature,
        deadline=datetime.fromtimestamp(deadline, UTC),
    )
    return _done(row, built) if isinstance(built, StoredDraft) else _store(row, built)


def act_status(digest: str) -> RelayedAct:
    """The act with this digest, or ActNotFound."""
    try:
        return RelayedAct.objects.get(digest=str(digest).lower())
    except (RelayedAct.DoesNotExist, ValidationError):
        raise ActNotFound(digest=str(digest)[:80]) from None


def direct_call(row: RelayedAct) -> dict[str, Any]:
    """The signed act as a transaction that anyone may send: ``{"to", "data", "value", "chainId"}``."""
    return as_transaction(*signed_call(row.typed_data, row.signature))


def unsigned_call(act: str, signer: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    """The same act as a plain transaction of the signer's own wallet: no relayer, no signature in between.

    A reason sent this way is published on chain for good.

    Raises:
        ActUnknown: the act never goes on chain.
    """
    known = act_of(act)
    if isinstance(known, StoredAct):
        raise ActUnknown(act=act)
    built = known.build(_address(signer), fields)
    until = int((reads.chain_time() + DEFAULT_VALIDITY).timestamp())
    document = _document(built.primary_type, built.message, until)
    reason = opt_text(fields, "reason", longest=LONGEST_REASON)
    return as_transaction(*plain_call(built.primary_type, message_values(document), reason))


def self_send_offered(row: RelayedAct) -> bool:
    """Whether the act has waited so long that its page offers to send it oneself."""
    waiting = row.status in (ActStatus.QUEUED, ActStatus.SENT, ActStatus.REVERTED)
    return waiting and timezone.now() - row.created_at > timedelta(seconds=settings.ACT_SELF_SEND_SECONDS)


@atomic_with_retry
def _done(row: RelayedAct, built: StoredDraft) -> RelayedAct:
    row.status = ActStatus.FINAL
    built.store(row.deadline, row.signature)
    logger.info("act done: %s %s by %s", row.act, row.digest, row.signer)
    return row


def _store(row: RelayedAct, built: Act) -> RelayedAct:
    """Insert the row; whoever comes second with the same digest gets the first one's."""
    try:
        _insert(row, built)
    except IntegrityError:
        earlier = RelayedAct.objects.filter(digest=row.digest).first()
        if earlier is None:
            raise
        return _try_again(earlier)
    logger.info("act received: %s %s by %s", row.act, row.digest, row.signer)
    return row


@atomic_with_retry
def _insert(row: RelayedAct, built: Act) -> None:
    row.save(force_insert=True)
    if built.on_accept is not None:
        built.on_accept(row)
    transaction.on_commit(lambda: stream.publish(act_status_messages([row])))
    wake_on_commit("relayer")


@atomic_with_retry
def _try_again(row: RelayedAct) -> RelayedAct:
    """Put an act that failed back into the queue: the rules just found nothing against it any more."""
    failed = RelayedAct.objects.filter(digest=row.digest, status=ActStatus.FAILED)
    if failed.update(
        status=ActStatus.QUEUED,
        transaction=None,
        transaction_hash=None,
        block_number=None,
        error_code="",
        error_detail="",
        updated_at=timezone.now(),
    ):
        row.refresh_from_db()
        transaction.on_commit(lambda: stream.publish(act_status_messages([row])))
        wake_on_commit("relayer")
    return row


def _received_before(
    act: str, signer: str, fields: Mapping[str, Any], deadline: int, signature: str
) -> RelayedAct | None:
    """The row of an identical earlier post.

    Looked for before any rule runs: the rules would say "done already" of the very act that was handed in.
    """
    raw = parse_signature(signature)
    canonical = canonical_ecdsa(raw)
    spelled = {"0x" + raw.hex()} | ({"0x" + canonical.hex()} if canonical else set())
    if isinstance(deadline, bool) or not isinstance(deadline, int) or not 0 <= deadline < LATEST:
        return None
    rows = RelayedAct.objects.filter(
        act=str(act), signer=signer, deadline=datetime.fromtimestamp(deadline, UTC)
    )
    for row in rows:
        if row.signature in spelled and _same_fields(row.fields, fields):
            return row
    return None


def _same_fields(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    def plain(value: Any) -> Any:
        if isinstance(value, Mapping):
            return {key: plain(item) for key, item in value.items() if item not in (None, "")}
        if isinstance(value, list | tuple):
            return [plain(item) for item in value]
        return str(value)

    return bool(plain(one) == plain(other))


def _kept_fields(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields as they are kept beside the act.

    Raises:
        FieldInvalid: they are larger than any act's.
    """
    if len(json.dumps(fields, default=str)) > LARGEST_FIELDS:
        raise FieldInvalid(field="fields", limit=LARGEST_FIELDS)
    return dict(fields)


def _primary_type(act: ActType | StoredAct, built: Act | StoredDraft) -> str:
    return built.primary_type if isinstance(built, Act) else act.types[0].primary_type


def _document(primary_type: str, message: Mapping[str, Any], deadline: int) -> dict[str, Any]:
    return typed_data(primary_type, {**message, "deadline": deadline}, deployment=deployment())


def _subject(primary_type: str, message: Mapping[str, Any]) -> Subject | None:
    """What a document is about, by the member that its type says."""
    named = type_of(primary_type).subject
    return None if named is None else Subject(named.kind, str(message[named.member]))


def _address(value: object) -> str:
    return need_address({"signer": value}, "signer")


def _check_deadline(deadline: object, now: datetime) -> None:
    if isinstance(deadline, bool) or not isinstance(deadline, int) or not 0 <= deadline < LATEST:
        raise FieldInvalid(field="deadline")
    until = datetime.fromtimestamp(deadline, UTC)
    if until <= now:
        raise ActExpired(field="deadline", deadline=deadline)
    if until > now + LONGEST_VALIDITY + CLOCK_SLACK:
        raise DeadlineTooFar(field="deadline", deadline=deadline)
