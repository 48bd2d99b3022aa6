"""The fast decoder reads what ``eth_abi`` writes, and nothing that it wouldn't."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.abi import Contract, contract_of, contracts, event_classes, register_contract
from contracts.addresses import ZERO_ADDRESS
from contracts.calldata import kind_of
from contracts.decoded import Action, Decoded
from contracts.deployment import artifact
from contracts.errors import LogMalformed
from contracts.indexer.decode import Decoder, canonical, plan_of, topic_of
from contracts.registry import default
from contracts.tests.conftest import CONTRACTS
from contracts.tests.emitter import log_of
from contracts.tests.known_events import (
    ProposalCreated,
    RoleChangeRequested,
    Transfer,
    VoteCast,
    VoteReasonPublished,
)

BLOCK = "0x" + "11" * 32
NOW = datetime(2026, 1, 1, tzinfo=UTC)
CLASSES = list(event_classes())
EMPTY_REQUEST = [BLOCK, BLOCK, ZERO_ADDRESS, [], [], 0, BLOCK, True, 0]
# How long an example takes says something about the machine, not about the decoder.
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def words(width: int) -> st.SearchStrategy[str]:
    return st.binary(min_size=width, max_size=width).map(lambda raw: "0x" + raw.hex())


ACTIONS = st.lists(
    st.tuples(words(20), st.integers(0, 2**256 - 1), st.binary(max_size=100)).map(tuple), max_size=4
)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "address": words(20),
    "bool": st.booleans(),
    "string": st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=80),
    "address[]": st.lists(words(20), max_size=5),
    "bytes32[]": st.lists(words(32), max_size=5),
    "Action[]": ACTIONS,
    **{f"uint{bits}": st.integers(0, 2**bits - 1) for bits in (8, 16, 32, 48, 256)},
    **{f"bytes{width}": words(width) for width in (4, 32)},
}


def raw_log(cls: type[Decoded], topics: list[str], data: str) -> dict[str, Any]:
    return {
        "address": CONTRACTS[cls.contract_name],
        "topics": topics,
        "data": data,
        "blockHash": BLOCK,
        "blockNumber": "0x10",
        "logIndex": "0x3",
        "transactionHash": "0x" + "22" * 32,
    }


def decode(cls: type[Decoded], topics: list[str], data: str) -> list[Decoded]:
    return Decoder(CONTRACTS).decode([raw_log(cls, topics, data)], {BLOCK: NOW})


def values_of(event: Decoded) -> list[Any]:
    return [getattr(event, name) for name in event.__slots__]


def as_decoded(kind: str, value: Any) -> Any:
    if kind == "Action[]":
        return tuple(Action(target, amount, "0x" + data.hex()) for target, amount, data in value)
    return tuple(value) if kind.endswith("[]") else value


@patient
@given(st.data())
def test_whatever_eth_abi_encodes_is_read_back(data: st.DataObject) -> None:
    cls = data.draw(st.sampled_from([cls for cls in CLASSES if cls is not Transfer]))
    kinds = [kind for kind, _name in cls.arguments]
    arguments = [data.draw(VALUES[kind]) for kind in kinds]
    (event,) = decode(cls, *log_of(cls, arguments))
    assert type(event) is cls
    assert values_of(event) == [as_decoded(kind, value) for kind, value in zip(kinds, arguments, strict=True)]
    assert (event.position, event.block_number, event.log_index) == ((0x10 << 20) + 3, 0x10, 3)
    assert event.timestamp == NOW


@patient
@given(st.sampled_from(CLASSES), st.data())
def test_cut_or_altered_data_is_read_as_encoded_or_refused(cls: type[Decoded], data: st.DataObject) -> None:
    kinds = [kind for kind, _name in cls.arguments]
    topics, encoded = log_of(cls, [data.draw(VALUES[kind]) for kind in kinds])
    cut = data.draw(st.integers(2, max(2, len(encoded) - 1)))
    if cut < len(encoded):
        with pytest.raises(LogMalformed):
            decode(cls, topics, encoded[:cut])
    flipped = bytearray(bytes.fromhex(encoded[2:]))
    if flipped:
        place = data.draw(st.integers(0, len(flipped) - 1))
        flipped[place] ^= data.draw(st.integers(1, 255))
        with suppress(LogMalformed):  # never another error, never a hang
            decode(cls, topics, "0x" + flipped.hex())


@patient
@given(st.binary(max_size=60))
def test_reason_of_any_bytes_becomes_text_that_a_database_keeps(raw: bytes) -> None:
    topics, _ = log_of(VoteReasonPublished, [ZERO_ADDRESS, 7, ""])
    padded = raw + b"\0" * (-len(raw) % 32)
    (event,) = decode(VoteReasonPublished, topics, f"0x{32:064x}{len(raw):064x}{padded.hex()}")
    assert isinstance(event, VoteReasonPublished)
    assert "\0" not in event.reason
    event.reason.encode("utf-8")


def request(*, until: int = 0, grant: int = 1, accounts: int = 0, keys: int = 0) -> str:
    """The data of a RoleChangeRequested; ``accounts`` and ``keys`` are the lengths of its lists."""
    words_ = (192, 224, until, 0, grant, 0, accounts, keys)
    return "0x" + "".join(f"{word:064x}" for word in words_)


def test_request_without_accounts_is_read() -> None:
    (event,) = decode(RoleChangeRequested, log_of(RoleChangeRequested, EMPTY_REQUEST)[0], request())
    assert isinstance(event, RoleChangeRequested)
    assert (event.accounts, event.person_keys, event.grant) == ((), (), True)


@pytest.mark.parametrize(
    ("cls", "data"),
    [
        (VoteReasonPublished, f"0x{64:064x}{0:064x}"),
        (VoteReasonPublished, f"0x{2**255:064x}{0:064x}"),
        (VoteReasonPublished, f"0x{32:064x}{2**200:064x}"),
        (VoteReasonPublished, f"0x{32:064x}{3:064x}" + "61" * 3 + "00" * 28 + "01"),
        (RoleChangeRequested, request(grant=2)),
        (RoleChangeRequested, request(accounts=2**250)),
        (RoleChangeRequested, request(keys=2**250)),
        (RoleChangeRequested, request(until=2**48)),
        (ProposalCreated, f"0x{0:064x}{0:064x}{0:064x}{0:064x}{160:064x}{1:064x}{2**100:064x}"),
    ],
)
def test_offset_length_or_value_out_of_bounds_is_refused(cls: type[Decoded], data: str) -> None:
    topics = [topic_of(cls), *["0x" + "0" * 64] * (len(plan_of(cls).topics) - 1)]
    with pytest.raises(LogMalformed):
        decode(cls, topics, data)


def test_upper_case_digits_are_read_as_lower_case() -> None:
    topics, data = log_of(VoteCast, ["0x" + "ab" * 20, 7, 1, 255, "0x" + "cd" * 32])
    (event,) = decode(
        VoteCast, [topics[0], *["0x" + t[2:].upper() for t in topics[1:]]], "0x" + data[2:].upper()
    )
    assert isinstance(event, VoteCast)
    assert (event.voter, event.weight, event.reason_hash) == ("0x" + "ab" * 20, 255, "0x" + "cd" * 32)


def test_transfers_between_holders_are_left_out() -> None:
    one, two = "0x" + "01" * 20, "0x" + "02" * 20
    kept = [
        len(decode(Transfer, *log_of(Transfer, [sender, recipient, 5])))
        for sender, recipient in ((ZERO_ADDRESS, one), (one, ZERO_ADDRESS), (one, two))
    ]
    assert kept == [1, 1, 0]


def contract(name: str) -> Contract:
    found = contract_of(name)
    assert found is not None
    return found


def compiled_events() -> list[tuple[str, dict[str, Any]]]:
    return [
        (name, entry) for name in CONTRACTS for entry in artifact(name)["abi"] if entry["type"] == "event"
    ]


def test_every_event_of_the_contracts_is_handled_or_said_to_be_left_out() -> None:
    left_out = {(each.name, event) for each in contracts() for event in (*each.ignored, *each.unread)}
    registered = default.handlers.keys() | left_out
    missing = [
        (name, entry["name"]) for name, entry in compiled_events() if (name, entry["name"]) not in registered
    ]
    assert missing == []


def test_event_classes_are_those_of_the_compiled_contracts() -> None:
    declared = {(cls.contract_name, canonical(cls)) for cls in CLASSES}
    compiled = {
        (name, f"{entry['name']}({','.join(kind_of(item) for item in entry['inputs'])})")
        for name, entry in compiled_events()
        if entry["name"] not in contract(name).unread
    }
    assert declared == compiled
    for name, entry in compiled_events():
        cls = next((c for c in CLASSES if (c.contract_name, c.name) == (name, entry["name"])), None)
        if cls is not None:
            assert [argument for _kind, argument in cls.arguments] == [
                item["name"] for item in entry["inputs"]
            ]
            indexed = [" indexed " in part for part in cls.declaration.partition("(")[2].split(",")]
            assert indexed == [item["indexed"] for item in entry["inputs"]]


def test_what_is_not_read_has_a_reason_and_no_class() -> None:
    for each in contracts():
        assert all(why.strip() for why in each.unread.values())
        assert not each.unread.keys() & each.events.keys()


def test_event_that_is_read_by_two_apps_is_refused() -> None:
    with pytest.raises(ValueError, match="VoteCast twice"):
        register_contract("VotingEngine", events=(VoteCast,))


def test_event_that_no_abi_has_is_refused() -> None:
    with pytest.raises(LookupError, match="no event VoteLost"):
        register_contract("VotingEngine", unread={"VoteLost": "There is none."})


def test_handler_for_an_event_that_no_contract_has_is_refused() -> None:
    with pytest.raises(LookupError):
        default.handle("VotingEngine", "VoteLost")
