"""The OpenAPI document and Swagger UI, both served by ourselves and free of inline scripts and styles."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.conf import settings
from django.utils.translation import get_language
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from core.http.etags import ConditionalReads
from core.http.rendering import OrjsonRenderer


class SchemaView(ConditionalReads, SpectacularAPIView):
    """``/api/schema``: JSON, or YAML by ``?format=yaml`` or ``Accept: application/vnd.oai.openapi``."""

    permission_classes = (AllowAny,)
    renderer_classes = [OrjsonRenderer, *SpectacularAPIView.renderer_classes]

    def _get_schema_response(self, request: Request) -> Response:
        language = get_language()
        known = language in dict(settings.LANGUAGES)
        return Response(_document(language if known else settings.LANGUAGE_CODE))


@lru_cache(maxsize=8)
def _document(language: str | None) -> Any:
    """The document in one language: making it takes a second, and it does not change while a process runs."""
    generator: Any = SpectacularAPIView.generator_class()
    return generator.get_schema(public=True)


class DocsView(SpectacularSwaggerSplitView):
    """``/api/docs``: Swagger UI."""

    permission_classes = (AllowAny,)
    authentication_classes = ()
    url_name = "api-schema"
    template_name = "api/docs.html"
