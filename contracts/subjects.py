"""What events and acts can be about. The app that owns such things registers their kind.

The kind is stored beside the id; the API keeps a field of the owner's own name for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from django_stubs_ext import StrOrPromise

from core.subjects import Subject


class SubjectField(NamedTuple):
    """A field of the API that holds a subject's id, and null for what is about something else.

    ``serializer`` is the dotted path of its class in the schema, ``filter`` that of the filter by it: what
    reads the chain has no use for the API's libraries.
    """

    name: str
    serializer: str
    filter: str


@dataclass(frozen=True, slots=True)
class SubjectKind:
    """A kind of subject.

    Attributes:
        kind: the word that is stored.
        label: what pages call such a thing.
        api: how the API says it, if it does.
    """

    kind: str
    label: StrOrPromise
    api: SubjectField | None = None


_kinds: dict[str, SubjectKind] = {}


def register_subject(kind: SubjectKind) -> None:
    """Register a kind of subject.

    Raises:
        ValueError: there is one of this word, or one with this field.
    """
    names = [field.name for _kind, field in subject_api_fields()]
    if kind.kind in _kinds or (kind.api is not None and kind.api.name in names):
        raise ValueError(f"two kinds of subjects called {kind.kind}, or with one field: {kind.api}")
    _kinds[kind.kind] = kind


def subject_api_fields() -> list[tuple[str, SubjectField]]:
    """Kind and field of every kind that the API says."""
    return [(each.kind, each.api) for each in _kinds.values() if each.api is not None]


def subject_fields(subject: Subject | None) -> dict[str, str | None]:
    """The API's fields for a subject: its id under its own kind's name, null under all others."""
    return {
        field.name: subject.id if subject is not None and subject.kind == kind else None
        for kind, field in subject_api_fields()
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
