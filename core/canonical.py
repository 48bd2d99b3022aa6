"""One byte sequence for one JSON value, so that everyone computes the same hash of it."""

from __future__ import annotations

from typing import Any

import rfc8785


def canonical_json(value: Any) -> bytes:
    """The value as the JSON Canonicalization Scheme writes it (RFC 8785).

    Raises:
        TypeError: for a float or anything JSON does not know. The scheme does know floats; but databases give
            back 1.0 as 1, and then the hash is another one.
        ValueError: for an integer beyond ±(2^53 - 1), which a reader by the scheme would round.
    """
    _refuse_floats(value)
    try:
        return rfc8785.dumps(value)
    except rfc8785.IntegerDomainError:
        raise
    except rfc8785.CanonicalizationError as error:
        raise TypeError(str(error)) from error


def _refuse_floats(value: Any) -> None:
    if isinstance(value, float):
        raise TypeError("floats have no canonical form")
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for item in value:
            _refuse_floats(item)
