"""Addresses under ``/api/`` about people."""

from django.urls import path

from identity.api.views import UserRolesView

urlpatterns = [path("users/<address:address>/roles", UserRolesView.as_view())]
