"""A person's profile: their account, their roles, to whom their vote is given."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from contracts.addresses import checksum
from daoportal.kernel.api import Resource, answer
from daoportal.kernel.schema import FIND_PROBLEMS, IF_NONE_MATCH, NOT_MODIFIED, problems
from governance.api.people import UserSerializer
from governance.selectors import current_delegations
from identity import selectors as identity


class UserView(Resource):
    """What is public of an address."""

    @extend_schema(
        operation_id="getUser",
        tags=["People"],
        parameters=[IF_NONE_MATCH],
        responses={200: UserSerializer, **NOT_MODIFIED, **problems(*FIND_PROBLEMS)},
    )
    def get(self, request: Request, address: str) -> Response:
        """The profile of an address. Every address has one; most are bare."""
        profile = identity.profile(address)
        delegations = current_delegations(address)
        overall = next((each for each in delegations if each.kind is None), None)
        return answer(
            {
                "address": checksum(profile.address),
                "did": profile.did,
                "roles": [held.role for held in profile.roles],
                "delegatedTo": checksum(overall.delegate) if overall else None,
                "delegations": [
                    {
                        "proposalType": each.kind,
                        "delegate": checksum(each.delegate),
                        "since": each.since,
                    }
                    for each in delegations
                ],
                "citizenSince": profile.citizen_since,
                "joinedAt": profile.joined_at,
                "lastActive": profile.last_active,
                "metadata": {
                    "displayName": profile.chosen_name,
                    "avatar": profile.avatar,
                    "bio": profile.bio,
                },
            }
        )
