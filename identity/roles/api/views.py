"""The roles of an address, and what two officers decide about roles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from django.db.models import QuerySet
from django_filters.rest_framework import FilterSet
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from contracts.addresses import checksum
from core.http.api import ListResource, Resource, Row, answer
from core.http.filters import AddressFilter, ChoicesFilter
from core.http.schema import FIND_PROBLEMS, IF_NONE_MATCH, NOT_MODIFIED, READ_PROBLEMS, problems
from identity.census.selectors.persons import moved_to
from identity.reasons.selectors import reason_texts
from identity.roles.api.serializers import RoleRequestSerializer, RolesSerializer
from identity.roles.models import RequestKind, Role, RoleChange, RoleRequest
from identity.roles.selectors.fates import Fate, request_fates
from identity.roles.selectors.roles import current_roles, role_changes

LONGEST_HISTORY = 500


class UserRolesView(Resource):
    """Which roles an address holds, and held."""

    @extend_schema(
        operation_id="getUserRoles",
        tags=["People"],
        parameters=[IF_NONE_MATCH],
        responses={200: RolesSerializer, **NOT_MODIFIED, **problems(*FIND_PROBLEMS)},
    )
    def get(self, request: Request, address: str) -> Response:
        """The roles of an address as the chain has them, each change with its transaction."""
        history = list(role_changes().filter(account=address)[:LONGEST_HISTORY])
        reasons = reason_texts(change.reason_hash for change in history if change.reason_hash)
        moved = moved_to(address)
        return answer(
            {
                "address": checksum(address),
                "movedTo": checksum(moved) if moved else None,
                "roles": [
                    {
                        "role": held.role,
                        "since": held.since,
                        "until": held.until,
                        "by": checksum(held.by) if held.by else None,
                    }
                    for held in current_roles(address)
                ],
                "history": [change_row(change, reasons) for change in history],
            }
        )


class RoleRequestFilters(FilterSet):
    """Filters of ``GET /api/roles/requests``."""

    kind = ChoicesFilter(choices=RequestKind.choices)
    role = ChoicesFilter(choices=Role.choices)
    administrator = AddressFilter()

    class Meta:
        model = RoleRequest
        fields: list[str] = []


class RoleRequestListView(ListResource):
    """What one administrator asked for and two decide."""

    serializer_class = RoleRequestSerializer
    filterset_class = RoleRequestFilters
    orderings: ClassVar[dict[str, str]] = {"blockNumber": "event_id"}
    default_ordering = "-blockNumber"
    columns = (
        "event_id",
        "timestamp",
        "request_id",
        "kind",
        "role",
        "administrator",
        "accounts",
        "person_keys",
        "until",
        "until_seconds",
        "reason_hash",
        "grant",
        "expires_at",
        "event__block_number",
        "event__transaction_hash",
    )

    @extend_schema(
        operation_id="listRoleRequests",
        tags=["People"],
        parameters=[IF_NONE_MATCH],
        responses={200: RoleRequestSerializer(many=True), **NOT_MODIFIED, **problems(*READ_PROBLEMS)},
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        """Requests of administrators, newest first, each with what became of it."""
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[RoleRequest]:
        """All of them."""
        return RoleRequest.objects.all()

    def to_json(self, found: Sequence[Row]) -> Iterator[Row]:
        """Requests as JSON; a few queries for the whole page."""
        own = {name: name for name in self.columns if "__" not in name}
        requests = [RoleRequest(**{name: row[name] for name in own}) for row in found]
        fates = request_fates(requests)
        hashes = {row["reason_hash"] for row in found} | {fate.reason_hash for fate in fates.values()}
        reasons = reason_texts(digest for digest in hashes if digest)
        return (request_row(row, fates[row["event_id"]], reasons) for row in found)


def change_row(change: RoleChange, reasons: Mapping[str, str]) -> Row:
    """A change of a role."""
    return {
        "role": change.role,
        "change": change.kind,
        "by": checksum(change.by) if change.by else None,
        "until": change.until,
        "reasonHash": change.reason_hash,
        "reason": reasons.get(change.reason_hash or "", ""),
        "transactionHash": change.event.transaction_hash,
        "blockNumber": change.event.block_number,
        "timestamp": change.timestamp,
    }


def request_row(row: Row, fate: Fate, reasons: Mapping[str, str]) -> Row:
    """A request and what became of it."""
    return {
        "requestId": row["request_id"],
        "kind": row["kind"],
        "role": row["role"] or None,
        "grant": row["grant"],
        "accounts": [checksum(account) for account in row["accounts"]],
        "until": row["until"],
        "administrator": checksum(row["administrator"]),
        "reasonHash": row["reason_hash"],
        "reason": reasons.get(row["reason_hash"] or "", ""),
        "timestamp": row["timestamp"],
        "status": fate.status,
        "statusAt": fate.at,
        "statusBy": checksum(fate.by) if fate.by else None,
        "secondedBy": checksum(fate.seconded_by) if fate.seconded_by else None,
        "approvedBy": checksum(fate.approved_by) if fate.approved_by else None,
        "effectiveAt": fate.effective_at,
        "expiresAt": fate.expires_at,
        "objectionHash": fate.reason_hash,
        "objection": reasons.get(fate.reason_hash or "", ""),
        "transactionHash": row["event__transaction_hash"],
        "blockNumber": row["event__block_number"],
    }
