"""What an officer may sign about a proposal, and what stands in the way. The contract decides."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backoffice import html
from contracts.acts.calls import as_transaction
from contracts.calldata import encode_call
from core.content import get
from core.errors import DomainError
from governance.ballots.selectors.results import quorum_needed
from governance.parameters import strategies
from governance.parameters.kinds import in_words
from governance.parameters.models import Strategy
from governance.parameters.selectors.strategies import strategy_kind
from governance.parameters.selectors.values import endorsements_needed, terms_for
from governance.proposals.admin.pieces import CANCELLABLE, amount
from governance.proposals.models import CancellationRequest, Proposal, ProposalState
from governance.proposals.rules import opening_between, ready_to_open, why_not_cancel
from governance.proposals.selectors.conditions import Conditions, current_conditions
from governance.proposals.selectors.proposals import waiting_cancellation
from governance.proposals.selectors.stats import power_now
from governance.proposals.state import paused_at
from identity.accounts.selectors import name_for
from identity.reasons.selectors import reason_text
from identity.roles.admin.officer import OfficerNow
from identity.roles.models import Role

#: Between signing and recording time passes; an opening right after the notice would be refused by then.
_MARGIN = timedelta(minutes=10)


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
    """The panel "Open the vote".

    ``opens`` is a time that would do, ``earliest`` and ``latest`` those between which it may lie, as
    ``datetime-local`` takes them, in UTC. ``optional``: without one it opens once the notice has passed.
    """

    checks: Sequence[Check]
    paper: Sequence[tuple[str, str]]
    fields: str
    anyone_from: datetime | None
    opens: str
    earliest: str
    latest: str
    optional: bool

    @property
    def possible(self) -> bool:
        """Whether the contract would take the signature."""
        return all(check.kind != "no" for check in self.checks)


@dataclass(frozen=True, slots=True)
class Cancelling:
    """The panel "Stop it before it opens". ``first`` is the standing request, made by ``first_by``.

    ``alone``: this officer wrote the proposal, and needs neither a second one nor a reason. ``withdrawal`` is
    the call by which who asked takes the request back.
    """

    first: CancellationRequest | None
    first_by: str
    first_reason: str
    until: datetime | None
    mine: bool
    alone: bool
    why_not: str
    fields: str
    withdrawal: str

    @property
    def possible(self) -> bool:
        """Whether this officer can sign."""
        return not self.why_not


def opening(proposal: Proposal, officer: OfficerNow) -> Opening | None:
    """What opening the vote needs; None for a proposal that is no draft any more."""
    if proposal.state != ProposalState.DRAFT:
        return None
    at, terms = current_conditions(), terms_for(proposal.proposal_type)
    needed = endorsements_needed(proposal)
    review = timedelta(seconds=terms.review_period)
    ready = ready_to_open(
        created_at=proposal.created_at,
        endorsements=proposal.endorsements,
        review_period=review,
        needed=needed,
        now=at.now,
    )
    notice = timedelta(seconds=terms.notice_period)
    earliest, latest = opening_between(
        proposal.proposal_type,
        notice=notice,
        reviewed=proposal.created_at + review,
        endorsed=proposal.endorsed_at is not None,
        now=at.now,
    )
    decimals = strategies.decimals(strategy_kind(proposal))
    quorum = {
        "quorum": amount(quorum_needed(proposal), decimals),
        "of": amount(power_now(proposal), decimals),
    }
    paper = [
        (_("Act"), _("Open proposal %(id)s for voting") % {"id": proposal.proposal_id}),
        (_("Notice"), _("At least %(length)s") % {"length": in_words("noticePeriod", terms.notice_period)}),
        (_("Voting"), _("For %(length)s") % {"length": in_words("votingPeriod", terms.voting_period)}),
        (
            _("Quorum"),
            _("%(percent)d %%, today %(quorum)s of %(of)s") % {"percent": terms.quorum_percentage, **quorum},
        ),
        (_("It passes with"), strategies.share(terms.passing_percentage)),
        (_("Then it waits"), in_words("executionDelay", terms.execution_delay)),
    ]
    ready_at = proposal.created_at + review
    supported = proposal.endorsements >= needed
    return Opening(
        checks=[
            _support(proposal.endorsements, needed),
            _text(proposal),
            *_counting(proposal),
            *_pause(at),
            may_sign(officer),
        ],
        paper=paper,
        fields=_fields(proposal),
        anyone_from=ready_at if supported and ready_at > at.now else None,
        opens=_local(min(earliest + _MARGIN, latest)),
        earliest=_local(earliest),
        latest=_local(latest),
        optional=ready,
    )


def cancelling(proposal: Proposal, officer: OfficerNow) -> Cancelling | None:
    """What cancelling needs; None once voting has opened."""
    if proposal.state not in CANCELLABLE:
        return None
    first = waiting_cancellation(proposal)
    mine = first is not None and officer.is_same_person(first.administrator)
    endorsed = proposal.endorsed_at is not None
    proposer = officer.address == proposal.proposer
    code = why_not_cancel(
        state=proposal.state,
        kind=proposal.proposal_type,
        endorsed=endorsed,
        proposer=proposer,
        administrator=officer.is_administrator,
        asked=mine,
    )
    own = first is not None and officer.address == first.administrator
    return Cancelling(
        first=first,
        first_by=name_for(first.administrator) if first else "",
        first_reason=reason_text(first.reason_hash) if first else "",
        until=first.expires_at if first else None,
        mine=mine,
        alone=proposer and not (endorsed and proposal.state == ProposalState.PENDING),
        why_not="" if code is None else _why(code, officer),
        fields=_fields(proposal),
        withdrawal=json.dumps(withdrawal_of(proposal)) if own else "",
    )


def withdrawal_of(proposal: Proposal) -> dict[str, Any]:
    """The call by which an administrator takes the request to cancel back (``eth_sendTransaction``).

    Raises:
        ChainError: if no deployment is known.
    """
    data = encode_call("ProposalManager", "withdrawCancellation", [proposal.proposal_id])
    return as_transaction("ProposalManager", data)


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
    if code == "not-cancellable":
        return _("Officers can’t cancel what has its support, nor an emergency. The vote decides.")
    if officer.address is None:
        return _("No address is linked to your account, so there is nothing to sign with.")
    return _("Your address is no administrator’s on chain. Administrators can do this.")


def _support(count: int, needed: int) -> Check:
    facts = {"n": html.nice(count), "of": html.nice(needed)}
    text = ngettext("%(n)s of %(of)s endorsement", "%(n)s of %(of)s endorsements", needed) % facts
    if count >= needed:
        return Check("ok", text)
    return Check("warn", _("%(text)s: you would open it early") % {"text": text})


def _counting(proposal: Proposal) -> Iterator[Check]:
    way = Strategy.objects.filter(address=proposal.strategy).first()
    if way is not None and way.retired_at is not None:
        yield Check("no", _("Its way of counting was retired: it would have to be proposed anew"))


def _text(proposal: Proposal) -> Check:
    try:
        text: Any = json.loads(get(proposal.metadata_hash))
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


def _local(at: datetime) -> str:
    """The next whole minute, as ``<input type="datetime-local">`` takes it; read as UTC."""
    whole = at.astimezone(UTC).replace(second=0, microsecond=0)
    return f"{whole + timedelta(minutes=1) if whole < at else whole:%Y-%m-%dT%H:%M}"


def _fields(proposal: Proposal) -> str:
    return json.dumps({"proposalId": str(proposal.proposal_id)})
