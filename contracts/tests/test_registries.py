"""What apps register about contracts: each thing once, and nothing that the ABI doesn't have."""

from __future__ import annotations

from typing import Any

import pytest

from contracts import abi
from contracts.abi import Counted, register_contract
from contracts.acts.errors import ActExpired
from contracts.calldata import selector
from contracts.refusals import explain, refusals, register_refusals, unmet_refusals
from contracts.subjects import SubjectKind, register_subject, subject_fields, subject_words
from core.subjects import Subject

FOREIGN: list[dict[str, Any]] = [
    {"type": "error", "name": "SafeBusy", "inputs": [{"name": "nonce", "type": "uint256"}]},
    {"type": "error", "name": "SafeBroken", "inputs": []},
    {
        "type": "event",
        "name": "Sent",
        "inputs": [{"name": "spendingId", "type": "uint256", "indexed": True}],
    },
]


@pytest.fixture
def safe(monkeypatch: pytest.MonkeyPatch) -> str:
    """A contract of somebody else's, registered for one test."""
    monkeypatch.setattr(abi, "_contracts", dict(abi._contracts))
    register_contract("Safe", abi=FOREIGN, unread={"Sent": "Nothing hangs on it."})
    return "Safe"


def test_contract_of_somebody_else_is_known_by_its_own_abi(safe: str) -> None:
    assert abi.abi_of(safe) == FOREIGN
    assert safe in abi.contract_names()
    assert explain("0x" + (selector(FOREIGN[0]) + (7).to_bytes(32)).hex()).error == "SafeBusy(7)"


def test_event_is_left_out_once(safe: str) -> None:
    with pytest.raises(ValueError, match="Sent twice"):
        register_contract(safe, unread={"Sent": "Again."})
    with pytest.raises(LookupError, match="no event Received"):
        register_contract(safe, counted={"Received": Counted("received", "Received")})


def test_error_has_one_meaning() -> None:
    before = dict(refusals())
    with pytest.raises(ValueError, match="meaning already"):
        register_refusals("VotingEngine", {"VotingEngineSignatureExpired": ActExpired})
    with pytest.raises(LookupError, match="no error VotingEngineAsleep"):
        register_refusals("VotingEngine", {"VotingEngineAsleep": ("asleep", "It sleeps.")})
    assert refusals() == before


def test_librarys_error_that_nobody_meets_may_be_said_by_many() -> None:
    error = "InvalidInitialization"
    assert error in unmet_refusals()
    register_refusals("ProposalManager", {}, unmet={error: unmet_refusals()[error]})
    with pytest.raises(ValueError, match="meaning already"):
        register_refusals("ProposalManager", {error: ActExpired})


def test_refusal_of_a_contract_has_the_words_of_the_portals_own_error() -> None:
    assert refusals()["VotingEngineSignatureExpired"] == (ActExpired.code, ActExpired.message)


def test_kind_of_subject_is_registered_once() -> None:
    with pytest.raises(ValueError, match="two kinds"):
        register_subject(SubjectKind("proposal", "proposal"))


def test_subject_shows_under_its_own_kinds_name_alone() -> None:
    assert subject_fields(Subject("proposal", "7"))["proposalId"] == "7"
    assert set(subject_fields(Subject("spending", "7")).values()) == {None}
    assert set(subject_fields(None).values()) == {None}
    assert subject_words(Subject("spending", "7")) == "spending 7"
    assert subject_words(None) == ""
