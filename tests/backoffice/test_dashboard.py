"""The first page: what waits for whom, what closes, how the chain is."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.actions import SIGNED_IN, SIGNED_OUT
from audit.models import AuditLog
from backoffice.recording import LIST_EXPORTED
from contracts.admin import status
from contracts.models import Cursor, Recount
from governance.ballots.models import BallotReason
from governance.erasure.approvals import Grounds, ask_to_erase
from governance.proposals.models import Proposal
from governance.tests.factories import ADMINISTRATORS, Town, cancellation_asked, paused, person, unix
from identity.accounts.models import User
from identity.roles.models import Role, RoleRequest
from identity.tests.factories import agreed, announced, asked, granted, identified
from tests.backoffice.conftest import officer_named

WEEK = timedelta(days=7)
GUARDIAN = f"0x{0xB1:040x}"


def _today(client: Client) -> Any:
    response = client.get(reverse("admin:index"))
    assert response.status_code == 200
    return response.context


def _panel(context: Any, place: str, name: str) -> Any:
    (found,) = [each for each in context["dash_panels"][place] if each["template"].endswith(f"{name}.html")]
    return found["data"]


def _asked_to_cancel(town: Town, proposal: Proposal, administrator: str) -> None:
    lapses = town.now + town.step + WEEK
    town.block(cancellation_asked(proposal, administrator, lapses=lapses))


def _asked_for_role(
    town: Town,
    administrator: str,
    *,
    role: Role = Role.DELEGATE,
    grant: bool = True,
    account: str = person(3),
) -> RoleRequest:
    lapses = town.now + town.step + WEEK
    town.block(asked(role, (account,), lapses=lapses, grant=grant, by=administrator))
    return RoleRequest.objects.latest("event_id")


def test_a_proposal_with_its_endorsements_waits_for_an_administrator(ready: Proposal, desk: Client) -> None:
    (task,) = _today(desk)["mine"]
    assert task.title == f"No. {ready.proposal_id} Rebuild the footbridge"
    assert task.signed is None


def test_nothing_waits_for_an_account_without_an_address(
    ready: Proposal, superuser: User, client: Client
) -> None:
    client.force_login(superuser)
    response = client.get(reverse("admin:index"))
    assert response.context["mine"] == []
    assert b"No address is linked" in response.content


def test_a_request_waits_for_the_others_and_never_for_who_made_it(
    town: Town, ready: Proposal, officer: User, other_officer: User, client: Client
) -> None:
    _asked_to_cancel(town, town.propose(title="A second bench"), ADMINISTRATORS[0])
    _asked_for_role(town, ADMINISTRATORS[0])
    client.force_login(officer)
    context = _today(client)
    assert [task.what for task in context["mine"]] == ["Open a vote"]
    assert [task.what for task in context["others"]] == ["Cancel a proposal", "Give a role"]
    client.force_login(other_officer)
    context = _today(client)
    whats = [task.what for task in context["mine"]]
    assert whats == ["Cancel a proposal", "Give a role", "Open a vote"]
    assert context["others"] == []


def test_a_request_lapses_after_seven_days(
    town: Town, ready: Proposal, other_officer: User, client: Client
) -> None:
    _asked_to_cancel(town, town.propose(title="A second bench"), ADMINISTRATORS[0])
    _asked_for_role(town, ADMINISTRATORS[0])
    town.wait(timedelta(days=7, minutes=1))
    client.force_login(other_officer)
    assert [task.what for task in _today(client)["mine"]] == ["Open a vote"]


def test_nobody_is_asked_to_cancel_what_has_its_support(
    town: Town, ready: Proposal, other_officer: User, client: Client
) -> None:
    _asked_to_cancel(town, ready, ADMINISTRATORS[0])
    client.force_login(other_officer)
    assert [task.what for task in _today(client)["mine"]] == ["Open a vote"]


def test_a_request_that_was_carried_out_waits_no_more(
    town: Town, other_officer: User, client: Client
) -> None:
    request = _asked_for_role(town, ADMINISTRATORS[0])
    town.block(agreed(request.request_id), granted(Role.DELEGATE, person(3), by=ADMINISTRATORS[1]))
    client.force_login(other_officer)
    assert _today(client)["mine"] == []


def test_an_announced_guardian_waits_for_guardians_and_then_to_be_carried_out(
    town: Town, officer: User, client: Client
) -> None:
    town.block(identified(GUARDIAN), granted(Role.GUARDIAN, GUARDIAN))
    guardian = officer_named("lars", GUARDIAN)
    name = _asked_for_role(town, ADMINISTRATORS[0], role=Role.GUARDIAN).request_id
    effective = town.now + WEEK
    town.block(agreed(name), announced(name, effective=effective, lapses=effective + WEEK))
    client.force_login(guardian)
    context = _today(client)
    assert [task.what for task in context["mine"]] == ["A change of officers: let it pass or object"]
    assert context["mine"][0].due == effective
    client.force_login(officer)
    context = _today(client)
    assert context["mine"] == []
    assert any("would become Guardian" in alert.finding.text for alert in context["alerts"])
    page = client.get(reverse("admin:governance_proposal_changelist")).content
    assert b"Until then a guardian may object." in page
    town.wait(timedelta(0), until=effective)
    assert [task.what for task in _today(client)["mine"]] == ["Carry out a change of officers"]
    client.force_login(guardian)
    assert _today(client)["mine"] == []


def test_the_end_of_a_role_that_nobody_recorded_is_told(town: Town, desk: Client) -> None:
    end = town.now + timedelta(hours=1)
    town.block(granted(Role.AUDITOR, person(5), until=unix(end)))
    town.wait(timedelta(0), until=end + timedelta(minutes=9))
    assert not any("not recorded" in alert.finding.text for alert in _today(desk)["alerts"])
    town.wait(timedelta(0), until=end + timedelta(minutes=11))
    assert any("The end of 1 role was not recorded" in alert.finding.text for alert in _today(desk)["alerts"])


def test_open_votes_are_shown_with_count_and_quorum(open_vote: Proposal, desk: Client) -> None:
    (vote,) = _panel(_today(desk), "main", "closing")["votes"]
    assert vote.proposal.pk == open_vote.pk
    assert vote.words == "2 for · 2 against"
    assert vote.quorum_note == "quorum reached"


def test_the_newest_entries_name_their_officers(desk: Client) -> None:
    content = desk.get(reverse("admin:index")).content.decode()
    assert "Signed in" in content
    assert "Amara" in content


def test_signing_in_and_out_is_recorded_for_officers_alone(officer: User, client: Client) -> None:
    officer.set_password("correct-horse-battery")
    officer.save()
    login = reverse("admin:login")
    client.post(login, {"username": "amara", "password": "wrong", "next": "/admin/"})
    client.post(login, {"username": "amara", "password": "correct-horse-battery", "next": "/admin/"})
    client.post(reverse("admin:logout"))
    User.objects.create_user("citizen", password="correct-horse-battery")
    client.login(username="citizen", password="correct-horse-battery")
    told = AuditLog.objects.order_by("sequence").values_list("action", "actor", "details")
    assert list(told) == [
        (SIGNED_IN, ADMINISTRATORS[0], {}),
        (SIGNED_OUT, ADMINISTRATORS[0], {}),
    ]


def test_the_chain_is_in_step_only_when_it_is(open_vote: Proposal) -> None:
    assert not status.chain_state().ok  # the town's newest block is of another month
    Cursor.objects.update(block_timestamp=timezone.now())
    assert status.chain_state().ok
    Cursor.objects.update(alarm="the node lies")
    state = status.chain_state()
    assert not state.ok
    assert state.words == "Reading the chain stands still"
    Cursor.objects.update(alarm="", head_number=1_000)
    assert "blocks behind" in status.chain_state().words


def test_a_recount_that_differs_is_critical(open_vote: Proposal, desk: Client) -> None:
    now = timezone.now()
    Cursor.objects.update(block_timestamp=now)
    Recount.objects.create(
        from_block=1,
        to_block=9,
        events=1,
        counted={"votes": 1},
        differences=[{"table": "votes"}],
        started_at=now,
        finished_at=now,
    )
    worst = _today(desk)["alerts"][0]
    assert worst.severity == "critical"
    assert "differs from the chain" in worst.finding.text


def test_a_pause_stands_above_every_page(town: Town, desk: Client) -> None:
    town.block(paused(town.now + timedelta(days=3), ADMINISTRATORS[0]))
    assert b"The contracts are paused." in desk.get(reverse("admin:governance_proposal_changelist")).content


@pytest.mark.parametrize(
    ("wei", "text"),
    [(0, "0"), (10**17, "0.1"), (84 * 10**16, "0.84"), (123456 * 10**16, "1,234.56"), (1, "0")],
)
def test_ether_has_as_many_digits_as_are_worth_reading(wei: int, text: str) -> None:
    assert status.ether(wei) == text


def test_every_bulk_act_writes_an_audit_entry(open_vote: Proposal, desk: Client) -> None:
    """Every action of every list is wrapped, and running it on a row leaves an entry."""
    ran = 0
    registry: dict[Any, Any] = dict(admin.site._registry)
    for model, desk_admin in registry.items():
        for act in desk_admin.actions:
            assert getattr(act, "audit_action", None), f"{model._meta.label}: {act}"
            row = model.objects.first()
            if row is None:
                continue
            before = AuditLog.objects.count()
            url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
            response = desk.post(url, {"action": act.__name__, "_selected_action": [str(row.pk)]})
            assert response.status_code == 200
            assert AuditLog.objects.count() == before + 1
            entry = AuditLog.objects.order_by("-sequence")[0]
            assert (entry.action, entry.target) == (act.audit_action, model._meta.label_lower)
            assert entry.details == {"rows": 1, "keys": [str(row.pk)]}
            ran += 1
    assert ran > 5


def test_an_export_is_recorded_without_what_was_searched(open_vote: Proposal, desk: Client) -> None:
    desk.get(reverse("admin:governance_vote_export"), {"q": person(1), "support__exact": "1"})
    entry = AuditLog.objects.order_by("-sequence")[0]
    assert entry.action == LIST_EXPORTED
    assert entry.details == {"filters": {"support__exact": "1"}, "searched": True}


def test_a_draft_without_its_endorsements_is_named_but_does_not_wait(town: Town, desk: Client) -> None:
    draft = town.propose()
    context = _today(desk)
    assert context["mine"] == []
    assert [each.proposal.pk for each in _panel(context, "main", "gathering")["drafts"]] == [draft.pk]


def test_an_erasure_waits_for_another_administrator(
    open_vote: Proposal, officer: User, other_officer: User, client: Client
) -> None:
    ask_to_erase(reason=BallotReason.objects.get(), officer=officer, grounds=Grounds.PERSON)
    client.force_login(other_officer)
    assert [task.what for task in _today(client)["mine"]] == ["Erase the words of a ballot"]
    client.force_login(officer)
    context = _today(client)
    assert context["mine"] == []
    assert [task.what for task in context["others"]] == ["Erase the words of a ballot"]
