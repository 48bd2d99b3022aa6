"""The portal's addresses, and those of the example."""

from django.urls import path

from daoportal.urls import handler400, handler403, handler404, handler500
from daoportal.urls import urlpatterns as portal
from testing.exampleapp import views

__all__ = ["handler400", "handler403", "handler404", "handler500"]

urlpatterns = [
    path("causes/<int:cause_id>", views.cause),
    path("api/causes/<int:cause_id>/pledges", views.PledgesView.as_view()),
    *portal,
]
