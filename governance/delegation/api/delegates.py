"""Delegates, and what a ballot counts for somebody."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from contracts.addresses import checksum
from core.http.api import Resource, Row, answer
from core.http.requests import InvalidParameter
from core.http.schema import FIND_PROBLEMS, IF_NONE_MATCH, NOT_MODIFIED, READ_PROBLEMS, problems
from governance.ballots.selectors.power import ballot_power
from governance.delegation.api.serializers import (
    DelegateDetailSerializer,
    DelegateListSerializer,
    PowerSerializer,
)
from governance.delegation.selectors.delegates import (
    ACTIVE,
    NAME,
    NEWEST,
    TRUSTED,
    Delegate,
    delegates,
    get_delegate,
    weight_over_time,
)
from governance.delegation.selectors.delegations import delegators
from governance.proposals.selectors.proposals import get_proposal

ORDERING, SEARCH = "ordering", "search"
ORDERS = {"-people": TRUSTED, "-participation": ACTIVE, "-since": NEWEST, "name": NAME}


class DelegatesView(Resource):
    """The directory."""

    def query_names(self) -> Collection[str]:
        """``ordering``, ``search``."""
        return (ORDERING, SEARCH)

    @extend_schema(
        operation_id="listDelegates",
        tags=["People"],
        parameters=[
            IF_NONE_MATCH,
            OpenApiParameter(ORDERING, OpenApiTypes.STR, enum=[*ORDERS], description="First, if not said."),
            OpenApiParameter(SEARCH, OpenApiTypes.STR, description="Words in the name or the statement."),
        ],
        responses={200: DelegateListSerializer, **NOT_MODIFIED, **problems(*READ_PROBLEMS)},
    )
    def get(self, request: Request) -> Response:
        """Everybody who can be given other people's votes, whole: delegates are few."""
        ordering = request.query_params.get(ORDERING, "-people")
        if ordering not in ORDERS:
            raise InvalidParameter(f"Ask for one of: {', '.join(ORDERS)}.", field=ORDERING, known=[*ORDERS])
        found = delegates(words=request.query_params.get(SEARCH, "")[:200], sort=ORDERS[ordering])
        return answer({"results": [_row(each) for each in found]})


class DelegateView(Resource):
    """One delegate."""

    @extend_schema(
        operation_id="getDelegate",
        tags=["People"],
        parameters=[IF_NONE_MATCH],
        responses={200: DelegateDetailSerializer, **NOT_MODIFIED, **problems(*FIND_PROBLEMS)},
    )
    def get(self, request: Request, address: str) -> Response:
        """One delegate, with everyone who gives them their vote, and how many did over time."""
        found = get_delegate(address)
        given = delegators(address)
        return answer(
            {
                **_row(found),
                "delegators": [{"address": checksum(each.delegator), "since": each.since} for each in given],
                "weights": [{"at": point.at, "people": point.people} for point in weight_over_time(address)],
            }
        )


class PowerView(Resource):
    """What a ballot counts."""

    @extend_schema(
        operation_id="getVotingPower",
        tags=["Votes"],
        parameters=[IF_NONE_MATCH],
        responses={200: PowerSerializer, **NOT_MODIFIED, **problems(*FIND_PROBLEMS)},
    )
    def get(self, request: Request, proposal_id: int, address: str) -> Response:
        """What a ballot of the address counts in this vote, why, and what keeps it from being cast now."""
        power = ballot_power(get_proposal(proposal_id), address)
        return answer(
            {
                "proposalId": str(proposal_id),
                "address": checksum(address),
                "weight": str(power.weight),
                "canVote": power.can_vote,
                "code": power.code or None,
                "whyNot": power.why_not,
                "explanation": power.explanation,
                "delegate": checksum(power.delegate) if power.delegate else None,
                "delegateStands": power.delegate_stands,
                "voted": power.vote is not None,
                "creditsLeft": power.credits.left if power.credits else None,
            }
        )


def _row(delegate: Delegate) -> Row:
    found: dict[str, Any] = {
        "address": checksum(delegate.address),
        "name": delegate.name,
        "statement": delegate.statement,
        "since": delegate.since,
        "until": delegate.until,
        "people": delegate.people,
        "peopleByType": {kind.value: count for kind, count in delegate.by_kind.items()},
        "share": round(delegate.share, 2),
        "decisions": delegate.decisions,
        "voted": delegate.voted,
        "reasons": delegate.reasons,
    }
    return found
