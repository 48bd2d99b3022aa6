"""Accounts at the API: tokens of the headless login, sessions, and what each may do."""

from __future__ import annotations

from typing import Any

import jwt
import pytest
from django.test import Client

from identity.accounts.models import User

pytestmark = pytest.mark.django_db
JSON = "application/json"
PASSWORD = "correct horse battery staple"


@pytest.fixture
def user() -> User:
    return User.objects.create_user("ada", email="ada@example.org", password=PASSWORD)


def log_in(client: Client) -> dict[str, Any]:
    response = client.post(
        "/api/auth/app/v1/auth/login", {"username": "ada", "password": PASSWORD}, content_type=JSON
    )
    assert response.status_code == 200, response.content
    return dict(response.json()["meta"])


def test_the_login_gives_an_rs256_token_that_the_api_takes(client: Client, user: User) -> None:
    meta = log_in(client)
    assert jwt.get_unverified_header(meta["access_token"])["alg"] == "RS256"
    reader = Client()
    response = reader.get("/api/problems", headers={"authorization": f"Bearer {meta['access_token']}"})
    assert response.status_code == 200
    assert meta["refresh_token"]


def test_a_token_ends_with_its_session(client: Client, user: User) -> None:
    meta = log_in(client)
    bearer = {"authorization": f"Bearer {meta['access_token']}"}
    assert Client().get("/api/problems", headers=bearer).status_code == 200
    ended = client.delete(
        "/api/auth/app/v1/auth/session", headers={"x-session-token": meta.get("session_token", ""), **bearer}
    )
    assert ended.status_code == 401  # allauth's answer: nobody is logged in any more
    refused = Client().get("/api/problems", headers=bearer)
    assert (refused.status_code, refused.json()["code"]) == (401, "authentication-failed")


def test_a_changed_token_is_refused(client: Client, user: User) -> None:
    head, body, signature = log_in(client)["access_token"].split(".")
    forged = jwt.encode({"sub": str(user.pk)}, "a secret of the thief's own, long enough", algorithm="HS256")
    for token in (f"{head}.{body}.{signature[:-4]}AAAA", f"{head}.{body}.", forged):
        response = Client().get("/api/problems", headers={"authorization": f"Bearer {token}"})
        assert (response.status_code, response.json()["code"]) == (401, "authentication-failed")


def test_a_session_reads_like_anyone(client: Client, user: User) -> None:
    client.force_login(user)
    assert client.get("/api/problems").status_code == 200
