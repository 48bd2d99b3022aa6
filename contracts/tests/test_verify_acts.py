"""What the outbox says of an act must be what was signed and what the chain shows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from eth_account import Account
from eth_account.messages import encode_typed_data
from eth_utils import keccak

from contracts.acts.types import typed_data
from contracts.deployment import Deployment
from contracts.events import VoteCast
from contracts.models import ActStatus, RelayedAct, RelayerTransaction
from contracts.registry import Registry
from contracts.tests.conftest import CONTRACTS, Town, address
from contracts.verify.compare import Difference
from contracts.verify.run import verify
from tests import forgery

pytestmark = pytest.mark.django_db(transaction=True)
SIGNER = Account.from_key("0x" + "42" * 32)
OTHER = "0x" + "ef" * 32


def document() -> dict[str, Any]:
    message = {
        "proposalId": 7,
        "rulesHash": OTHER,
        "voter": SIGNER.address,
        "support": 1,
        "params": "0x",
        "reasonHash": "0x" + "00" * 32,
        "deadline": 4_000_000_000,
    }
    return typed_data("Ballot", message, deployment=Deployment(31337, 1, CONTRACTS, {"language": "en"}))


@pytest.fixture
def act(town: Town) -> Iterator[RelayedAct]:
    """An act that was carried to the chain and is final, in a town that was read whole."""
    signable = encode_typed_data(full_message=document())
    signature = "0x" + SIGNER.sign_message(signable).signature.hex().removeprefix("0x")
    # The calldata must hold the signature, as the contracts' own does; the reason's hash is room for it.
    transaction = town.say(VoteCast, SIGNER.address.lower(), 7, 1, 1, "0x" + signature[2:66])
    block = town.mine()
    town.mine(50)
    town.indexer().catch_up()
    row = RelayedAct.objects.create(
        digest="0x" + keccak(b"\x19" + signable.version + signable.header + signable.body).hex(),
        act="vote",
        signer=SIGNER.address,
        proposal_id=7,
        fields={"proposalId": "7", "support": 1},
        typed_data=document(),
        signature=signature,
        deadline=datetime.fromtimestamp(4_000_000_000, UTC),
        status=ActStatus.FINAL,
        transaction_hash=transaction,
        block_number=block,
    )
    assert recount(town) == []
    connection.disable_constraint_checking()
    yield row
    connection.enable_constraint_checking()


def recount(town: Town) -> list[Difference]:
    return verify(town.client, town.deployment, Registry()).differences


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("digest", OTHER),
        ("signer", address(5)),
        ("proposal_id", f"{8:078d}"),
        ("proposal_id", "7"),
        ("proposal_id", "many"),
        ("typed_data", "{}"),
        ("typed_data", "[]"),
        ("signature", "0x" + "11" * 65),
        ("signature", "none"),
        ("deadline", "2020-01-01 00:00:00"),
        ("status", "queued"),
        ("status", "sent"),
        ("status", "mined"),
        ("status", "failed"),
        ("status", "counted"),
        ("transaction_hash", OTHER),
        ("transaction_hash", "none"),
        ("transaction_hash", None),
        ("block_number", 3),
        ("block_number", "three"),
        ("block_number", None),
    ],
)
def test_forged_column_of_an_act_is_named(town: Town, act: RelayedAct, column: str, value: Any) -> None:
    if not forgery.change("relayed_acts", {}, column, value):
        return  # the column's own type refuses it
    found = recount(town)
    assert {difference.table for difference in found} == {"relayed_acts"}
    key = value if column == "digest" else act.digest
    assert {difference.key for difference in found} == {key}


def test_invented_act_is_named_though_nothing_of_it_is_on_the_chain(town: Town, act: RelayedAct) -> None:
    act.digest = OTHER
    act.status = ActStatus.QUEUED
    RelayedAct.objects.bulk_create([act])
    assert [(found.table, found.key) for found in recount(town)] == [("relayed_acts", OTHER)]


@pytest.mark.parametrize(
    ("part", "change"),
    [
        ("message", {"statement": "I vote AGAINST proposal 7."}),
        ("domain", {"verifyingContract": address(5)}),
        ("domain", {"chainId": 1}),
    ],
)
def test_document_that_no_contract_would_take_is_named_though_it_was_signed(
    town: Town, act: RelayedAct, part: str, change: dict[str, Any]
) -> None:
    other = {**document(), part: {**document()[part], **change}}
    signable = encode_typed_data(full_message=other)
    act.digest = "0x" + keccak(b"\x19" + signable.version + signable.header + signable.body).hex()
    act.typed_data = other
    act.signature = "0x" + SIGNER.sign_message(signable).signature.hex().removeprefix("0x")
    RelayedAct.objects.all().delete()
    RelayedAct.objects.bulk_create([act])
    assert [(found.key, found.field) for found in recount(town)] == [(act.digest, "typed_data")]


def test_act_said_to_be_final_before_its_block_is_final_is_named(town: Town, act: RelayedAct) -> None:
    transaction = town.say(VoteCast, SIGNER.address.lower(), 7, 1, 1, OTHER)
    block = town.mine()
    town.indexer().catch_up()
    RelayedAct.objects.update(transaction_hash=transaction, block_number=block)
    assert [(found.field, found.chain) for found in recount(town)] == [("status", "mined")]


def carried(act: RelayedAct, *hashes: str) -> None:
    """Note in the outbox that a transaction of ours carried the act."""
    transaction = RelayerTransaction.objects.create(
        sender=address(9),
        nonce=1,
        to=CONTRACTS["VotingEngine"],
        data="0x",
        gas=1,
        max_fee_per_gas=1,
        raw="0x",
        hashes=[*hashes],
    )
    RelayedAct.objects.filter(pk=act.pk).update(transaction=transaction)


def test_deleted_row_of_an_act_that_we_carried_is_named(town: Town, act: RelayedAct) -> None:
    # Replaced by a dearer one that was too late: either hash is ours.
    carried(act, str(act.transaction_hash), OTHER)
    assert recount(town) == []
    RelayedAct.objects.all().delete()
    (found,) = recount(town)
    assert (found.table, found.field, found.mirror) == ("relayed_acts", "*", None)
    assert str(act.transaction_hash) in found.key
    assert SIGNER.address.lower() in found.key


def test_act_that_was_carried_but_not_noted_yet_is_not_missing(town: Town, act: RelayedAct) -> None:
    carried(act, str(act.transaction_hash))
    RelayedAct.objects.update(status=ActStatus.SENT, transaction_hash=None, block_number=None)
    assert "*" not in {found.field for found in recount(town)}


def test_act_that_its_signer_sent_alone_needs_no_row(town: Town, act: RelayedAct) -> None:
    RelayedAct.objects.all().delete()
    assert recount(town) == []
