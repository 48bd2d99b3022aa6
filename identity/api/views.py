"""The roles of an address."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from contracts.addresses import checksum
from daoportal.kernel.api import Resource, Row, answer
from daoportal.kernel.schema import FIND_PROBLEMS, IF_NONE_MATCH, NOT_MODIFIED, problems
from identity import selectors
from identity.api.serializers import RolesSerializer
from identity.models import RoleChange

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
        return answer(
            {
                "address": checksum(address),
                "roles": [
                    {
                        "role": held.role,
                        "since": held.since,
                        "until": held.until,
                        "by": checksum(held.by) if held.by else None,
                    }
                    for held in selectors.current_roles(address)
                ],
                "history": [
                    change_row(change)
                    for change in selectors.role_changes().filter(account=address)[:LONGEST_HISTORY]
                ],
            }
        )


def change_row(change: RoleChange) -> Row:
    """A change of a role."""
    return {
        "role": change.role,
        "change": change.kind,
        "by": checksum(change.by) if change.by else None,
        "until": change.until,
        "transactionHash": change.event.transaction_hash,
        "blockNumber": change.event.block_number,
        "timestamp": change.timestamp,
    }
