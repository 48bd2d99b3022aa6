"""The rules as they stand and as they changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from governance.parameters import kinds, rules
from governance.parameters.models import ParameterChange
from governance.parameters.rules import Terms, terms_of
from governance.proposals.models import Proposal
from identity.census.selectors.roll import census_at


@dataclass(frozen=True, slots=True)
class Parameter:
    """One rule as it stands: ``value`` in ``unit`` (seconds, percent, permille, count), ``text`` in words."""

    name: str
    label: str
    help: str
    value: int
    unit: str
    text: str
    since: datetime
    event_id: int
    minimum: int
    maximum: int


def current_parameters(at: datetime | None = None) -> dict[str, Parameter]:
    """The rules by name at ``at`` (default: now), in the order of the contract.

    Empty before the deployment is read.
    """
    changes = ParameterChange.objects.order_by("event_id")
    if at is not None:
        changes = changes.filter(timestamp__lte=at)
    newest = {change.name: change for change in changes}
    found: dict[str, Parameter] = {}
    for name, kind in kinds.KINDS.items():
        change = newest.get(name)
        if change is None:
            # A parameter that was never announced has the value it was made with, zero.
            if not newest:
                continue
            first = min(newest.values(), key=lambda row: row.event_id)
            value, since, event_id = 0, first.timestamp, first.event_id
        else:
            value, since, event_id = change.new_value, change.timestamp, change.event_id
        limits = kinds.bounds(name)
        found[name] = Parameter(
            name=name,
            label=str(kind.label),
            help=str(kind.help),
            value=value,
            unit=kind.unit,
            text=kinds.in_words(name, value),
            since=since,
            event_id=event_id,
            minimum=limits.minimum,
            maximum=limits.maximum,
        )
    return found


def current_value(name: str, before_event: int | None = None) -> int:
    """The value of one rule now, or just before the event at ``before_event``; 0 if it was never set."""
    changes = ParameterChange.objects.filter(name=name)
    if before_event is not None:
        changes = changes.filter(event_id__lt=before_event)
    return changes.order_by("-event_id").values_list("new_value", flat=True).first() or 0


def terms_for(kind: str, current: Mapping[str, Parameter] | None = None) -> Terms:
    """The rules under which a proposal of ``kind`` would be decided now.

    Args:
        kind: a :class:`governance.models.ProposalType`.
        current: the rules as they stand, where they are at hand already.
    """
    found = current_parameters() if current is None else current
    return terms_of(kind, {name: found[name].value if name in found else 0 for name in kinds.KINDS})


def endorsements_needed(proposal: Proposal) -> int:
    """How many must support ``proposal`` before anyone may open its vote."""
    return rules.endorsements_needed(proposal.roll, current_value("endorsementPermille"))


def endorsements_needed_by(proposals: Iterable[Proposal]) -> dict[int, int]:
    """The same for many, by number; one query however many there are."""
    permille = current_value("endorsementPermille")
    return {each.proposal_id: rules.endorsements_needed(each.roll, permille) for each in proposals}


def endorsements_needed_now() -> int:
    """How many would have to support a proposal that is made now."""
    return rules.endorsements_needed(census_at(), current_value("endorsementPermille"))
