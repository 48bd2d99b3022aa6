"""Whatever is wrong with a request is said as a problem (RFC 9457) under a code that never changes."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from rest_framework.throttling import SimpleRateThrottle

from core.http.pagination import Cursor
from core.http.parsing import MAX_BODY_BYTES
from governance.tests.factories import Town, person

pytestmark = pytest.mark.django_db
ADDRESS = person(1)


def check(response: Any, status: int, code: str, field: str | None = None) -> dict[str, Any]:
    """The response is that problem; answers its body."""
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    body: dict[str, Any] = response.json()
    assert (body["status"], body["code"], body["type"]) == (status, code, f"/api/problems/{code}")
    assert body["title"]
    assert body["detail"]
    if field is not None:
        assert body["field"] == field
    return body


@pytest.mark.parametrize(
    ("path", "status", "code", "field"),
    [
        ("/api/proposals/99", 404, "proposal-not-found", None),
        ("/api/proposals/99/votes", 404, "proposal-not-found", None),
        ("/api/proposals/99/votes.csv", 404, "proposal-not-found", None),
        ("/api/proposals/99/results", 404, "proposal-not-found", None),
        ("/api/proposals/99/timeline", 404, "proposal-not-found", None),
        ("/api/proposals/" + "9" * 78, 404, "not-found", None),  # beyond 256 bits
        ("/api/proposals/one", 404, "not-found", None),
        ("/api/proposals/01", 404, "not-found", None),
        ("/api/proposals/", 404, "not-found", None),
        ("/api/", 404, "not-found", None),
        ("/api/nothing/here", 404, "not-found", None),
        ("/api/users/0x12", 404, "not-found", None),
        ("/api/acts/0x12", 404, "act-not-found", None),
        ("/api/problems/no-such-code", 404, "not-found", None),
        ("/api/proposals?colour=red", 400, "unknown-parameter", "colour"),
        ("/api/proposals/1?colour=red", 400, "unknown-parameter", "colour"),
        ("/api/governance/params?x=1", 400, "unknown-parameter", "x"),
        ("/api/proposals?state=SLEEPING", 400, "validation-failed", "state"),
        ("/api/proposals?type=policy", 400, "validation-failed", "type"),
        ("/api/proposals?proposer=me", 400, "validation-failed", "proposer"),
        ("/api/proposals?createdAt_after=soon", 400, "validation-failed", "createdAt_after"),
        ("/api/proposals?topic=" + "x" * 65, 400, "validation-failed", "topic"),
        ("/api/proposals?ordering=colour", 400, "invalid-parameter", "ordering"),
        ("/api/proposals?search=" + "x" * 201, 400, "invalid-parameter", "search"),
        ("/api/proposals?search=%00", 400, "invalid-parameter", "search"),
        ("/api/proposals?page_size=0", 400, "invalid-parameter", "page_size"),
        ("/api/proposals?page_size=101", 400, "invalid-parameter", "page_size"),
        ("/api/proposals?page_size=x", 400, "invalid-parameter", "page_size"),
        ("/api/proposals?cursor=x", 400, "invalid-cursor", "cursor"),
        ("/api/proposals?cursor=%F0%9F%98%80", 400, "invalid-cursor", "cursor"),
        ("/api/proposals?fields=proposalId,colour", 400, "unknown-field", "fields"),
        ("/api/proposals?fields=", 400, "unknown-field", "fields"),
        ("/api/proposals/1/votes?format=xml", 400, "invalid-parameter", "format"),
        ("/api/proposals/1/votes?support=3", 400, "validation-failed", "support"),
        ("/api/governance/events?proposalId=-1", 400, "validation-failed", "proposalId"),
        ("/api/governance/events?proposalId=1_0", 400, "validation-failed", "proposalId"),
        ("/api/governance/events?fromBlock=" + "9" * 30, 400, "validation-failed", "fromBlock"),
        ("/api/governance/events?fromBlock=1e400", 400, "validation-failed", "fromBlock"),
        ("/api/governance/events?transactionHash=0x12", 400, "validation-failed", "transactionHash"),
        ("/api/audit?timestamp_after=x", 400, "validation-failed", "timestamp_after"),
    ],
)
def test_a_wrong_address_or_parameter(
    client: Client, path: str, status: int, code: str, field: str | None
) -> None:
    Town.founded(citizens=2).propose()
    check(client.get(path), status, code, field)


def test_a_cursor_of_another_order_is_refused(client: Client) -> None:
    Town.founded(citizens=1)
    cursor = Cursor(("title", "proposal_id"), ("a", "1")).encode()
    check(client.get(f"/api/proposals?cursor={cursor}"), 400, "invalid-cursor")
    assert client.get(f"/api/proposals?ordering=title&cursor={cursor}").status_code == 200
    for values in [("2026-99-99", "1"), ("2026-01-01T00:00:00+00:00", "-1"), ("", "")]:
        cursor = Cursor(("-created_at", "-proposal_id"), values).encode()
        check(client.get(f"/api/proposals?cursor={cursor}"), 400, "invalid-cursor")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("put", "/api/proposals", "GET, POST, HEAD"),
        ("post", "/api/proposals/1", "GET, DELETE, HEAD"),
        ("get", "/api/proposals/1/vote", "PUT"),
        ("delete", "/api/acts", "POST"),
        ("patch", "/api/users/" + ADDRESS, "GET, PUT, HEAD"),
        ("options", "/api/proposals", "GET, POST, HEAD"),
    ],
)
def test_a_wrong_method_names_the_right_ones(client: Client, method: str, path: str, allowed: str) -> None:
    response = getattr(client, method)(path)
    check(response, 405, "method-not-allowed")
    assert set(response["Allow"].split(", ")) == set(allowed.split(", "))


@pytest.mark.parametrize(
    "body",
    [b"{", b"[]", b'"vote"', b"null", b"NaN", b'{"a": NaN}', b"\xff", b'{"a": "\\ud800"}', b"[" * 2000],
)
@pytest.mark.parametrize("path", ["/api/acts", "/api/acts/typed-data"])
def test_a_body_that_is_no_object_is_malformed(client: Client, path: str, body: bytes) -> None:
    check(client.post(path, body, content_type="application/json"), 400, "malformed-request")


def test_a_body_that_is_too_large_is_refused_before_it_is_parsed(client: Client) -> None:
    body = b'{"reason": "' + b"x" * MAX_BODY_BYTES + b'"}'
    check(client.post("/api/acts", body, content_type="application/json"), 413, "request-too-large")


def test_a_body_of_another_type_is_refused(client: Client) -> None:
    check(client.post("/api/acts", {"act": "vote"}), 415, "unsupported-media-type")


def test_a_media_type_that_can_not_be_served(client: Client) -> None:
    Town.founded(citizens=1)
    check(client.get("/api/proposals", headers={"accept": "image/png"}), 406, "not-acceptable")


def test_a_false_token_is_refused_even_for_reading(client: Client) -> None:
    response = client.get("/api/proposals", headers={"authorization": "Bearer x.y.z"})
    check(response, 401, "authentication-failed")
    assert response["WWW-Authenticate"].startswith("Bearer")


def test_too_many_requests_say_when_to_come_back(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    Town.founded(citizens=1)
    rates = {"anon": "3/min", "user": "3/min", "acts": "1/min"}
    monkeypatch.setattr(SimpleRateThrottle, "THROTTLE_RATES", rates)
    cache.clear()
    for _ in range(3):
        assert client.get("/api/governance/params").status_code == 200
    response = client.get("/api/governance/params")
    body = check(response, 429, "throttled")
    assert 0 < int(response["Retry-After"]) == body["retryAfter"] <= 60
    assert client.get("/api/health/live").status_code == 200  # probes are never throttled


def test_acts_have_a_limit_of_their_own(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    rates = {"anon": None, "user": None, "acts": "2/min"}
    monkeypatch.setattr(SimpleRateThrottle, "THROTTLE_RATES", rates)
    cache.clear()
    codes = [client.post("/api/acts", {}, content_type="application/json").status_code for _ in range(3)]
    assert codes == [422, 422, 429]


def test_every_code_is_explained_at_its_type(client: Client) -> None:
    kinds = client.get("/api/problems").json()["results"]
    assert {"already-voted", "signature-invalid", "throttled", "unknown-parameter"} <= {
        k["code"] for k in kinds
    }
    for kind in kinds:
        assert client.get(f"/api/problems/{kind['code']}").json() == kind
        assert 400 <= kind["status"] < 600
        assert kind["title"]


def test_only_whitelisted_origins_may_call_from_a_page(client: Client, settings: Any) -> None:
    Town.founded(citizens=1)
    settings.CORS_ALLOWED_ORIGINS = ["https://newsroom.example"]
    allowed = client.get("/api/governance/params", headers={"origin": "https://newsroom.example"})
    assert allowed["Access-Control-Allow-Origin"] == "https://newsroom.example"
    other = client.get("/api/governance/params", headers={"origin": "https://evil.example"})
    assert "Access-Control-Allow-Origin" not in other
    preflight = client.options(
        "/api/acts",
        headers={"origin": "https://newsroom.example", "access-control-request-method": "POST"},
    )
    assert preflight.status_code == 200
    assert "POST" in preflight["Access-Control-Allow-Methods"]
