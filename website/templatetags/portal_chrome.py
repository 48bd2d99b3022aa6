"""Tags of the frame around every page."""

from __future__ import annotations

from typing import Any

from django import template

from governance.proposals.views import present

register = template.Library()


@register.inclusion_tag("components/pause.html")
def pause_banner() -> dict[str, Any]:
    """That voting stands still, while it does, and the reason given."""
    return {"pause": present.pause_told()}


@register.inclusion_tag("components/announced.html")
def officers_banner() -> dict[str, Any]:
    """What two administrators announced about administrators and guardians, while it can be objected to."""
    return {"announced": present.announced()}


@register.inclusion_tag("components/record_strip.html")
def record_strip() -> dict[str, Any]:
    """The strip above the footer: how fresh the record is, and the last full recount if there was one."""
    return present.record_state()
