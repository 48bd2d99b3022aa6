"""Versions of what was read: ``ETag``, ``If-None-Match`` (304), ``If-Match`` (412); RFC 9110, section 13."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from django.http import HttpResponseBase
from django.utils.cache import patch_cache_control
from django.utils.http import parse_etags, quote_etag
from rest_framework.request import Request
from rest_framework.response import Response

from core.http.rendering import dumps
from core.http.requests import PreconditionFailed


def etag_of(body: bytes) -> str:
    """A strong validator of ``body``, quoted."""
    return quote_etag(hashlib.blake2b(body, digest_size=16).hexdigest())


def check_if_match(request: Request, present: Callable[[], Any]) -> None:
    """Refuse a write made against a version that is no longer present.

    Args:
        present: the data that ``GET`` of the resource answers now; called only if ``If-Match`` was sent.

    Raises:
        PreconditionFailed: ``If-Match`` was sent and does not name it.
    """
    header = request.headers.get("If-Match")
    if header is None:
        return
    asked = parse_etags(header)
    if "*" not in asked and etag_of(dumps(present())) not in asked:
        raise PreconditionFailed()


class ConditionalReads:
    """A view mixin: each 200 of a GET carries its ``ETag``; a client that has it is answered 304."""

    def finalize_response(
        self, request: Request, response: HttpResponseBase, *args: Any, **kwargs: Any
    ) -> Any:
        """Add the validator once the body is rendered."""
        finalized = super().finalize_response(request, response, *args, **kwargs)  # type: ignore[misc]
        if (
            request.method in ("GET", "HEAD")
            and isinstance(finalized, Response)
            and finalized.status_code == 200
        ):
            asked = request.META.get("HTTP_IF_NONE_MATCH", "")
            finalized.add_post_render_callback(lambda rendered: _condition(rendered, asked))
        return finalized


def _condition(response: Response, asked: str) -> None:
    etag = etag_of(response.content)
    response["ETag"] = etag
    # A copy may be kept, and is asked after each time: what is shown moves with the chain.
    patch_cache_control(response, no_cache=True)
    known = parse_etags(asked) if asked else []
    if "*" in known or etag in (value.removeprefix("W/") for value in known):
        response.status_code = 304
        response.content = b""
        del response["Content-Type"]
