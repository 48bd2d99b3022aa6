"""Typed reading of the environment.

Each reader takes the variable's name first, as a literal: a test gathers the names from the source and
compares them with the table in ``docs/operations/settings.md``.
"""

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

_MISSING = object()
_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off", ""})


def _raw(name: str) -> str | None:
    return os.environ.get(name)


def text(name: str, default: str | None = None) -> str:
    """Return a string. Without a default the variable is required.

    Raises:
        ImproperlyConfigured: the variable is unset and has no default.
    """
    value = _raw(name)
    if value is not None:
        return value
    if default is None:
        raise ImproperlyConfigured(f"{name} must be set (see docs/operations/settings.md).")
    return default


def secret(name: str, default: str | None = None) -> str:
    """Return a secret, from the variable itself or from the file that ``<name>_FILE`` points at.

    Raises:
        ImproperlyConfigured: neither is set and there is no default, or the file can't be read.
    """
    path = _raw(f"{name}_FILE")
    if path:
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ImproperlyConfigured(f"{name}_FILE can't be read: {error.strerror}.") from error
    return text(name, default)


def integer(name: str, default: int) -> int:
    """Return an int.

    Raises:
        ImproperlyConfigured: the value is no integer.
    """
    value = _raw(name)
    if value is None or not value.strip():
        return default
    try:
        return int(value)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must be a whole number.") from error


def flag(name: str, default: bool) -> bool:
    """Return a bool: 1/true/yes/on or 0/false/no/off.

    Raises:
        ImproperlyConfigured: the value is none of these.
    """
    value = _raw(name)
    if value is None:
        return default
    word = value.strip().lower()
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise ImproperlyConfigured(f"{name} must be true or false.")


def words(name: str, default: tuple[str, ...] = ()) -> list[str]:
    """Return a list of strings, separated by commas in the environment."""
    value = _raw(name)
    return list(default) if value is None else _split(value)


def secret_words(name: str, default: tuple[str, ...] = ()) -> list[str]:
    """Return a list of secrets, separated by commas in the variable or in the file that ``<name>_FILE``
    points at.

    Raises:
        ImproperlyConfigured: the file can't be read.
    """
    value = secret(name, "")
    return _split(value) if value else list(default)


def _split(value: str) -> list[str]:
    return [word.strip() for word in value.split(",") if word.strip()]


def path(name: str, default: Path) -> Path:
    """Return an absolute path."""
    value = _raw(name)
    return (Path(value) if value else default).expanduser().absolute()
