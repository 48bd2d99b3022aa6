"""The OpenAPI document and Swagger UI, both served by ourselves and free of inline scripts and styles."""

from __future__ import annotations

from typing import Any

from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.permissions import AllowAny

from daoportal.kernel.etags import ConditionalReads
from daoportal.kernel.rendering import OrjsonRenderer


class SchemaView(ConditionalReads, SpectacularAPIView):
    """``/api/schema``: JSON unless YAML is asked for (``?format=yaml`` or ``Accept: application/vnd.oai.openapi``)."""

    permission_classes = (AllowAny,)
    renderer_classes = [OrjsonRenderer, *SpectacularAPIView.renderer_classes]


class DocsView(SpectacularSwaggerSplitView):
    """``/api/docs``: Swagger UI."""

    permission_classes = (AllowAny,)
    authentication_classes = ()
    url_name = "api-schema"
    template_name = "api/docs.html"


def add_socket(result: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
    """A postprocessing hook: OpenAPI can't describe the WebSocket, so the document says where it is told of."""
    result["externalDocs"] = {
        "url": "/api/docs",
        "description": "Live events: `/ws/events`, see docs/api/live.md.",
    }
    return result
