"""What programs read of proposals, votes and rules, over a town told by the test."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import orjson
import pytest
from django.test import Client

from contracts.addresses import checksum
from core.content import cid_of
from governance.ballots.models import Support
from governance.proposals.models import Proposal
from governance.tests.factories import Town, delegated, fresh, paused, person, reduced, vote

pytestmark = pytest.mark.django_db
BIG = 2**200 + 7


@pytest.fixture
def town() -> Town:
    return Town.founded(citizens=12)


@pytest.fixture
def api(client: Client) -> Any:
    """``api("/proposals")``: the JSON of a GET that must succeed."""

    def get(path: str, **headers: str) -> Any:
        response = client.get(f"/api{path}", headers=headers)
        assert response.status_code == 200, response.content
        return response.json()

    return get


def walk(api: Any, path: str) -> list[dict[str, Any]]:
    """All results, page by page, as a client follows ``next``; checks that ``previous`` leads back."""
    found: list[dict[str, Any]] = []
    before: list[dict[str, Any]] | None = None
    while path:
        page = api(path)
        if before is not None:
            assert api(_path(page["previous"]))["results"] == before
        found += page["results"]
        before = page["results"]
        path = _path(page["next"]) if page["next"] else ""
    return found


def _path(url: str) -> str:
    return url.removeprefix("http://testserver/api")


def test_a_proposal_bears_the_names_of_the_interface(town: Town, api: Any) -> None:
    proposal = town.open_vote()
    town.block(vote(proposal, 1), vote(proposal, 2, Support.AGAINST), vote(proposal, 3, Support.ABSTAIN))
    row = api("/proposals")["results"][0]
    assert {
        "proposalId": "1",
        "proposer": checksum(person(0)),
        "proposalType": "POLICY",
        "state": "ACTIVE",
        "title": "A bench by the river",
        "summary": "In short.",
        "description": "At **length**.",
        "topic": "Parks",
        "metadataHash": cid_of(proposal.metadata_hash),
        "executionTime": None,
        "forVotes": "1",
        "againstVotes": "1",
        "abstainVotes": "1",
    }.items() <= row.items()
    assert row["createdAt"].endswith("Z")
    assert row["startBlock"] == fresh(proposal).start_block
    detail = api("/proposals/1")
    assert {key: detail[key] for key in row if key != "actions"} == {
        k: v for k, v in row.items() if k != "actions"
    }
    assert detail["result"]["quorum"] == "3"  # 20 % of 12, rounded up
    assert detail["result"]["quorumReached"] is False
    assert [step["key"] for step in detail["steps"]][:3] == ["proposed", "support", "voting"]


def test_numbers_beyond_64_bits_are_exact_decimal_text(town: Town, api: Any) -> None:
    proposal = town.open_vote(proposal_id=BIG)
    town.block(vote(proposal, 1, weight=BIG))
    assert api("/proposals")["results"][0]["proposalId"] == str(BIG)
    detail = api(f"/proposals/{BIG}")
    assert (detail["proposalId"], detail["forVotes"]) == (str(BIG), str(BIG))
    ballot = api(f"/proposals/{BIG}/votes")["results"][0]
    assert (ballot["proposalId"], ballot["weight"]) == (str(BIG), str(BIG))
    event = api(f"/governance/events?proposalId={BIG}&eventName=VoteCast")["results"][0]
    assert (event["proposalId"], event["data"]["weight"]) == (str(BIG), str(BIG))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["4", "3", "2", "1"]),
        ("state=ACTIVE", ["2"]),
        ("state=ACTIVE,DEFEATED", ["2", "1"]),
        ("state=ACTIVE&state=DEFEATED", ["2", "1"]),
        ("type=BUDGET", ["3"]),
        ("topic=Parks", ["4", "3", "2", "1"]),
        ("topic=Roads", []),
        (f"proposer={person(5)}", ["4"]),
        (f"proposer={checksum(person(5))}", ["4"]),
        ("search=library", ["3"]),
        ("search=LENGTH+library", ["3"]),
        ("search=nowhere", []),
        ("ordering=createdAt", ["1", "2", "3", "4"]),
        ("ordering=-proposalId", ["4", "3", "2", "1"]),
        ("createdAt_after=2099-01-01T00:00:00Z", []),
        ("createdAt_before=2099-01-01", ["4", "3", "2", "1"]),
    ],
)
def test_filters_search_and_order_narrow_the_list(
    town: Town, api: Any, query: str, expected: list[str]
) -> None:
    town.close_vote(town.open_vote(title="One"))
    town.open_vote(title="Two")
    town.propose(title="A new library", proposal_type="BUDGET")
    town.propose(title="Four", proposer=person(5))
    assert [row["proposalId"] for row in api(f"/proposals?{query}")["results"]] == expected


def test_pages_show_every_row_once_also_when_rows_of_one_instant_meet_a_page_end(
    town: Town, api: Any
) -> None:
    town.block(*(town.created(title=f"Number {n}") for n in range(11)))  # all of one second
    town.propose(title="Later")
    ids = [row["proposalId"] for row in walk(api, "/proposals?page_size=3")]
    assert ids == ["12", *(str(n) for n in range(11, 0, -1))]
    assert [r["proposalId"] for r in walk(api, "/proposals?page_size=5&ordering=createdAt")] == ids[::-1]


def test_a_row_added_between_two_pages_shifts_nothing(town: Town, api: Any) -> None:
    for n in range(4):
        town.propose(title=f"Number {n}")
    first = api("/proposals?page_size=2")
    town.propose(title="New")
    second = api(_path(first["next"]))
    assert [row["proposalId"] for row in first["results"] + second["results"]] == ["4", "3", "2", "1"]
    assert second["next"] is None


def test_fields_asks_for_some_members_only(town: Town, api: Any) -> None:
    town.propose()
    assert api("/proposals?fields=proposalId,title")["results"] == [
        {"proposalId": "1", "title": "A bench by the river"}
    ]
    assert api("/proposals/1?fields=state") == {"state": "DRAFT"}


def test_ballots_show_what_was_cast_and_what_counts(town: Town, api: Any) -> None:
    town.block(delegated(3, 1))
    proposal = town.open_vote()
    town.block(vote(proposal, 1, weight=2, reason="A good place"))
    town.block(reduced(proposal, 1, 3, 2, counted=True), vote(proposal, 3, Support.AGAINST))
    rows = api("/proposals/1/votes")["results"]
    assert [row["voter"] for row in rows] == [checksum(person(3)), checksum(person(1))]
    delegate = rows[1]
    assert (delegate["support"], delegate["weight"], delegate["effectiveWeight"]) == (1, "2", "1")
    assert [row["confirmation"] for row in rows] == ["seen", "confirmed"]
    assert sum(int(row["effectiveWeight"]) for row in rows if row["support"] == 1) == int(
        api("/proposals/1")["forVotes"]
    )
    assert [r["support"] for r in api("/proposals/1/votes?support=0")["results"]] == [0]
    for has, voters in (("true", []), ("false", [3, 1])):  # the town's reasons were never handed in here
        found = api(f"/proposals/1/votes?hasReason={has}")["results"]
        assert [row["voter"] for row in found] == [checksum(person(n)) for n in voters]
    assert [r["voter"] for r in api(f"/proposals/1/votes?voter={person(1)}")["results"]] == [
        checksum(person(1))
    ]


def test_an_export_holds_every_ballot_in_either_form(town: Town, client: Client, api: Any) -> None:
    proposal = town.open_vote()
    town.block(*(vote(proposal, n, Support(n % 3)) for n in range(12)))
    listed = walk(api, "/proposals/1/votes?page_size=5")
    for url in ("/api/proposals/1/votes.ndjson", "/api/proposals/1/votes?format=ndjson"):
        response = client.get(url, headers={"accept": "application/json"})
        assert response["Content-Type"] == "application/x-ndjson"
        assert [orjson.loads(line) for line in response.getvalue().splitlines()] == listed
    response = client.get("/api/proposals/1/votes.csv?fields=voter,support")
    assert response["Content-Disposition"] == 'attachment; filename="proposal-1-votes.csv"'
    rows = list(csv.DictReader(io.StringIO(response.getvalue().decode())))
    assert rows == [{"voter": row["voter"], "support": str(row["support"])} for row in listed]


def test_a_reason_can_not_become_a_formula_in_a_spreadsheet(town: Town, client: Client) -> None:
    proposal = town.open_vote()
    town.block(vote(proposal, 1))
    proposal.votes.update(reason='=HYPERLINK("x")')
    text = client.get("/api/proposals/1/votes.csv?fields=reason").getvalue().decode()
    assert next(csv.DictReader(io.StringIO(text)))["reason"].startswith("'=")


def test_the_series_ends_at_the_tally(town: Town, api: Any) -> None:
    proposal = town.open_vote()
    for n in range(4):
        town.block(vote(proposal, n, Support.FOR if n else Support.AGAINST))
    series = api("/proposals/1/results?bucket=hour")
    assert series["bucket"] == "hour"
    assert series["points"][-1]["forVotes"] == series["result"]["forVotes"] == "3"
    assert series["points"][-1]["againstVotes"] == "1"


def test_the_record_names_transactions_and_actors(town: Town, api: Any) -> None:
    town.open_vote()
    entries = api("/proposals/1/timeline")["entries"]
    assert entries[-1]["key"] == "ProposalCreated"
    assert entries[-1]["actor"] == checksum(person(0))
    assert entries[-1]["transactionHash"].startswith("0x")
    assert [entry["at"] for entry in entries] == sorted((entry["at"] for entry in entries), reverse=True)


def test_rules_and_figures(town: Town, api: Any) -> None:
    proposal = town.open_vote()
    town.block(vote(proposal, 1))
    rules = api("/governance/params")
    assert (rules["votingPeriod"], rules["quorumPercentage"]) == ("604800", "20")
    assert {rule["name"] for rule in rules["parameters"]} >= {"votingPeriod", "gracePeriod"}
    assert {way["kind"] for way in rules["strategies"]} == {"one-person-one-vote", "token-weighted"}
    stats = api("/governance/stats")
    assert (stats["citizens"], stats["votes"], stats["openVotes"]) == (12, 1, 1)
    assert stats["proposals"]["byState"]["ACTIVE"] == 1
    assert stats["chain"]["blockNumber"] == town.number
    assert stats["nextClosing"]["proposalId"] == "1"


def test_events_come_in_the_order_of_the_chain(town: Town, api: Any) -> None:
    proposal = town.open_vote()
    block = town.block(vote(proposal, 1), vote(proposal, 2))
    rows = api(f"/governance/events?fromBlock={block}&ordering=blockNumber")["results"]
    assert [(row["eventName"], row["logIndex"]) for row in rows] == [("VoteCast", 0), ("VoteCast", 1)]
    picked = api("/governance/events?page_size=1&fields=eventName,proposalId")["results"]
    assert [set(row) for row in picked] == [{"eventName", "proposalId"}]
    same = api(f"/governance/events?transactionHash={rows[0]['transactionHash']}")["results"]
    assert len(same) == 2
    walked = walk(api, "/governance/events?page_size=7")
    assert len(walked) == len({(row["blockNumber"], row["logIndex"]) for row in walked}) > 20


def test_a_person_has_a_profile_votes_and_roles(town: Town, api: Any) -> None:
    town.block(delegated(2, 1))
    proposal = town.open_vote()
    town.block(vote(proposal, 1))
    profile = api(f"/users/{person(2)}")
    assert profile["address"] == checksum(person(2))
    assert profile["roles"] == ["CITIZEN"]
    assert profile["delegatedTo"] == checksum(person(1))
    assert [(each["proposalType"], each["delegate"]) for each in profile["delegations"]] == [
        (None, checksum(person(1)))
    ]
    assert profile["metadata"] == {"displayName": "", "avatar": "", "bio": ""}
    assert [row["proposalId"] for row in api(f"/users/{person(1)}/votes")["results"]] == ["1"]
    roles = api(f"/users/{checksum(person(2))}/roles")
    assert [row["role"] for row in roles["roles"]] == ["CITIZEN"]
    assert roles["history"][0]["change"] == "granted"
    stranger = api(f"/users/{person(999)}")
    assert (stranger["roles"], stranger["delegatedTo"], stranger["delegations"]) == ([], None, [])


def test_a_list_costs_the_same_few_queries_whatever_its_length(
    town: Town, client: Client, django_assert_max_num_queries: Any
) -> None:
    for n in range(3):
        proposal = town.open_vote(title=f"Number {n}")
        town.block(*(vote(proposal, voter) for voter in range(6)))
    for path, most in [
        ("/api/proposals", 5),
        ("/api/roles/requests", 2),
        ("/api/governance/pauses", 2),
        ("/api/proposals/1/votes", 4),
        ("/api/governance/events", 2),
        (f"/api/users/{person(1)}/votes", 3),
        ("/api/proposals/1", 20),
        ("/api/governance/stats", 16),
    ]:
        with django_assert_max_num_queries(most):
            assert client.get(path).status_code == 200


def test_an_etag_spares_what_has_not_changed(town: Town, client: Client) -> None:
    proposal = town.open_vote()
    for path in ("/api/proposals", "/api/proposals/1", "/api/proposals/1/votes"):
        first = client.get(path)
        again = client.get(path, headers={"if-none-match": first["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert again["ETag"] == first["ETag"]
    town.block(vote(proposal, 1))
    for path in ("/api/proposals", "/api/proposals/1", "/api/proposals/1/votes"):
        assert client.get(path, headers={"if-none-match": first["ETag"]}).status_code == 200


def test_reading_is_public_and_writes_no_cookie(town: Town, client: Client) -> None:
    town.propose()
    for path in ("/api/proposals", "/api/proposals/1", "/api/governance/params", "/api/audit"):
        response = client.get(path)
        assert response.status_code == 200
        assert not response.cookies


def test_deadlines_include_time_spent_paused(town: Town, api: Any) -> None:
    proposal = town.open_vote()
    before = api("/proposals/1")["voteEnd"]
    town.block(paused(town.now + town.step + timedelta(hours=1)))
    town.wait(timedelta(hours=2))
    assert api("/proposals/1")["voteEnd"] > before
    assert fresh(proposal).vote_end == Proposal.objects.get(pk=1).vote_end
