"""The site itself, whatever it shows."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db import DatabaseError, transaction
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from identity.accounts.models import User


class GaveWay(Exception):
    """As the MongoDB driver says it."""

    def has_error_label(self, label: str) -> bool:
        return label == "TransientTransactionError"


@pytest.mark.django_db(transaction=True)
def test_change_that_made_room_for_anothers_is_done_again(rf: RequestFactory) -> None:
    tries: list[int] = []

    @transaction.atomic
    def view(request: HttpRequest) -> HttpResponse:
        tries.append(1)
        Group.objects.create(name=request.POST["name"])
        if len(tries) == 1:
            raise DatabaseError from GaveWay()
        return HttpResponse("done")

    request = rf.post("/admin/", {"name": "clerks"})
    request.user = User.objects.create_superuser("root", "root@riverbend.example", "not-secret")
    request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]
    assert admin.site.admin_view(view)(request).status_code == 200
    assert len(tries) == 2
    assert Group.objects.count() == 1
