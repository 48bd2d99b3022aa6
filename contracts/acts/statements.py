"""The sentence at the head of everything that a person signs, the same that the contract builds and hashes.

A sentence is fixed pieces with the arguments between them. The pieces come from the artifact of the
deployment's statements contract, where the build wrote what the contract itself answers: here is no second
copy of any word, and no language but the deployment's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final, TypeAlias

from contracts.acts.errors import FieldInvalid
from contracts.addresses import ZERO_ADDRESS, checksum
from contracts.deployment import Deployment, artifact
from contracts.errors import DeploymentInvalid

# ISO 639-1 code -> the contract that is deployed as ``Statements``.
CONTRACTS: Final = {"en": "StatementsEnglish", "es": "StatementsSpanish"}
_SIDES: Final = ("against", "for", "abstain")

Values: TypeAlias = Mapping[str, Any]
Pieces: TypeAlias = Mapping[str, Sequence[str]]


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
            FieldInvalid: a side, a kind of proposals or a time that there is no word for.
        """
        name, *words = _SENTENCES[primary_type](values, self.pieces)
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


def _ballot(values: Values, pieces: Pieces) -> tuple[Any, ...]:
    side = _word(_SIDES, values, "support")
    number, params = values["proposalId"], values["params"]
    if params == "0x":
        return f"ballot.{side}", number
    votes = int(params, 16)
    return f"vote.{side}" if votes == 1 else f"votes.{side}", votes, number


def _delegation(values: Values, pieces: Pieces) -> tuple[Any, ...]:
    delegatee = values["delegatee"]
    return ("delegation.back",) if delegatee == ZERO_ADDRESS else ("delegation.give", checksum(delegatee))


def _delegation_for(values: Values, pieces: Pieces) -> tuple[Any, ...]:
    kind, delegatee = _word(pieces["kinds"], values, "proposalType"), values["delegatee"]
    if delegatee == ZERO_ADDRESS:
        return "delegationFor.general", kind
    if delegatee.lower() == values["delegator"].lower():
        return "delegationFor.keep", kind
    return "delegationFor.give", kind, checksum(delegatee)


def _activation(values: Values, pieces: Pieces) -> tuple[Any, ...]:
    number, start = values["proposalId"], values["voteStart"]
    if not start:
        return "activation", number
    try:
        opens = datetime.fromtimestamp(start, UTC)
    except (OverflowError, ValueError, OSError):
        raise FieldInvalid(field="voteStart") from None
    return "activation.at", number, f"{opens:%Y-%m-%d %H:%M:%S} UTC"


def _word(words: Sequence[str], values: Values, field: str) -> str:
    try:
        return words[values[field]]
    except IndexError:
        raise FieldInvalid(field=field) from None


# Primary type -> the name of its sentence, then what stands between the pieces.
_SENTENCES: Final[dict[str, Callable[[Values, Pieces], tuple[Any, ...]]]] = {
    "Ballot": _ballot,
    "Delegate": _delegation,
    "DelegateFor": _delegation_for,
    "CreateProposal": lambda values, pieces: ("proposal", _word(pieces["kinds"], values, "proposalType")),
    "EndorseProposal": lambda values, pieces: ("endorsement", values["proposalId"]),
    "ActivateProposal": _activation,
    "CancelProposal": lambda values, pieces: ("cancellation", values["proposalId"]),
    "Profile": lambda values, pieces: ("profile",),
}
