"""The OpenAPI document is complete, valid, and what is answered is what it says."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from audit import services as audit
from core.http.problems import MEDIA_TYPE
from governance.tests.factories import (
    ADMINISTRATORS,
    Town,
    cancellation_asked,
    delegated,
    paused,
    person,
    vote,
)
from identity.roles.models import Role
from identity.tests.factories import asked

pytestmark = pytest.mark.django_db
METHODS = ("get", "post", "put", "patch", "delete")
UNDESCRIBED = {"/api/schema", "/api/docs"}


@pytest.fixture
def document(client: Client) -> dict[str, Any]:
    """The document as served."""
    response = client.get("/api/schema")
    assert response["Content-Type"] == "application/json"
    return dict(response.json())


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                yield path, method, item[method]


def test_the_document_is_openapi_3_1_and_makes_no_warning() -> None:
    out = io.StringIO()
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=out)
    assert out.getvalue().startswith("openapi: 3.1")


def test_every_address_of_the_api_is_described(document: dict[str, Any]) -> None:
    def walk(patterns: list[Any], prefix: str) -> Iterator[str]:
        for entry in patterns:
            route = getattr(entry.pattern, "_route", None)
            if isinstance(entry, URLResolver):
                yield from walk(entry.url_patterns, prefix + (route or ""))
            elif isinstance(entry, URLPattern) and route and not entry.default_args:
                yield "/" + prefix + route

    served = {path for path in walk(get_resolver().url_patterns, "") if path.startswith("/api/")}
    served = {path for path in served if not path.startswith("/api/auth/")} - UNDESCRIBED
    described = {_route(path) for path in document["paths"]}
    assert {_route(path) for path in served} == described


def _route(path: str) -> str:
    parts = ["*" if part[:1] in "<{" else part for part in path.split("/")]
    return "/".join(parts)


def test_every_operation_is_named_and_tells_its_problems(document: dict[str, Any]) -> None:
    names = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(names) == len(set(names))
    for path, method, operation in operations(document):
        where = f"{method} {path}"
        assert operation.get("description"), where
        assert operation["tags"], where
        problems = {status: body for status, body in operation["responses"].items() if status >= "400"}
        assert problems, where
        for status, response in problems.items():
            expected = (
                "application/json" if path.startswith("/api/health") and status == "503" else MEDIA_TYPE
            )
            assert set(response["content"]) == {expected}, where
        if "/health" not in path:
            assert {"400", "429", "503"} <= set(problems), where
        if method == "get" and "/health" not in path:
            assert "304" in operation["responses"], where
        if method != "get":
            assert {"413", "415"} <= set(problems), where


def resolve(document: dict[str, Any]) -> Any:
    registry = Registry().with_resource("urn:api", DRAFT202012.create_resource(document))

    def check(value: Any, *pointer: str) -> None:
        path = "/".join(part.replace("~", "~0").replace("/", "~1") for part in pointer)
        validator = Draft202012Validator(
            {"$ref": f"urn:api#/{path}"},
            registry=registry,
            format_checker=Draft202012Validator.FORMAT_CHECKER,
        )
        validator.validate(value)

    return check


ADDRESSES = [
    ("/api/proposals", "/api/proposals"),
    ("/api/proposals/{proposal_id}", "/api/proposals/1"),
    ("/api/proposals/{proposal_id}", "/api/proposals/2"),
    ("/api/proposals/{proposal_id}", "/api/proposals/3"),
    ("/api/proposals/{proposal_id}", "/api/proposals/4"),
    ("/api/proposals/{proposal_id}/votes", "/api/proposals/1/votes"),
    ("/api/proposals/{proposal_id}/results", "/api/proposals/1/results"),
    ("/api/proposals/{proposal_id}/results", "/api/proposals/2/results"),
    ("/api/proposals/{proposal_id}/timeline", "/api/proposals/1/timeline"),
    ("/api/proposals/{proposal_id}/trial", "/api/proposals/1/trial"),
    ("/api/proposals/{proposal_id}/power/{address}", f"/api/proposals/1/power/{person(1)}"),
    ("/api/delegates", "/api/delegates"),
    ("/api/users/{address}", f"/api/users/{person(1)}"),
    ("/api/users/{address}", f"/api/users/{person(99)}"),
    ("/api/users/{address}/votes", f"/api/users/{person(1)}/votes"),
    ("/api/users/{address}/roles", f"/api/users/{person(1)}/roles"),
    ("/api/governance/params", "/api/governance/params"),
    ("/api/governance/stats", "/api/governance/stats"),
    ("/api/governance/pauses", "/api/governance/pauses"),
    ("/api/roles/requests", "/api/roles/requests"),
    ("/api/governance/events", "/api/governance/events?page_size=100"),
    ("/api/audit", "/api/audit"),
    ("/api/health/live", "/api/health/live"),
    ("/api/problems", "/api/problems"),
    ("/api/problems/{code}", "/api/problems/throttled"),
]


@pytest.mark.parametrize(("path", "url"), ADDRESSES)
def test_answers_are_what_the_document_says_and_no_member_is_untold(
    document: dict[str, Any], client: Client, path: str, url: str
) -> None:
    town = Town.founded(citizens=5)
    town.block(delegated(2, 1))
    proposal = town.open_vote()
    town.propose(title="A draft")
    town.block(vote(proposal, 1, reason="Because"), vote(proposal, 3))
    town.queue(town.close_vote(town.open_vote(title="Nobody came")))
    draft = town.propose(title="Asked to be cancelled")
    later = town.now + timedelta(days=7)
    town.block(
        cancellation_asked(draft, ADMINISTRATORS[0]),
        asked(Role.CITIZEN, (person(9),), lapses=later),
        paused(later),
    )
    audit.record(action="row.changed", actor="command:test", target="x:1", details={"a": 1})
    response = client.get(url)
    assert response.status_code == 200, response.content
    body = response.json()
    content = ("responses", "200", "content", "application/json", "schema")
    resolve(document)(body, "paths", path, "get", *content)
    _nothing_untold(document, body, document["paths"][path]["get"]["responses"]["200"]["content"], path)


def _nothing_untold(document: dict[str, Any], value: Any, content: Any, where: str) -> None:
    _compare(document, value, content["application/json"]["schema"], where)


def _compare(document: dict[str, Any], value: Any, schema: dict[str, Any], where: str) -> None:
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    for option in ("oneOf", "anyOf", "allOf"):
        if option in schema and "properties" not in schema:
            refs = [each for each in schema[option] if "$ref" in each]
            if len(refs) == 1 and isinstance(value, dict):
                _compare(document, value, refs[0], where)
            return
    if isinstance(value, dict) and "properties" in schema:
        untold = value.keys() - schema["properties"].keys()
        assert not untold, f"{where}: {sorted(untold)}"
        for name, item in value.items():
            _compare(document, item, schema["properties"][name], f"{where}.{name}")
    elif isinstance(value, list) and "items" in schema:
        for item in value:
            _compare(document, item, schema["items"], where)


@pytest.mark.parametrize(("path", "url"), ADDRESSES)
def test_the_parameters_an_address_knows_are_those_it_tells(
    document: dict[str, Any], client: Client, path: str, url: str
) -> None:
    Town.founded(citizens=2).propose()
    told = {
        parameter["name"]
        for parameter in document["paths"][path]["get"].get("parameters", [])
        if parameter["in"] == "query"
    }
    problem = client.get(url.partition("?")[0], {"no-such-parameter": "1"}).json()
    assert problem["code"] == "unknown-parameter"
    assert set(problem["known"]) == told


def test_problems_are_what_the_document_says(document: dict[str, Any], client: Client) -> None:
    check = resolve(document)
    for url in (
        "/api/proposals?colour=red",
        "/api/proposals?state=x&type=y",
        "/api/proposals/9",
        "/api/acts/1",
    ):
        check(client.get(url).json(), "components", "schemas", "Problem")


def test_the_documentation_is_our_own_and_runs_nothing_inline(client: Client) -> None:
    response = client.get("/api/docs")
    page = response.content.decode()
    assert "script-src 'self'" in response["Content-Security-Policy"]
    assert "<style" not in page
    assert "style=" not in page
    assert page.count("<script") == page.count("<script src=") == 3
    assert "http://" not in page.replace("http://testserver", "")
    assert "https://" not in page
    script = client.get("/api/docs?script=")
    assert script["Content-Type"].startswith("application/javascript")
    assert b"/api/schema" in script.content


def test_the_document_comes_as_yaml_too(client: Client) -> None:
    response = client.get("/api/schema?format=yaml")
    assert response["Content-Type"].startswith("application/vnd.oai.openapi")
    assert response.content.startswith(b"openapi: 3.1")
