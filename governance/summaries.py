"""What the acts say alike: rows to read before signing, and the proposal they are about."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.utils import formats, timezone
from django.utils.translation import gettext as _

from contracts.acts.fields import need_uint
from contracts.addresses import checksum, short
from governance.parameters import strategies
from governance.parameters.selectors.strategies import strategy_kind
from governance.proposals.models import Proposal
from governance.proposals.selectors.proposals import get_proposal
from identity.accounts.selectors import chosen_names

Row = dict[str, str]


def proposal_in(fields: Mapping[str, Any]) -> Proposal:
    """The proposal that the field ``proposalId`` names; raises ProposalNotFound."""
    return get_proposal(need_uint(fields, "proposalId"))


def row_of(label: str, value: str) -> Row:
    """One line of a summary."""
    return {"label": label, "value": value}


def decision(proposal: Proposal) -> Row:
    """The line that says what it is about."""
    return row_of(_("Decision"), name_of(proposal))


def name_of(proposal: Proposal) -> str:
    """A proposal's number and title."""
    return f"{proposal.proposal_id} · {proposal.title}"


def named(address: str) -> str:
    """A person by chosen name and short address, else by the whole address."""
    chosen = chosen_names([address]).get(address.lower())
    return f"{chosen} {short(address)}" if chosen else checksum(address)


def short_hash(value: str | None) -> str:
    """The two ends of a hash, to be compared by eye."""
    return f"{value[:6]}…{value[-4:]}" if value else ""


def amount(proposal: Proposal, weight: int) -> str:
    """A weight in the units in which the proposal is counted."""
    return strategies.amount(strategy_kind(proposal), weight)


def in_utc(value: datetime) -> str:
    """A moment in the reader's zone with UTC beside it."""
    local = timezone.localtime(value)
    return f"{formats.date_format(local, 'DATETIME_FORMAT')} ({value.astimezone(UTC):%Y-%m-%d %H:%M} UTC)"
