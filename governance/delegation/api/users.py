"""A person's profile: their account, their roles, to whom their vote is given."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from contracts.acts.errors import FieldInvalid
from contracts.addresses import checksum
from contracts.api.acts import ActResource, act_schema, body_of, signer_of
from core.http.api import Resource, Row, answer
from core.http.etags import check_if_match
from core.http.schema import FIND_PROBLEMS, IF_MATCH, IF_NONE_MATCH, NOT_MODIFIED, problems
from governance.delegation.api.serializers import ProfileActSerializer, UserSerializer
from governance.delegation.selectors.delegations import current_delegations, overall
from identity.profiles.selectors import profile as profile_of


class UserView(ActResource, Resource):
    """`GET` answers what is public of an address, `PUT` hands in what its owner signed to be shown."""

    act = "profile"

    @extend_schema(
        operation_id="getUser",
        tags=["People"],
        parameters=[IF_NONE_MATCH],
        responses={200: UserSerializer, **NOT_MODIFIED, **problems(*FIND_PROBLEMS)},
    )
    def get(self, request: Request, address: str) -> Response:
        """The profile of an address. Every address has one; most are bare."""
        return answer(_row(address))

    @act_schema(
        "profile", ProfileActSerializer, operation_id="updateUser", tags=["People"], parameters=[IF_MATCH]
    )
    def put(self, request: Request, address: str) -> Response:
        """Hand in a profile that the address has signed. It never goes on chain and shows at once."""
        check_if_match(request, lambda: _row(address))
        body = {"signer": address, **body_of(request)}
        if signer_of(body).lower() != address.lower():
            raise FieldInvalid(field="signer")
        return self.submit(self.act, body)


def _row(address: str) -> Row:
    profile = profile_of(address)
    delegations = current_delegations(address)
    given = overall(delegations)
    return {
        "address": checksum(profile.address),
        "did": profile.did,
        "roles": [held.role for held in profile.roles],
        "delegatedTo": checksum(given.delegate) if given else None,
        "delegations": [
            {
                "proposalType": each.kind,
                "delegate": checksum(each.delegate),
                "since": each.since,
                "stands": each.stands,
            }
            for each in delegations
        ],
        "citizenSince": profile.citizen_since,
        "joinedAt": profile.joined_at,
        "lastActive": profile.last_active,
        "metadata": {"displayName": profile.chosen_name, "avatar": profile.avatar, "bio": profile.bio},
    }
