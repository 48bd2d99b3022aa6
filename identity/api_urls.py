"""Addresses under ``/api/`` about people."""

from django.urls import path

from identity.roles.api.views import RoleRequestListView, UserRolesView

urlpatterns = [
    path("roles/requests", RoleRequestListView.as_view()),
    path("users/<address:address>/roles", UserRolesView.as_view()),
]
