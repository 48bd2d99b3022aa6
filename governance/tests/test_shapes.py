"""Charts and texts as the pages draw them."""

from __future__ import annotations

import re

import pytest

from governance.shapes.chart import nice_top
from governance.shapes.markdown import render


@pytest.mark.parametrize(
    ("value", "top", "step"), [(0, 1, 1), (5, 5, 1), (12, 12, 2), (31, 40, 10), (3728, 4000, 1000)]
)
def test_axis_ends_at_a_round_number(value: int, top: int, step: int) -> None:
    assert nice_top(value) == (top, step)


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "![x](https://example.org/x.png)",
        '<a href="x" onclick="y">z</a>',
        "| a |\n|:-:|\n| b |",
        "[x](data:text/html,y)",
    ],
)
def test_markdown_cannot_do_anything_but_be_read(text: str) -> None:
    html = render(text)
    assert not re.search(r"<script|<img|<[^>]*\s(on\w+|style)=|\"(javascript|data):", html)


def test_headings_of_a_text_lie_below_the_pages_own() -> None:
    assert "<h3>One</h3>" in render("# One\n\n## Two")
    assert "<h4>Two</h4>" in render("# One\n\n## Two")
    assert "<h3>Two</h3>" in render("## Two\n\n### Three")
