"""Templates are read by people too."""

from __future__ import annotations

from testing.tree import ROOT

LONGEST = 200


def test_no_line_of_a_template_is_longer_than_200_characters() -> None:
    long = [
        f"{path.relative_to(ROOT)}:{number}: {len(line)}"
        for path in sorted((ROOT / "templates").rglob("*.html"))
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if len(line) > LONGEST
    ]
    assert not long, "\n".join(long)
