"""The OpenAPI document and Swagger UI, both served by ourselves and free of inline scripts and styles."""

from __future__ import annotations

from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.permissions import AllowAny

from daoportal.kernel.etags import ConditionalReads
from daoportal.kernel.rendering import OrjsonRenderer


class SchemaView(ConditionalReads, SpectacularAPIView):
    """``/api/schema``: JSON, or YAML by ``?format=yaml`` or ``Accept: application/vnd.oai.openapi``."""

    permission_classes = (AllowAny,)
    renderer_classes = [OrjsonRenderer, *SpectacularAPIView.renderer_classes]


class DocsView(SpectacularSwaggerSplitView):
    """``/api/docs``: Swagger UI."""

    permission_classes = (AllowAny,)
    authentication_classes = ()
    url_name = "api-schema"
    template_name = "api/docs.html"
