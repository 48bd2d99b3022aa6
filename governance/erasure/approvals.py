"""Erasing the words of a ballot: one administrator asks, a second one carries it out."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from audit.registry import register_action
from audit.services import target_of
from backoffice.approvals import services as approvals
from backoffice.approvals.models import Approval
from backoffice.approvals.registry import ApprovalKind, register_approval
from backoffice.approvals.selectors import open_approval
from backoffice.directory import ADMINISTRATOR
from governance.ballots.models import BallotReason
from governance.ballots.services import erase_reason
from identity.accounts.models import User

ERASURE_ASKED = register_action("reason.erasure-asked", _("Asked to erase the words of a ballot"))
ERASED = register_action("reason.erased", _("Erased the words of a ballot"))
ERASURE_WITHDRAWN = register_action(
    "reason.erasure-withdrawn", _("Took back the request to erase the words of a ballot")
)

KIND = "erasure"


class Grounds(models.TextChoices):
    """Why words may be erased."""

    PERSON = "person", _("The person who wrote them asks for it")
    OTHERS = "others", _("They tell private things of somebody else")
    LAW = "law", _("A law or a court demands it")


def ask_to_erase(*, reason: BallotReason, officer: User, grounds: Grounds) -> Approval:
    """Ask that a ballot's words be erased; nothing is erased yet.

    Raises:
        AlreadyDone, AlreadyAsked, RoleNeeded: as :func:`backoffice.approvals.services.ask` says.
    """
    return approvals.ask(
        kind=KIND, subject=target_of(reason), officer=officer, details={"grounds": grounds.value}
    )


def waiting_erasure(reason: BallotReason) -> Approval | None:
    """The request to erase these words that waits for a second administrator."""
    return open_approval(KIND, target_of(reason))


def _carry_out(approval: Approval) -> None:
    """The hash on chain stays, and says nothing."""
    reason = BallotReason.objects.get(pk=approval.key)
    erase_reason(proposal_id=reason.proposal_id, voter=reason.voter)


def _is_stale(approval: Approval) -> bool:
    return not BallotReason.objects.filter(pk=approval.key, erased_at__isnull=True).exists()


def _title(approval: Approval) -> str:
    proposals = BallotReason.objects.filter(pk=approval.key).values_list("proposal_id", flat=True)
    return _t("A reason given in proposal %(id)s") % {"id": proposals.first()}


def _url(approval: Approval) -> str:
    return reverse("admin:governance_ballotreason_change", args=[approval.key])


register_approval(
    ApprovalKind(
        name=KIND,
        what=_("Erase the words of a ballot"),
        icon="edit",
        roles=frozenset({ADMINISTRATOR}),
        lifetime=timedelta(days=30),  # a person's wish has to be answered within a month (GDPR, article 12)
        title=_title,
        url=_url,
        carry_out=_carry_out,
        is_stale=_is_stale,
        recorded=(ERASURE_ASKED, ERASED, ERASURE_WITHDRAWN),
    )
)
