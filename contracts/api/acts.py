"""Acts: the document to sign, the signed act, where it stands. The signature is the authority here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

from drf_spectacular.utils import extend_schema
from rest_framework.permissions import SAFE_METHODS, AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from contracts.acts.errors import FieldInvalid, FieldMissing
from contracts.acts.live import act_payload
from contracts.acts.promise import promise_of
from contracts.acts.registry import StoredAct, act_of
from contracts.acts.services import act_status, direct_call, draft_act, self_send_offered, submit_act
from contracts.addresses import checksum
from contracts.api.serializers import (
    ActAcceptedSerializer,
    ActSerializer,
    ActSubmitSerializer,
    TypedDataRequestSerializer,
    TypedDataSerializer,
)
from contracts.api.waiting import ActWait, preferred_seconds
from contracts.subjects import subject_fields
from core.http.api import Resource, StrictQuery, answer
from core.http.deferred import defer
from core.http.schema import FIND_PROBLEMS, IF_NONE_MATCH, NOT_MODIFIED, PREFER, WRITE_PROBLEMS, problems

ENVELOPE = frozenset({"act", "signer", "deadline", "signature"})


class ActResource(StrictQuery):
    """A view that takes signed acts."""

    permission_classes = (AllowAny,)

    @property
    def throttle_scope(self) -> str | None:
        """What is read at the same address counts with other reads."""
        return None if self.request.method in SAFE_METHODS else "acts"

    def submit(self, act: str, body: Mapping[str, Any], **named: object) -> Response:
        """Receive a signed act; ``named`` are fields that the address says: the body may repeat them.

        Raises:
            DomainError: what :func:`contracts.acts.submit_act` raises; ``field-missing``, ``field-invalid``.
        """
        fields = act_fields(body)
        for name, value in named.items():
            if str(fields.get(name, value)) != str(value):
                raise FieldInvalid(field=name)
            fields[name] = str(value)
        row = submit_act(act, signer_of(body), fields, _needed(body, "deadline"), _needed(body, "signature"))
        known = act_of(act)
        if isinstance(known, StoredAct):
            url = known.shown_at.format(signer=checksum(row.signer))
            done = {"digest": row.digest, "status": row.status, "url": url, "promise": None}
            return answer(done, headers={"Location": url, "Cache-Control": "no-store"})
        url = f"/api/acts/{row.digest}"
        accepted = {"digest": row.digest, "status": row.status, "url": url, "promise": promise_of(row)}
        response = answer(accepted, status=202, headers={"Location": url, "Cache-Control": "no-store"})
        if seconds := preferred_seconds(self.request.headers.get("Prefer")):
            return defer(response, ActWait(response, accepted, seconds))
        return response


def act_schema(act: str, serializer: type[Serializer[Any]], **schema: Any) -> Callable[..., Any]:
    """``extend_schema`` for an address that takes a signed ``act``, or any if it is empty."""
    precondition = bool(act) and act_of(act).precondition
    return extend_schema(
        request=serializer,
        parameters=[PREFER, *schema.pop("parameters", [])],
        responses={
            200: ActAcceptedSerializer,
            202: ActAcceptedSerializer,
            **problems(*WRITE_PROBLEMS, *((412,) if precondition else ())),
        },
        **schema,
    )


class TypedDataView(StrictQuery):
    """`POST` drafts what is to be signed; nothing is written."""

    permission_classes = (AllowAny,)
    throttle_scope = "acts"

    @extend_schema(
        operation_id="draftAct",
        tags=["Acts"],
        request=TypedDataRequestSerializer,
        responses={200: TypedDataSerializer, **problems(*WRITE_PROBLEMS)},
    )
    def post(self, request: Request) -> Response:
        """The document to sign for an act, or the problem that would stop it."""
        body = body_of(request)
        draft = draft_act(_name(body), signer_of(body), act_fields(body), deadline=body.get("deadline"))
        return answer(
            {
                "act": draft.act,
                **subject_fields(draft.subject),
                "typedData": draft.typed_data,
                "digest": draft.digest,
                "deadline": draft.deadline,
                "summary": list(draft.summary),
            },
            headers={"Cache-Control": "no-store"},
        )


class ActListView(ActResource):
    """`POST` hands in any signed act."""

    @act_schema("", ActSubmitSerializer, operation_id="submitAct", tags=["Acts"])
    def post(self, request: Request) -> Response:
        """Hand in a signed act. Its digest is its identity: to post it twice is to post it once."""
        body = body_of(request)
        return self.submit(_name(body), body)


class ActView(Resource):
    """`GET` tells where an act stands."""

    @extend_schema(
        operation_id="getAct",
        tags=["Acts"],
        parameters=[IF_NONE_MATCH],
        responses={200: ActSerializer, **NOT_MODIFIED, **problems(*FIND_PROBLEMS)},
    )
    def get(self, request: Request, digest: str) -> Response:
        """Where an act stands, and the call to send it oneself if it has waited too long."""
        row = act_status(digest)
        return answer(
            {**act_payload(row), "transaction": direct_call(row) if self_send_offered(row) else None}
        )


def body_of(request: Request) -> dict[str, Any]:
    """The body, which the parser has made sure is an object."""
    return cast(dict[str, Any], request.data)


def act_fields(body: Mapping[str, Any]) -> dict[str, Any]:
    """The act's own fields: all but what every act carries."""
    return {name: value for name, value in body.items() if name not in ENVELOPE}


def signer_of(body: Mapping[str, Any]) -> str:
    """Who signs, as text; whether it is an address is checked with the act."""
    signer = _needed(body, "signer")
    if not isinstance(signer, str):
        raise FieldInvalid(field="signer")
    return signer


def _name(body: Mapping[str, Any]) -> str:
    act = _needed(body, "act")
    if not isinstance(act, str):
        raise FieldInvalid(field="act")
    return act


def _needed(body: Mapping[str, Any], name: str) -> Any:
    value = body.get(name)
    if value is None or value == "":
        raise FieldMissing(field=name)
    return value
