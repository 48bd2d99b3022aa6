"""The rooms below know no word of those above, and what an app adds stands in its own folder."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

from testing.tree import ROOT

LOW = ("core", "audit", "contracts")
WORDS = re.compile(r"proposal|vote|voting|ballot|delegat|treasury", re.IGNORECASE)
# It deploys the Solidity suite of this repository, whose contracts it names.
SUITE = "contracts/deploy"
# Files that still know such words. The list only shrinks: a file that no longer does must leave it.
KNOWN = {
    "core/content/__init__.py",
    "core/content/pinning.py",
    "core/content/repin.py",
    "core/db/bulk.py",
    "core/errors.py",
    "core/health/parts.py",
    "core/http/parsing.py",
    "core/http/problems.py",
    "core/http/schema.py",
    "core/live/broadcaster.py",
}


def low_modules() -> Iterator[Path]:
    """The Python of the low rooms, without tests, migrations and what others wrote."""
    for room in LOW:
        for path in sorted((ROOT / room).rglob("*.py")):
            inside = path.relative_to(ROOT)
            if {"tests", "migrations", "solidity"} & set(inside.parts) or inside.is_relative_to(SUITE):
                continue
            yield path


def said(path: Path) -> set[str]:
    """The words of higher rooms in a module: in its names, its texts and its comments."""
    tokens = tokenize.generate_tokens(io.StringIO(path.read_text(encoding="utf-8")).readline)
    return {word.group().lower() for token in tokens for word in WORDS.finditer(token.string)}


def test_no_low_room_names_a_word_of_a_higher_one() -> None:
    found = {path.relative_to(ROOT).as_posix(): words for path in low_modules() if (words := said(path))}
    assert {name: words for name, words in found.items() if name not in KNOWN} == {}


def test_list_of_known_files_holds_none_that_was_mended() -> None:
    telling = {path.relative_to(ROOT).as_posix() for path in low_modules() if said(path)}
    assert KNOWN - telling == set()


@pytest.mark.parametrize("text", ["proposal_id = 1", "# counts a Vote", '"""Of ballots."""', "'Delegate'"])
def test_word_is_found_wherever_it_stands(tmp_path: Path, text: str) -> None:
    module = tmp_path / "module.py"
    module.write_text(text + "\n", encoding="utf-8")
    assert said(module)


def test_example_app_works_from_its_own_folder_alone() -> None:
    """Its act with its event, page, API and admin list, driven end to end under settings that install it."""
    command = [sys.executable, "-m", "pytest", "-q", "-n", "0", "--ds", "testing.exampleapp.settings"]
    done = subprocess.run(
        [*command, "testing/exampleapp"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-4_000:] + done.stderr[-4_000:]


def test_nothing_but_its_settings_knows_the_example_app() -> None:
    listed = subprocess.run(
        ["git", "grep", "-l", "-i", "-E", "exampleapp|TestPledges"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    allowed = {"tests/test_seams.py", "contracts/solidity/scripts/artifacts.mjs"}
    elsewhere = {
        name
        for name in listed.stdout.split()
        if not name.startswith(("testing/exampleapp/", "docs/", "contracts/artifacts/TestPledges"))
        and not name.endswith("src/test/TestPledges.sol")
    }
    assert elsewhere <= allowed | {"CHANGELOG.md", "CONTRIBUTING.md", "pyproject.toml"}
