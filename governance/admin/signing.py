"""What an officer may sign about a proposal, and what stands in the way. The contract decides."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from daoportal.desk import html
from daoportal.kernel import content
from daoportal.kernel.errors import DomainError
from governance import rules, strategies
from governance.admin.pieces import CANCELLABLE, amount, open_cancellations
from governance.models import CancellationRequest, Proposal, ProposalState
from governance.parameters import in_words
from governance.selectors import (
    Conditions,
    current_conditions,
    current_value,
    power_now,
    quorum_needed,
    strategy_kind,
)
from governance.state import paused_at
from identity import selectors as identity
from identity.admin.officer import OfficerNow
from identity.models import Role


@dataclass(frozen=True, slots=True)
class Check:
    """One condition. ``kind``: ok, warn (it can be signed all the same) or no (the contract would refuse)."""

    kind: str
    text: str

    @property
    def icon(self) -> str:
        """Its icon."""
        return {"ok": "check_circle", "warn": "warning", "no": "close"}[self.kind]


@dataclass(frozen=True, slots=True)
class Opening:
    """The panel "Open the vote"."""

    checks: Sequence[Check]
    paper: Sequence[tuple[str, str]]
    fields: str
    anyone_from: datetime | None

    @property
    def possible(self) -> bool:
        """Whether the contract would take the signature."""
        return all(check.kind != "no" for check in self.checks)


@dataclass(frozen=True, slots=True)
class Cancelling:
    """The panel "Stop it before it opens". ``first`` is the standing request, made by ``first_by``."""

    first: CancellationRequest | None
    first_by: str
    until: datetime | None
    mine: bool
    why_not: str
    fields: str

    @property
    def possible(self) -> bool:
        """Whether this officer can sign."""
        return not self.why_not


def opening(proposal: Proposal, officer: OfficerNow) -> Opening | None:
    """What opening the vote needs; None for a proposal that is no draft any more."""
    if proposal.state != ProposalState.DRAFT:
        return None
    at = current_conditions()
    needed = current_value("endorsements")
    review = timedelta(seconds=current_value("reviewPeriod"))
    checks = [
        _support(proposal.endorsements, needed),
        _text(proposal),
        *_pause(at),
        may_sign(officer),
    ]
    percentage = current_value("quorumPercentage")
    decimals = strategies.decimals(strategy_kind(proposal))
    quorum = {
        "quorum": amount(quorum_needed(proposal), decimals),
        "of": amount(power_now(proposal), decimals),
    }
    paper = [
        (_("Act"), _("Open proposal %(id)s for voting") % {"id": proposal.proposal_id}),
        (
            _("Voting"),
            _("At once, for %(length)s")
            % {"length": in_words("votingPeriod", current_value("votingPeriod"))},
        ),
        (_("Quorum"), _("%(percent)d %%, today %(quorum)s of %(of)s") % {"percent": percentage, **quorum}),
    ]
    ready_at = proposal.created_at + review
    return Opening(
        checks=checks,
        paper=paper,
        fields=_fields(proposal),
        anyone_from=ready_at if proposal.endorsements >= needed and ready_at > at.now else None,
    )


def cancelling(proposal: Proposal, officer: OfficerNow) -> Cancelling | None:
    """What cancelling needs; None once voting has opened."""
    if proposal.state not in CANCELLABLE:
        return None
    now = identity.now()
    standing = open_cancellations(now, proposal)
    first = standing[0] if standing else None
    mine = first is not None and officer.is_same_person(first.administrator)
    code = rules.why_not_cancel(
        state=proposal.state,
        proposer=officer.address == proposal.proposer,
        administrator=officer.is_administrator,
        asked=mine,
    )
    return Cancelling(
        first=first,
        first_by=identity.name_for(first.administrator) if first else "",
        until=first.timestamp + rules.CANCEL_REQUEST_LIFETIME if first else None,
        mine=mine,
        why_not="" if code is None else _why(code, officer),
        fields=_fields(proposal),
    )


def may_sign(officer: OfficerNow) -> Check:
    """Whether the officer's address is an administrator's, by the newest block."""
    held = officer.holds(Role.ADMINISTRATOR)
    if held is not None:
        if held.until is None:
            return Check("ok", _("You may: Administrator, without an end"))
        until = f"{held.until:%d %b %Y}"
        return Check("ok", _("You may: Administrator until %(date)s") % {"date": until})
    return Check("no", _why("not-an-administrator", officer))


def _why(code: str, officer: OfficerNow) -> str:
    if code == "second-officer-needed":
        return _("You signed first. Another administrator finishes it.")
    if officer.address is None:
        return _("No address is linked to your account, so there is nothing to sign with.")
    return _("Your address is no administrator’s on chain. Administrators can do this.")


def _support(count: int, needed: int) -> Check:
    facts = {"n": html.nice(count), "of": html.nice(needed)}
    text = ngettext("%(n)s of %(of)s endorsement", "%(n)s of %(of)s endorsements", needed) % facts
    if count >= needed:
        return Check("ok", text)
    return Check("warn", _("%(text)s: you would open it early") % {"text": text})


def _text(proposal: Proposal) -> Check:
    try:
        text: Any = json.loads(content.get(proposal.metadata_hash))
    except (DomainError, ValueError):
        return Check("warn", _("The text behind the hash on chain is not stored here"))
    if text.get("title") != proposal.title or text.get("description") != proposal.description:
        return Check("no", _("The text shown is not the text on chain"))
    return Check("ok", _("Text on chain equals the text shown"))


def _pause(at: Conditions) -> list[Check]:
    pause = paused_at(at.now, at.stops)
    if pause is None:
        return []
    return [Check("warn", _("The contracts are paused; voting would go on when the pause ends"))]


def _fields(proposal: Proposal) -> str:
    return json.dumps({"proposalId": str(proposal.proposal_id)})
