"""Delegates: what is said of each is what the record holds."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from governance.ballots.models import Support
from governance.delegation.selectors.delegates import Agreement, delegates, get_delegate, weight_over_time
from governance.errors import DelegateNotFound
from governance.proposals.models import ProposalType
from governance.shapes.growth import growth_of
from governance.tests.factories import Town, delegated, person, vote
from identity.accounts.models import User
from identity.roles.models import Role
from identity.tests.factories import granted

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Town:
    """Two delegates: 1, trusted by 4, 5 and 6, voted once of twice; 2, trusted by nobody, voted twice."""
    town = Town.founded(citizens=10)
    User.objects.create(
        username="ada", address=person(1), metadata={"displayName": "Ada", "bio": "Read first."}
    )
    town.block(granted(Role.DELEGATE, person(1)), granted(Role.DELEGATE, person(2)))
    town.block(delegated(4, 1), delegated(5, 1))
    town.block(delegated(6, 2))
    town.block(delegated(6, 1, 2), delegated(7, 1))
    town.block(delegated(7, None, 1), delegated(8, 1, kind=ProposalType.BUDGET))
    first, second = town.open_vote(title="First"), town.open_vote(title="Second")
    town.block(vote(first, 1, Support.FOR), vote(first, 2, Support.AGAINST), vote(first, 3, Support.FOR))
    town.block(vote(second, 2, Support.FOR), vote(second, 3, Support.FOR))
    return town


def test_record_counts_trust_participation_and_reasons(town: Town) -> None:
    ada, other = delegates()
    assert (ada.address, ada.name, ada.statement) == (person(1), "Ada", "Read first.")
    assert (ada.people, ada.share, ada.decisions, ada.voted) == (3, 30, 2, 1)
    assert (ada.participation, other.participation) == (50, 100)
    assert (other.people, other.statement) == (0, "")
    assert (ada.by_kind, other.by_kind) == ({ProposalType.BUDGET: 1}, {})


def test_votes_opened_before_somebody_was_a_delegate_count_neither_way(town: Town) -> None:
    town.block()
    town.block(granted(Role.DELEGATE, person(3)))
    newcomer = get_delegate(person(3))
    assert (newcomer.decisions, newcomer.voted, newcomer.participation) == (0, 0, None)


def test_agreement_is_of_decisions_in_which_both_voted(town: Town) -> None:
    ada, other = delegates(reader=person(3))
    assert (ada.agreement, other.agreement) == (Agreement(1, 1), Agreement(1, 2))
    assert [each.address for each in delegates(sort="alike", reader=person(3))] == [person(1), person(2)]
    assert get_delegate(person(1), reader=person(1)).agreement is None


@pytest.mark.parametrize(
    ("sort", "first"), [("trusted", 1), ("active", 2), ("name", 2), ("alike", 1), ("nonsense", 1)]
)
def test_directory_is_sorted_as_asked(town: Town, sort: str, first: int) -> None:
    assert delegates(sort=sort)[0].address == person(first)


def test_search_finds_words_of_name_and_statement(town: Town) -> None:
    assert [each.name for each in delegates(words="ADA first")] == ["Ada"]
    assert delegates(words="nobody") == []


def test_weight_over_time_follows_each_change(town: Town) -> None:
    points = [point.people for point in weight_over_time(person(1))]
    assert points == [2, 4, 3]
    start = weight_over_time(person(1))[0].at
    growth = growth_of(weight_over_time(person(1)), until=start + timedelta(seconds=72))
    assert growth is not None
    assert growth.line == "0,120 0,64 200,64 200,8 300,8 300,36 600,36 600,36"
    assert growth.last.people == 3
    assert growth_of([], until=start) is None


def test_who_is_no_delegate_any_more_is_not_found(town: Town) -> None:
    with pytest.raises(DelegateNotFound):
        get_delegate(person(3))


def test_queries_do_not_grow_with_the_delegates(town: Town, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(10):
        assert len(delegates(reader=person(3))) == 2
    for number in range(3, 9):
        town.block(granted(Role.DELEGATE, person(number)))
    with django_assert_max_num_queries(10):
        assert len(delegates(reader=person(3))) == 8


def test_pages_show_the_record_and_who_votes_for_the_reader(town: Town, client: Client) -> None:
    page = client.get("/delegates").content.decode()
    assert page.index("Ada") < page.index(f"/delegates/{person(2)}")
    assert "Connect your wallet to see who votes for you" in page
    mine = client.get("/parts/my-delegate", {"address": person(4)}).content.decode()
    assert "Ada" in mine
    assert "Take back" in mine
    assert "You, yourself" in client.get("/parts/my-delegate", {"address": person(9)}).content.decode()
    assert "has no vote to give" in client.get("/parts/my-delegate", {"address": person(99)}).content.decode()
    one = client.get(f"/delegates/{person(1)}").content.decode()
    assert "Read first." in one
    assert "First" in one
    budgets = client.get("/parts/my-delegate", {"address": person(8)}).content.decode()
    assert '"proposalType": "BUDGET"' in budgets
    give = client.get(f"/delegates/{person(1)}/parts/give", {"address": person(3)}).content.decode()
    assert "Voted like you in 1 of the 1" in give
    assert client.get(f"/delegates/{person(3)}").status_code == 404
    assert client.get("/delegates", {"q": "zzz"}).content.decode().count("No delegate fits") == 1


def test_api_tells_who_stands_behind_a_delegate(town: Town, client: Client) -> None:
    listed = client.get("/api/delegates").json()["results"]
    assert [each["people"] for each in listed] == [3, 0]
    one = client.get(f"/api/delegates/{person(1)}").json()
    assert {each["address"].lower() for each in one["delegators"]} == {person(4), person(5), person(6)}
    assert [point["people"] for point in one["weights"]] == [2, 4, 3]
    assert client.get(f"/api/delegates/{person(3)}").json()["code"] == "delegate-not-found"
    assert client.get("/api/delegates?ordering=alike").json()["code"] == "invalid-parameter"
    newest = client.get("/api/delegates?ordering=-participation&search=0x").json()["results"]
    assert [each["address"].lower() for each in newest] == [person(2)]


def test_api_says_what_a_ballot_counts_and_why(town: Town, client: Client) -> None:
    number = town.open_vote(title="Third").proposal_id
    power = client.get(f"/api/proposals/{number}/power/{person(1)}").json()
    assert (power["weight"], power["canVote"]) == ("4", True)
    assert power["explanation"][0].startswith("1, because you are a citizen since")
    assert "3 people gave you their vote" in power["explanation"][1]
    given = client.get(f"/api/proposals/{number}/power/{person(4)}").json()
    assert given["delegate"].lower() == person(1)
    stranger = client.get(f"/api/proposals/{number}/power/{person(99)}").json()
    assert (stranger["canVote"], stranger["code"]) == (False, "not-a-citizen")
