"""What events and acts can be about. The app that owns such things registers their kind.

The kind is stored beside the id; the API keeps a field of the owner's own name for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django_stubs_ext import StrOrPromise

from core.subjects import Subject


@dataclass(frozen=True, slots=True)
class SubjectKind:
    """A kind of subject.

    Attributes:
        kind: the word that is stored.
        field: the API's field that holds its id, and null for what is about something else.
        label: what pages call such a thing.
        serializer: the class of the field in the API's schema.
        filter: the class of the filter by it.
    """

    kind: str
    field: str
    label: StrOrPromise
    serializer: type[Any]
    filter: type[Any]


_kinds: dict[str, SubjectKind] = {}


def register_subject(kind: SubjectKind) -> None:
    """Register a kind of subject.

    Raises:
        ValueError: there is one of this word, or one with this field.
    """
    if kind.kind in _kinds or any(each.field == kind.field for each in _kinds.values()):
        raise ValueError(f"two kinds of subjects called {kind.kind} or {kind.field}")
    _kinds[kind.kind] = kind


def subject_kinds() -> list[SubjectKind]:
    """Every kind, in the order in which they were registered."""
    return list(_kinds.values())


def subject_fields(subject: Subject | None) -> dict[str, str | None]:
    """The API's fields for a subject: its id under its own kind's name, null under all others."""
    return {
        each.field: subject.id if subject is not None and subject.kind == each.kind else None
        for each in _kinds.values()
    }


def subject_words(subject: Subject | None) -> str:
    """What a page says of a subject: its kind and its id; empty for none."""
    if subject is None:
        return ""
    known = _kinds.get(subject.kind)
    return f"{known.label if known else subject.kind} {subject.id}"


def subject_of(row: Mapping[str, Any]) -> Subject | None:
    """The subject that a row's columns name."""
    return Subject(row["subject_kind"], row["subject_id"]) if row["subject_kind"] else None
