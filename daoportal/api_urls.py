"""Everything under ``/api/``. No address ends in a slash."""

from django.urls import include, path, re_path, register_converter

from daoportal.api.health import HealthView, LiveView, ReadyView
from daoportal.api.problems import NothingHere, ProblemKindsView, ProblemKindView
from daoportal.api.schema import DocsView, SchemaView
from daoportal.kernel.converters import AddressConverter, Uint256Converter

register_converter(Uint256Converter, "uint256")
register_converter(AddressConverter, "address")

urlpatterns = [
    path("", include("governance.api.urls")),
    path("", include("identity.api.urls")),
    path("", include("contracts.api.urls")),
    path("", include("daoportal.audit.api.urls")),
    path("health", HealthView.as_view()),
    path("health/live", LiveView.as_view()),
    path("health/ready", ReadyView.as_view()),
    path("problems", ProblemKindsView.as_view()),
    path("problems/<slug:code>", ProblemKindView.as_view()),
    path("schema", SchemaView.as_view(), name="api-schema"),
    path("docs", DocsView.as_view(), name="api-docs"),
    re_path(r"", NothingHere.as_view()),
]
