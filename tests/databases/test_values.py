"""What the chain and people say comes back as it was said, from every database."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.models import ActStatus, RelayedAct
from governance.ballots.models import BallotReason
from identity.accounts.models import User

pytestmark = pytest.mark.django_db

EDGES = [0, 1, 2**31, 2**53 + 1, 2**63 - 1, 2**63, 2**64, 10**34, 2**127, 2**128 - 1, 2**255, 2**256 - 1]
TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**256), 2**256) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)


def reason(number: int) -> BallotReason:
    return BallotReason.objects.create(
        chain_id=1,
        contract="0x" + "Ab" * 20,
        proposal_id=number,
        voter="0x" + "0" * 40,
        reason_hash="0x" + "Cd" * 32,
    )


def test_uint256_is_exact_and_in_order() -> None:
    for number in reversed(EDGES):
        reason(number)
    numbers = BallotReason.objects.order_by("proposal_id").values_list("proposal_id", flat=True)
    assert list(numbers) == EDGES
    for place, number in enumerate(EDGES):
        assert BallotReason.objects.get(proposal_id=number).proposal_id == number
        assert list(numbers.filter(proposal_id__gte=number)) == EDGES[place:]
        assert list(numbers.filter(proposal_id__lt=number)) == EDGES[:place]
    assert list(numbers.filter(proposal_id__in=[2**63, 2**64])) == [2**63, 2**64]


def test_addresses_and_hashes_are_found_in_any_case() -> None:
    reason(1)
    row = BallotReason.objects.get(contract="0x" + "aB" * 20, reason_hash="0x" + "cD" * 32)
    assert (row.contract, row.reason_hash) == ("0x" + "ab" * 20, "0x" + "cd" * 32)


def keep(fields: Any) -> Any:
    RelayedAct.objects.all().delete()
    RelayedAct.objects.create(
        digest="0x" + "1" * 64,
        act="vote",
        signer="0x" + "0" * 40,
        fields=fields,
        typed_data={},
        signature="0x",
        deadline=datetime(2026, 1, 1, tzinfo=UTC),
        status=ActStatus.QUEUED,
    )
    return RelayedAct.objects.values_list("fields", flat=True).get()


@pytest.mark.parametrize(
    "value",
    [
        *[{"n": number, "minus": -number} for number in EDGES],
        {"$set": 1, "a.b": {"": 2}, "é": ["x", None, True, 1.5, {"$where": "1"}]},
        [],
        {},
    ],
)
def test_json_comes_back_as_it_was(value: Any) -> None:
    assert keep(value) == value


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=st.dictionaries(TEXT, JSON, max_size=4))
def test_any_json_comes_back_as_it_was(db: None, value: dict[str, Any]) -> None:
    assert keep(value) == value


def test_moments_are_kept_to_the_millisecond_at_least() -> None:
    moment = datetime(2026, 1, 2, 3, 4, 5, 678_000, tzinfo=UTC)
    User.objects.create(username="ada", last_active=moment)
    assert User.objects.get().last_active == moment
    assert User.objects.filter(last_active=moment).exists()
    assert not User.objects.filter(last_active__gt=moment).exists()
