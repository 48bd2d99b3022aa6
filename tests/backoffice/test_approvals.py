"""One asks, a second agrees: what the portal itself decides by two officers, and the list of all such."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.models import AuditLog
from backoffice.approvals import services
from backoffice.approvals.errors import ApprovalClosed, NotTheirs, RoleNeeded, SecondOfficerNeeded
from backoffice.approvals.registry import approval_kind, register_approval
from backoffice.approvals.selectors import open_approvals
from backoffice.models import Approval, Outcome
from governance.ballots.models import BallotReason
from governance.erasure.approvals import KIND, Grounds, ask_to_erase, waiting_erasure
from governance.proposals.models import Proposal
from governance.tests.factories import ADMINISTRATORS, Town, cancellation_asked, person
from identity.accounts.models import User
from identity.roles.models import Role
from identity.tests.factories import asked, granted, identified, revoked
from tests.backoffice.conftest import officer_named

LIFETIME = timedelta(days=30)


@pytest.fixture
def reason(open_vote: Proposal) -> BallotReason:
    return BallotReason.objects.get()


@pytest.fixture
def request_to_erase(reason: BallotReason, officer: User) -> Approval:
    return ask_to_erase(reason=reason, officer=officer, grounds=Grounds.PERSON)


def test_second_account_of_the_same_person_can_not_agree(
    town: Town, request_to_erase: Approval, reason: BallotReason
) -> None:
    key = "0x" + "7e" * 32
    town.block(identified(ADMINISTRATORS[0], key), identified(person(40), key))
    town.block(granted(Role.ADMINISTRATOR, person(40)))
    twin = officer_named("twin", person(40))
    with pytest.raises(SecondOfficerNeeded):
        services.agree(approval=request_to_erase, officer=twin)
    reason.refresh_from_db()
    assert reason.text


def test_request_lapses_and_can_be_made_again(
    request_to_erase: Approval, reason: BallotReason, other_officer: User
) -> None:
    with time_machine.travel(timezone.now() + LIFETIME + timedelta(seconds=1), tick=False):
        assert open_approvals(KIND) == []
        with pytest.raises(ApprovalClosed):
            services.agree(approval=request_to_erase, officer=other_officer)
        again = ask_to_erase(reason=reason, officer=other_officer, grounds=Grounds.LAW)
    request_to_erase.refresh_from_db()
    assert request_to_erase.outcome == Outcome.LAPSED
    assert again.outcome == ""


def test_request_is_overtaken_when_who_asked_loses_the_role(
    town: Town, request_to_erase: Approval, reason: BallotReason, other_officer: User
) -> None:
    town.block(revoked(Role.ADMINISTRATOR, ADMINISTRATORS[0]))
    assert waiting_erasure(reason) is None
    with pytest.raises(ApprovalClosed):
        services.agree(approval=request_to_erase, officer=other_officer)
    reason.refresh_from_db()
    assert reason.text


def test_only_who_holds_the_role_now_asks_or_agrees(
    town: Town, request_to_erase: Approval, reason: BallotReason
) -> None:
    town.block(granted(Role.AUDITOR, person(8)))
    auditor = officer_named("piotr", person(8))
    with pytest.raises(RoleNeeded):
        services.agree(approval=request_to_erase, officer=auditor)
    with pytest.raises(RoleNeeded):
        ask_to_erase(reason=reason, officer=auditor, grounds=Grounds.LAW)


def test_who_asked_and_nobody_else_takes_it_back(
    request_to_erase: Approval, officer: User, other_officer: User, client: Client, reason: BallotReason
) -> None:
    with pytest.raises(NotTheirs):
        services.withdraw(approval=request_to_erase, officer=other_officer)
    url = reverse("admin:governance_ballotreason_withdraw", args=[reason.pk])
    client.force_login(officer)
    page = client.get(reverse("admin:governance_ballotreason_change", args=[reason.pk]))
    assert url.encode() in page.content
    assert client.get(url).status_code == 404
    assert client.post(url).status_code == 302
    request_to_erase.refresh_from_db()
    assert request_to_erase.outcome == Outcome.WITHDRAWN
    entry = AuditLog.objects.latest("sequence")
    assert (entry.action, entry.actor) == ("reason.erasure-withdrawn", ADMINISTRATORS[0])
    with pytest.raises(ApprovalClosed):
        services.agree(approval=request_to_erase, officer=other_officer)


def test_kind_is_registered_once() -> None:
    with pytest.raises(ValueError, match="registered already"):
        register_approval(approval_kind(KIND))


def test_inbox_shows_halves_of_the_chain_and_of_the_portal_alike(
    town: Town, request_to_erase: Approval, officer: User, other_officer: User, client: Client
) -> None:
    week = timedelta(days=7)
    town.block(cancellation_asked(town.propose(title="A second bench"), ADMINISTRATORS[1]))
    town.block(asked(Role.DELEGATE, (person(3),), lapses=town.now + town.step + week, by=ADMINISTRATORS[0]))
    town.block(granted(Role.AUDITOR, person(8)))
    auditor = officer_named("piotr", person(8))

    def shown(who: User) -> dict[str, list[Any]]:
        client.force_login(who)
        context = client.get(reverse("admin:inbox")).context
        return {place: [str(task.what) for task in context[place]] for place in ("mine", "asked", "others")}

    erase, cancel, role = "Erase the words of a ballot", "Cancel a proposal", "Give a role"
    assert shown(officer) == {"mine": [cancel], "asked": [role, erase], "others": []}
    assert shown(other_officer) == {"mine": [role, erase], "asked": [cancel], "others": []}
    assert sorted(shown(auditor)["others"]) == sorted([erase, cancel, role])
