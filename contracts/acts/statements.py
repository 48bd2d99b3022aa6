"""The sentence at the head of everything that a person signs, the same that the contract builds and hashes.

A sentence is fixed pieces with the arguments between them. Which sentence an act says, and with which
arguments, the app that registered it knows. The pieces come from the artifact of the
deployment's statements contract, where the build wrote what the contract itself answers: here is no second
copy of any word, and no language but the deployment's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from contracts.acts.errors import FieldInvalid
from contracts.acts.registry import Pieces, Values, type_of
from contracts.deployment import Deployment, artifact
from contracts.errors import DeploymentInvalid

# ISO 639-1 code -> the contract that is deployed as ``Statements``.
CONTRACTS: Final = {"en": "StatementsEnglish", "es": "StatementsSpanish"}


@dataclass(frozen=True, slots=True)
class Statements:
    """The sentences of one language: ``pieces`` by the names of ``IStatements.sentences``."""

    language: str
    pieces: Pieces

    def of(self, primary_type: str, values: Values) -> str:
        """What a document of ``primary_type`` says.

        Args:
            primary_type: the EIP-712 type that is signed.
            values: its other members by name; integers as int, addresses and bytes as 0x-hex.

        Raises:
            FieldInvalid: a member has a value that there is no word for.
        """
        said = type_of(primary_type).statement(values, self.pieces)
        if isinstance(said, str):
            return said
        name, *words = said
        first, *rest = self.pieces[name]
        return first + "".join(f"{word}{piece}" for word, piece in zip(words, rest, strict=True))


def statements_of(deployment: Deployment) -> Statements:
    """The sentences of a deployment.

    Raises:
        DeploymentInvalid: there are none in its language.
        ArtifactMissing: the statements contract was never compiled.
    """
    return _read(deployment.language)


@lru_cache(maxsize=8)
def _read(language: str) -> Statements:
    if language not in CONTRACTS:
        raise DeploymentInvalid(language=language)
    return Statements(language, artifact(CONTRACTS[language])["pieces"])


def word_of(words: Sequence[str], values: Values, field: str) -> str:
    """The word that stands for the number ``values[field]``.

    Raises:
        FieldInvalid: there is none.
    """
    try:
        return words[values[field]]
    except IndexError:
        raise FieldInvalid(field=field) from None
