"""The audit log, open to everyone: no name and no personal data is ever written into it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from django.db.models import QuerySet
from django_filters.rest_framework import CharFilter, FilterSet
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from audit.api.serializers import AuditEntrySerializer
from audit.chain import timestamp_text
from audit.models import AuditLog
from core.http.api import ListResource, Row
from core.http.filters import SinceFilter, UntilFilter
from core.http.schema import IF_NONE_MATCH, NOT_MODIFIED, READ_PROBLEMS, problems


class AuditFilters(FilterSet):
    """Filters of ``GET /api/audit``."""

    action = CharFilter(max_length=64)
    actor = CharFilter(max_length=128)
    target = CharFilter(max_length=128)
    timestamp_after = SinceFilter("timestamp")
    timestamp_before = UntilFilter("timestamp")

    class Meta:
        model = AuditLog
        fields: list[str] = []


class AuditListView(ListResource):
    """Entries in pages."""

    serializer_class = AuditEntrySerializer
    filterset_class = AuditFilters
    orderings: ClassVar[dict[str, str]] = {"sequence": "sequence"}
    default_ordering = "-sequence"
    columns = (
        "sequence",
        "action",
        "actor",
        "target",
        "details",
        "transaction_hash",
        "block_number",
        "timestamp",
        "previous_hash",
        "hash",
    )

    @extend_schema(
        operation_id="listAudit",
        tags=["Audit"],
        parameters=[IF_NONE_MATCH],
        responses={200: AuditEntrySerializer(many=True), **NOT_MODIFIED, **problems(*READ_PROBLEMS)},
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        """What officers and commands did, newest first."""
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[AuditLog]:
        """All of them."""
        return AuditLog.objects.all()

    def to_json(self, found: Sequence[Row]) -> Iterator[Row]:
        """Entries as JSON: without its ``hash``, each is the very document that was hashed."""
        return (
            {
                "sequence": row["sequence"],
                "action": row["action"],
                "actor": row["actor"],
                "target": row["target"],
                "details": row["details"],
                "transactionHash": row["transaction_hash"],
                "blockNumber": row["block_number"],
                "timestamp": timestamp_text(row["timestamp"]),
                "previousHash": row["previous_hash"],
                "hash": row["hash"],
            }
            for row in found
        )
