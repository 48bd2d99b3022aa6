"""Addresses under ``/api/`` about acts and events."""

from django.urls import path

from contracts.api.acts import ActListView, ActView, TypedDataView
from contracts.api.events import EventListView

urlpatterns = [
    path("acts", ActListView.as_view()),
    path("acts/typed-data", TypedDataView.as_view()),
    path("acts/<str:digest>", ActView.as_view()),
    path("governance/events", EventListView.as_view()),
]
