"""One round of the relayer: what came back, what is stuck, what is new."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.utils import timezone

from contracts.acts.errors import ActExpired
from contracts.acts.reads import chain_time
from contracts.acts.registry import done_before, passing
from contracts.client.rpc import Client
from contracts.deployment import Deployment
from contracts.errors import CallReverted, NodeMalformed, NodeRefused
from contracts.models import ActStatus, Block, ChainEvent, Cursor, RelayedAct, RelayerTransaction
from contracts.refusals import UNKNOWN, Refusal, explain
from contracts.relayer import outbox, periodic
from contracts.relayer.bundles import Bundle, make_bundles
from contracts.relayer.effects import effect_of
from contracts.relayer.fees import Fees, current_fees, gas_limit
from contracts.relayer.receipts import Receipt, read_receipt
from contracts.relayer.signer import Signer

logger = logging.getLogger(__name__)

ACTS_PER_ROUND: Final = 1_000
IN_FLIGHT: Final = 16  # unmined transactions at once; nodes drop longer queues of one account
PATIENCE: Final = timedelta(seconds=20)
RESEND: Final = timedelta(seconds=15)
STUCK: Final = timedelta(seconds=45)
MAX_FEE_FACTOR: Final = 10  # no replacement offers more than so many times the going price
UNKNOWN_NONCE_AGE: Final = timedelta(seconds=30)
FILLER_GAS: Final = 21_000


@dataclass(slots=True)
class RelayReport:
    """What a round did, for the log."""

    mined: int = 0
    sent: int = 0
    failed: int = 0
    replaced: int = 0


class Relayer:
    """Carries signed acts to the chain.

    Args:
        client: the node connection.
        signer: the key that pays gas.
        deployment: where the contracts stand.
    """

    def __init__(self, client: Client, signer: Signer, deployment: Deployment) -> None:
        self._client = client
        self._signer = signer
        self._deployment = deployment

    def run(self) -> RelayReport:
        """One round. A node that is away ends the round; the next one goes on from the rows.

        Raises:
            ChainError: the node can't be asked.
        """
        done = RelayReport()
        self._watch_mined()
        self._settle(done)
        watch_adopted()
        expire_waiting(done)
        latest = self._client.transaction_count(self._signer.address, "latest")
        self._push_on(latest, done)
        self._send_new(latest, done)
        self._fill_gaps(latest)
        if done.sent:
            self._settle(done)  # a chain that mines at once has them already
        return done

    # --- what came back ---

    def _watch_mined(self) -> None:
        """Hold mined transactions against the mirror's blocks: send the lost again, call the old final."""
        rows = list(self._mine().filter(final=False).exclude(mined_block=None))
        if not rows:
            return
        final_up_to = final_number()
        known = dict(
            Block.objects.filter(number__in={row.mined_block for row in rows}).values_list("number", "hash")
        )
        doubtful = [
            row
            for row in rows
            if row.mined_block <= final_up_to
            or known.get(row.mined_block, row.mined_block_hash) != row.mined_block_hash
        ]
        for row, receipt in zip(doubtful, self._receipts_of(doubtful), strict=True):
            if receipt is None or receipt.block_hash != row.mined_block_hash:
                outbox.note_reorganised(row)
            elif row.mined_block <= final_up_to:
                outbox.note_final(row)

    def _settle(self, done: RelayReport) -> None:
        """Take in the receipts of what was sent."""
        rows = list(self._mine().filter(final=False, mined_block=None).order_by("nonce"))
        # The count is asked before the receipts: a nonce it calls used must have its receipt by then.
        latest = self._client.transaction_count(self._signer.address, "latest") if rows else 0
        for row, receipt in zip(rows, self._receipts_of(rows), strict=True):
            if receipt is not None:
                done.mined += self._take_in(row, receipt)
            elif row.nonce < latest and row.sent_at and timezone.now() - row.sent_at > UNKNOWN_NONCE_AGE:
                logger.warning("nonce %s of the relayer was used by another transaction", row.nonce)
                outbox.note_overtaken(row)

    def _take_in(self, row: RelayerTransaction, receipt: Receipt) -> bool:
        acts = list(RelayedAct.objects.filter(transaction=row))
        if receipt.succeeded:
            refusals = {digest: explain(code) for digest, code in receipt.skipped.items()}
        else:
            refusal = self._why_reverted(row, receipt)
            refusals = {act.digest: refusal for act in acts}
        adopted: dict[str, ChainEvent] = {}
        for act in acts:
            refusal_of_act = refusals.get(act.digest)
            if refusal_of_act is None or refusal_of_act.code not in done_before(act.act):
                continue
            if receipt.block_number > mirror_number():
                return False  # the event that would explain it isn't read yet; the next round decides
            event = effect_of(act)
            if event is not None:
                adopted[act.digest] = event
        outbox.note_mined(
            row,
            transaction_hash=receipt.transaction_hash,
            block_number=receipt.block_number,
            block_hash=receipt.block_hash,
            succeeded=receipt.succeeded,
            refusals=refusals,
            adopted=adopted,
        )
        return True

    def _why_reverted(self, row: RelayerTransaction, receipt: Receipt) -> Refusal:
        """A receipt doesn't say why; the same call at the end of the block before it mostly does."""
        if receipt.gas_used * 64 >= row.gas * 63:
            return Refusal("out-of-gas", "The transaction ran out of gas.", "")
        try:
            self._client.call(row.to, row.data, max(receipt.block_number - 1, 0))
            self._client.call(row.to, row.data, receipt.block_number)
        except CallReverted as error:
            return explain(error.data.get("revert", "0x"))
        except NodeRefused:
            pass
        return explain("0x")

    # --- what is under way ---

    def _push_on(self, latest: int, done: RelayReport) -> None:
        """Send what a kill left unsent, send again what nodes forgot, replace what is stuck at the head."""
        now = timezone.now()
        for row in self._mine().filter(final=False, mined_block=None, nonce__gte=latest).order_by("nonce"):
            if row.sent_at is None:
                self._send(row)
            elif row.nonce == latest and now - row.sent_at > STUCK:
                done.replaced += self._replace(row)
            elif now - row.sent_at > RESEND and self._client.transactions(row.hashes[-1:])[0] is None:
                self._send(row)

    def _replace(self, row: RelayerTransaction) -> bool:
        current = current_fees(self._client)
        if row.max_fee_per_gas > MAX_FEE_FACTOR * current.cap:
            self._send(row)  # the price isn't what holds it up
            return False
        fees = current.bumped_over(int(row.max_fee_per_gas), int(row.max_priority_fee_per_gas))
        signed = self._signer.sign(
            nonce=row.nonce,
            to=row.to,
            data=row.data,
            gas=row.gas,
            max_fee_per_gas=fees.cap,
            max_priority_fee_per_gas=fees.tip,
        )
        if not outbox.note_replacement(row, fees, signed):
            return False
        logger.warning("relayer transaction %s is stuck: offering %s wei per gas", row.nonce, fees.cap)
        self._send(row)
        return True

    def _send(self, row: RelayerTransaction) -> None:
        try:
            self._client.send_raw_transaction(row.raw)
        except NodeRefused as error:
            said = str(error.data.get("rpc_message", "")).lower()
            if "already" not in said and "known" not in said and "nonce too low" not in said:
                # Kept: the next round tries again. Too little balance is the usual cause; said once a minute.
                if (timezone.now() - row.created_at).seconds % 60 < 2:
                    logger.error("the node refused relayer transaction %s: %s", row.nonce, said)
                outbox.note_refused(row)
                return
        outbox.note_sent(row)

    # --- what is new ---

    def _send_new(self, latest: int, done: RelayReport) -> None:
        room = IN_FLIGHT - self._mine().filter(final=False, mined_block=None).count()
        if room <= 0:
            return
        bundles = make_bundles(outbox.waiting_acts(ACTS_PER_ROUND))
        bundles += periodic.due_calls(mirror_number())
        if not bundles:
            return
        fees = current_fees(self._client)
        for bundle in bundles:
            if room <= 0:
                return
            gas = self._estimate(bundle, done)
            if gas is None:
                continue
            try:
                row = self._claim(bundle, self._free_nonce(latest), gas, fees)
            except outbox.LostRace:
                return  # another worker is at it
            self._send(row)
            room -= 1
            done.sent += len(bundle.acts) or 1

    def _estimate(self, bundle: Bundle, done: RelayReport) -> int | None:
        """The gas limit, or None if the contract would refuse: the acts are then settled here, for no gas."""
        call = {
            "from": self._signer.address,
            "to": self._deployment.address(bundle.contract),
            "data": bundle.data,
        }
        try:
            return gas_limit(self._client.estimate_gas(call, "pending"))
        except CallReverted as error:
            refusal = explain(error.data.get("revert", "0x"))
        except NodeRefused as error:
            # These acts wait; those behind them needn't.
            logger.warning("no estimate for %s acts: %s", len(bundle.acts), error.data.get("rpc_message"))
            return None
        if not bundle.acts:
            periodic.put_off(bundle, refusal)
        for act in bundle.acts:
            # A refusal without a word is mostly one of gas: a call that doesn't fit the block.
            heals = refusal.code == UNKNOWN[0] or refusal.code in passing(act.act)
            if heals and timezone.now() - act.updated_at < PATIENCE:
                continue
            if refusal.code in done_before(act.act):
                if mirror_number() < self._head_number():
                    continue  # the event that would explain it may not be read yet
                event = effect_of(act)
                if event is not None:
                    outbox.adopt(act, event)
                    continue
            logger.info("act %s refused: %s", act.digest, refusal.error or refusal.code)
            outbox.fail(act, refusal)
            done.failed += 1
        return None

    def _claim(self, bundle: Bundle, nonce: int, gas: int, fees: Fees) -> RelayerTransaction:
        to = self._deployment.address(bundle.contract)
        return self._store(bundle.acts, nonce=nonce, to=to, data=bundle.data, gas=gas, fees=fees)

    def _store(
        self, acts: Any, *, nonce: int, to: str, data: str, gas: int, fees: Fees
    ) -> RelayerTransaction:
        signed = self._signer.sign(
            nonce=nonce,
            to=to,
            data=data,
            gas=gas,
            max_fee_per_gas=fees.cap,
            max_priority_fee_per_gas=fees.tip,
        )
        return outbox.claim(
            acts,
            sender=self._signer.address,
            nonce=nonce,
            to=to,
            data=data,
            gas=gas,
            fees=fees,
            signed=signed,
        )

    def _free_nonce(self, latest: int) -> int:
        """The lowest nonce that the chain hasn't used and no row of ours holds."""
        taken = set(self._mine().filter(nonce__gte=latest).values_list("nonce", flat=True))
        nonce = latest
        while nonce in taken:
            nonce += 1
        return nonce

    def _fill_gaps(self, latest: int) -> None:
        """A missing nonce holds up all after it: fill it with an empty transaction to oneself."""
        taken = set(self._mine().filter(nonce__gte=latest).values_list("nonce", flat=True))
        missing = [nonce for nonce in range(latest, max(taken, default=latest)) if nonce not in taken]
        if not missing:
            return
        fees = current_fees(self._client)
        for nonce in missing:
            logger.warning("filling the gap at nonce %s of the relayer", nonce)
            try:
                row = self._store(
                    (), nonce=nonce, to=self._signer.address, data="0x", gas=FILLER_GAS, fees=fees
                )
            except outbox.LostRace:
                return
            self._send(row)

    # --- helpers ---

    def _head_number(self) -> int:
        header = self._client.header("latest")
        if header is None:
            raise NodeMalformed(method="eth_getBlockByNumber", reason="no newest block")
        return header.number

    def _mine(self) -> Any:
        return RelayerTransaction.objects.filter(sender=self._signer.address)

    def _receipts_of(self, rows: list[RelayerTransaction]) -> list[Receipt | None]:
        """For each row the receipt of whichever of its hashes was mined."""
        hashes = [item for row in rows for item in row.hashes]
        raw = dict(zip(hashes, self._client.receipts(hashes), strict=True)) if hashes else {}
        answers: list[Receipt | None] = []
        for row in rows:
            found = next((raw[item] for item in reversed(row.hashes) if raw[item] is not None), None)
            answers.append(None if found is None else read_receipt(found, self._deployment))
        return answers


def watch_adopted() -> None:
    """Acts that took effect elsewhere: find them, make them final, or put them back after a reorg."""
    mined = list(RelayedAct.objects.filter(status=ActStatus.MINED, transaction=None))
    if mined:
        present = frozenset(
            act.digest
            for act in mined
            if (event := effect_of(act)) is not None and event.transaction_hash == act.transaction_hash
        )
        outbox.finish_adopted(mined, present, final_number())
    waited = timezone.now() - PATIENCE
    for act in RelayedAct.objects.filter(status__in=outbox.WAITING, transaction=None, created_at__lt=waited):
        event = effect_of(act)
        if event is not None:
            outbox.adopt(act, event)


def expire_waiting(done: RelayReport) -> None:
    """Fail acts whose deadline the chain's clock has passed while no transaction carries them."""
    late = RelayedAct.objects.filter(status__in=outbox.WAITING, transaction=None, deadline__lt=chain_time())
    for act in late:
        event = effect_of(act)
        if event is not None:
            outbox.adopt(act, event)
            continue
        outbox.fail(act, Refusal(ActExpired.code, str(ActExpired.message), ""))
        done.failed += 1


def mirror_number() -> int:
    """The newest block that the mirror has read, -1 before the first."""
    return max(Cursor.objects.values_list("block_number", flat=True), default=-1)


def final_number() -> int:
    """The newest block that counts as final, -1 before the first."""
    return max(Cursor.objects.values_list("finalized_number", flat=True), default=-1)
