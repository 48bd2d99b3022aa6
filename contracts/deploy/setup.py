"""What a deployment is given: the first rules and the people of the first day, read from JSON and checked."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from contracts.addresses import checksum, is_address
from daoportal.kernel.errors import DomainError

# Name -> bounds that the contract holds, both included. Durations in seconds.
DAY: Final = 86_400
BOUNDS: Final[dict[str, tuple[int, int]]] = {
    "votingPeriod": (300, 60 * DAY),
    "executionDelay": (60, 60 * DAY),
    "reviewPeriod": (60, 90 * DAY),
    "gracePeriod": (3_600, 90 * DAY),
    "quorumPercentage": (1, 100),
    "proposalThreshold": (1, 2**208 - 1),
    "endorsements": (1, 1_000_000),
    "quadraticCredits": (1, 2**32 - 1),
    "quadraticPeriod": (DAY, 3_660 * DAY),
}
DEFAULTS: Final[dict[str, int]] = {
    "votingPeriod": 14 * DAY,
    "executionDelay": 2 * DAY,
    "reviewPeriod": 14 * DAY,
    "gracePeriod": 14 * DAY,
    "quorumPercentage": 20,
    "proposalThreshold": 1,
    "endorsements": 10,
    "quadraticCredits": 100,
    "quadraticPeriod": 365 * DAY,
}
_HASH: Final = re.compile(r"0x[0-9a-fA-F]{64}\Z")


class SetupInvalid(DomainError):
    code = "setup-invalid"
    message = "The deployment can't be set up this way."


@dataclass(frozen=True, slots=True)
class Officer:
    """An officer of the first day: an address, and the keyed hash of the person behind it (0x-hex)."""

    account: str
    person_hash: str


@dataclass(frozen=True, slots=True)
class Token:
    """A token with votes, of fixed supply; amounts in its smallest unit (18 decimals)."""

    name: str
    symbol: str
    holders: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Setup:
    """Everything that the first transaction fixes."""

    administrators: tuple[Officer, ...]
    guardians: tuple[Officer, ...]
    parameters: Mapping[str, int] = field(default_factory=lambda: dict(DEFAULTS))
    citizens: tuple[str, ...] = ()
    token: Token | None = None


def read_setup(officers: Path, parameters: Path | None = None) -> Setup:
    """Read and check the files of a deployment.

    Args:
        officers: ``{"administrators": [{"account", "personHash"}], "guardians": [...], "citizens"?:
            [address], "token"?: {"name", "symbol", "holders": [{"account", "amount"}]}}``; amounts as text.
        parameters: ``{"votingPeriod": 604800, ...}``, seconds and percent; what is missing has its default.

    Raises:
        SetupInvalid: with the file and the place in it.
    """
    data = _read(officers)
    administrators = _officers(data, "administrators", least=3)
    guardians = _officers(data, "guardians", least=2)
    return Setup(
        administrators=administrators,
        guardians=guardians,
        parameters=_parameters(_read(parameters) if parameters else {}),
        citizens=tuple(_address(item, "citizens") for item in data.get("citizens", [])),
        token=_token(data.get("token")),
    )


def _read(path: Path) -> dict[str, Any]:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SetupInvalid(f"{path.name} can't be read: {error}") from error
    if not isinstance(data, dict):
        raise SetupInvalid(f"{path.name} is no JSON object")
    return data


def _officers(data: Mapping[str, Any], role: str, *, least: int) -> tuple[Officer, ...]:
    found = []
    for item in data.get(role, []):
        person = item.get("personHash") if isinstance(item, dict) else None
        if not isinstance(person, str) or not _HASH.match(person) or int(person, 16) == 0:
            raise SetupInvalid(f"{role}: personHash must be 0x and 64 hexadecimal digits, not zero")
        found.append(Officer(_address(item.get("account"), role), person.lower()))
    if len({officer.person_hash for officer in found}) < least:
        raise SetupInvalid(f"{role}: at least {least} different persons are needed")
    if len({officer.account for officer in found}) != len(found):
        raise SetupInvalid(f"{role}: an address is there twice")
    return tuple(found)


def _parameters(data: Mapping[str, Any]) -> dict[str, int]:
    for name in data:
        if name not in BOUNDS:
            raise SetupInvalid(f"there is no parameter {name}; there are {', '.join(BOUNDS)}")
    chosen = {}
    for name, (low, high) in BOUNDS.items():
        value = data.get(name, DEFAULTS[name])
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise SetupInvalid(f"{name} must be a whole number from {low} to {high}")
        chosen[name] = value
    return chosen


def _token(data: Any) -> Token | None:
    if data is None:
        return None
    try:
        holders = tuple((_address(item["account"], "token"), int(item["amount"])) for item in data["holders"])
        return Token(str(data["name"]), str(data["symbol"]), holders)
    except (KeyError, TypeError, ValueError) as error:
        raise SetupInvalid(f"token: {error!r}") from error


def _address(value: object, where: str) -> str:
    if not is_address(value):
        raise SetupInvalid(f"{where}: {value!r} is no address")
    return checksum(str(value))
