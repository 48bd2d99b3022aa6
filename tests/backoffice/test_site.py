"""The site itself, whatever it shows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib import admin
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from backoffice import registry
from backoffice.registry import AlreadyRegistered
from identity.accounts.admin import AccountAdmin
from identity.accounts.models import User


class GaveWay(Exception):
    """As the MongoDB driver says it."""

    def has_error_label(self, label: str) -> bool:
        return label == "TransientTransactionError"


@pytest.mark.django_db(transaction=True)
def test_saved_form_is_saved_again_when_its_transaction_gave_way(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[int] = []
    save = AccountAdmin.save_model

    def save_model(self: AccountAdmin, request: HttpRequest, row: Any, *rest: Any) -> None:
        tries.append(1)
        save(self, request, row, *rest)
        if len(tries) == 1:
            raise DatabaseError from GaveWay()

    monkeypatch.setattr(AccountAdmin, "save_model", save_model)
    client.force_login(User.objects.create_superuser("root", "root@riverbend.example", "not-secret"))
    citizen = User.objects.create_user("ruth")
    assert client.post(reverse("admin:identity_user_change", args=[citizen.pk]), {}).status_code == 302
    citizen.refresh_from_db()
    assert not citizen.is_active
    assert len(tries) == 2


@pytest.mark.django_db
def test_view_is_not_run_again_unless_it_asks_for_it(rf: RequestFactory) -> None:
    tries: list[int] = []

    def view(request: HttpRequest) -> HttpResponse:
        tries.append(1)
        raise DatabaseError from GaveWay()

    request = rf.get("/admin/")
    request.user = User.objects.create_superuser("root", "root@riverbend.example", "not-secret")
    with pytest.raises(DatabaseError):
        admin.site.admin_view(view)(request)
    assert len(tries) == 1


def test_name_is_registered_once() -> None:
    for again in (
        lambda: registry.register_group("start", "", order=0),
        lambda: registry.register_section("start", order=0, label="", icon="", to="inbox"),
        lambda: registry.register_page("inbox", route="inbox/", view=HttpResponse),
        lambda: registry.register_waiting("proposals", list, order=0),
        lambda: registry.register_alert("paused", "low", list, runbook=""),
        lambda: registry.register_panel("closing", "", lambda request: None, place="main", order=0),
        lambda: registry.register_banner("pause", "", lambda: None, place="top", order=0),
    ):
        with pytest.raises(AlreadyRegistered):
            again()


def test_each_badge_counts_a_registered_list() -> None:
    lists = {each.name for each in registry.waiting_lists()}
    badges = [each.waiting for _group, sections in registry.groups() for each in sections if each.waiting]
    assert set(badges) == lists
    assert len(badges) == len(lists)


def test_each_section_leads_to_a_list_or_a_page() -> None:
    models = {model._meta.label_lower for model in admin.site._registry}
    pages = {page.name for page in registry.pages()} | {"index"}
    for _group, sections in registry.groups():
        for section in sections:
            assert section.to in (models if "." in section.to else pages), section.to


def test_each_alert_has_a_runbook() -> None:
    text = (Path(settings.BASE_DIR) / "docs" / "operations" / "alerts.md").read_text()
    headings = {line[3:].lower().replace(" ", "-") for line in text.splitlines() if line.startswith("## ")}
    assert {alert.runbook for alert in registry.alerts()} == headings
