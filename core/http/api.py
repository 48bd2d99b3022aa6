"""What every address of the API has in common: strict query strings, versions, and lists in pages.

Lists are rows of ``values()`` turned into JSON by one function each; REST framework's serializers describe
them in the schema and are not run, which halves the cost of a list.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpResponseBase
from django_filters.rest_framework import DjangoFilterBackend, FilterSet
from rest_framework.filters import BaseFilterBackend, SearchFilter
from rest_framework.generics import GenericAPIView
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.http import fieldsets
from core.http.etags import ConditionalReads
from core.http.pagination import CURSOR, SIZE, CursorPages
from core.http.requests import InvalidParameter, UnknownParameter

ORDERING = "ordering"
SEARCH = "search"
FORMAT = "format"
MAX_SEARCH_LENGTH = 200

Row = dict[str, Any]


if TYPE_CHECKING:
    _GenericAPIView = GenericAPIView[Any]
else:
    _GenericAPIView = GenericAPIView


class FormatNegotiation(DefaultContentNegotiation):
    """``?format=`` (or the address's suffix) decides where a view has several forms; else ``Accept`` does."""

    settings: Any = SimpleNamespace(URL_FORMAT_OVERRIDE="")

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        """The renderer and the media type to answer in."""
        wanted = format_suffix or request.query_params.get(FORMAT)
        if wanted is None or len(renderers) == 1:
            return super().select_renderer(request, renderers)
        for renderer in renderers:
            if renderer.format == wanted:
                return renderer, renderer.media_type
        known = [renderer.format for renderer in renderers]
        raise InvalidParameter(f"Ask for one of: {', '.join(known)}.", field=FORMAT, known=known)


class StrictQuery(APIView):
    """A view that refuses query parameters it does not know: a misspelt filter must not answer everything."""

    content_negotiation_class = FormatNegotiation
    # OPTIONS belongs to CORS alone; the schema describes the addresses.
    http_method_names = ["get", "head", "post", "put", "patch", "delete"]

    def query_names(self) -> Collection[str]:
        """The parameters this view reads."""
        return ()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Check the method, who asks, then what."""
        method = (request.method or "").lower()
        if method not in self.http_method_names or not hasattr(self, method):
            # Before anyone is told that a method which does not exist needs an account.
            self.http_method_not_allowed(request)
        super().initial(request, *args, **kwargs)
        known = set(self.query_names())
        for name in request.query_params:
            if name not in known:
                raise UnknownParameter(field=name[:80], known=sorted(known))


class Resource(ConditionalReads, StrictQuery):
    """One thing at one address."""


class OrderingBackend(BaseFilterBackend):
    """``?ordering=-createdAt``; the pagination sorts, this describes it in the schema."""

    def filter_queryset(
        self, request: Request, queryset: QuerySet[Any, Any], view: Any
    ) -> QuerySet[Any, Any]:
        """Leave the rows alone."""
        return queryset

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """The parameter in OpenAPI."""
        names = [sign + name for name in view.orderings for sign in ("", "-")]
        return [
            {
                "name": ORDERING,
                "in": "query",
                "schema": {"type": "string", "enum": names, "default": view.default_ordering},
                "description": "What to sort by; `-` for descending.",
            }
        ]


class SearchBackend(SearchFilter):
    """``?search=``: every word in one of the view's ``search_fields``."""

    search_param = SEARCH
    search_description = "Words that must all occur."

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """The parameter in OpenAPI."""
        schema = {"type": "string", "maxLength": MAX_SEARCH_LENGTH}
        return [{"name": SEARCH, "in": "query", "schema": schema, "description": self.search_description}]

    def filter_queryset(
        self, request: Request, queryset: QuerySet[Any, Any], view: Any
    ) -> QuerySet[Any, Any]:
        """The rows that hold the words."""
        text = request.query_params.get(SEARCH, "")
        if len(text) > MAX_SEARCH_LENGTH or "\x00" in text:
            raise InvalidParameter(f"Search for at most {MAX_SEARCH_LENGTH} characters.", field=SEARCH)
        return super().filter_queryset(request, queryset, view)


class FieldsBackend(BaseFilterBackend):
    """``?fields=a,b`` in the schema; see :mod:`core.http.fieldsets`."""

    def filter_queryset(
        self, request: Request, queryset: QuerySet[Any, Any], view: Any
    ) -> QuerySet[Any, Any]:
        """Leave the rows alone."""
        return queryset

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """The parameter in OpenAPI."""
        return [
            {
                "name": fieldsets.PARAMETER,
                "in": "query",
                "schema": {"type": "array", "items": {"type": "string", "enum": list(view.field_names())}},
                "style": "form",
                "explode": False,
                "description": "Only these members of each result.",
            }
        ]


class ListResource(ConditionalReads, StrictQuery, _GenericAPIView):
    """A list in pages.

    Subclasses give ``get_queryset`` (models; the columns are chosen here), ``columns``, ``to_json``, and
    ``serializer_class`` to describe what it makes.
    """

    is_list = True  # for the schema
    pagination_class = CursorPages
    filter_backends: Sequence[type[Any]] = (DjangoFilterBackend, OrderingBackend, FieldsBackend)
    filterset_class: type[FilterSet] | None = None
    # API name -> model attribute; all of them without nulls.
    orderings: ClassVar[Mapping[str, str]] = {}
    default_ordering: ClassVar[str] = ""
    columns: ClassVar[Sequence[str]] = ()

    def query_names(self) -> Collection[str]:
        """The parameters of the filters, the order, the fields and the pages."""
        names = {CURSOR, SIZE, ORDERING, fieldsets.PARAMETER}
        if self.filterset_class is not None:
            names |= set(self.filterset_class.get_filters())  # type: ignore[no-untyped-call]
        if any(issubclass(backend, SearchBackend) for backend in self.filter_backends):
            names.add(SEARCH)
        return names

    def field_names(self) -> list[str]:
        """The members of a result."""
        serializer: Any = self.get_serializer_class()
        return list(serializer._declared_fields)

    def get_ordering(self, request: Request) -> tuple[str, ...]:
        """The order asked for, in model attributes.

        Raises:
            InvalidParameter: a name that can't be sorted by.
        """
        asked = request.query_params.get(ORDERING, self.default_ordering)
        attribute = self.orderings.get(asked.removeprefix("-"))
        if attribute is None:
            names = sorted(self.orderings)
            raise InvalidParameter(f"Sort by one of: {', '.join(names)}.", field=ORDERING, known=names)
        return (f"-{attribute}" if asked.startswith("-") else attribute,)

    def rows(self) -> QuerySet[Any, Any]:
        """The filtered rows, as dicts of ``columns``."""
        return self.filter_queryset(self.get_queryset()).values(*self.columns)

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """One page."""
        names = fieldsets.asked_fields(request, self.field_names())
        page = self.paginate_queryset(self.rows())
        results = [fieldsets.pick(row, names) for row in self.to_json(page or [])]
        return self.get_paginated_response(results)

    def to_json(self, rows: Sequence[Row]) -> Iterator[Row]:
        """The rows as results."""
        raise NotImplementedError


def answer(data: Any, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A JSON response."""
    return Response(data, status=status, headers=dict(headers or {}))
