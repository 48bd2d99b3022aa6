"""Markdown that people wrote, as HTML that cannot do anything but be read."""

from __future__ import annotations

from functools import lru_cache

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

_TEXT = {"p", "br", "hr", "ul", "ol", "li", "strong", "em", "del", "code", "pre", "blockquote", "a"}
_TAGS = _TEXT | {"h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td"}
_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}, "th": {"scope"}}
_SCHEMES = {"http", "https", "mailto"}
_HIGHEST, _LOWEST = 3, 6  # ranks of headings: the page has its own h1 and h2


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


@lru_cache(maxsize=256)
def render(text: str) -> SafeString:
    """``text`` (CommonMark with tables) as sanitised HTML: no raw HTML, images, scripts or styles."""
    tokens = _parser().parse(text)
    ranks = [int(token.tag[1]) for token in tokens if token.type == "heading_open"]
    shift = _HIGHEST - min(ranks, default=_HIGHEST)
    for token in tokens:
        if token.type.startswith("heading_"):
            token.tag = f"h{min(_LOWEST, int(token.tag[1]) + shift)}"
        # The stylesheet decides; an alignment would be a style attribute, which the security policy forbids.
        token.attrs.pop("style", None)
    html = _parser().renderer.render(tokens, _parser().options, {})
    # The corner of a table heads nothing: an empty heading is noise to a screen reader.
    html = html.replace("<th></th>", "<td></td>")
    return mark_safe(  # noqa: S308 - the sanitiser's output is what this function is for
        nh3.clean(
            html,
            tags=_TAGS,
            attributes=_ATTRIBUTES,
            url_schemes=_SCHEMES,
            link_rel="nofollow noopener noreferrer",
        )
    )
