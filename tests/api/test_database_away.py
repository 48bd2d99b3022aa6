"""The database goes away: every address says so plainly, in the way its reader understands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import InterfaceError, OperationalError, connection
from django.test import Client

from identity.accounts.models import User

pytestmark = pytest.mark.django_db

PAGES = ["/", "/proposals", "/proposals/1", "/check", "/admin/", "/admin/chain/"]
INTERFACES = ["/api/proposals", "/api/proposals/1", "/api/governance/stats", "/api/auth/app/v1/auth/session"]


@pytest.fixture(params=[OperationalError, InterfaceError])
def away(request: pytest.FixtureRequest, client: Client) -> Iterator[Client]:
    """A signed-in browser, at a portal whose every query fails as it does on a lost connection."""
    client.force_login(User.objects.create_superuser("root", "root@riverbend.example", "not-secret"))
    client.raise_request_exception = False

    def refuse(execute: Callable[..., Any], *arguments: Any) -> Any:
        raise request.param("the connection is closed")

    with connection.execute_wrapper(refuse):
        yield client


@pytest.mark.parametrize("path", PAGES)
def test_page_says_that_the_database_is_away(away: Client, path: str) -> None:
    said_plainly(away.get(path))


def test_sign_in_says_so_too(away: Client) -> None:
    away.cookies.clear()
    said_plainly(away.post("/admin/login/", {"username": "root", "password": "not-secret"}))


def said_plainly(answer: Any) -> None:
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert "can’t reach its database just now" in answer.content.decode()
    assert "Content-Security-Policy" in answer


@pytest.mark.parametrize("path", INTERFACES)
def test_interface_answers_a_problem_with_a_stable_code(away: Client, path: str) -> None:
    answer = away.get(path)
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "temporarily-unavailable"
