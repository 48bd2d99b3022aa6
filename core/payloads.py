"""Payloads with a declared shape: the members of a ``TypedDict`` and the type of each."""

from __future__ import annotations

import types
from collections.abc import Mapping
from typing import Any, TypeAlias, Union, get_args, get_origin, is_typeddict

Shape: TypeAlias = Mapping[str, Any]  # the members of a payload and their types
Checks: TypeAlias = Mapping[str, tuple[type, ...]]  # the same, as ``isinstance`` takes them


class PayloadInvalid(TypeError):
    """A payload is not what its event was registered with."""


def checks_of(shape: Shape) -> Checks:
    """What :func:`check` holds payloads of this shape against."""
    return {member: _runtime_types(hint) for member, hint in shape.items()}


def check(event: str, data: Mapping[str, Any], expected: Checks) -> None:
    """Hold a payload against its shape: its members and the type of each, not of what they hold.

    Raises:
        PayloadInvalid: a member is missing, unknown or of another type.
    """
    if data.keys() != expected.keys():
        raise PayloadInvalid(f"{event} with {sorted(data.keys() ^ expected.keys())} too many or too few")
    for member, allowed in expected.items():
        value = data[member]
        # A bool is an int for Python and none for JSON.
        if not isinstance(value, allowed) or (isinstance(value, bool) and bool not in allowed):
            raise PayloadInvalid(f"{event}: {member} is {type(value).__name__}")


def _runtime_types(hint: Any) -> tuple[type, ...]:
    if get_origin(hint) in (Union, types.UnionType):
        return tuple(each for part in get_args(hint) for each in _runtime_types(part))
    if is_typeddict(hint):
        return (dict,)
    return (get_origin(hint) or hint,)
