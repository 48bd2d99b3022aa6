"""The words that the OpenAPI schema is written in: chain values, problems, credentials."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework import serializers

from core.http.problems import MEDIA_TYPE

UINT256_PATTERN = r"^(0|[1-9][0-9]{0,77})$"
ADDRESS_PATTERN = r"^0x[0-9a-fA-F]{40}$"
HASH_PATTERN = r"^0x[0-9a-fA-F]{64}$"
BYTES_PATTERN = r"^0x([0-9a-fA-F]{2})*$"


class Uint256(serializers.RegexField):
    """An unsigned integer of 256 bits as decimal text."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(UINT256_PATTERN, **kwargs)


class Address(serializers.RegexField):
    """An account or contract, in the mixed case of EIP-55."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(ADDRESS_PATTERN, **kwargs)


class Hash(serializers.RegexField):
    """32 bytes in hexadecimal."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(HASH_PATTERN, **kwargs)


class HexBytes(serializers.RegexField):
    """Bytes in hexadecimal."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(BYTES_PATTERN, **kwargs)


class ProblemErrorSerializer(serializers.Serializer[Any]):
    """One fault of several."""

    field = serializers.CharField(help_text="The input at fault; empty for the whole.")
    code = serializers.CharField()
    detail = serializers.CharField()


class ProblemSerializer(serializers.Serializer[Any]):
    """An error (RFC 9457). Further members hold the facts of the case, for example `proposalId`."""

    type = serializers.CharField(help_text="Where the meaning of the code is told.")
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    code = serializers.CharField(help_text="Never changes; programs branch on it.")
    field = serializers.CharField(required=False, help_text="The input at fault.")
    errors = ProblemErrorSerializer(many=True, required=False)  # type: ignore[assignment]


_MEANINGS: dict[int, str] = {
    400: "The request can't be read, or a parameter is unknown or has a wrong value.",
    401: "The credentials are not valid.",
    403: "The signer, or the account, may not do this.",
    404: "There is nothing here.",
    409: "Not possible where things stand now.",
    410: "The time for it has passed.",
    412: "What `If-Match` names has changed since.",
    413: "The body is too large.",
    415: "The body is not JSON.",
    422: "A field is missing or has a value that is not allowed.",
    429: "Too many requests; `Retry-After` tells when to come back, in seconds.",
    503: "The chain or the database is away; `Retry-After` tells when to come back, in seconds.",
}
READ_PROBLEMS = (400, 401, 406, 429, 503)
FIND_PROBLEMS = (*READ_PROBLEMS, 404)
WRITE_PROBLEMS = (400, 401, 403, 404, 406, 409, 410, 413, 415, 422, 429, 503)


def problems(*statuses: int) -> dict[tuple[int, str], OpenApiResponse]:
    """Responses of ``extend_schema`` for these statuses."""
    return {
        (status, MEDIA_TYPE): OpenApiResponse(
            ProblemSerializer, _MEANINGS.get(status, "See the problem's code.")
        )
        for status in sorted(set(statuses))
    }


IF_NONE_MATCH = OpenApiParameter(
    "If-None-Match",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="An `ETag` that was answered before: 304 if nothing has changed.",
)
IF_MATCH = OpenApiParameter(
    "If-Match",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="The `ETag` of the proposal that the act rests on: 412 if it has changed since.",
)
PREFER = OpenApiParameter(
    "Prefer",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="`wait=N` (RFC 7240): answer when the act is on chain, or after N seconds, 30 at most.",
)
NOT_MODIFIED: dict[int, Any] = {
    304: OpenApiResponse(None, "Not changed since the `ETag` in `If-None-Match`.")
}


class AccessTokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """The access token of allauth's headless API."""

    target_class = "allauth.headless.contrib.rest_framework.authentication.JWTTokenAuthentication"
    name = "accessToken"
    priority = 1

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        """The scheme in OpenAPI."""
        return {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "JWT",
            "description": "RS256, from the login under `/api/auth/`. Reading and signed acts need none.",
        }
