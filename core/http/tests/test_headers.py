"""Every answer carries the strict policy."""

from __future__ import annotations

import pytest
from django.test import Client


@pytest.mark.django_db
def test_foreign_host_name_is_refused_with_a_page(client: Client) -> None:
    response = client.get("/robots.txt", headers={"host": "evil.example"})
    assert response.status_code == 400
    assert b"evil.example" not in response.content


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/robots.txt", "/admin/login/", "/nowhere"])
def test_policy_allows_this_site_alone(client: Client, path: str) -> None:
    policy = client.get(path)["Content-Security-Policy"]
    directives = dict(part.strip().partition(" ")[::2] for part in policy.split(";"))
    assert directives["default-src"] == "'self'"
    assert directives["frame-ancestors"] == directives["object-src"] == directives["base-uri"] == "'none'"
    assert "unsafe" not in policy
    assert "*" not in policy
