"""What a reader may be told has Spanish words."""

from __future__ import annotations

import ast
import gettext
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation
from django.utils.translation.template import templatize

from contracts.errors import ChainError
from core.errors import DomainError


def _all(kind: type[DomainError]) -> Iterator[type[DomainError]]:
    for one in kind.__subclasses__():
        yield one
        yield from _all(one)


# What citizens meet. Officers' pages and what an operator types are in English; what tests make isn't ours.
KINDS = sorted(
    {
        kind
        for kind in _all(DomainError)
        if re.match(r"(contracts|governance)\.(?!tests|deploy)", kind.__module__)
    },
    key=lambda kind: kind.__name__,
)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_error_is_told_in_spanish(kind: type[DomainError]) -> None:
    with translation.override("en"):
        english = str(kind.message)
    with translation.override("es"):
        spanish = str(kind.message)
    assert spanish != english, f"no Spanish for {english!r} in locale/es"


def test_errors_of_the_chain_are_among_them() -> None:
    assert sum(issubclass(kind, ChainError) for kind in KINDS) > 20


ROOT = Path(__file__).resolve().parents[1]
# Code that speaks to citizens, and their templates; what officers alone read is in English.
CODE = ("*/*/selectors/*.py", "*/*/views/*.py", "*/*/forms/*.py", "website/views/*.py")
TEMPLATES = ("templates/**/*.html", "core/templates/**/*.html")


class Missing(gettext.NullTranslations):
    """What a catalogue answers for words that it does not have."""

    def gettext(self, message: str) -> str:
        return ""


def _catalogue() -> gettext.GNUTranslations:
    with (ROOT / "locale/es/LC_MESSAGES/django.mo").open("rb") as file:
        found = gettext.GNUTranslations(file)
    found.add_fallback(Missing())
    return found


def _words(path: Path) -> Iterator[str]:
    """What the file has translated, as it is written there."""
    source = path.read_text()
    if path.suffix == ".html":
        for _quote, message in re.findall(r"gettext\(u?(['\"])(.*?)(?<!\\)\1", templatize(source)):
            yield message.replace("\\'", "'").replace('\\"', '"')
        return
    for node in ast.walk(ast.parse(source)):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in ("_", "gettext", "ngettext")
            and isinstance(node.args[0], ast.Constant)
        ):
            yield str(node.args[0].value)


def test_what_citizens_read_has_spanish_words() -> None:
    catalogue = _catalogue()
    files = [path for pattern in (*CODE, *TEMPLATES) for path in ROOT.glob(pattern)]
    files = [path for path in files if not {"admin", "tests", ".venv", "node_modules"} & {*path.parts}]
    said = [(path.relative_to(ROOT), message) for path in files for message in _words(path)]
    assert len(said) > 700
    assert [(str(path), message) for path, message in said if not catalogue.gettext(message)] == []
