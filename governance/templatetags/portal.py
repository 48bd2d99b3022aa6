"""Tags and filters of the citizen pages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import ngettext

from governance.parameters.strategies import Units, figures
from governance.proposals.models import ProposalType
from governance.proposals.selectors.timeline import Step
from governance.shapes.avatar import avatar
from governance.shapes.markdown import render

register = template.Library()

KIND_ICONS = {
    ProposalType.POLICY: "topic",
    ProposalType.BUDGET: "attach_money",
    ProposalType.PARAMETER: "settings",
    ProposalType.ROLE: "groups",
    ProposalType.UPGRADE: "update",
    ProposalType.EMERGENCY: "priority_high",
}
_SIZES = ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second"))
_UTC_FORMATS = {"day": "D j M", "clock": "j M, H:i"}


@register.simple_tag
def icon(name: str) -> SafeString:
    """An icon of the sprite, hidden from screen readers: the words beside it say what it means."""
    return format_html(
        '<svg class="usa-icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        static("portal/img/icons.svg"),
        name,
    )


register.simple_tag(avatar)


@register.simple_tag
def kind_icon(proposal_type: str) -> SafeString:
    """The icon of a kind of proposal."""
    return icon(KIND_ICONS[ProposalType(proposal_type)])


@register.simple_tag
def moment(value: datetime | None, kind: str = "moment") -> SafeString | str:
    """``value`` as a ``<time>`` in UTC, which the page's script rewrites in the reader's zone.

    Args:
        value: a moment with a zone; None writes nothing.
        kind: ``moment`` (with UTC beside), ``day``, ``clock`` or ``ago``, as in ``frontend/js/times.js``.
    """
    if value is None:
        return ""
    utc = value.astimezone(UTC)
    shown = formats.date_format(utc, _UTC_FORMATS.get(kind, "j M Y, H:i"), use_l10n=False)
    text = shown if kind == "day" else f"{shown} UTC"
    return format_html('<time datetime="{}" data-time="{}">{}</time>', iso(utc), kind, text)


@register.simple_tag
def left(value: datetime | None) -> SafeString | str:
    """How long until ``value``, kept true by the page's script."""
    if value is None:
        return ""
    return format_html(
        '<time datetime="{}" data-time="left">{}</time>', iso(value), span(value - timezone.now())
    )


@register.filter
def step_times(step: Step) -> str:
    """How to write the times of a step: days, or hours too where it is shorter than two days."""
    short_one = step.start is not None and step.end is not None and step.end - step.start < timedelta(days=2)
    return "clock" if short_one else "day"


@register.filter
def iso(value: datetime) -> str:
    """ISO 8601 in UTC to the second, with a Z."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@register.filter
def span(value: timedelta | int) -> str:
    """A length of time in words, its two largest units: "2 days 4 hours". An int counts seconds."""
    rest = max(0, int(value.total_seconds() if isinstance(value, timedelta) else value))
    words: list[str] = []
    for size, unit in _SIZES:
        count, rest = divmod(rest, size)
        if count:
            words.append(_counted(count, unit))
        elif words:
            break
        if len(words) == 2:
            break
    return " ".join(words) or _counted(0, "minute")


def _counted(count: int, unit: str) -> str:
    words = {
        "day": ngettext("%(count)d day", "%(count)d days", count),
        "hour": ngettext("%(count)d hour", "%(count)d hours", count),
        "minute": ngettext("%(count)d minute", "%(count)d minutes", count),
        "second": ngettext("%(count)d second", "%(count)d seconds", count),
    }
    return words[unit] % {"count": count}


@register.filter
def count(value: int | None) -> str:
    """A number with the language's separators; uint256 wide, so never through a float.

    Of votes that are parts of a token four decimals are shown, the rest cut.
    """
    if value is None:
        return ""
    whole, tail = figures(value, value.places if isinstance(value, Units) else 0)
    return formats.number_format(
        Decimal(f"{whole}.{tail or 0}"), len(tail), use_l10n=True, force_grouping=True
    )


@register.filter
def short(value: str | None) -> str:
    """An address or a hash cut to what a person compares: 0x5B1f…7A20."""
    return f"{value[:6]}…{value[-4:]}" if value else ""


@register.filter
def markdown(text: str) -> SafeString:
    """Markdown as sanitised HTML."""
    return render(text)


@register.filter
def lookup(mapping: dict[Any, Any], key: object) -> object:
    """``mapping[key]``, empty when it is not there."""
    return mapping.get(key, "")


@register.filter
def unlocalise(value: float) -> str:
    """A number for an SVG attribute: a point, never the language's comma."""
    return f"{value:g}"


@register.filter
def calendar_time(value: datetime) -> str:
    """A moment as iCalendar writes it, in UTC."""
    return value.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


@register.filter
def calendar_text(value: str) -> str:
    """Text as iCalendar takes it (RFC 5545, 3.3.11), on one line."""
    escaped = value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return escaped.replace("\r\n", "\\n").replace("\n", "\\n")
