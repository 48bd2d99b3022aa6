"""The events of the contracts, as the mirror read them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils.module_loading import import_string
from django_filters.rest_framework import CharFilter, FilterSet, NumberFilter
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from contracts.addresses import checksum
from contracts.api.serializers import EventSerializer
from contracts.models import ChainEvent
from contracts.selectors import ChainHead, chain_head, confirmation
from contracts.subjects import SubjectField, subject_api_fields, subject_fields, subject_of
from core.http.api import ListResource, Row
from core.http.filters import AddressFilter, HashFilter, SinceFilter, UntilFilter
from core.http.schema import IF_NONE_MATCH, NOT_MODIFIED, READ_PROBLEMS, problems

LAST_BLOCK = 2**63 - 1


class _EventFilters(FilterSet):
    eventName = CharFilter(field_name="event_name", max_length=64)
    transactionHash = HashFilter(field_name="transaction_hash")
    contract = AddressFilter()
    fromBlock = NumberFilter(field_name="block_number", lookup_expr="gte", min_value=0, max_value=LAST_BLOCK)
    toBlock = NumberFilter(field_name="block_number", lookup_expr="lte", min_value=0, max_value=LAST_BLOCK)
    timestamp_after = SinceFilter("timestamp")
    timestamp_before = UntilFilter("timestamp")

    class Meta:
        model = ChainEvent
        fields: list[str] = []


def subject_filter(kind: str, field: SubjectField) -> Any:
    """The filter by subjects of one kind."""

    def by_subject(rows: QuerySet[Any], name: str, value: object) -> QuerySet[Any]:
        return rows.filter(subject_kind=kind, subject_id=str(value))

    return import_string(field.filter)(field_name="subject_id", method=by_subject)


# Filters of ``GET /api/governance/events``: also by each kind of subject, under its own name.
EventFilters = type(
    "EventFilters",
    (_EventFilters,),
    {field.name: subject_filter(kind, field) for kind, field in subject_api_fields()},
)


class EventListView(ListResource):
    """Events in pages, in the order of the chain."""

    serializer_class = EventSerializer
    filterset_class = EventFilters
    orderings: ClassVar[dict[str, str]] = {"blockNumber": "position"}
    default_ordering = "-blockNumber"
    columns = (
        "position",
        "event_name",
        "subject_kind",
        "subject_id",
        "contract",
        "data",
        "transaction_hash",
        "block_number",
        "block_id",
        "log_index",
        "timestamp",
    )

    @extend_schema(
        operation_id="listEvents",
        tags=["Governance"],
        parameters=[IF_NONE_MATCH],
        responses={200: EventSerializer(many=True), **NOT_MODIFIED, **problems(*READ_PROBLEMS)},
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        """Every event of the contracts, newest first."""
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[ChainEvent]:
        """All of them."""
        return ChainEvent.objects.all()

    def to_json(self, found: Sequence[Row]) -> Iterator[Row]:
        """Events as JSON."""
        head = chain_head()
        return (event_row(row, head) for row in found)


def event_row(row: Row, head: ChainHead) -> Row:
    """An event."""
    return {
        "eventName": row["event_name"],
        **subject_fields(subject_of(row)),
        "contract": checksum(row["contract"]),
        "data": row["data"],
        "transactionHash": row["transaction_hash"],
        "blockNumber": row["block_number"],
        "blockHash": row["block_id"],
        "logIndex": row["log_index"],
        "timestamp": row["timestamp"],
        "confirmation": confirmation(row["block_number"], head),
    }
