"""The officers' pieces of HTML (:mod:`backoffice.html`) for templates."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import template
from django.utils.safestring import SafeString

from backoffice import html

register = template.Library()

register.simple_tag(html.icon)
register.simple_tag(html.day)
register.simple_tag(html.seals)
register.simple_tag(html.meter)
register.simple_tag(html.hexa)
register.simple_tag(html.tag)
register.filter("nice", html.nice)


@register.simple_tag
def when(value: datetime | None, year: bool = False) -> SafeString:
    """A time in the reader's zone with the UTC beside."""
    return html.moment(value, year=bool(year))


@register.filter
def away(value: datetime | None) -> str:
    """How far off a time is."""
    return html.away(value)


@register.filter
def lasting(value: timedelta) -> str:
    """A length of time, in one unit."""
    return html.span(int(value.total_seconds()))


@register.filter
def get(mapping: Any, key: Any) -> Any:
    """``mapping[key]``, or nothing."""
    return mapping.get(key) if mapping else None
