"""What a deployment is given: the first rules and the people of the first day, read from JSON and checked.

The bounds of the parameters aren't here: GovernanceCore knows them, and the deployer asks it before anything
is wired.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from contracts.acts.statements import CONTRACTS as LANGUAGES
from contracts.addresses import checksum, is_address
from core.errors import DomainError

MINUTE: Final = 60
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR
# Durations in seconds; the rest in the units of GovernanceParams.
DEFAULTS: Final[dict[str, int]] = {
    "votingPeriod": 14 * DAY,
    "executionDelay": 2 * DAY,
    "reviewPeriod": 14 * DAY,
    "gracePeriod": 14 * DAY,
    "noticePeriod": DAY,
    "officerDelay": 7 * DAY,
    "quorumPercentage": 20,
    "endorsementPermille": 10,
    "proposalThreshold": 1,
    "quadraticCredits": 100,
    "quadraticPeriod": 365 * DAY,
}
# The least values that a deployment takes on for good, in seconds: of a real one, and of one in which
# decisions are tried out within minutes.
FLOORS: Final[dict[str, dict[str, int]]] = {
    "production": {
        "votingPeriod": DAY,
        "executionDelay": DAY,
        "reviewPeriod": DAY,
        "noticePeriod": HOUR,
        "officerDelay": 2 * DAY,
    },
    "demo": {
        "votingPeriod": 5 * MINUTE,
        "executionDelay": MINUTE,
        "reviewPeriod": MINUTE,
        "noticePeriod": 1,
        "officerDelay": MINUTE,
    },
}
LEAST_PERSONS: Final = 3  # of administrators and of guardians
_HASH: Final = re.compile(r"0x[0-9a-fA-F]{64}\Z")


class SetupInvalid(DomainError):
    code = "setup-invalid"
    message = "The deployment can't be set up this way."


@dataclass(frozen=True, slots=True)
class Member:
    """An account of the first day, and the keyed hash of the person behind it (0x-hex)."""

    account: str
    person_key: str


@dataclass(frozen=True, slots=True)
class Token:
    """A token with votes, of fixed supply; amounts in its smallest unit (18 decimals).

    ``threshold``: how many of them a proposer needs where votes are counted by the token.
    """

    name: str
    symbol: str
    holders: tuple[tuple[str, int], ...]
    threshold: int


@dataclass(frozen=True, slots=True)
class Setup:
    """Everything that the first transactions fix. ``floors`` is a key of :data:`FLOORS`."""

    administrators: tuple[Member, ...]
    guardians: tuple[Member, ...]
    citizens: tuple[Member, ...] = ()
    token: Token | None = None
    parameters: Mapping[str, int] = field(default_factory=lambda: dict(DEFAULTS))
    floors: str = "production"
    language: str = "en"


def read_setup(officers: Path, parameters: Path | None = None) -> Setup:
    """Read and check the files of a deployment.

    Args:
        officers: ``{"administrators": [{"account", "personKey"}], "guardians": [...], "citizens"?: [...],
            "token"?: {"name", "symbol", "threshold", "holders": [{"account", "amount"}]}}``; amounts as text.
        parameters: ``{"votingPeriod": 604800, ..., "floors"?: "production" or "demo", "language"?: "en" or
            "es"}``, seconds, percent and permille; what is missing has its default.

    Raises:
        SetupInvalid: with the file and the place in it.
    """
    people = _read(officers)
    rules = _read(parameters) if parameters else {}
    setup = Setup(
        administrators=_members(people, "administrators", least=LEAST_PERSONS),
        guardians=_members(people, "guardians", least=LEAST_PERSONS),
        citizens=_members(people, "citizens", least=0),
        token=_token(people.get("token")),
        floors=_choice(rules.pop("floors", "production"), "floors", FLOORS),
        language=_choice(rules.pop("language", "en"), "language", LANGUAGES),
        parameters=_parameters(rules),
    )
    _check_persons(setup)
    return setup


def _read(path: Path) -> dict[str, Any]:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SetupInvalid(f"{path.name} can't be read: {error}") from error
    if not isinstance(data, dict):
        raise SetupInvalid(f"{path.name} is no JSON object")
    return data


def _members(data: Mapping[str, Any], role: str, *, least: int) -> tuple[Member, ...]:
    found = []
    for item in data.get(role, []):
        person = item.get("personKey") if isinstance(item, dict) else None
        if not isinstance(person, str) or not _HASH.match(person) or int(person, 16) == 0:
            raise SetupInvalid(f"{role}: personKey must be 0x and 64 hexadecimal digits, not zero")
        found.append(Member(_address(item.get("account"), role), person.lower()))
    if len({member.person_key for member in found}) < least:
        raise SetupInvalid(f"{role}: at least {least} different persons are needed")
    if len({member.account for member in found}) != len(found):
        raise SetupInvalid(f"{role}: an address is there twice")
    return tuple(found)


def _check_persons(setup: Setup) -> None:
    """One person is one citizen, nobody holds both offices, and an account has one person behind it.

    Raises:
        SetupInvalid: it isn't so.
    """
    if len({member.person_key for member in setup.citizens}) != len(setup.citizens):
        raise SetupInvalid("citizens: a person is there twice")
    both = {each.person_key for each in setup.administrators} & {each.person_key for each in setup.guardians}
    if both:
        raise SetupInvalid("guardians: nobody can be an administrator as well")
    known: dict[str, str] = {}
    for member in (*setup.administrators, *setup.guardians, *setup.citizens):
        if known.setdefault(member.account, member.person_key) != member.person_key:
            raise SetupInvalid(f"{member.account} is named with two different persons")


def _parameters(data: Mapping[str, Any]) -> dict[str, int]:
    for name in data:
        if name not in DEFAULTS:
            raise SetupInvalid(f"there is no parameter {name}; there are {', '.join(DEFAULTS)}")
    chosen = {**DEFAULTS, **data}
    for name, value in chosen.items():
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**48:
            raise SetupInvalid(f"{name} must be a whole number")
    return chosen


def _token(data: Any) -> Token | None:
    if data is None:
        return None
    try:
        holders = tuple((_address(item["account"], "token"), int(item["amount"])) for item in data["holders"])
        return Token(str(data["name"]), str(data["symbol"]), holders, int(data["threshold"]))
    except (KeyError, TypeError, ValueError) as error:
        raise SetupInvalid(f"token: {error!r}") from error


def _choice(value: object, name: str, choices: Mapping[str, object]) -> str:
    if not isinstance(value, str) or value not in choices:
        raise SetupInvalid(f"{name} must be one of {', '.join(choices)}")
    return value


def _address(value: object, where: str) -> str:
    if not is_address(value):
        raise SetupInvalid(f"{where}: {value!r} is no address")
    return checksum(str(value))
