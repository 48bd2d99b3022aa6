"""One record: what an officer may sign, what two must do, what the log tells of it."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from contracts import events as chain
from contracts.acts.registry import builder_of
from contracts.calldata import decode_call
from contracts.models import RelayedAct
from daoportal.audit.actions import Action
from daoportal.audit.chain import hash_of
from daoportal.audit.models import AuditLog
from daoportal.audit.selectors import entry_of
from daoportal.officers.errors import AlreadyAsked, AlreadyErased, SecondOfficerNeeded
from daoportal.officers.models import Erasure, Grounds
from daoportal.officers.services import ask_to_erase, carry_out_erasure
from governance.models import BallotReason, Proposal, Vote
from governance.tests.factories import ADMINISTRATORS, Town, happened, person, unix
from identity.admin.requests import second_call
from identity.chainrole import ROLE_HASHES
from identity.models import Role, RoleRequest, User
from identity.tests.factories import digest


def _page(client: Client, model: str, key: Any) -> Any:
    response = client.get(reverse(f"admin:{model}_change", args=[key]))
    assert response.status_code == 200
    return response


def test_an_administrator_finds_the_button_that_opens_a_vote(ready: Proposal, desk: Client) -> None:
    response = _page(desk, "governance_proposal", ready.pk)
    opening = response.context["opening"]
    assert opening.possible
    assert [check.kind for check in opening.checks] == ["ok", "ok", "ok"]
    assert b'data-sign="activate"' in response.content
    assert b"{&quot;proposalId&quot;: &quot;1&quot;}" in response.content
    assert b"data-sign-dialog" in response.content


def test_a_draft_without_support_can_be_opened_but_says_so(town: Town, desk: Client) -> None:
    draft = town.propose()
    opening = _page(desk, "governance_proposal", draft.pk).context["opening"]
    assert opening.possible
    assert [check.kind for check in opening.checks] == ["warn", "ok", "ok"]


def test_who_has_no_address_sees_why_not_instead_of_a_button(
    ready: Proposal, superuser: User, client: Client
) -> None:
    client.force_login(superuser)
    response = _page(client, "governance_proposal", ready.pk)
    assert not response.context["opening"].possible
    assert b"data-sign=" not in response.content.replace(b"data-sign-", b"")
    assert b"No address is linked to your account" in response.content


def test_a_text_that_is_not_the_one_on_chain_can_not_be_opened(ready: Proposal, desk: Client) -> None:
    Proposal.objects.filter(pk=ready.pk).update(title="Something else")
    response = _page(desk, "governance_proposal", ready.pk)
    assert not response.context["opening"].possible
    assert b"The text shown is not the text on chain" in response.content


def test_an_open_vote_offers_nothing_to_sign(open_vote: Proposal, desk: Client) -> None:
    response = _page(desk, "governance_proposal", open_vote.pk)
    assert response.context["opening"] is None
    assert response.context["cancelling"] is None
    assert b'data-sign="' not in response.content


def test_a_node_that_is_away_is_said_and_the_page_stands(open_vote: Proposal, desk: Client) -> None:
    truth = _page(desk, "governance_proposal", open_vote.pk).context["truth"]
    assert truth.error
    assert not truth.same


def test_the_first_signature_is_named_and_only_another_officer_can_follow(
    town: Town, ready: Proposal, officer: User, other_officer: User, client: Client
) -> None:
    event = chain.ProposalCancellationRequested
    town.block(happened(event, proposal_id=ready.proposal_id, administrator=ADMINISTRATORS[0]))
    client.force_login(other_officer)
    response = _page(client, "governance_proposal", ready.pk)
    assert response.context["cancelling"].first_by == "Amara"
    assert b"Sign second and cancel" in response.content
    client.force_login(officer)
    response = _page(client, "governance_proposal", ready.pk)
    assert response.context["cancelling"].mine
    assert b"Sign second and cancel" not in response.content
    assert b"You signed first." in response.content


@pytest.mark.parametrize("grant", [True, False])
def test_the_second_call_is_the_identical_one(
    town: Town, other_officer: User, client: Client, grant: bool
) -> None:
    until = unix(town.now) + 86_400 if grant else 0
    town.block(
        happened(
            chain.RoleChangeRequested,
            request_id=digest("request"),
            role=ROLE_HASHES[Role.GUARDIAN],
            administrator=ADMINISTRATORS[0],
            accounts=(person(4), person(5)),
            until=until,
            grant=grant,
        )
    )
    request = RoleRequest.objects.get()
    call = second_call(request)
    decoded = decode_call(call["to"], call["data"])
    assert decoded is not None
    assert decoded.function == ("grantRoles" if grant else "revokeRoles")
    expected = {"role": ROLE_HASHES[Role.GUARDIAN], "accounts": [person(4), person(5)]}
    assert decoded.args == (expected | {"until": until} if grant else expected)
    client.force_login(other_officer)
    assert b"data-send-call" in _page(client, "identity_rolerequest", request.pk).content


def test_closing_an_account_is_recorded_by_field_and_never_by_value(desk: Client) -> None:
    citizen = User.objects.create_user("ruth", "ruth@riverbend.example")
    url = reverse("admin:identity_user_change", args=[citizen.pk])
    assert desk.post(url, {}).status_code == 302
    citizen.refresh_from_db()
    assert not citizen.is_active
    entry = AuditLog.objects.order_by("-sequence")[0]
    assert (entry.action, entry.actor) == (Action.ROW_CHANGED, ADMINISTRATORS[0])
    assert entry.target == f"identity.user:{citizen.pk}"
    assert entry.details == {"fields": ["is_active"]}


def test_nobody_closes_their_own_account_or_a_superusers(
    desk: Client, officer: User, superuser: User
) -> None:
    for account in (officer, superuser):
        assert desk.post(reverse("admin:identity_user_change", args=[account.pk]), {}).status_code == 403
        account.refresh_from_db()
        assert account.is_active


def test_an_account_form_takes_no_other_field(desk: Client) -> None:
    citizen = User.objects.create_user("ruth")
    url = reverse("admin:identity_user_change", args=[citizen.pk])
    desk.post(url, {"is_active": "on", "is_staff": "on", "is_superuser": "on", "username": "root2"})
    citizen.refresh_from_db()
    assert (citizen.is_staff, citizen.is_superuser, citizen.username) == (False, False, "ruth")


def test_words_are_erased_by_two_administrators(
    open_vote: Proposal, officer: User, other_officer: User, client: Client
) -> None:
    reason = BallotReason.objects.get()
    url = reverse("admin:governance_ballotreason_erase", args=[reason.pk])
    client.force_login(officer)
    assert client.get(url).status_code == 200
    assert client.post(url, {"word": "erase", "grounds": "person"}).status_code == 400
    assert client.post(url, {"word": "ERASE", "grounds": "whim"}).status_code == 400
    assert client.post(url, {"word": "ERASE", "grounds": "person"}).status_code == 302
    assert client.post(url, {"word": "ERASE"}).status_code == 403
    reason.refresh_from_db()
    assert reason.text
    client.force_login(other_officer)
    assert client.post(url, {"word": "ERASE"}).status_code == 302
    reason.refresh_from_db()
    assert reason.text == ""
    assert Vote.objects.get(voter=person(1)).reason is None
    assert Vote.objects.filter(proposal=open_vote).count() == 6
    told = list(AuditLog.objects.filter(action__startswith="reason.").order_by("sequence"))
    assert [(each.action, each.actor) for each in told] == [
        (Action.REASON_ERASURE_ASKED, ADMINISTRATORS[0]),
        (Action.REASON_ERASED, ADMINISTRATORS[1]),
    ]
    assert all(person(1) not in str(each.details) + each.target for each in told)


def test_whoever_asked_cannot_carry_it_out(open_vote: Proposal, officer: User, other_officer: User) -> None:
    reason = BallotReason.objects.get()
    erasure = ask_to_erase(reason=reason, officer=officer, grounds=Grounds.LAW)
    with pytest.raises(AlreadyAsked):
        ask_to_erase(reason=reason, officer=other_officer, grounds=Grounds.LAW)
    with pytest.raises(SecondOfficerNeeded):
        carry_out_erasure(erasure=erasure, officer=officer)
    with pytest.raises(IntegrityError), transaction.atomic():
        Erasure.objects.filter(pk=erasure.pk).update(confirmed_by=officer)
    carry_out_erasure(erasure=erasure, officer=other_officer)
    with pytest.raises(AlreadyErased):
        carry_out_erasure(erasure=erasure, officer=other_officer)
    reason.refresh_from_db()
    with pytest.raises(AlreadyErased):
        ask_to_erase(reason=reason, officer=officer, grounds=Grounds.LAW)


def test_an_audit_entry_can_be_recomputed_from_its_download(desk: Client) -> None:
    row = AuditLog.objects.get()
    body = desk.get(reverse("admin:audit_auditlog_json", args=[row.sequence])).json()
    assert body["hash"] == row.hash == hash_of(entry_of(row))
    assert body["entry"]["previousHash"] == row.previous_hash


def test_a_changed_audit_entry_says_so_on_its_page(desk: Client) -> None:
    AuditLog.objects.update(target="something else")
    content = _page(desk, "audit_auditlog", AuditLog.objects.get().pk).content
    assert b"It differs: this entry was changed after it was written" in content


def test_an_officers_signature_is_recorded_when_the_portal_takes_it(ready: Proposal, town: Town) -> None:
    for act in ("activate", "cancel"):
        built = builder_of(act)(ADMINISTRATORS[0], {"proposalId": str(ready.pk)})
        assert built.on_accept is not None
        built.on_accept(
            RelayedAct(act=act, signer=ADMINISTRATORS[0], proposal_id=ready.pk, digest=digest(act))
        )
    told = AuditLog.objects.order_by("sequence").values_list("action", "actor", "target", "details")
    target = f"governance.proposal:{ready.pk}"
    assert list(told) == [
        (Action.VOTE_OPENING_SIGNED, ADMINISTRATORS[0], target, {"digest": digest("activate")}),
        (Action.CANCELLATION_SIGNED, ADMINISTRATORS[0], target, {"digest": digest("cancel")}),
    ]
    assert builder_of("cancel")(ready.proposer, {"proposalId": str(ready.pk)}).on_accept is None
