"""Signed acts over HTTP: drafted, handed in once however often they come, waited for."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio
from asgiref.sync import sync_to_async
from django.test import Client
from django.utils import timezone
from eth_account import Account
from eth_account.signers.local import LocalAccount

from contracts.acts.promise import read_promise
from contracts.addresses import checksum
from contracts.models import ActStatus, RelayedAct
from core.http.serving import PooledHandler
from governance.ballots.models import Support
from governance.proposals.models import Proposal
from governance.tests.factories import CONTRACTS, Town, vote

pytestmark = pytest.mark.django_db
JSON = "application/json"
VOTER: LocalAccount = Account.from_key("0x" + "11" * 32)
OTHER: LocalAccount = Account.from_key("0x" + "22" * 32)
ANSWERS_ZERO = "0x5f5f5260205ff3"  # PUSH0 PUSH0 MSTORE PUSH1 32 PUSH0 RETURN


@pytest.fixture
def town(anvil: Any) -> Town:
    """A town in which VOTER is a citizen. The node is asked only whether an address has code."""
    town = Town.founded(citizens=3)
    town.block(*town.joins(VOTER.address.lower()))
    town.block()
    return town


@pytest.fixture
def proposal(town: Town) -> Proposal:
    return town.open_vote()


def draft(client: Client, **body: Any) -> dict[str, Any]:
    response = client.post("/api/acts/typed-data", body, content_type=JSON)
    assert response.status_code == 200, response.content
    return dict(response.json())


def signed(client: Client, account: LocalAccount = VOTER, **body: Any) -> dict[str, Any]:
    """``body`` with what signing its draft adds."""
    drafted = draft(client, signer=account.address, **body)
    signature = account.sign_typed_data(full_message=drafted["typedData"]).signature
    return {
        **body,
        "signer": account.address,
        "deadline": drafted["deadline"],
        "signature": "0x" + bytes(signature).hex(),
    }


def ballot(client: Client, proposal: Proposal, **more: Any) -> dict[str, Any]:
    body = signed(
        client,
        act="vote",
        proposalId=str(proposal.proposal_id),
        support=1,
        reason="It is shady there.",
        **more,
    )
    del body["act"], body["proposalId"]
    return body


def test_a_draft_is_a_whole_document_that_reads_as_plain_words(client: Client, proposal: Proposal) -> None:
    drafted = draft(client, act="vote", signer=VOTER.address, proposalId="1", support=0, reason="No")
    document = drafted["typedData"]
    assert set(document) == {"types", "primaryType", "domain", "message"}
    assert document["primaryType"] == "Ballot"
    assert document["message"]["rulesHash"] == proposal.rules_hash
    assert int(document["message"]["deadline"]) == drafted["deadline"]
    assert drafted["proposalId"] == "1"
    assert {"label", "value"} == set(drafted["summary"][0])
    assert not RelayedAct.objects.exists()


def test_a_ballot_is_received_once_however_often_it_is_handed_in(client: Client, proposal: Proposal) -> None:
    body = ballot(client, proposal)
    first = client.put("/api/proposals/1/vote", body, content_type=JSON)
    assert first.status_code == 202
    answer = first.json()
    assert set(answer) == {"digest", "status", "url", "promise"}
    assert answer["status"] == "queued"
    assert first["Location"] == answer["url"] == f"/api/acts/{answer['digest']}"
    claims = read_promise(answer["promise"])
    assert (claims["digest"], claims["signer"]) == (answer["digest"], VOTER.address.lower())
    again = client.put("/api/proposals/1/vote", body, content_type=JSON)
    whole = {**body, "act": "vote", "proposalId": 1}
    third = client.post("/api/acts", whole, content_type=JSON)
    assert again.json() == third.json() == answer
    assert RelayedAct.objects.count() == 1
    told = client.get(answer["url"]).json()
    assert told == {
        "digest": answer["digest"],
        "act": "vote",
        "signer": checksum(VOTER.address),
        "proposalId": "1",
        "status": "queued",
        "transactionHash": None,
        "blockNumber": None,
        "deadline": datetime.fromtimestamp(body["deadline"], UTC).isoformat().replace("+00:00", "Z"),
        "error": None,
        "transaction": None,
    }


def test_after_a_minute_the_call_to_send_it_oneself_is_offered(client: Client, proposal: Proposal) -> None:
    url = client.put("/api/proposals/1/vote", ballot(client, proposal), content_type=JSON).json()["url"]
    RelayedAct.objects.update(created_at=timezone.now() - timedelta(seconds=61))
    call = client.get(url).json()["transaction"]
    assert set(call) == {"to", "data", "value", "chainId"}
    assert call["data"].startswith("0x")


def test_a_proposal_and_a_cancellation_have_addresses_of_their_own(
    client: Client, anvil_snapshot: Any, town: Town
) -> None:
    # Nobody has voided a number of signed cancellations: the next one of everybody is 0.
    anvil_snapshot.rpc("anvil_setCode", CONTRACTS["ProposalManager"], ANSWERS_ZERO)
    fields: dict[str, Any] = {
        "proposalType": "POLICY",
        "title": "More benches",
        "summary": "Along the river.",
        "description": "Ten of them.",
        "topic": "Parks",
    }
    body = signed(client, act="propose", **fields)
    del body["act"]
    response = client.post("/api/proposals", body, content_type=JSON)
    assert response.status_code == 202, response.content
    assert RelayedAct.objects.get().act == "propose"
    town.propose(proposer=VOTER.address.lower())
    body = signed(client, act="cancel", proposalId="1", reason="I was wrong.")
    del body["act"], body["proposalId"]
    response = client.delete("/api/proposals/1", body, content_type=JSON)
    assert response.status_code == 202, response.content
    assert set(RelayedAct.objects.values_list("act", "proposal_id")) == {("propose", None), ("cancel", 1)}


@pytest.mark.parametrize(
    ("change", "status", "code", "field"),
    [
        ({"support": 0}, 403, "signature-wrong-signer", None),
        ({"reason": "Another reason"}, 403, "signature-wrong-signer", None),
        ({"signer": OTHER.address}, 403, "not-a-citizen", None),
        ({"signature": "0x" + "00" * 65}, 400, "signature-invalid", None),
        ({"signature": "0x12"}, 400, "signature-invalid", None),
        ({"signature": None}, 422, "field-missing", "signature"),
        ({"signature": 7}, 400, "signature-invalid", None),
        ({"deadline": 1}, 410, "act-expired", "deadline"),
        ({"deadline": 2**36}, 422, "deadline-too-far", "deadline"),
        ({"deadline": "tomorrow"}, 422, "field-invalid", "deadline"),
        ({"deadline": 1.5}, 422, "field-invalid", "deadline"),
        ({"deadline": None}, 422, "field-missing", "deadline"),
        ({"support": 3}, 422, "field-invalid", "support"),
        ({"support": True}, 422, "field-invalid", "support"),
        ({"support": None}, 422, "field-missing", "support"),
        ({"signer": "me"}, 422, "field-invalid", "signer"),
        ({"signer": ["me"]}, 422, "field-invalid", "signer"),
        ({"reason": {"a": 1}}, 422, "field-invalid", "reason"),
        ({"proposalId": "2"}, 422, "field-invalid", "proposalId"),
    ],
)
def test_a_wrong_ballot_is_a_clear_error_and_nothing_is_written(
    client: Client, proposal: Proposal, change: dict[str, Any], status: int, code: str, field: str | None
) -> None:
    body = {**ballot(client, proposal), **change}
    response = client.put("/api/proposals/1/vote", body, content_type=JSON)
    problem = response.json()
    assert (response.status_code, problem["code"]) == (status, code), problem
    if field:
        assert problem["field"] == field
    assert not RelayedAct.objects.exists()


def test_rules_speak_before_anything_is_signed(client: Client, town: Town, proposal: Proposal) -> None:
    def refused(**body: Any) -> tuple[int, str]:
        response = client.post("/api/acts/typed-data", body, content_type=JSON)
        return response.status_code, response.json()["code"]

    mine = {"act": "vote", "signer": VOTER.address, "proposalId": "1", "support": 1}
    assert refused(**{**mine, "act": "fly"}) == (404, "act-unknown")
    assert refused(**{**mine, "proposalId": "9"}) == (404, "proposal-not-found")
    assert refused(**{**mine, "signer": OTHER.address}) == (403, "not-a-citizen")
    town.block(vote(proposal, VOTER.address.lower(), Support.FOR))
    assert refused(**mine) == (409, "already-voted")
    town.close_vote(proposal)
    assert refused(**{**mine, "signer": "0x000000000000000000000000000000000000c001"}) == (
        409,
        "voting-closed",
    )


def test_if_match_refuses_an_act_on_what_has_changed_since(
    client: Client, town: Town, proposal: Proposal
) -> None:
    etag = client.get("/api/proposals/1")["ETag"]
    body = ballot(client, proposal)
    town.block(vote(proposal, 1))
    stale = client.put("/api/proposals/1/vote", body, content_type=JSON, headers={"if-match": etag})
    assert (stale.status_code, stale.json()["code"]) == (412, "precondition-failed")
    assert not RelayedAct.objects.exists()
    etag = client.get("/api/proposals/1")["ETag"]
    fresh = client.put("/api/proposals/1/vote", body, content_type=JSON, headers={"if-match": etag})
    assert fresh.status_code == 202, fresh.content


def test_an_officers_session_without_the_token_of_the_page_is_refused(
    proposal: Proposal, django_user_model: Any
) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(django_user_model.objects.create_user("officer", password="a-long-password"))
    response = client.post("/api/acts", {"act": "vote"}, content_type=JSON)
    assert (response.status_code, response.json()["code"]) == (403, "permission-denied")
    anonymous = Client(enforce_csrf_checks=True).post("/api/acts", {"act": "vote"}, content_type=JSON)
    assert anonymous.json()["code"] == "field-missing"


# Waiting, under the server's own handler


@pytest_asyncio.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    """A client of the handler that serves in production, with two threads."""
    transport = httpx.ASGITransport(app=PooledHandler(2))  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
        yield client


@pytest.mark.django_db(transaction=True)
async def test_waiting_clients_hold_no_thread_and_hear_when_the_act_is_mined(
    http: httpx.AsyncClient, client: Client, anvil: Any
) -> None:
    def prepare() -> dict[str, Any]:
        town = Town.founded(citizens=3)
        town.block(*town.joins(VOTER.address.lower()))
        town.block()
        return ballot(client, town.open_vote())

    body = await sync_to_async(prepare)()
    # More clients wait than there are threads, and others are served meanwhile.
    waiting = [
        asyncio.create_task(http.put("/api/proposals/1/vote", json=body, headers={"prefer": "wait=25"}))
        for _ in range(6)
    ]
    while not await RelayedAct.objects.aexists():
        assert (await http.get("/api/health/live")).status_code == 200
    assert not any(task.done() for task in waiting)
    mined = {"status": ActStatus.MINED, "transaction_hash": "0x" + "ab" * 32, "block_number": 7}
    await RelayedAct.objects.aupdate(**mined)
    for response in await asyncio.gather(*waiting):
        assert response.status_code == 200
        assert response.headers["preference-applied"] == "wait=25"
        answer = response.json()
        assert (answer["status"], answer["blockNumber"]) == ("mined", 7)
        assert int(response.headers["content-length"]) == len(response.content)


@pytest.mark.django_db(transaction=True)
async def test_posting_an_act_again_tells_at_once_that_it_is_mined(
    http: httpx.AsyncClient, client: Client, anvil: Any
) -> None:
    def prepare() -> dict[str, Any]:
        town = Town.founded(citizens=3)
        town.block(*town.joins(VOTER.address.lower()))
        town.block()
        return ballot(client, town.open_vote())

    body = await sync_to_async(prepare)()
    assert (await http.put("/api/proposals/1/vote", json=body)).status_code == 202
    await RelayedAct.objects.aupdate(
        status=ActStatus.MINED, transaction_hash="0x" + "ab" * 32, block_number=7
    )
    again = await http.put("/api/proposals/1/vote", json=body, headers={"prefer": "wait=25"})
    assert (again.status_code, again.headers["preference-applied"]) == (200, "wait=25")
    assert (again.json()["status"], again.json()["blockNumber"]) == ("mined", 7)


@pytest.mark.django_db(transaction=True)
async def test_waiting_ends_when_its_time_is_over(
    http: httpx.AsyncClient, client: Client, anvil: Any
) -> None:
    def prepare() -> dict[str, Any]:
        town = Town.founded(citizens=3)
        town.block(*town.joins(VOTER.address.lower()))
        town.block()
        return ballot(client, town.open_vote())

    body = await sync_to_async(prepare)()
    start = time.monotonic()
    response = await http.put("/api/proposals/1/vote", json=body, headers={"prefer": "respond-async, wait=1"})
    assert time.monotonic() - start >= 1
    assert (response.status_code, response.json()["status"]) == (202, "queued")
