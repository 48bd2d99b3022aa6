"""Every list and record: read by officers, changed by nobody, never slower for more rows."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.models import AuditLog
from audit.services import record
from backoffice.admins import ChainOwnedAdmin, OfficeAdmin
from backoffice.site import OfficersSite
from contracts.models import ActStatus, ChainEvent, Recount, RelayedAct, RelayerTransaction
from governance.ballots.models import BallotReason, Support, Vote
from governance.proposals.models import Proposal
from governance.tests.factories import ADMINISTRATORS, CONTRACTS, Town, digest, person, unix, vote
from identity.accounts.models import User
from identity.roles.models import Role
from identity.tests.factories import asked, granted, identified
from tests.backoffice.conftest import officer_named

MODELS: list[Any] = sorted(admin.site._registry, key=lambda model: model._meta.label_lower)
CHAIN_OWNED = [model for model in MODELS if isinstance(admin.site._registry[model], ChainOwnedAdmin)]
# Session, account, groups; the officer's roles; chain, pauses, announced changes. Measured: 10.
PAGE_QUERIES = 11
# The same and the list's own.
LIST_QUERIES = 22


def _url(model: Any, page: str, *arguments: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=arguments)


@pytest.fixture
def filled(town: Town, open_vote: Proposal, ready: Proposal) -> None:
    """At least one row of what a town alone does not bring."""
    transaction = RelayerTransaction.objects.create(
        sender=person(50),
        nonce=1,
        to=CONTRACTS["VotingEngine"],
        data="0x",
        gas=1,
        max_fee_per_gas=1,
        raw="0x",
    )
    for number, status in enumerate(ActStatus.values):
        RelayedAct.objects.create(
            digest=digest(f"act {number}"),
            act="vote",
            signer=person(number),
            subject_kind="proposal",
            subject_id=str(open_vote.proposal_id),
            fields={},
            typed_data={"message": {"proposalId": "1", "voter": person(number)}},
            signature="0x",
            deadline=town.now,
            status=status,
            transaction=transaction,
        )
    Recount.objects.create(
        from_block=1, to_block=2, events=3, counted={"votes": 4}, started_at=town.now, finished_at=town.now
    )
    lapses = town.now + timedelta(days=7)
    town.block(asked(Role.DELEGATE, (person(4),), lapses=lapses, by=ADMINISTRATORS[1]))
    town.block(*town.moves(person(11), person(40), digest("Ruth")))
    record(action="row.changed", actor="command:test", target="thing:1", details={"fields": ["name"]})


def test_the_site_shows_what_was_thought_through_for_it_and_nothing_else() -> None:
    assert issubclass(admin.site.__class__, OfficersSite)
    assert all(isinstance(desk, OfficeAdmin) for desk in admin.site._registry.values())
    assert Group not in admin.site._registry


def test_every_list_record_and_export_opens(filled: None, desk: Client) -> None:
    for model in MODELS:
        assert desk.get(_url(model, "changelist")).status_code == 200, model
        assert desk.get(_url(model, "change", model.objects.all()[0].pk)).status_code == 200, model
        rows = model.objects.count()
        export = desk.get(_url(model, "export"))
        assert export.status_code == 200, model
        # The audit log grew by the export itself before it was written.
        rows += model is AuditLog
        assert b"".join(export).decode().count("\r\n") == rows + 1, model  # type: ignore[arg-type]


@pytest.mark.parametrize("who", ["officer", "superuser"])
def test_nobody_adds_changes_or_deletes_a_chain_owned_row(
    who: str, filled: None, client: Client, request: pytest.FixtureRequest
) -> None:
    client.force_login(request.getfixturevalue(who))
    for model in CHAIN_OWNED:
        before = list(model.objects.values())
        key = str(before[0][model._meta.pk.attname])
        assert client.post(_url(model, "add"), {}).status_code == 403, model
        assert client.post(_url(model, "change", key), {"_save": "1"}).status_code == 403, model
        assert client.post(_url(model, "delete", key), {"post": "yes"}).status_code == 403, model
        data = {"action": "delete_selected", "_selected_action": [key], "post": "yes"}
        client.post(_url(model, "changelist"), data)
        assert list(model.objects.values()) == before, model


def test_strangers_are_sent_to_the_door(client: Client, db: None) -> None:
    client.force_login(User.objects.create_user("citizen", password="not-secret"))
    for model in MODELS:
        for page in ("changelist", "export", "add"):
            response = client.get(_url(model, page))
            assert response.status_code == 302
            assert "/admin/login/" in response["Location"]


def test_staff_without_an_officers_role_reads_nothing(client: Client, filled: None) -> None:
    client.force_login(User.objects.create_user("clerk", password="not-secret", is_staff=True))
    pages = [reverse("admin:index"), reverse("admin:inbox"), reverse("admin:chain_status")]
    for page in pages + [_url(model, kind) for model in MODELS for kind in ("changelist", "export")]:
        assert client.get(page)["Location"].startswith("/admin/login/"), page


def test_officer_whose_role_ran_out_finds_the_door_shut(filled: None, town: Town, client: Client) -> None:
    end = town.now + timedelta(days=1)
    town.block(granted(Role.ADMINISTRATOR, person(8), until=unix(end)))
    officer = officer_named("piotr", person(8))
    client.force_login(officer)
    pages = [reverse("admin:index"), _url(User, "changelist"), _url(AuditLog, "changelist")]
    assert [client.get(page).status_code for page in pages] == [200, 200, 200]
    town.wait(timedelta(0), until=end)
    officer.refresh_from_db()
    assert officer.is_staff  # no event says that a time has passed, so the group and the flag stay
    assert [client.get(page).status_code for page in pages] == [302, 302, 302]
    assert client.get(_url(Vote, "export")).status_code == 302


def test_group_without_the_role_on_chain_opens_nothing(filled: None, client: Client) -> None:
    clerk = User.objects.create_user("clerk", password="not-secret", is_staff=True)
    clerk.groups.add(Group.objects.get_or_create(name="ADMINISTRATOR")[0])
    client.force_login(clerk)
    assert client.get(_url(User, "changelist")).status_code == 302


def test_an_auditor_reads_everything_and_changes_nothing(client: Client, filled: None, town: Town) -> None:
    town.block(granted(Role.AUDITOR, person(8)))
    client.force_login(officer_named("piotr", person(8)))
    for model in MODELS:
        assert client.get(_url(model, "changelist")).status_code == 200
    other = User.objects.create_user("ruth")
    assert client.post(_url(User, "change", other.pk), {"is_active": ""}).status_code == 403
    reason = BallotReason.objects.get()
    assert client.post(reverse("admin:governance_ballotreason_erase", args=[reason.pk])).status_code == 403


def test_auditor_reads_the_failed_tasks_and_acts_on_none(client: Client, town: Town) -> None:
    town.block(granted(Role.AUDITOR, person(8)))
    client.force_login(officer_named("piotr", person(8)))
    assert client.get(reverse("admin:failed_tasks")).status_code == 200
    assert client.post(reverse("admin:failed_task", args=["letter", "discard"])).status_code == 403


def test_accounts_are_for_administrators(client: Client, filled: None, town: Town) -> None:
    town.block(identified(person(8)), granted(Role.GUARDIAN, person(8)))
    client.force_login(officer_named("mei", person(8)))
    assert client.get(_url(Proposal, "changelist")).status_code == 200
    assert client.get(_url(User, "changelist")).status_code == 403


def test_page_costs_few_queries_for_what_stands_around_it(
    filled: None, desk: Client, django_assert_max_num_queries: Any
) -> None:
    desk.get(reverse("admin:index"))  # counts what waits, for the badges of the pages after it
    with django_assert_max_num_queries(PAGE_QUERIES) as queries:
        response = desk.get(reverse("admin:failed_tasks"))
    counted = {
        link["label"]: link["count"] for group in response.context["portal_nav"] for link in group["links"]
    }
    assert counted["Requests by two"] == 1
    asked_of = " ".join(each["sql"] for each in queries.captured_queries)
    for table in ("role_requests", "cancellation_requests", "approvals", "proposals"):
        assert f'"{table}"' not in asked_of


def test_a_list_costs_few_queries(filled: None, desk: Client) -> None:
    desk.get(reverse("admin:index"))
    for model in MODELS:
        with CaptureQueriesContext(connection) as queries:
            desk.get(_url(model, "changelist"))
        assert len(queries) <= LIST_QUERIES, model


def test_twice_as_many_votes_cost_the_same_queries(town: Town, open_vote: Proposal, desk: Client) -> None:
    url = _url(Vote, "changelist")
    desk.get(url)
    with CaptureQueriesContext(connection) as few:
        desk.get(url)
    town.block(*(vote(open_vote, n, Support.FOR) for n in range(6, 12)))
    with CaptureQueriesContext(connection) as many:
        desk.get(url)
    assert len(many) == len(few)


@pytest.mark.parametrize(
    ("model", "text", "found"),
    [
        (Vote, person(3), 1),
        (Vote, person(3)[:41], 6),
        (Vote, f"{person(3)[:6]}…{person(3)[-4:]}", 1),
        (Vote, "1", 6),
        (Vote, "99", 0),
        (Vote, "1" * 90, 0),
        (Vote, "0x" + "f" * 64, 0),
        (Vote, "nobody of that name", 0),
        (Proposal, "night bus", 1),
        (Proposal, "2", 1),
        (ChainEvent, CONTRACTS["VotingEngine"], None),
        (AuditLog, "row.changed", 1),
        (User, "amara", 1),
    ],
)
def test_the_search_box_understands_what_is_typed(
    model: Any, text: str, found: int | None, filled: None, desk: Client
) -> None:
    response = desk.get(_url(model, "changelist"), {"q": text})
    assert response.status_code == 200
    count = response.context["cl"].result_count
    assert count == found if found is not None else count > 0


def test_a_name_finds_its_votes(filled: None, desk: Client) -> None:
    from identity.accounts.services import link_address
    from identity.profiles.services import update_profile

    ruth = User.objects.create_user("ruth")
    link_address(user=ruth, address=person(2))
    update_profile(user=ruth, display_name="Ruth Alvarez")
    response = desk.get(_url(Vote, "changelist"), {"q": "alvarez"})
    assert [row.voter for row in response.context["cl"].result_list] == [person(2)]


def test_filters_and_views_narrow_the_list(filled: None, desk: Client) -> None:
    response = desk.get(_url(Proposal, "changelist"), {"ready": "yes"})
    assert [row.title for row in response.context["cl"].result_list] == ["Rebuild the footbridge"]
    on = [view["label"] for view in response.context["saved_views"] if view["on"]]
    assert [str(label) for label in on] == ["Ready to open"]
    response = desk.get(_url(RelayedAct, "changelist"), {"outcome": "failed"})
    assert response.context["cl"].result_count == 2
    response = desk.get(_url(Vote, "changelist"), {"when": "7"})
    assert response.context["cl"].result_count == 0  # the town's votes are of another month


def test_a_long_list_is_counted_to_a_limit(
    filled: None, desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backoffice.paging.COUNTED", 4)
    response = desk.get(_url(Vote, "changelist"))
    assert response.context["cl"].result_count == 4
    assert response.context["cl"].paginator.capped
    assert b"More than 10,000 rows" in response.content


def test_an_export_holds_what_the_filters_show(filled: None, desk: Client) -> None:
    export = desk.get(_url(Vote, "export"), {"support__exact": "1"})
    lines = b"".join(export).decode().splitlines()  # type: ignore[arg-type]
    assert lines[0].split(",")[:4] == ["event_id", "proposal_id", "voter", "support"]
    assert len(lines) == 3
    assert {line.split(",")[3] for line in lines[1:]} == {"1"}


def test_an_export_has_no_formula_for_a_spreadsheet() -> None:
    from core.http.exports import csv_cell

    assert csv_cell("=HYPERLINK(1)") == "'=HYPERLINK(1)"
    assert csv_cell(-3) == "-3"
    assert csv_cell(None) == ""


def test_no_page_carries_inline_style_or_script(filled: None, desk: Client) -> None:
    pages = [reverse("admin:index"), reverse("admin:chain_status"), reverse("admin:login")]
    for model in MODELS:
        pages.append(_url(model, "changelist"))
        row = model.objects.first()
        if row is not None:
            pages.append(_url(model, "change", row.pk))
    for page in pages:
        response = desk.get(page)
        text = response.content.decode()
        assert " style=" not in text, page
        assert "<style" not in text, page
        assert "javascript:" not in text, page
        assert all(" src=" in part.split(">")[0] for part in text.split("<script")[1:]), page
        policy = response["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy
