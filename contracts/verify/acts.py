"""Relayed acts: what is said of each must be what its signer signed and what the chain shows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from eth_account import Account
from eth_account.messages import encode_typed_data
from eth_utils import keccak

from contracts.acts.reads import ask_erc1271
from contracts.acts.registry import STATEMENT, signed_types, type_of
from contracts.acts.types import message_values, typed_data
from contracts.errors import ChainError
from contracts.models import ActStatus, RelayedAct, RelayerTransaction
from contracts.verify.compare import ROW, Difference, from_json, raw_values, stored_value
from contracts.verify.context import ChainEventDict, VerifyContext

TABLE = RelayedAct._meta.db_table
# Blocks that the relayer may be behind the indexer: what happened in them may not be noted yet.
NOTED_WITHIN = 12
_ON_CHAIN = {ActStatus.MINED, ActStatus.FINAL}
_COLUMNS = (
    "digest",
    "signer",
    "subject_kind",
    "subject_id",
    "typed_data",
    "signature",
    "deadline",
    "status",
    "transaction_id",
    "transaction_hash",
    "block_number",
)


@dataclass(frozen=True, slots=True)
class _Row:
    digest: Any
    signer: Any
    subject_kind: Any
    subject_id: Any
    typed_data: Any
    signature: Any
    deadline: Any
    status: Any
    transaction_id: Any
    transaction_hash: Any
    block_number: Any

    def differs(self, field: str, chain: Any) -> Difference:
        return Difference(TABLE, self.digest, field, getattr(self, field), chain)


def verify_acts(ctx: VerifyContext) -> Iterator[Difference]:
    """Each relayed act: its document, its signature, and where it says it stands."""
    effects = _effects_by_signer(ctx)
    rows = [_Row(*values) for values in raw_values(RelayedAct._base_manager.all(), _COLUMNS)]
    receipts = _receipts(ctx, rows)
    for row in rows:
        document = from_json(row.typed_data)
        problem = _document_problem(ctx, row, document)
        if problem is not None:
            yield problem
            continue
        found = effects.get((document["primaryType"], row.signer), [])
        if row.status not in ActStatus.values:
            yield row.differs("status", "a known status")
        elif row.status in _ON_CHAIN:
            yield from _check_mined(ctx, row, found, receipts)
        else:
            yield from _check_waiting(ctx, row, found)
    yield from _missing(rows, effects)


def _missing(rows: list[_Row], effects: dict[tuple[str, str], list[ChainEventDict]]) -> Iterator[Difference]:
    """What a transaction of ours carried to the chain and no row tells of.

    That a transaction is ours only the outbox knows: with its row gone as well, the act looks like one that
    its signer sent alone, which is nobody's fault and can't be named.
    """
    carried_by: dict[str, Any] = {}
    for key, hashes in raw_values(RelayerTransaction._base_manager.all(), ("id", "hashes")):
        known = from_json(hashes)
        carried_by |= {item: key for item in (known if isinstance(known, list) else []) if _is_hash(item)}
    told = {(row.signer, row.transaction_id) for row in rows}
    told |= {
        (row.signer, carried_by.get(row.transaction_hash)) for row in rows if _is_hash(row.transaction_hash)
    }
    for (kind, signer), events in effects.items():
        for event in events:
            carrier = carried_by.get(event["transactionHash"])
            if carrier is not None and (signer, carrier) not in told:
                yield Difference(TABLE, f"{kind} of {signer} in {event['transactionHash']}", ROW, None, kind)


def _document_problem(ctx: VerifyContext, row: _Row, document: Any) -> Difference | None:
    try:
        signable = encode_typed_data(full_message=document)
        digest = "0x" + keccak(b"\x19" + signable.version + signable.header + signable.body).hex()
        message = document["message"]
        named = type_of(document["primaryType"]).subject
        subject = ("", "") if named is None else (named.kind, str(message[named.member]))
    except Exception as error:  # noqa: BLE001 - a forged document may break the encoder in any way it likes
        return row.differs("typed_data", f"a document that can be signed ({type(error).__name__})")
    if digest != row.digest:
        return row.differs("typed_data", f"a document of digest {row.digest}")
    if row.subject_kind != subject[0]:
        return row.differs("subject_kind", subject[0])
    if row.subject_id != subject[1]:
        return row.differs("subject_id", subject[1])
    until = stored_value(RelayedAct, "deadline", datetime.fromtimestamp(int(message["deadline"]), UTC))
    if row.deadline != until:
        return row.differs("deadline", until)
    if not _is_ours(ctx, document):
        return row.differs("typed_data", "a document of this deployment, with its statement")
    if not _signed(row, signable):
        return row.differs("signature", f"a signature of {row.signer}")
    return None


def _is_ours(ctx: VerifyContext, document: Any) -> bool:
    """Whether the contracts would read this document out of its members: types, domain and statement."""
    try:
        values = message_values(document)
        values.pop(STATEMENT)
        return bool(typed_data(document["primaryType"], values, deployment=ctx.deployment) == document)
    except ChainError:
        raise  # what the deployment's own files lack is no difference
    except Exception:  # noqa: BLE001 - whatever was written there, it is none of ours
        return False


def _signed(row: _Row, signable: Any) -> bool:
    try:
        if Account.recover_message(signable, signature=row.signature).lower() == row.signer:
            return True
    except Exception:  # noqa: BLE001, S110 - what is no key's signature may be a contract's
        pass
    try:
        return (
            ask_erc1271(row.signer, bytes.fromhex(row.digest[2:]), bytes.fromhex(row.signature[2:])) is True
        )
    except (ChainError, ValueError, TypeError):
        return False


def _effects_by_signer(ctx: VerifyContext) -> dict[tuple[str, str], list[ChainEventDict]]:
    found: dict[tuple[str, str], list[ChainEventDict]] = defaultdict(list)
    kinds = [
        (effect.event, kind.primary_type, effect.signer) for kind in signed_types() for effect in kind.effects
    ]
    for event in ctx.events:
        for name, primary, argument in kinds:
            if event["name"] == name:
                found[primary, event["args"][argument]].append(event)
    return found


def _receipts(ctx: VerifyContext, rows: list[_Row]) -> dict[str, dict[str, Any]]:
    wanted = sorted(
        {row.transaction_hash for row in rows if row.status in _ON_CHAIN and _is_hash(row.transaction_hash)}
    )
    return {
        transaction: receipt
        for transaction, receipt in zip(wanted, ctx.client.receipts(wanted), strict=True)
        if receipt is not None
    }


def _check_mined(
    ctx: VerifyContext, row: _Row, effects: list[ChainEventDict], receipts: dict[str, dict[str, Any]]
) -> Iterator[Difference]:
    receipt = receipts.get(row.transaction_hash)
    if receipt is None:
        yield row.differs("transaction_hash", None)
        return
    block = int(receipt["blockNumber"], 16)
    if block > ctx.to_block:
        return  # the relayer saw it before the indexer did
    if row.block_number != block:
        yield row.differs("block_number", block)
    if not any(event["transactionHash"] == row.transaction_hash for event in effects):
        yield row.differs("status", "no act of this signer in that transaction")
    elif row.status == ActStatus.FINAL and block > ctx.finalized:
        yield row.differs("status", ActStatus.MINED.value)
    elif row.status == ActStatus.MINED and block + NOTED_WITHIN <= ctx.finalized:
        yield row.differs("status", ActStatus.FINAL.value)


def _check_waiting(ctx: VerifyContext, row: _Row, effects: list[ChainEventDict]) -> Iterator[Difference]:
    """An act that waits or failed must not have been carried to the chain.

    No effect's transaction holds its signature.
    """
    old = [event for event in effects if event["blockNumber"] + NOTED_WITHIN <= ctx.to_block]
    hashes = sorted({event["transactionHash"] for event in old})
    mark = row.signature[2:66]  # r of an ECDSA signature, or the beginning of a contract's
    for transaction in ctx.client.transactions(hashes):
        if transaction is not None and mark in transaction.get("input", ""):
            yield row.differs("status", ActStatus.MINED.value)
            return


def _is_hash(value: Any) -> bool:
    return isinstance(value, str) and len(value) == 66 and value.startswith("0x")
