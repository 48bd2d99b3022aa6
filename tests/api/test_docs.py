"""The API's documentation tells of what there is, and its program runs."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client

from audit import services as audit
from core.live.registry import topics

DOCS = Path(settings.BASE_DIR) / "docs" / "api"


def text(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


@pytest.mark.django_db
def test_every_address_filter_and_order_is_told(client: Client) -> None:
    readme = text("README.md")
    for path, item in client.get("/api/schema").json()["paths"].items():
        for method, operation in item.items():
            line = next((row for row in readme.splitlines() if f"`{method.upper()} {path}`" in row), None)
            assert line, f"{method} {path}"
            for parameter in operation.get("parameters", []):
                name = parameter["name"]
                if parameter["in"] != "query" or name in {"cursor", "page_size", "fields", "format"}:
                    continue
                if path == "/api/users/{address}/votes":
                    continue  # "as above"
                if name == "ordering" and len(parameter["schema"]["enum"]) == 2:
                    continue  # there is nothing to choose but the direction
                told = (
                    all(value.lstrip("-") in line for value in parameter["schema"]["enum"])
                    if name == "ordering"
                    else name in line
                )
                assert told, f"{path}: {name}"


def test_every_topic_and_event_is_told() -> None:
    live = text("live.md")
    for topic, events in topics().items():
        for event in events:
            row = next(row for row in live.splitlines() if row.startswith(f"| `{event}`"))
            assert f"`{topic}`" in row or "told to all" in row
    assert all(f"`{topic}`" in live for topic in topics())


def test_every_act_is_told() -> None:
    from contracts.acts.registry import act_names

    assert all(f"| `{name}` |" in text("acts.md") for name in act_names())


def test_links_lead_somewhere() -> None:
    for page in DOCS.glob("*.md"):
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8")):
            assert (DOCS / target).exists(), f"{page.name}: {target}"


@pytest.mark.django_db
@pytest.mark.parametrize("forged", [False, True])
def test_the_audit_program_accepts_the_log_and_finds_a_change(client: Client, forged: bool) -> None:
    for number in range(103):
        audit.record(
            action="row.changed", actor="command:test", target=f"x:{number}", details={"é": [number, None]}
        )
    program = text("audit.md").split("```python")[1].split("```")[0]

    class Answers:
        """``urllib.request.urlopen`` against the application itself."""

        @staticmethod
        def urlopen(url: str) -> Any:
            parts = urlsplit(url)
            body = client.get(f"{parts.path}?{parts.query}").content
            return io.BytesIO(body.replace(b'"x:101"', b'"x:999"') if forged else body)

    program = program.replace("import hashlib, json, urllib.request", "import hashlib, json")
    program = program.replace("urllib.request.urlopen", "urlopen")
    expected = pytest.raises(AssertionError, match="102 was changed") if forged else contextlib.nullcontext()
    with expected:
        exec(program, {"urlopen": Answers.urlopen})  # noqa: S102 - the documentation's own
