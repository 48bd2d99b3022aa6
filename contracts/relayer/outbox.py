"""The rows of the outbox: each function is one short transaction, none talks to a node.

Each is refused with ``LockLost`` to a worker that slept past the relayer's lock: what it read of the chain
and of the rows may be old news.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from django.db import IntegrityError, transaction
from django.utils import timezone

from contracts.acts.live import act_status_messages
from contracts.models import ActStatus, ChainEvent, RelayedAct, RelayerTransaction
from contracts.refusals import Refusal
from contracts.relayer.fees import Fees
from contracts.relayer.signer import Signed
from core.db.fence.services import with_token
from core.live import stream

WAITING = (ActStatus.QUEUED, ActStatus.REVERTED)


class LostRace(Exception):
    """Another worker took the nonce or an act meanwhile; nothing was written."""


def waiting_acts(limit: int) -> list[RelayedAct]:
    """Acts that no transaction carries, oldest first."""
    rows = RelayedAct.objects.filter(status__in=WAITING, transaction=None)
    return list(rows.order_by("created_at", "digest")[:limit])


@with_token
def claim(
    acts: Sequence[RelayedAct],
    *,
    sender: str,
    nonce: int,
    to: str,
    data: str,
    gas: int,
    fees: Fees,
    signed: Signed,
) -> RelayerTransaction:
    """Store a signed transaction together with the acts it carries, before any node sees it.

    Raises:
        LostRace: the nonce or one of the acts was taken by another worker.
    """
    try:
        row = RelayerTransaction.objects.create(
            sender=sender,
            nonce=nonce,
            to=to,
            data=data,
            gas=gas,
            max_fee_per_gas=fees.cap,
            max_priority_fee_per_gas=fees.tip,
            raw=signed.raw,
            hashes=[signed.hash],
        )
    except IntegrityError:
        raise LostRace from None
    digests = [act.digest for act in acts]
    free = RelayedAct.objects.filter(digest__in=digests, transaction=None, status__in=WAITING)
    if free.update(transaction=row, updated_at=timezone.now()) != len(acts):
        raise LostRace
    return row


@with_token
def note_sent(row: RelayerTransaction) -> None:
    """The node has the transaction."""
    now = timezone.now()
    RelayerTransaction.objects.filter(pk=row.pk, succeeded=None).update(
        sent_at=now, attempts=row.attempts + 1
    )
    _tell(
        row,
        WAITING,
        status=ActStatus.SENT,
        transaction_hash=row.hashes[-1],
        error_code="",
        error_detail="",
    )


@with_token
def note_refused(row: RelayerTransaction) -> None:
    """The node won't have it now; one that was on its way is left alone for a while."""
    RelayerTransaction.objects.filter(pk=row.pk, succeeded=None).exclude(sent_at=None).update(
        sent_at=timezone.now()
    )


@with_token
def note_replacement(row: RelayerTransaction, fees: Fees, signed: Signed) -> bool:
    """Store a dearer transaction for the same nonce before it is sent; False if another worker came first."""
    hashes = [*row.hashes, signed.hash]
    changed = RelayerTransaction.objects.filter(pk=row.pk, raw=row.raw, succeeded=None).update(
        raw=signed.raw, hashes=hashes, max_fee_per_gas=fees.cap, max_priority_fee_per_gas=fees.tip
    )
    if changed:
        row.raw, row.hashes = signed.raw, hashes
    return bool(changed)


@with_token
def note_mined(
    row: RelayerTransaction,
    *,
    transaction_hash: str,
    block_number: int,
    block_hash: str,
    succeeded: bool,
    refusals: Mapping[str, Refusal],
    adopted: Mapping[str, ChainEvent],
) -> None:
    """A block holds the transaction.

    Args:
        refusals: digest -> why, for acts that it carried in vain.
        adopted: digest -> the event by which a refused act had taken effect before.
    """
    RelayerTransaction.objects.filter(pk=row.pk).update(
        mined_block=block_number, mined_block_hash=block_hash, succeeded=succeeded
    )
    for act in RelayedAct.objects.filter(transaction=row):
        if act.digest in adopted:
            adopt(act, adopted[act.digest])
        elif act.digest in refusals:
            fail(act, refusals[act.digest], transaction_hash=transaction_hash, block_number=block_number)
        elif (act.status, act.transaction_hash, act.block_number) != (
            ActStatus.MINED,
            transaction_hash,
            block_number,
        ):
            _move(act, ActStatus.MINED, transaction_hash=transaction_hash, block_number=block_number)


@with_token
def note_reorganised(row: RelayerTransaction) -> None:
    """The block that held the transaction is no longer on the chain: the same bytes will be sent again."""
    RelayerTransaction.objects.filter(pk=row.pk).update(
        mined_block=None, mined_block_hash=None, succeeded=None, sent_at=None
    )
    _tell(
        row,
        tuple(ActStatus),
        status=ActStatus.REVERTED,
        block_number=None,
        error_code="",
        error_detail="",
    )


@with_token
def note_final(row: RelayerTransaction) -> None:
    """Nothing can take the transaction back any more."""
    RelayerTransaction.objects.filter(pk=row.pk).update(final=True)
    _tell(row, (ActStatus.MINED,), status=ActStatus.FINAL)


@with_token
def note_overtaken(row: RelayerTransaction) -> None:
    """A transaction that isn't ours used the nonce: the acts travel in another one."""
    RelayerTransaction.objects.filter(pk=row.pk).update(succeeded=False, final=True)
    release(row)


def release(row: RelayerTransaction) -> None:
    """Take the acts out of a transaction, so that the next round carries them again."""
    for act in RelayedAct.objects.filter(transaction=row):
        act.transaction = None
        _move(act, ActStatus.QUEUED, transaction_hash=None, block_number=None)


@with_token
def fail(
    act: RelayedAct, refusal: Refusal, *, transaction_hash: str | None = None, block_number: int | None = None
) -> None:
    """The act was refused; it may be handed in again."""
    act.error_code, act.error_detail = refusal.code, refusal.detail
    _move(
        act, ActStatus.FAILED, transaction_hash=transaction_hash, block_number=block_number, keep_error=True
    )


@with_token
def adopt(act: RelayedAct, event: ChainEvent) -> None:
    """The act took effect in another transaction, of a batch before or of the person's own."""
    act.transaction = None
    _move(act, ActStatus.MINED, transaction_hash=event.transaction_hash, block_number=event.block_number)


@with_token
def finish_adopted(acts: Iterable[RelayedAct], present: frozenset[str], final_up_to: int) -> None:
    """Bring adopted acts (mined, but in no transaction of ours) to final, or back to the queue after a reorg.

    Args:
        present: digests whose event is still in the mirror.
        final_up_to: the newest final block.
    """
    for act in acts:
        if act.digest not in present:
            _move(act, ActStatus.REVERTED, transaction_hash=None, block_number=None)
        elif act.block_number is not None and act.block_number <= final_up_to:
            _move(act, ActStatus.FINAL, transaction_hash=act.transaction_hash, block_number=act.block_number)


def _move(
    act: RelayedAct,
    status: ActStatus,
    *,
    transaction_hash: str | None,
    block_number: int | None,
    keep_error: bool = False,
) -> None:
    act.status, act.transaction_hash, act.block_number = status, transaction_hash, block_number
    if not keep_error:
        act.error_code = act.error_detail = ""
    act.save(
        update_fields=[
            "status",
            "transaction",
            "transaction_hash",
            "block_number",
            "error_code",
            "error_detail",
            "updated_at",
        ]
    )
    _publish([act])


def _tell(row: RelayerTransaction, among: Sequence[ActStatus], **changes: object) -> None:
    acts = list(RelayedAct.objects.filter(transaction=row, status__in=among))
    RelayedAct.objects.filter(digest__in=[act.digest for act in acts]).update(
        updated_at=timezone.now(), **changes
    )
    for act in acts:
        for name, value in changes.items():
            setattr(act, name, value)
    _publish(acts)


def _publish(acts: list[RelayedAct]) -> None:
    if acts:
        messages = act_status_messages(acts)
        transaction.on_commit(lambda: stream.publish(messages))
