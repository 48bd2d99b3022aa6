"""Why a contract refused: its custom errors as the codes and plain words of the portal.

Each app says so of the contracts that it knows, with the domain error that its own rules raise for the same
reason: one vocabulary for rules, reverts and the API.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, TypeAlias

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise
from eth_abi.abi import decode
from eth_abi.exceptions import DecodingError

from contracts.abi import abi_of, contract_names
from contracts.calldata import kind_of, selector
from core.errors import DomainError

Meaning: TypeAlias = "type[DomainError] | tuple[str, StrOrPromise]"

UNKNOWN: Final = ("chain-refused", _("The contract refused this."))
_FIRST_WORD: Final = re.compile(r"(?<!^)(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an act was refused: a stable code, plain words, and the contract's own name for it."""

    code: str
    detail: str
    error: str


_meanings: dict[str, tuple[str, StrOrPromise]] = {}
_unmet: dict[str, str] = {}


def register_refusals(
    contract: str, meanings: Mapping[str, Meaning], *, unmet: Mapping[str, str] | None = None
) -> None:
    """Say what custom errors of a contract mean.

    Args:
        contract: its name; an error that several contracts share is registered with one of them.
        meanings: Solidity error -> the domain error for the same reason, or a code and words.
        unmet: Solidity error -> why nobody meets it who uses the portal; its code follows from its name.

    Raises:
        LookupError: the contract has no such error.
        ValueError: the error has a meaning already. (That nobody meets a library's error, many may say.)
    """
    known = {entry["name"] for entry in abi_of(contract) if entry["type"] == "error"}
    for error in (*meanings, *(unmet or {})):
        if error not in known:
            raise LookupError(f"{contract} has no error {error}")
        if error in _meanings and not (error in _unmet and error in (unmet or {})):
            raise ValueError(f"the error {error} has a meaning already")
    for error, meaning in meanings.items():
        _meanings[error] = meaning if isinstance(meaning, tuple) else (meaning.code, meaning.message)
    for error, why in (unmet or {}).items():
        _unmet[error] = why
        words = _FIRST_WORD.sub("-", error.removeprefix(contract)).lower()
        _meanings[error] = (words, UNKNOWN[1])


def refusals() -> Mapping[str, tuple[str, StrOrPromise]]:
    """Solidity error -> code and words, of all that have a meaning."""
    return _meanings


def unmet_refusals() -> Mapping[str, str]:
    """Solidity error -> why nobody meets it."""
    return _unmet


def explain(revert_data: str) -> Refusal:
    """The refusal behind revert data (0x-hex: a selector alone or with arguments)."""
    raw = bytes.fromhex(revert_data.removeprefix("0x"))
    known = _selectors(tuple(contract_names())).get(raw[:4])
    if known is None:
        return Refusal(UNKNOWN[0], str(UNKNOWN[1]), "")
    name, kinds = known
    code, words = _meanings.get(name, UNKNOWN)
    return Refusal(code, str(words), name + _arguments(kinds, raw[4:]))


def _arguments(kinds: tuple[str, ...], data: bytes) -> str:
    if not kinds or not data:
        return ""
    try:
        values = decode(kinds, data)
    except DecodingError:
        return ""
    return "(" + ", ".join("0x" + v.hex() if isinstance(v, bytes) else str(v) for v in values) + ")"


@lru_cache(maxsize=4)
def _selectors(contracts: tuple[str, ...]) -> dict[bytes, tuple[str, tuple[str, ...]]]:
    return {
        selector(entry): (entry["name"], tuple(map(kind_of, entry["inputs"])))
        for contract in contracts
        for entry in abi_of(contract)
        if entry["type"] == "error"
    }
