"""Whose signature it is."""

from __future__ import annotations

from typing import Any

import pytest
from eth_account import Account
from eth_hash.auto import keccak
from hypothesis import given
from hypothesis import strategies as st

from contracts.acts import reads
from contracts.acts.services import submit_act
from contracts.calldata import encode_call
from contracts.signatures import (
    SignatureInvalid,
    SignatureWrongSigner,
    canonical_ecdsa,
    check_signature,
    compact,
    is_ecdsa_of,
    parse_signature,
    recover,
)
from contracts.tests.civic import CITIZENS, FOR, Civic, address, sign

ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
DIGEST = "0x" + keccak(b"a document").hex()
KEY = Account.from_key(b"\x07" * 32)
SIGNER = KEY.address.lower()


def made(digest: str = DIGEST, key: Any = KEY) -> bytes:
    return bytes(key.unsafe_sign_hash(bytes.fromhex(digest[2:])).signature)


def nobody(address: str, digest: bytes, signature: bytes) -> bool | None:
    return None


def test_plain_signature_is_accepted_in_one_spelling() -> None:
    checked = check_signature(DIGEST, SIGNER, "0x" + made().hex(), ask_contract=nobody)
    assert checked.ecdsa
    assert checked.signature == "0x" + made().hex()
    assert is_ecdsa_of(SIGNER, DIGEST, checked.signature)


def test_all_spellings_of_one_signature_become_one() -> None:
    raw = made()
    zero_based = raw[:64] + bytes([raw[64] - 27])
    high = raw[:32] + (ORDER - int.from_bytes(raw[32:64])).to_bytes(32) + bytes([55 - raw[64]])
    short = b"".join(compact(raw))
    assert len(short) == 64
    spelled = {
        check_signature(DIGEST, SIGNER, "0x" + s.hex(), ask_contract=nobody).signature
        for s in (raw, zero_based, high, short)
    }
    assert spelled == {"0x" + raw.hex()}


def test_another_document_or_key_is_a_wrong_signer() -> None:
    other = "0x" + keccak(b"another document").hex()
    for signature in (made(other), made(key=Account.from_key(b"\x08" * 32))):
        with pytest.raises(SignatureWrongSigner):
            check_signature(DIGEST, SIGNER, "0x" + signature.hex(), ask_contract=nobody)


@pytest.mark.parametrize(
    "text", ["", "0x", "0x0", "ff" * 65, "0x" + "g" * 130, None, 5, [], "0x" + "11" * 8193]
)
def test_what_is_no_hex_is_no_signature(text: Any) -> None:
    with pytest.raises(SignatureInvalid):
        parse_signature(text)


@pytest.mark.parametrize(
    "raw",
    [
        bytes(65),
        b"\xff" * 65,
        made()[:64] + b"\x05",
        bytes(32) + made()[32:],
        made()[:32] + bytes(32) + made()[64:],
        ORDER.to_bytes(32) + made()[32:],
        made() + b"\x00",
        made()[:63],
    ],
)
def test_impossible_values_are_no_signature(raw: bytes) -> None:
    assert canonical_ecdsa(raw) is None
    with pytest.raises(SignatureInvalid):
        check_signature(DIGEST, SIGNER, "0x" + raw.hex(), ask_contract=nobody)


@given(st.binary(min_size=0, max_size=70), st.binary(min_size=32, max_size=32))
def test_any_bytes_give_an_answer_and_never_another_error(raw: bytes, digest: bytes) -> None:
    canonical = canonical_ecdsa(raw)
    if canonical is not None:
        recovered = recover(digest, canonical)
        assert recovered is None or len(recovered) == 42
        assert canonical_ecdsa(canonical) == canonical
        assert int.from_bytes(canonical[32:64]) <= ORDER // 2
    try:
        check_signature("0x" + digest.hex(), SIGNER, "0x" + raw.hex(), ask_contract=nobody)
    except (SignatureInvalid, SignatureWrongSigner):
        pass
    else:
        pytest.fail("random bytes passed for a signature")


def test_contract_is_asked_what_no_key_signed() -> None:
    asked: list[tuple[str, bytes, bytes]] = []

    def wallet(address: str, digest: bytes, signature: bytes) -> bool:
        asked.append((address, digest, signature))
        return signature == b"open sesame"

    checked = check_signature(DIGEST, SIGNER, "0x" + b"open sesame".hex(), ask_contract=wallet)
    assert not checked.ecdsa
    assert checked.signature == "0x" + b"open sesame".hex()
    with pytest.raises(SignatureWrongSigner):
        check_signature(DIGEST, SIGNER, "0x" + b"open pepper".hex(), ask_contract=wallet)
    assert [address for address, _digest, _signature in asked] == [SIGNER, SIGNER]


# A contract that answers isValidSignature with the magic value, whatever it is given:
# PUSH32 0x1626ba7e00… PUSH1 0 MSTORE PUSH1 32 PUSH1 0 RETURN
YES = "0x7f1626ba7e" + "00" * 28 + "60005260206000f3"
NO = "0x7fffffffff" + "00" * 28 + "60005260206000f3"
REVERT = "0x60006000fd"
EMPTY = "0x00"


@pytest.mark.parametrize(
    ("code", "answer"), [(YES, True), (NO, False), (REVERT, False), (EMPTY, False), ("0x", None)]
)
def test_contract_on_chain_speaks_for_itself(civic: Civic, code: str, answer: bool | None) -> None:
    wallet = "0x" + "77" * 20
    civic.client.request("anvil_setCode", wallet, code)
    assert reads.ask_erc1271(wallet, bytes(32), b"anything") is answer


def test_contract_wallet_votes_outside_of_batches(civic: Civic) -> None:
    """A citizen whose account became a contract still votes: by ERC-1271, in a transaction of its own."""
    number = civic.open_vote()
    place = CITIZENS[3]
    wallet = civic.draft("vote", place, proposalId=number, support=FOR).typed_data["message"]["voter"]
    civic.client.request("anvil_setCode", wallet, YES)
    draft = civic.draft("vote", place, proposalId=number, support=FOR)
    checked = check_signature(draft.digest, wallet.lower(), "0x1234", ask_contract=reads.ask_erc1271)
    assert not checked.ecdsa
    row = submit_act("vote", wallet, {"proposalId": number, "support": FOR}, draft.deadline, "0x1234")
    civic.vote(CITIZENS[4], number)
    civic.relay()
    row.refresh_from_db()
    assert (row.status, row.error_code) == ("mined", "")
    assert civic.tally(number) == (0, 2, 0)


def test_nonce_of_delegations_is_read_from_the_chain(civic: Civic) -> None:
    assert reads.delegation_nonce(address(CITIZENS[0])) == 0
    assert encode_call("VotingEngine", "nonces", ["0x" + "11" * 20]).startswith("0x7ecebe00")


def test_signing_helper_signs_what_wallets_sign(civic: Civic) -> None:
    draft = civic.draft("vote", CITIZENS[0], proposalId=civic.open_vote(), support=FOR)
    assert is_ecdsa_of(address(CITIZENS[0]), draft.digest, sign(CITIZENS[0], draft.typed_data))
