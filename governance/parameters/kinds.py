"""The rules that proposals may change: their names on chain, words for people, units and bounds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils import formats
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from contracts.deployment import deployment
from contracts.errors import DeploymentInvalid
from governance.errors import FieldInvalid, FieldMissing

SECONDS, PERCENT, PERMILLE, COUNT = "seconds", "percent", "permille", "count"
MINUTE, HOUR, DAY = 60, 3600, 86_400


@dataclass(frozen=True, slots=True)
class ParameterKind:
    """One field of the contract's GovernanceParams, in words."""

    name: str
    label: Promise
    help: Promise
    unit: str


#: In the order of the contract's struct.
KINDS: dict[str, ParameterKind] = {
    kind.name: kind
    for kind in (
        ParameterKind(
            "votingPeriod",
            gettext_lazy("How long a vote stays open"),
            gettext_lazy("From the opening of a vote to its close."),
            SECONDS,
        ),
        ParameterKind(
            "executionDelay",
            gettext_lazy("Waiting period"),
            gettext_lazy("Between adoption and the earliest moment at which it can be carried out."),
            SECONDS,
        ),
        ParameterKind(
            "reviewPeriod",
            gettext_lazy("Review period"),
            gettext_lazy("After this time a proposal with enough support can be opened by anyone."),
            SECONDS,
        ),
        ParameterKind(
            "gracePeriod",
            gettext_lazy("Time to act on an adopted proposal"),
            gettext_lazy("An adopted proposal that nobody carries out within this time expires."),
            SECONDS,
        ),
        ParameterKind(
            "noticePeriod",
            gettext_lazy("Notice before a vote"),
            gettext_lazy("At least this long before voting opens, its opening is announced."),
            SECONDS,
        ),
        ParameterKind(
            "officerDelay",
            gettext_lazy("Time to object to a change of officers"),
            gettext_lazy(
                "What two administrators decide about administrators and guardians "
                "takes effect after this time."
            ),
            SECONDS,
        ),
        ParameterKind(
            "quorumPercentage",
            gettext_lazy("Quorum"),
            gettext_lazy("The share of all who may vote that For and Abstain must reach together."),
            PERCENT,
        ),
        ParameterKind(
            "endorsementPermille",
            gettext_lazy("Supporters needed"),
            gettext_lazy(
                "The share of all citizens that must support a proposal before anyone can open the vote."
            ),
            PERMILLE,
        ),
        ParameterKind(
            "proposalThreshold",
            gettext_lazy("Votes needed to propose"),
            gettext_lazy("How many votes a person must hold to make a proposal."),
            COUNT,
        ),
    )
}


@dataclass(frozen=True, slots=True)
class Bounds:
    """Least and greatest value of a parameter, both included."""

    minimum: int
    maximum: int


def bounds(name: str) -> Bounds:
    """The bounds of a parameter, as the contract of this deployment answered when it was deployed.

    Raises:
        DeploymentMissing: without a deployment.
        DeploymentInvalid: if its file says nothing of this parameter.
    """
    try:
        minimum, maximum = deployment().extra["bounds"][name]
        return Bounds(int(minimum), int(maximum))
    except (KeyError, TypeError, ValueError) as error:
        raise DeploymentInvalid(reason=f"no bounds of {name}") from error


def label(name: str) -> str:
    """The parameter in words; an unknown one is shown as the contract spells it."""
    kind = KINDS.get(name)
    return str(kind.label) if kind else name


def in_words(name: str, value: int) -> str:
    """A value with its unit: ``5 days``, ``20%``, ``150``."""
    kind = KINDS.get(name)
    if kind is None or kind.unit == COUNT:
        return f"{value:,}"
    if kind.unit == PERCENT:
        return _("%(value)d%%") % {"value": value}
    if kind.unit == PERMILLE:
        whole, tenth = divmod(value, 10)
        return _("%(value)s%%") % {"value": formats.number_format(Decimal(value) / 10) if tenth else whole}
    return duration(value)


def duration(seconds: int) -> str:
    """A length of time in its two largest units: ``5 days``, ``1 day 12 hours``, ``90 seconds``."""
    if seconds == 0:
        return _("no time")
    days, rest = divmod(seconds, DAY)
    hours, rest = divmod(rest, HOUR)
    minutes, left = divmod(rest, MINUTE)
    parts = [
        ngettext("%(count)d day", "%(count)d days", days) % {"count": days} if days else "",
        ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours} if hours else "",
        ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes} if minutes else "",
        ngettext("%(count)d second", "%(count)d seconds", left) % {"count": left} if left else "",
    ]
    return " ".join([part for part in parts if part][:2])


def check_changes(changes: Any, *, whole: bool = True) -> dict[str, int]:
    """New values by parameter name, within the contract's bounds.

    Args:
        changes: name to value; values whole numbers or decimal text, durations in seconds.
        whole: whether at least one change is needed (a draft may still have none).

    Raises:
        FieldMissing: without any change, if one is needed.
        FieldInvalid: for an unknown name, or a value that is no whole number or out of bounds.
    """
    if not isinstance(changes, Mapping):
        raise FieldInvalid(field="parameters")
    found: dict[str, int] = {}
    for name, value in changes.items():
        kind = KINDS.get(name)
        if kind is None:
            raise FieldInvalid(_("There is no such rule."), field=f"parameters.{str(name)[:64]}")
        if value in (None, ""):
            continue
        found[name] = _within(kind, value)
    if whole and not found:
        raise FieldMissing(field="parameters")
    return found


def _within(kind: ParameterKind, value: Any) -> int:
    field = f"parameters.{kind.name}"
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise FieldInvalid(field=field)
    text = str(value).strip()
    if not text.isascii() or not text.isdigit() or len(text) > 78:
        raise FieldInvalid(_("Enter a whole number."), field=field)
    number = int(text)
    limits = bounds(kind.name)
    if not limits.minimum <= number <= limits.maximum:
        message = _("Between %(minimum)s and %(maximum)s.") % {
            "minimum": in_words(kind.name, limits.minimum),
            "maximum": in_words(kind.name, limits.maximum),
        }
        raise FieldInvalid(message, field=field, minimum=str(limits.minimum), maximum=str(limits.maximum))
    return number
