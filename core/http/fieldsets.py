"""``?fields=a,b``: only the members a client asked for."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from core.http.requests import UnknownField

PARAMETER = "fields"


def asked_fields(request: Request, known: Collection[str]) -> frozenset[str] | None:
    """The members named by ``?fields=``, ``None`` for all.

    Raises:
        UnknownField: a name that the object does not have.
    """
    text = request.query_params.get(PARAMETER)
    if text is None:
        return None
    names = frozenset(name.strip() for name in text.split(",") if name.strip())
    unknown = sorted(names - frozenset(known))
    if unknown or not names:
        raise UnknownField(field=PARAMETER, unknown=unknown, known=sorted(known))
    return names


def pick(row: dict[str, Any], names: frozenset[str] | None) -> dict[str, Any]:
    """``row`` with only ``names``, in its own order."""
    return row if names is None else {key: value for key, value in row.items() if key in names}


def parameters(serializer: type[Any]) -> list[OpenApiParameter]:
    """The parameter in OpenAPI, for a single object that ``serializer`` describes."""
    return [
        OpenApiParameter(
            PARAMETER,
            {"type": "array", "items": {"type": "string", "enum": list(serializer._declared_fields)}},
            style="form",
            explode=False,
            description="Only these members.",
        )
    ]
