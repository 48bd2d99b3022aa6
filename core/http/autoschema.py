"""How views become operations of the OpenAPI document. REST framework's settings import it: keep it light."""

from __future__ import annotations

from typing import Any

from drf_spectacular.openapi import AutoSchema


class PortalSchema(AutoSchema):
    """drf-spectacular's, told which views are lists instead of guessing it from the responses."""

    def _is_list_view(self, serializer: Any = None) -> bool:
        return self.method == "GET" and bool(getattr(self.view, "is_list", False))
