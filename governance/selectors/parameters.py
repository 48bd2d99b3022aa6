"""The rules as they stand and as they changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from governance import parameters
from governance.models import ParameterChange


@dataclass(frozen=True, slots=True)
class Parameter:
    """One rule as it stands: ``value`` in ``unit`` (seconds, percent or count), ``text`` in words."""

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
    for name, kind in parameters.KINDS.items():
        change = newest.get(name)
        if change is None:
            # A parameter that was never announced has the value it was made with, zero.
            if not newest:
                continue
            first = min(newest.values(), key=lambda row: row.event_id)
            value, since, event_id = 0, first.timestamp, first.event_id
        else:
            value, since, event_id = change.new_value, change.timestamp, change.event_id
        found[name] = Parameter(
            name=name,
            label=str(kind.label),
            help=str(kind.help),
            value=value,
            unit=kind.unit,
            text=parameters.in_words(name, value),
            since=since,
            event_id=event_id,
            minimum=kind.minimum,
            maximum=kind.maximum,
        )
    return found


def current_value(name: str, before_event: int | None = None) -> int:
    """The value of one rule now, or just before the event at ``before_event``; 0 if it was never set."""
    changes = ParameterChange.objects.filter(name=name)
    if before_event is not None:
        changes = changes.filter(event_id__lt=before_event)
    return changes.order_by("-event_id").values_list("new_value", flat=True).first() or 0


def parameter_changes() -> QuerySet[ParameterChange]:
    """All changes of the rules, newest first."""
    return ParameterChange.objects.select_related("event").order_by("-event_id")
