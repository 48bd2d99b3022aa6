"""What an audit entry can say was done. Each app registers its own actions beside the code that does them.

An entry of an action that nobody registered is refused where it is written.
"""

from __future__ import annotations

from collections.abc import Mapping

from django_stubs_ext import StrOrPromise

_labels: dict[str, StrOrPromise] = {}


def register_action(code: str, label: StrOrPromise) -> str:
    """Register an action and answer its code.

    Args:
        code: what is stored, for good, such as ``row.changed``.
        label: what an officer reads.

    Raises:
        ValueError: the code is registered already.
    """
    if code in _labels:
        raise ValueError(f"two actions with the code {code}")
    _labels[code] = label
    return code


def actions() -> Mapping[str, StrOrPromise]:
    """The codes that are registered, with their labels."""
    return _labels


def words(code: str) -> str:
    """The label of an action; the code itself if the app that wrote it is gone."""
    return str(_labels.get(code, code))
