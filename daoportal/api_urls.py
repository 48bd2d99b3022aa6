"""Everything under ``/api/``. No address ends in a slash."""

from django.urls import include, path, re_path, register_converter

from core.health.views import HealthView, LiveView, ReadyView
from core.http.converters import AddressConverter, Uint256Converter
from core.http.views.problems import NothingHere, ProblemKindsView, ProblemKindView
from core.http.views.schema import DocsView, SchemaView

register_converter(Uint256Converter, "uint256")
register_converter(AddressConverter, "address")

urlpatterns = [
    path("", include("governance.api_urls")),
    path("", include("identity.api_urls")),
    path("", include("contracts.api.urls")),
    path("", include("audit.api.urls")),
    path("health", HealthView.as_view()),
    path("health/live", LiveView.as_view()),
    path("health/ready", ReadyView.as_view()),
    path("problems", ProblemKindsView.as_view()),
    path("problems/<slug:code>", ProblemKindView.as_view()),
    path("schema", SchemaView.as_view(), name="api-schema"),
    path("docs", DocsView.as_view(), name="api-docs"),
    re_path(r"", NothingHere.as_view()),
]
