"""Why a contract refused: the custom errors of our contracts as the codes and plain words of the portal."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from eth_abi.abi import decode
from eth_abi.exceptions import DecodingError
from eth_hash.auto import keccak

from contracts.deployment import artifact
from contracts.relayer.refusals import UNKNOWN, WORDS

CONTRACTS: Final = (
    "VotingEngine",
    "DelegationLib",
    "ProposalManager",
    "ExecutionModule",
    "GovernanceCore",
    "RoleManager",
    "GovernanceDeployment",
    "StrategyFactory",
    "QuadraticStrategy",
    "TokenWeightedStrategy",
)
# What errors begin with: a contract's name, or that of a library whose code is part of several.
_BEGINNINGS: Final = (*CONTRACTS, "TwoPersons")
_FIRST_WORD: Final = re.compile(r"(?<!^)(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an act was refused: a stable code, plain words, and the contract's own name for it."""

    code: str
    detail: str
    error: str


def explain(revert_data: str) -> Refusal:
    """The refusal behind revert data (0x-hex: a selector alone or with arguments)."""
    raw = bytes.fromhex(revert_data.removeprefix("0x"))
    known = _selectors().get(raw[:4])
    if known is None:
        return Refusal(UNKNOWN[0], str(UNKNOWN[1]), "")
    name, kinds = known
    short = name.removeprefix(next((each for each in _BEGINNINGS if name.startswith(each)), ""))
    code, words = WORDS.get(short, (_FIRST_WORD.sub("-", short).lower(), UNKNOWN[1]))
    return Refusal(code, str(words), name + _arguments(kinds, raw[4:]))


def _arguments(kinds: tuple[str, ...], data: bytes) -> str:
    if not kinds or not data:
        return ""
    try:
        values = decode(kinds, data)
    except DecodingError:
        return ""
    return "(" + ", ".join("0x" + v.hex() if isinstance(v, bytes) else str(v) for v in values) + ")"


@lru_cache(maxsize=1)
def _selectors() -> dict[bytes, tuple[str, tuple[str, ...]]]:
    found: dict[bytes, tuple[str, tuple[str, ...]]] = {}
    for contract in CONTRACTS:
        for entry in artifact(contract)["abi"]:
            if entry["type"] == "error":
                kinds = tuple(item["type"] for item in entry["inputs"])
                found[keccak(f"{entry['name']}({','.join(kinds)})".encode())[:4]] = (entry["name"], kinds)
    return found
