"""One record: what an officer may sign, what two must do, what the log tells of it."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from audit.chain import hash_of
from audit.models import AuditLog
from audit.selectors import entry_of
from backoffice.approvals import services as approvals
from backoffice.approvals.errors import AlreadyAsked, AlreadyDone, ApprovalClosed, SecondOfficerNeeded
from backoffice.models import Approval
from backoffice.recording import ROW_CHANGED
from contracts.acts.registry import Act, act_of
from contracts.calldata import decode_call
from contracts.models import RelayedAct
from contracts.times import MAX_UINT48
from governance.ballots.models import BallotReason, Vote
from governance.delegation.models import DelegationChange
from governance.erasure.approvals import ERASED, ERASURE_ASKED, Grounds, ask_to_erase
from governance.proposals.acts import VOTE_OPENING_SIGNED
from governance.proposals.admin.pieces import open_cancellations
from governance.proposals.models import Proposal, ProposalType
from governance.proposals.selectors.proposals import waiting_cancellation
from governance.tests.factories import (
    ADMINISTRATORS,
    ZERO_HASH,
    Town,
    cancellation_asked,
    cancellation_withdrawn,
    delegated,
    happened,
    person,
    unix,
)
from identity.accounts.models import User
from identity.events import (
    CitizenMoveRequested,
    OfficerChangeObjected,
    PersonCorrectionRequested,
    RoleChangeApproved,
    RoleChangeWithdrawn,
)
from identity.reasons.models import Reason
from identity.reasons.services import keep_reason
from identity.roles.admin.halves import OBJECTION_CALL_TAKEN
from identity.roles.admin.requests import second_call
from identity.roles.hashes import ROLE_HASHES
from identity.roles.models import RequestStatus, Role, RoleRequest
from identity.tests.factories import agreed, announced, asked, digest, granted, identified, revoked
from tests.backoffice.conftest import officer_named

WEEK = timedelta(days=7)
GUARDIAN = f"0x{0xB1:040x}"


def _page(client: Client, model: str, key: Any) -> Any:
    response = client.get(reverse(f"admin:{model}_change", args=[key]))
    assert response.status_code == 200
    return response


def _offers(client: Client, row: RoleRequest) -> list[Any]:
    found: list[Any] = _page(client, "identity_rolerequest", row.pk).context["offers"]
    return found


def _announced(town: Town, row: RoleRequest) -> datetime:
    """A second administrator agrees; answers from when on the change can be carried out."""
    effective = town.now + WEEK
    town.block(
        agreed(row.request_id), announced(row.request_id, effective=effective, lapses=effective + WEEK)
    )
    return effective


def test_an_administrator_finds_the_button_that_opens_a_vote(ready: Proposal, desk: Client) -> None:
    response = _page(desk, "governance_proposal", ready.pk)
    opening = response.context["opening"]
    assert opening.possible
    assert [check.kind for check in opening.checks] == ["ok", "ok", "ok"]
    assert not opening.optional  # its review is not over, so the signature has to name the time
    assert opening.earliest < opening.opens < opening.latest
    assert b'<form data-sign="activate"' in response.content
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


def test_the_first_signature_is_named_with_its_reason_and_only_another_officer_can_follow(
    town: Town, officer: User, other_officer: User, client: Client
) -> None:
    draft = town.propose(title="A second bench")
    keep_reason("The ground belongs to the county.")
    town.block(cancellation_asked(draft, ADMINISTRATORS[0], reason="The ground belongs to the county."))
    client.force_login(other_officer)
    response = _page(client, "governance_proposal", draft.pk)
    assert response.context["cancelling"].first_by == "Amara"
    assert b"The ground belongs to the county." in response.content
    assert b"Sign second and cancel" in response.content
    assert b'name="reason"' in response.content
    client.force_login(officer)
    response = _page(client, "governance_proposal", draft.pk)
    assert response.context["cancelling"].mine
    assert b"Sign second and cancel" not in response.content
    assert b"You signed first." in response.content
    call = json.loads(response.context["cancelling"].withdrawal)
    decoded = decode_call(call["to"], call["data"])
    assert decoded is not None
    assert (decoded.function, list(decoded.args.values())) == ("withdrawCancellation", [draft.proposal_id])
    town.block(cancellation_withdrawn(draft, ADMINISTRATORS[0]))
    assert not _page(client, "governance_proposal", draft.pk).context["cancelling"].first


def test_officers_can_not_cancel_what_has_its_support(ready: Proposal, desk: Client) -> None:
    cancelling = _page(desk, "governance_proposal", ready.pk).context["cancelling"]
    assert not cancelling.possible
    assert "can’t cancel what has its support" in cancelling.why_not


@pytest.mark.parametrize("grant", [True, False])
def test_the_second_call_is_the_identical_one(
    town: Town, other_officer: User, client: Client, grant: bool
) -> None:
    accounts, until = (person(4), person(5)), unix(town.now) + 86_400
    asking = asked(
        Role.AUDITOR,
        accounts,
        lapses=town.now + town.step + WEEK,
        grant=grant,
        until=until,
        reason_hash=ZERO_HASH if grant else keep_reason("They left the service."),
    )
    if not grant:
        town.block(*(granted(Role.AUDITOR, account) for account in accounts))
    town.block(asking)
    request = RoleRequest.objects.get()
    call = second_call(request)
    decoded = decode_call(call["to"], call["data"])
    assert decoded is not None
    assert decoded.function == ("grantRoles" if grant else "revokeRoles")
    expected: dict[str, Any] = {"role": ROLE_HASHES[Role.AUDITOR], "accounts": list(accounts)}
    if grant:
        expected |= {
            "personKeys": list(asking.arguments["person_keys"]),
            "until": unix(town.now - town.step) + 86_400,
        }
    else:
        expected |= {"reasonHash": asking.arguments["reason_hash"]}
    assert decoded.args == expected
    client.force_login(other_officer)
    response = _page(client, "identity_rolerequest", request.pk)
    assert [offer.name for offer in response.context["offers"]] == ["second"]
    assert b"data-send-call" in response.content
    shown = asking.arguments["person_keys"][0] if grant else "They left the service."
    assert shown[:10].encode() in response.content


def test_corrections_and_moves_have_their_own_second_calls(town: Town, other_officer: User) -> None:
    lapses = unix(town.now + WEEK)
    town.block(
        happened(
            PersonCorrectionRequested,
            request_id=digest("correct"),
            administrator=ADMINISTRATORS[0],
            account=person(1),
            person_key=digest("Maya"),
            expires_at=lapses,
        ),
        happened(
            CitizenMoveRequested,
            request_id=digest("move"),
            administrator=ADMINISTRATORS[0],
            old_account=person(1),
            new_account=person(2),
            expires_at=lapses,
        ),
    )
    decoded = [
        decode_call(call["to"], call["data"])
        for row in RoleRequest.objects.order_by("event_id")
        for call in [second_call(row)]
    ]
    assert [(each.function, each.args) for each in decoded if each] == [
        ("correctPerson", {"account": person(1), "personKey": digest("Maya")}),
        ("moveCitizen", {"oldAccount": person(1), "newAccount": person(2)}),
    ]


def test_correction_of_a_former_citizens_person_says_why_it_can_not_be_agreed_to(
    town: Town, other_officer: User, client: Client
) -> None:
    town.block(identified(GUARDIAN), granted(Role.AUDITOR, GUARDIAN), revoked(Role.AUDITOR, GUARDIAN))
    town.block(identified(person(30)))
    town.block(*town.joins(person(30)))
    for account in (GUARDIAN, person(30)):
        town.block(
            happened(
                PersonCorrectionRequested,
                request_id=digest(f"correct {account}"),
                administrator=ADMINISTRATORS[0],
                account=account,
                person_key=digest("Maya"),
                expires_at=unix(town.now + WEEK),
            )
        )
    town.block(*town.leaves(person(30)))
    client.force_login(other_officer)
    former_auditor, former_citizen = RoleRequest.objects.order_by("event_id")
    (offer,) = _offers(client, former_auditor)
    assert offer.call
    assert not offer.why_not
    page = _page(client, "identity_rolerequest", former_citizen.pk)
    (offer,) = page.context["offers"]
    assert not offer.call
    assert "only an adopted proposal corrects its person" in offer.why_not
    assert b"data-send-call" not in page.content


def test_delegation_says_for_which_proposals_it_is(town: Town, desk: Client) -> None:
    town.block(delegated(7, 1), delegated(8, 1, kind=ProposalType.BUDGET))
    overall, budget = DelegationChange.objects.order_by("event_id")
    assert b"Everything" in _page(desk, "governance_delegationchange", overall.pk).content
    content = _page(desk, "governance_delegationchange", budget.pk).content.decode()
    assert str(ProposalType.BUDGET.label) in content
    listed = desk.get(reverse("admin:governance_delegationchange_changelist")).content.decode()
    assert str(ProposalType.BUDGET.label) in listed


def test_officers_and_citizens_read_the_same_request_to_cancel(
    town: Town, officer: User, client: Client
) -> None:
    draft = town.propose(title="A second bench")
    town.block(cancellation_asked(draft, ADMINISTRATORS[1]))
    town.block(revoked(Role.ADMINISTRATOR, ADMINISTRATORS[1]))
    assert open_cancellations(town.now) == []
    town.block(cancellation_asked(draft, ADMINISTRATORS[2]))
    (standing,) = open_cancellations(town.now)
    draft.refresh_from_db()
    assert standing == waiting_cancellation(draft)
    assert standing.administrator == ADMINISTRATORS[2]
    client.force_login(officer)
    assert _page(client, "governance_proposal", draft.pk).context["cancelling"].first == standing


def test_who_asked_takes_it_back_and_a_guardian_lets_an_import_pass(
    town: Town, officer: User, client: Client
) -> None:
    town.block(identified(GUARDIAN), granted(Role.GUARDIAN, GUARDIAN))
    guardian = officer_named("lars", GUARDIAN)
    town.block(asked(Role.CITIZEN, (person(30), person(31)), lapses=town.now + WEEK))
    request = RoleRequest.objects.get()
    for who, name, function in (
        (officer, "withdraw", "withdrawRequest"),
        (guardian, "approve", "approveRequest"),
    ):
        client.force_login(who)
        (offer,) = _page(client, "identity_rolerequest", request.pk).context["offers"]
        call = json.loads(offer.call)
        decoded = decode_call(call["to"], call["data"])
        assert decoded is not None
        assert (offer.name, decoded.function, decoded.args) == (
            name,
            function,
            {"requestId": request.request_id},
        )
    town.block(happened(RoleChangeApproved, request_id=request.request_id, guardian=GUARDIAN))
    assert not _offers(client, request)
    town.block(happened(RoleChangeWithdrawn, request_id=request.request_id, by=ADMINISTRATORS[0]))
    response = _page(client, "identity_rolerequest", request.pk)
    assert response.context["fate"].status == RequestStatus.WITHDRAWN
    assert b"data-send-call" not in response.content


def test_a_guardian_objects_for_a_public_reason_and_that_is_written_down(
    town: Town, officer: User, client: Client
) -> None:
    town.block(identified(GUARDIAN), granted(Role.GUARDIAN, GUARDIAN))
    guardian = officer_named("lars", GUARDIAN)
    town.block(asked(Role.ADMINISTRATOR, (person(3),), lapses=town.now + WEEK))
    request = RoleRequest.objects.get()
    effective = town.now + WEEK
    town.block(
        agreed(request.request_id),
        announced(request.request_id, effective=effective, lapses=effective + WEEK),
    )
    url = reverse("admin:identity_rolerequest_object", args=[request.pk])
    client.force_login(officer)
    assert client.get(url).status_code == 403
    client.force_login(guardian)
    page = _page(client, "identity_rolerequest", request.pk)
    assert [offer.name for offer in page.context["offers"]] == ["object"]
    assert url.encode() in page.content
    assert client.post(url, {"reason": "  "}).status_code == 400
    assert not Reason.objects.exists()
    response = client.post(url, {"reason": "Nobody asked the council."})
    call = json.loads(response.context["call"])
    decoded = decode_call(call["to"], call["data"])
    assert decoded is not None
    words = Reason.objects.get()
    assert (decoded.function, decoded.args) == (
        "objectToOfficerChange",
        {
            "role": ROLE_HASHES[Role(request.role)],
            "accounts": request.accounts,
            "personKeys": request.person_keys,
            "until": request.until_seconds,
            "reasonHash": request.reason_hash or ZERO_HASH,
            "grant": request.grant,
            "objectionHash": words.reason_hash,
        },
    )
    entry = AuditLog.objects.latest("sequence")
    assert (entry.action, entry.actor) == (OBJECTION_CALL_TAKEN, GUARDIAN)
    town.block(
        happened(
            OfficerChangeObjected,
            request_id=request.request_id,
            guardian=GUARDIAN,
            reason_hash=words.reason_hash,
        )
    )
    page = _page(client, "identity_rolerequest", request.pk)
    assert page.context["fate"].status == RequestStatus.OBJECTED
    assert b"Nobody asked the council." in page.content
    assert b"Until then only an adopted proposal changes this role of this address." in page.content
    assert client.get(url).status_code == 403


def test_an_announced_change_is_carried_out_by_the_fields_of_its_request(
    town: Town, officer: User, client: Client
) -> None:
    asking = asked(Role.GUARDIAN, (person(3),), lapses=town.now + WEEK)
    town.block(asking)
    request = RoleRequest.objects.get()
    effective = town.now + WEEK
    town.block(
        agreed(request.request_id),
        announced(request.request_id, effective=effective, lapses=effective + WEEK),
    )
    client.force_login(officer)
    assert [offer.name for offer in _page(client, "identity_rolerequest", request.pk).context["offers"]] == [
        "withdraw"
    ]
    town.wait(timedelta(0), until=effective)
    due = _offers(client, request)
    assert [offer.name for offer in due] == ["carry-out", "withdraw"]
    call = json.loads(due[0].call)
    decoded = decode_call(call["to"], call["data"])
    assert decoded is not None
    assert decoded.function == "carryOutOfficerChange"
    assert decoded.args == {
        "role": ROLE_HASHES[Role.GUARDIAN],
        "accounts": [person(3)],
        "personKeys": list(asking.arguments["person_keys"]),
        "until": MAX_UINT48,
        "reasonHash": ZERO_HASH,
        "grant": True,
    }


def test_closing_an_account_is_recorded_by_field_and_never_by_value(desk: Client) -> None:
    citizen = User.objects.create_user("ruth", "ruth@riverbend.example")
    url = reverse("admin:identity_user_change", args=[citizen.pk])
    assert desk.post(url, {}).status_code == 302
    citizen.refresh_from_db()
    assert not citizen.is_active
    entry = AuditLog.objects.order_by("-sequence")[0]
    assert (entry.action, entry.actor) == (ROW_CHANGED, ADMINISTRATORS[0])
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
        (ERASURE_ASKED, ADMINISTRATORS[0]),
        (ERASED, ADMINISTRATORS[1]),
    ]
    assert all(person(1) not in str(each.details) + each.target for each in told)


def test_whoever_asked_cannot_carry_it_out(open_vote: Proposal, officer: User, other_officer: User) -> None:
    reason = BallotReason.objects.get()
    erasure = ask_to_erase(reason=reason, officer=officer, grounds=Grounds.LAW)
    with pytest.raises(AlreadyAsked):
        ask_to_erase(reason=reason, officer=other_officer, grounds=Grounds.LAW)
    with pytest.raises(SecondOfficerNeeded):
        approvals.agree(approval=erasure, officer=officer)
    with pytest.raises(IntegrityError), transaction.atomic():
        Approval.objects.filter(pk=erasure.pk).update(outcome="agreed", closed_by=officer)
    approvals.agree(approval=erasure, officer=other_officer)
    with pytest.raises(ApprovalClosed):
        approvals.agree(approval=erasure, officer=other_officer)
    reason.refresh_from_db()
    with pytest.raises(AlreadyDone):
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
    fields = {"proposalId": str(ready.pk), "voteStart": unix(town.now + timedelta(days=2))}
    built = act_of("activate").build(ADMINISTRATORS[0], fields)
    assert isinstance(built, Act)
    assert built.on_accept is not None
    built.on_accept(
        RelayedAct(
            act="activate",
            signer=ADMINISTRATORS[0],
            subject_kind="proposal",
            subject_id=str(ready.pk),
            digest=digest("opening"),
        )
    )
    (entry,) = AuditLog.objects.all()
    assert (entry.action, entry.actor) == (VOTE_OPENING_SIGNED, ADMINISTRATORS[0])
    assert (entry.target, entry.details) == (f"governance.proposal:{ready.pk}", {"digest": digest("opening")})
