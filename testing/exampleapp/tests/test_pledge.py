"""An act of an app that no lower room has heard of: signed, relayed, read back, shown and recounted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from web3 import Web3

from contracts.acts.services import act_status, draft_act
from contracts.deployment import artifact
from contracts.models import ActStatus, ChainEvent
from contracts.registry import default
from contracts.tests.civic import CITIZENS, Civic, account, address, deploy, sign
from contracts.verify.run import verify
from core.subjects import Subject
from identity.accounts.models import User
from testing.exampleapp.errors import PledgedAlready
from testing.exampleapp.models import Pledge

pytestmark = pytest.mark.django_db
HELPER = CITIZENS[0]


@pytest.fixture
def town(anvil_snapshot: Any, settings: Any, tmp_path: Path) -> Civic:
    """The contracts of the portal, and that of pledges beside them."""
    settings.DEPLOYMENTS_DIR = settings.CONTENT_ROOT = tmp_path
    file = tmp_path / "31337.json"
    deploy(anvil_snapshot.url, file)
    w3 = Web3(Web3.HTTPProvider(anvil_snapshot.url))
    code = artifact("TestPledges")["bytecode"]
    sent = w3.eth.send_transaction({"from": account(0).address, "data": code})
    made = w3.eth.wait_for_transaction_receipt(sent)["contractAddress"]
    facts = json.loads(file.read_text(encoding="utf-8"))
    facts["contracts"]["TestPledges"] = made
    file.write_text(json.dumps(facts), encoding="utf-8")
    civic = Civic(anvil_snapshot)
    civic.pass_time(1)
    civic.read()
    return civic


def pledged(client: Client, hours: int = 8) -> str:
    """Sign a pledge to cause 7 and hand it in through the API; answers its digest."""
    fields = {"causeId": "7", "hours": hours}
    draft = draft_act("pledge", address(HELPER), fields)
    body = {
        "act": "pledge",
        "signer": address(HELPER),
        "deadline": draft.deadline,
        "signature": sign(HELPER, draft.typed_data),
        **fields,
    }
    response = client.post("/api/acts", body, content_type="application/json")
    assert response.status_code == 202, response.content
    return str(response.json()["digest"])


def test_pledge_is_signed_relayed_read_and_shown(town: Civic, client: Client) -> None:
    digest = pledged(client)
    town.relay(3)
    act = act_status(digest)
    assert (act.status, act.subject) == (ActStatus.MINED, Subject("cause", "7"))
    event = ChainEvent.objects.get(event_name="Pledged")
    assert (event.subject, event.transaction_hash) == (Subject("cause", "7"), act.transaction_hash)
    pledge = Pledge.objects.get()
    assert (pledge.cause_id, pledge.helper, pledge.hours) == (7, address(HELPER), 8)

    assert client.get(f"/api/acts/{digest}").json()["causeId"] == "7"
    events = client.get("/api/governance/events", {"causeId": "7"}).json()["results"]
    assert [(row["eventName"], row["causeId"], row["proposalId"]) for row in events] == [
        ("Pledged", "7", None)
    ]
    rows = client.get("/api/causes/7/pledges").json()["results"]
    assert rows == [{"helper": account(HELPER).address, "hours": 8}]
    assert "8 hours" in client.get("/causes/7").content.decode()
    assert verify(town.client, town.deployment, default).differences == []


def test_officers_see_the_pledge_and_the_act(town: Civic, client: Client) -> None:
    pledged(client)
    town.relay(3)
    client.force_login(User.objects.create_superuser("root", "root@riverbend.example", "not-secret"))
    shown = client.get("/admin/exampleapp/pledge/")
    assert shown.status_code == 200
    assert address(HELPER) in shown.content.decode()
    acts = client.get("/admin/contracts/relayedact/").content.decode()
    assert "Pledge" in acts
    assert "cause 7" in acts


def test_pledge_that_its_helper_sent_alone_is_recognised(town: Civic, client: Client) -> None:
    digest = pledged(client)
    town.send(HELPER, "TestPledges", "pledge", 7, 8)
    town.relay(3)
    assert act_status(digest).status == ActStatus.MINED


def test_contract_and_portal_refuse_with_one_voice(town: Civic, client: Client) -> None:
    digest = pledged(client, hours=3)
    town.send(HELPER, "TestPledges", "pledge", 7, 8)
    town.relay(3)
    act = act_status(digest)
    assert (act.error_code, act.error_detail) == (PledgedAlready.code, str(PledgedAlready.message))
    with pytest.raises(PledgedAlready):
        draft_act("pledge", address(HELPER), {"causeId": "7", "hours": 1})


def test_forged_pledge_is_named_by_the_recount(town: Civic, client: Client) -> None:
    pledged(client)
    town.relay(3)
    Pledge.objects.update(hours=9)
    (found,) = verify(town.client, town.deployment, default).differences
    assert (found.table, found.field, found.mirror, found.chain) == ("example_pledges", "hours", 9, 8)
