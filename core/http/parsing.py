"""Reading request bodies: JSON objects of bounded size, nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Any

import orjson
from rest_framework.parsers import BaseParser

from core.http.requests import MalformedRequest, RequestTooLarge

MAX_BODY_BYTES = 512 * 1024  # a proposal's text (256 KiB) with its escapes and actions


class JSONObjectParser(BaseParser):
    """``application/json`` holding one object (RFC 8259; no NaN, no lone surrogates)."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """The object.

        Raises:
            RequestTooLarge: more than 512 KiB.
            MalformedRequest: not JSON, or not an object.
        """
        body = stream.read(MAX_BODY_BYTES + 1)
        if len(body) > MAX_BODY_BYTES:
            raise RequestTooLarge(limit=MAX_BODY_BYTES)
        try:
            value = orjson.loads(body)
        except orjson.JSONDecodeError as error:
            raise MalformedRequest(f"The body is not JSON: {error}.") from None
        if not isinstance(value, dict):
            raise MalformedRequest("The body must be a JSON object.")
        return value
