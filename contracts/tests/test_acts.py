"""What people sign, and what of it is taken in."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import jwt
import pytest
from eth_account import Account
from eth_account.messages import encode_typed_data
from eth_hash.auto import keccak

from contracts.acts.errors import (
    ActExpired,
    ActNotFound,
    ActUnknown,
    DeadlineTooFar,
    FieldInvalid,
    FieldMissing,
    SignatureInvalid,
    SignatureWrongSigner,
)
from contracts.acts.hashes import reason_hash
from contracts.acts.live import act_payload
from contracts.acts.promise import promise_of, public_jwk, read_promise
from contracts.acts.registry import (
    ActType,
    StoredType,
    act_names,
    act_of,
    all_types,
    register,
    signed_types,
)
from contracts.acts.services import (
    act_status,
    direct_call,
    draft_act,
    self_send_offered,
    submit_act,
    unsigned_call,
)
from contracts.acts.types import (
    digest_of,
    message_values,
    type_string,
    typed_data,
)
from contracts.deployment import Deployment
from contracts.models import ActStatus, RelayedAct
from contracts.tests.civic import ADMINISTRATORS, CITIZENS, FOR, STRANGER, Civic, account, address, sign
from core.errors import DomainError

CONTRACTS = {"VotingEngine": "0x" + "11" * 20, "ProposalManager": "0x" + "22" * 20}
DEPLOYMENT = Deployment(31337, 1, CONTRACTS, {"language": "en"})
BALLOT: dict[str, Any] = {
    "proposalId": 2**255 + 1,
    "rulesHash": "0x" + "ab" * 32,
    "voter": "0x" + "cd" * 20,
    "support": 1,
    "params": "0x",
    "reasonHash": "0x" + "00" * 32,
    "deadline": 1_800_000_000,
}


def ballot(**changes: Any) -> dict[str, Any]:
    return typed_data("Ballot", BALLOT | changes, deployment=DEPLOYMENT)


def creation(actions: Any) -> dict[str, Any]:
    message = {
        "proposer": "0x" + "cd" * 20,
        "proposalType": 2,
        "metadataHash": "0x" + "ab" * 32,
        "actions": actions,
        "strategy": "0x" + "ef" * 20,
        "deadline": 1_800_000_000,
    }
    return typed_data("CreateProposal", message, deployment=DEPLOYMENT)


ACTIONS: list[dict[str, Any]] = [
    {"target": "0x" + "12" * 20, "value": str(2**255), "data": "0x1234"},
    {"target": "0x" + "34" * 20, "value": 0, "data": "0x"},
]


class TestDocuments:
    def test_document_is_complete_for_sign_typed_data_v4(self) -> None:
        document = ballot()
        assert list(document["types"]) == ["EIP712Domain", "Ballot"]
        assert document["domain"]["chainId"] == 31337
        assert document["message"]["proposalId"] == str(2**255 + 1)
        assert document["message"]["voter"].lower() == BALLOT["voter"]
        signed = Account.from_key(b"\x01" * 32).sign_typed_data(full_message=document)
        assert digest_of(document) == "0x" + bytes(signed.message_hash).hex()

    def test_digest_is_that_of_the_standard(self) -> None:
        document = ballot()
        signable = encode_typed_data(full_message=document)
        assert signable.body == struct_hash(document)
        assert digest_of(document) == "0x" + keccak(b"\x19\x01" + signable.header + signable.body).hex()

    def test_values_survive_the_document(self) -> None:
        values = message_values(ballot())
        assert values["proposalId"] == 2**255 + 1
        assert values["deadline"] == 1_800_000_000

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("support", 3),
            ("support", 256),
            ("support", "1"),
            ("support", True),
            ("support", -1),
            ("proposalId", 2**256),
            ("deadline", 2**48),
            ("voter", "0x12"),
            ("voter", 7),
            ("rulesHash", "0x" + "ab" * 31),
            ("params", "0xabc"),
            ("params", "text"),
        ],
    )
    def test_wrong_field_is_refused_by_name(self, name: str, value: Any) -> None:
        with pytest.raises(FieldInvalid) as refused:
            ballot(**{name: value})
        assert refused.value.field == name

    def test_missing_and_surplus_fields_are_refused(self) -> None:
        with pytest.raises(FieldMissing):
            ballot(voter=None)
        for surplus in ({"color": "red"}, {"statement": "I vote as I am told."}):
            with pytest.raises(FieldInvalid):
                ballot(**surplus)

    def test_actions_are_named_in_full(self) -> None:
        document = creation(ACTIONS)
        assert list(document["types"]) == ["EIP712Domain", "CreateProposal", "Action"]
        assert type_string("CreateProposal").endswith(
            "uint48 deadline)Action(address target,uint256 value,bytes data)"
        )
        first, second = message_values(document)["actions"]
        assert (first["value"], second["value"]) == (2**255, 0)
        signed = Account.from_key(b"\x01" * 32).sign_typed_data(full_message=document)
        assert digest_of(document) == "0x" + bytes(signed.message_hash).hex()
        assert digest_of(creation(ACTIONS[::-1])) != digest_of(document)

    @pytest.mark.parametrize(
        "actions",
        [
            "0x",
            None,
            [7],
            [{"target": "0x12", "value": "0", "data": "0x"}],
            [{"target": "0x" + "12" * 20, "value": "many", "data": "0x"}],
            [{"target": "0x" + "12" * 20, "value": -1, "data": "0x"}],
            [{"target": "0x" + "12" * 20, "value": "0"}],
            [{"target": "0x" + "12" * 20, "value": "0", "data": "0x", "gas": 7}],
        ],
    )
    def test_wrong_actions_are_refused(self, actions: Any) -> None:
        with pytest.raises((FieldInvalid, FieldMissing)):
            creation(actions)

    def test_types_are_those_of_the_contracts(self, civic: Civic) -> None:
        for kind in signed_types():
            code = civic.client.code(implementation(civic, kind.contract))
            library = civic.client.code(civic.deployment.extra["libraries"]["DelegationLib"])
            name = kind.primary_type
            assert keccak(type_string(name).encode()).hex() in code + library, name

    def test_no_contract_knows_what_stays_off_the_chain(self, civic: Civic) -> None:
        stored = [kind for kind in all_types() if isinstance(kind, StoredType)]
        assert stored
        for contract in {each.contract for each in all_types()}:
            code = civic.client.code(implementation(civic, contract))
            for kind in stored:
                assert keccak(type_string(kind.primary_type).encode()).hex() not in code

    def test_no_reason_has_no_hash(self) -> None:
        assert reason_hash("") == "0x" + "00" * 32
        assert reason_hash("ä") == "0x" + keccak("ä".encode()).hex()


class TestDrafting:
    def test_every_act_of_the_portal_is_known(self) -> None:
        assert {"vote", "propose", "endorse", "activate", "cancel", "delegate"} <= set(act_names())

    def test_two_builders_of_one_name_are_refused(self) -> None:
        vote = act_of("vote")
        assert isinstance(vote, ActType)
        with pytest.raises(ValueError, match="two acts of the name vote"):
            register(vote)

    def test_two_acts_with_one_type_are_refused(self) -> None:
        vote = act_of("vote")
        assert isinstance(vote, ActType)
        with pytest.raises(ValueError, match="two types"):
            register(replace(vote, name="poll"))
        assert "poll" not in act_names()

    def test_draft_writes_nothing_and_can_be_signed(self, civic: Civic) -> None:
        number = civic.open_vote()
        draft = civic.draft("vote", CITIZENS[0], proposalId=str(number), support=1)
        assert draft.typed_data["message"]["voter"] == account(CITIZENS[0]).address
        assert draft.digest == digest_of(draft.typed_data)
        assert draft.summary
        assert not RelayedAct.objects.exists()

    def test_unknown_act_and_bad_signer_are_refused(self, civic: Civic) -> None:
        with pytest.raises(ActUnknown):
            draft_act("abdicate", address(CITIZENS[0]), {})
        with pytest.raises(FieldInvalid) as refused:
            draft_act("vote", "0x123", {})
        assert refused.value.field == "signer"

    @pytest.mark.parametrize("deadline", [True, -1, 2**60, "soon", 1.5])
    def test_deadline_must_be_a_time(self, civic: Civic, deadline: Any) -> None:
        number = civic.open_vote()
        with pytest.raises(FieldInvalid):
            draft_act("vote", address(CITIZENS[0]), {"proposalId": number, "support": 1}, deadline=deadline)

    def test_deadline_must_lie_ahead_and_within_a_week(self, civic: Civic) -> None:
        number = civic.open_vote()
        now = civic.node.now()
        fields = {"proposalId": number, "support": 1}
        with pytest.raises(ActExpired):
            draft_act("vote", address(CITIZENS[0]), fields, deadline=now - 1)
        with pytest.raises(DeadlineTooFar):
            draft_act("vote", address(CITIZENS[0]), fields, deadline=now + 8 * 86_400)
        assert draft_act("vote", address(CITIZENS[0]), fields, deadline=now + 86_400).deadline == now + 86_400


class TestReceiving:
    def test_signed_act_waits_for_the_relayer(self, civic: Civic) -> None:
        row = civic.vote(CITIZENS[0], civic.open_vote(), reason="Because it is time.")
        assert (row.status, row.signer, row.act) == (ActStatus.QUEUED, address(CITIZENS[0]), "vote")
        assert act_status(row.digest.upper().replace("0X", "0x")) == row
        payload = act_payload(row)
        assert payload["signer"] == account(CITIZENS[0]).address
        assert payload["error"] is None

    def test_same_act_again_is_the_first_one(self, civic: Civic) -> None:
        number = civic.open_vote()
        first = civic.vote(CITIZENS[0], number)
        draft = first.typed_data
        again = submit_act(
            "vote",
            address(CITIZENS[0]),
            dict(first.fields),
            int(draft["message"]["deadline"]),
            first.signature,
        )
        assert again.digest == first.digest
        assert RelayedAct.objects.count() == 1
        assert promise_of(again) == promise_of(first)

    def test_same_act_after_it_was_counted_is_still_the_first_one(self, civic: Civic) -> None:
        number = civic.open_vote()
        first = civic.vote(CITIZENS[0], number)
        civic.relay()
        deadline = int(first.typed_data["message"]["deadline"])
        again = submit_act("vote", address(CITIZENS[0]), dict(first.fields), deadline, first.signature)
        assert again.digest == first.digest
        assert again.status == ActStatus.MINED
        assert civic.tally(number) == (0, 1, 0)

    def test_high_s_twin_is_the_same_act(self, civic: Civic) -> None:
        number = civic.open_vote()
        fields = {"proposalId": str(number), "support": FOR, "reason": ""}
        draft = draft_act("vote", address(CITIZENS[0]), fields)
        signature = sign(CITIZENS[0], draft.typed_data)
        first = submit_act("vote", address(CITIZENS[0]), fields, draft.deadline, signature)
        twin = submit_act("vote", address(CITIZENS[0]), fields, draft.deadline, high_s_twin(signature))
        assert twin.digest == first.digest
        assert RelayedAct.objects.count() == 1

    def test_strangers_signature_is_refused_and_nothing_written(self, civic: Civic) -> None:
        number = civic.open_vote()
        with pytest.raises(SignatureWrongSigner):
            civic.submit("vote", CITIZENS[0], signed_by=STRANGER, proposalId=number, support=1)
        assert not RelayedAct.objects.exists()

    def test_signature_of_another_field_is_refused(self, civic: Civic) -> None:
        number = civic.open_vote()
        fields = {"proposalId": number, "support": 1}
        draft = draft_act("vote", address(CITIZENS[0]), fields)
        signature = sign(CITIZENS[0], draft.typed_data)
        with pytest.raises(SignatureWrongSigner):
            submit_act("vote", address(CITIZENS[0]), fields | {"support": 0}, draft.deadline, signature)
        with pytest.raises(SignatureWrongSigner):
            submit_act("vote", address(CITIZENS[0]), fields, draft.deadline + 1, signature)

    @pytest.mark.parametrize(
        "signature", ["", "0x", "0x1", "0xzz", "0x" + "00" * 65, None, 7, "0x" + "ab" * 9000]
    )
    def test_what_is_no_signature_is_refused(self, civic: Civic, signature: Any) -> None:
        number = civic.open_vote()
        fields = {"proposalId": number, "support": 1}
        draft = draft_act("vote", address(CITIZENS[0]), fields)
        with pytest.raises((SignatureInvalid, SignatureWrongSigner)):
            submit_act("vote", address(CITIZENS[0]), fields, draft.deadline, signature)
        assert not RelayedAct.objects.exists()

    def test_expired_act_is_refused(self, civic: Civic) -> None:
        number = civic.open_vote()
        fields = {"proposalId": number, "support": 1}
        draft = draft_act("vote", address(CITIZENS[0]), fields, deadline=civic.node.now() + 30)
        signature = sign(CITIZENS[0], draft.typed_data)
        civic.pass_time(60)
        civic.read()
        with pytest.raises(ActExpired):
            submit_act("vote", address(CITIZENS[0]), fields, draft.deadline, signature)

    def test_rules_speak_before_any_gas(self, civic: Civic) -> None:
        number = civic.open_vote()
        with pytest.raises(DomainError) as refused:
            civic.vote(STRANGER, number)
        assert refused.value.code == "not-a-citizen"
        with pytest.raises(DomainError) as refused:
            civic.submit("activate", CITIZENS[0], proposalId=number)
        assert refused.value.code in {"wrong-state", "not-an-administrator"}

    def test_unknown_digest_is_not_found(self, db: None) -> None:
        for digest in ("0x" + "00" * 32, "nonsense", ""):
            with pytest.raises(ActNotFound):
                act_status(digest)


class TestPromise:
    def test_promise_names_act_and_time_and_can_be_checked_by_anyone(self, civic: Civic) -> None:
        row = civic.vote(CITIZENS[0], civic.open_vote())
        claims = read_promise(promise_of(row))
        assert claims == {
            "digest": row.digest,
            "act": "vote",
            "signer": row.signer,
            "chainId": 31337,
            "iat": int(row.created_at.timestamp()),
        }
        key = jwt.PyJWK(public_jwk())
        assert jwt.decode(promise_of(row), key, algorithms=["EdDSA"])["digest"] == row.digest
        assert jwt.get_unverified_header(promise_of(row))["kid"] == public_jwk()["kid"]

    def test_promise_of_another_key_is_refused(self, civic: Civic) -> None:
        row = civic.vote(CITIZENS[0], civic.open_vote())
        head, claims, _signature = promise_of(row).split(".")
        with pytest.raises(jwt.InvalidTokenError):
            read_promise(".".join((head, claims, "A" * 86)))


class TestSendingItOneself:
    def test_signed_act_can_be_sent_by_anyone(self, civic: Civic) -> None:
        number = civic.open_vote()
        row = civic.vote(CITIZENS[1], number)
        call = direct_call(row)
        assert call["chainId"] == 31337
        receipt = civic.send_raw(STRANGER, call["to"], call["data"])
        assert int(receipt["status"], 16) == 1
        assert civic.tally(number) == (0, 1, 0)

    @pytest.mark.parametrize(("support", "reason"), [(0, ""), (2, "I can't say.")])
    def test_vote_can_be_cast_without_a_signature(self, civic: Civic, support: int, reason: str) -> None:
        number = civic.open_vote()
        fields = {"proposalId": number, "support": support, "reason": reason}
        call = unsigned_call("vote", address(CITIZENS[1]), fields)
        assert int(civic.send_raw(CITIZENS[1], call["to"], call["data"])["status"], 16) == 1
        assert civic.tally(number)[support] == 1

    def test_every_act_has_a_plain_call(self, civic: Civic) -> None:
        draft = {
            "title": "A bench",
            "summary": "One bench.",
            "description": "By the river.",
            "proposalType": "POLICY",
        }
        civic.read()
        call = unsigned_call("propose", address(CITIZENS[1]), draft)
        assert int(civic.send_raw(CITIZENS[1], call["to"], call["data"])["status"], 16) == 1
        number = civic.call("ProposalManager", "proposalCount")
        civic.read()
        opens = {"voteStart": civic.node.now() + 600}
        for act, place, more in (("endorse", CITIZENS[2], {}), ("activate", ADMINISTRATORS[0], opens)):
            call = unsigned_call(act, address(place), {"proposalId": number, **more})
            assert int(civic.send_raw(place, call["to"], call["data"])["status"], 16) == 1, act
            civic.read()

    def test_page_offers_it_after_a_while(self, civic: Civic, settings: Any) -> None:
        row = civic.vote(CITIZENS[1], civic.open_vote())
        assert not self_send_offered(row)
        settings.ACT_SELF_SEND_SECONDS = -1
        assert self_send_offered(row)
        row.status = ActStatus.MINED
        assert not self_send_offered(row)


def struct_hash(document: dict[str, Any]) -> bytes:
    """EIP-712's hashStruct of a flat document, written out by hand."""
    words = [keccak(type_string(document["primaryType"]).encode())]
    for member in document["types"][document["primaryType"]]:
        value = document["message"][member["name"]]
        if member["type"] == "string":
            words.append(keccak(value.encode()))
        elif member["type"] == "bytes":
            words.append(keccak(bytes.fromhex(value[2:])))
        elif member["type"].startswith("uint"):
            words.append(int(value).to_bytes(32))
        else:
            words.append(bytes.fromhex(value[2:]).rjust(32, b"\0"))
    return keccak(b"".join(words))


def high_s_twin(signature: str) -> str:
    order = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
    raw = bytes.fromhex(signature[2:])
    s = order - int.from_bytes(raw[32:64])
    return "0x" + (raw[:32] + s.to_bytes(32) + bytes([55 - raw[64]])).hex()


def implementation(civic: Civic, contract: str) -> str:
    slot = "0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc"
    word = civic.client.request("eth_getStorageAt", civic.deployment.address(contract), slot, "latest")
    return "0x" + str(word)[-40:]
