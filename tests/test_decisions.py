"""The list of decisions and the pages it names agree."""

from __future__ import annotations

import re
from datetime import date

from testing.tree import ROOT

FOLDER = ROOT / "docs" / "adr"
STATUS = r"proposed|accepted|superseded by \d{4}"
ROW = re.compile(rf"\| \[(\d{{4}})\]\((\S+\.md)\) \| (.+) \| ({STATUS}) \| (\d{{4}}-\d\d-\d\d) \|")
HEAD = re.compile(rf"# (\d{{4}}) (.+)\n\nStatus: ({STATUS}) · (\d{{4}}-\d\d-\d\d)\n")


def _rows() -> list[tuple[str, ...]]:
    lines = (FOLDER / "README.md").read_text(encoding="utf-8").splitlines()
    rows = [line for line in lines if line.startswith("| [")]
    found = [ROW.fullmatch(row) for row in rows]
    assert all(found), [row for row, match in zip(rows, found, strict=True) if match is None]
    return [match.groups() for match in found if match]


def _pages() -> dict[str, tuple[str, ...]]:
    pages = {}
    for path in FOLDER.glob("[0-9]*.md"):
        head = HEAD.match(path.read_text(encoding="utf-8"))
        assert head, f"{path.name} does not begin with its number, title, status and date"
        pages[path.name] = head.groups()
    return pages


def test_every_decision_is_listed_once_with_its_title_status_and_date() -> None:
    rows = _rows()
    assert len({file for _, file, *_ in rows}) == len(rows)
    assert {file: (number, *rest) for number, file, *rest in rows} == _pages()


def test_decisions_are_numbered_once_in_the_order_of_their_dates() -> None:
    pages = _pages()
    numbers = sorted(number for number, *_ in pages.values())
    assert all(file.startswith(f"{number}-") for file, (number, *_) in pages.items())
    assert len(set(numbers)) == len(numbers)
    dated = [date.fromisoformat(page[3]) for _, page in sorted(pages.items())]
    assert dated == sorted(dated)


def test_a_superseded_decision_names_a_page_that_is_there() -> None:
    pages = _pages()
    numbers = {number for number, *_ in pages.values()}
    for file, (_, _, status, _) in pages.items():
        later = re.search(r"\d{4}", status)
        assert later is None or later[0] in numbers, file


def test_rows_of_a_topic_stand_in_order() -> None:
    topics = (FOLDER / "README.md").read_text(encoding="utf-8").split("\n## ")[1:]
    for topic in topics:
        numbers = re.findall(r"^\| \[(\d{4})\]", topic, re.MULTILINE)
        assert numbers == sorted(numbers), topic.splitlines()[0]
