"""How an address, a block or an argument is shown on the officers' side."""

from __future__ import annotations

import json
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice import html
from contracts.addresses import checksum
from contracts.deployment import deployment
from contracts.errors import ChainError
from contracts.selectors import ChainHead, confirmation

CERTAINTY = {
    "seen": ("draft", gettext_lazy("Seen")),
    "confirmed": ("review", gettext_lazy("Confirmed")),
    "final": ("passed", gettext_lazy("Final")),
}


def address(value: str | None) -> SafeString:
    """An address in EIP-55, cut in the middle."""
    return html.hexa(checksum(value) if value else None)


def contract_name(value: str) -> str:
    """The name of a contract of ours, or its address."""
    try:
        return deployment().name_of(value) or checksum(value)
    except ChainError:
        return checksum(value)


def certainty(block_number: int, head: ChainHead) -> SafeString:
    """How sure a block is, as a coloured word."""
    kind, words = CERTAINTY[confirmation(block_number, head)]
    return html.tag(kind, words)


def event_link(position: int, words: Any) -> SafeString:
    """A link to an event's page."""
    return format_html(
        '<a href="{}">{}</a>', reverse("admin:contracts_chainevent_change", args=[position]), words
    )


def as_json(value: Any) -> SafeString:
    """Data as it is, for those who read it, folded."""
    text = json.dumps(value, indent=2, ensure_ascii=False)
    return format_html(
        '<details class="raw"><summary>{}</summary>'
        '<pre class="scroll" tabindex="0"><code>{}</code></pre></details>',
        _("Show the data"),
        text,
    )


def argument(value: Any) -> Any:
    """An argument of an event or act, as an officer reads it."""
    if isinstance(value, str) and value.startswith("0x") and len(value) >= 42:
        return html.hexa(checksum(value) if len(value) == 42 else value, 10, 8)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list | dict):
        return as_json(value)
    return value if value not in (None, "") else html.NOTHING
