"""Small pieces of HTML that lists and records share: tags, seals, bars, hashes, times.

No piece carries an inline style, which the content security policy refuses: bars are SVG with attributes.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.templatetags.static import static
from django.utils import formats, timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

NOTHING = mark_safe('<span class="none">–</span>')
"""For a cell without a value."""

_BAR = 1000  # the width that shares are drawn in


def icon(name: str, extra: str = "") -> SafeString:
    """An icon of the sprite, hidden from screen readers: the words beside it say what it means."""
    return format_html(
        '<svg class="icon{}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        f" {extra}" if extra else "",
        static("portal_admin/icons/sprite.svg"),
        name,
    )


def tag(kind: str, label: Any, note: Any = "") -> SafeString:
    """A coloured word. ``kind``: draft, review, open, passed, rejected, queued, done or ended."""
    shown = format_html('<span class="tag tag--{}">{}</span>', kind, label)
    return format_html('{}<span class="cell-note">{}</span>', shown, note) if note else shown


def nice(number: Any) -> str:
    """A whole number with the separators of the reader's language."""
    return str(formats.number_format(int(number), force_grouping=True))


def num(number: Any) -> SafeString:
    """A number in figures of one width."""
    return NOTHING if number is None else format_html('<span class="num">{}</span>', nice(number))


def hexa(value: str | None, lead: int = 6, tail: int = 4) -> SafeString:
    """A hash or address, cut in the middle; the whole is its title and can be copied by the script's help."""
    if not value:
        return NOTHING
    shown = value if len(value) <= lead + tail + 1 else f"{value[:lead]}…{value[-tail:]}"
    return format_html('<span class="hex" title="{}">{}</span>', value, shown)


def moment(value: datetime | None, *, year: bool = False) -> SafeString:
    """A time in UTC, which the page's script rewrites in the reader's zone with the UTC beside."""
    if value is None:
        return NOTHING
    utc = value.astimezone(UTC)
    shown = formats.date_format(utc, "j M Y, H:i" if year else "j M, H:i", use_l10n=False)
    return format_html(
        '<time class="when" datetime="{}" data-when="{}">{} <span class="utc">UTC</span></time>',
        utc.isoformat(timespec="seconds").replace("+00:00", "Z"),
        "long" if year else "short",
        shown,
    )


def day(value: datetime | None) -> SafeString:
    """A date in UTC, which the page's script rewrites in the reader's zone."""
    if value is None:
        return NOTHING
    utc = value.astimezone(UTC)
    return format_html(
        '<time class="when" datetime="{}" data-when="day">{}</time>',
        utc.isoformat(timespec="seconds").replace("+00:00", "Z"),
        formats.date_format(utc, "j M Y", use_l10n=False),
    )


def away(value: datetime | None, now: datetime | None = None) -> str:
    """How far off a time is, in one unit: ``in 2 days``, ``3 h ago``."""
    if value is None:
        return ""
    difference = value - (now or timezone.now())
    seconds = int(abs(difference).total_seconds())
    length = span(seconds)
    if seconds < 5:
        return _("now")
    return (
        _("in %(span)s") % {"span": length}
        if difference > timedelta(0)
        else _("%(span)s ago") % {"span": length}
    )


def span(seconds: int) -> str:
    """A length of time in seconds, in one unit: ``14 days``, ``3 h``."""
    if seconds < 90:
        return _("%(n)d s") % {"n": seconds}
    if seconds < 90 * 60:
        return _("%(n)d min") % {"n": round(seconds / 60)}
    if seconds < 36 * 3600:
        return _("%(n)d h") % {"n": round(seconds / 3600)}
    days = round(seconds / 86_400)
    return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}


def when(
    value: datetime | None, now: datetime | None = None, *, hot_within: timedelta | None = None
) -> SafeString:
    """A time and how far off it is; in a warning colour when it comes within ``hot_within``."""
    if value is None:
        return NOTHING
    left = value - (now or timezone.now())
    hot = hot_within is not None and timedelta(0) < left <= hot_within
    return format_html(
        '{}<span class="cell-note{}">{}</span>',
        moment(value),
        " cell-note--hot" if hot else "",
        away(value, now),
    )


def seals(done: int, needed: int = 2) -> SafeString:
    """Circles for the signatures an act needs: full ones are given, dashed ones wait."""
    circles = format_html_join(
        "",
        '<span class="seal{}"></span>',
        ((" seal--done" if place < done else "",) for place in range(needed)),
    )
    text = _("%(done)d of %(needed)d") % {"done": done, "needed": needed}
    return format_html(
        '<span class="seals"><span aria-hidden="true" class="seals__row">{}</span>'
        '<span class="seals__text">{}</span></span>',
        circles,
        text,
    )


def bar(shares: Iterable[tuple[str, int, bool]]) -> SafeString:
    """Amounts side by side as shares of their sum. Numbers stand beside it as text.

    Args:
        shares: the class that colours a share, its amount, and whether it is hatched.
    """
    wanted = list(shares)
    total = sum(amount for _css, amount, _hatched in wanted)
    pieces: list[SafeString] = []
    reached = 0
    for css, amount, hatched in wanted if total else ():
        start = reached * _BAR // total
        reached += amount
        width = reached * _BAR // total - start
        if width:
            pieces.append(_rect(css, start, width))
            if hatched:
                pieces.append(_rect("", start, width, "url(#hatch)"))
    return _strip("tally", pieces)


def meter(value: int, maximum: int, mark: int | None = None) -> SafeString:
    """How much of ``maximum`` is reached, with a mark if one matters. The numbers stand beside it as text."""
    pieces: list[SafeString] = []
    if maximum > 0 and value > 0:
        pieces.append(_rect("meter__fill", 0, min(value, maximum) * _BAR // maximum))
    if maximum > 0 and mark is not None:
        pieces.append(_rect("meter__mark", min(mark, maximum) * _BAR // maximum - 3, 6))
    return _strip("tally", pieces)


def _strip(css: str, pieces: list[SafeString]) -> SafeString:
    return format_html(
        '<svg class="{}" viewBox="0 0 {} 20" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
        '<rect class="tally__rest" width="{}" height="20"></rect>{}</svg>',
        css,
        _BAR,
        _BAR,
        mark_safe("".join(pieces)),  # noqa: S308  every piece comes from format_html
    )


def _rect(css: str, x: int, width: int, fill: str = "") -> SafeString:
    attribute = format_html(' fill="{}"', fill) if fill else format_html(' class="{}"', css)
    return format_html('<rect{} x="{}" width="{}" height="20"></rect>', attribute, max(x, 0), width)
