"""What a citizen signed and the record has not yet: the panel says so, and after a minute offers a way."""

from __future__ import annotations

import html
import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from contracts.acts.registry import builder_of
from contracts.acts.services import direct_call
from contracts.acts.types import digest_of, typed_data
from contracts.deployment import deployment
from contracts.models import ActStatus, RelayedAct
from contracts.selectors import chain_now
from governance.proposals.models import Proposal
from governance.tests.factories import Town, person, vote

pytestmark = pytest.mark.django_db
QUEUED = ActStatus.QUEUED


@pytest.fixture
def town() -> Town:
    """Twenty citizens and a vote that is open."""
    town = Town.founded(citizens=20)
    town.open_vote(title="A night bus")
    return town


def signed(act: str, number: int, *, waited: int, status: str = QUEUED, **fields: Any) -> RelayedAct:
    """An act of a citizen's that was received ``waited`` seconds ago."""
    built = builder_of(act)(person(number), {"proposalId": "1", **fields})
    deadline = timezone.now() + timedelta(days=365)
    message = {**built.message, "deadline": int(deadline.timestamp())}
    document = typed_data(built.primary_type, message, deployment=deployment())
    row = RelayedAct.objects.create(
        digest=digest_of(document),
        act=act,
        signer=person(number),
        proposal_id=1,
        fields={"proposalId": "1", **fields},
        typed_data=document,
        signature="0x" + "11" * 65,
        deadline=deadline,
        status=status,
    )
    RelayedAct.objects.filter(pk=row.pk).update(created_at=timezone.now() - timedelta(seconds=waited))
    return row


def panel(client: Client, number: int) -> str:
    """The panel as one citizen sees it."""
    return client.get(f"/proposals/1/parts/ballot?address={person(number)}").content.decode()


def test_ballot_on_its_way_is_shown_and_no_second_one_is_asked_for(town: Town, client: Client) -> None:
    assert "Review and sign" in panel(client, 15)
    signed("vote", 15, waited=20, support=1)
    shown = panel(client, 15)
    assert "On its way" in shown
    assert "You chose: <b>For</b>" in shown
    assert "Review and sign" not in shown
    # Not offered yet: the page asks again when it will be.
    assert "data-send" not in shown
    assert 39 <= int(re.findall(r'data-reload-in="(\d+)"', shown)[0]) <= 41
    assert "On its way" not in panel(client, 16)


def test_slow_ballot_may_be_sent_by_oneself(town: Town, client: Client) -> None:
    row = signed("vote", 15, waited=61, support=0)
    shown = panel(client, 15)
    assert "This takes longer than usual" in shown
    (sent,) = re.findall(r'data-send-transaction="([^"]+)"', shown)
    assert json.loads(html.unescape(sent)) == direct_call(row)
    assert "data-reload-in" not in shown


def test_slow_ballot_is_told_in_spanish(town: Town, client: Client) -> None:
    signed("vote", 15, waited=61, support=1)
    client.cookies["django_language"] = "es"
    shown = panel(client, 15)
    assert "Elegiste" in shown
    assert "You chose" not in shown
    assert "we keep trying" not in shown


@pytest.mark.parametrize("status", [ActStatus.FAILED, ActStatus.FINAL])
def test_what_came_to_an_end_is_not_on_its_way(town: Town, client: Client, status: str) -> None:
    signed("vote", 15, waited=61, status=status, support=1)
    assert "On its way" not in panel(client, 15)


def test_ballot_on_the_record_is_a_receipt_and_not_on_its_way(town: Town, client: Client) -> None:
    signed("vote", 15, waited=61, status=ActStatus.MINED, support=1)
    assert "On its way" in panel(client, 15)
    town.block(vote(Proposal.objects.get(), 15))
    assert "On its way" not in panel(client, 15)


def test_ballot_beyond_its_deadline_is_not_on_its_way(town: Town, client: Client) -> None:
    row = signed("vote", 15, waited=61, support=1)
    RelayedAct.objects.filter(pk=row.pk).update(deadline=chain_now() - timedelta(seconds=1))
    assert "Review and sign" in panel(client, 15)


def test_support_on_its_way_is_shown(client: Client) -> None:
    town = Town.founded(citizens=20)
    town.propose(title="Benches")
    signed("endorse", 3, waited=5)
    shown = panel(client, 3)
    assert "On its way" in shown
    assert "sign my support" not in shown
