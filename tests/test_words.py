"""What a reader may be told has Spanish words."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.utils import translation

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
