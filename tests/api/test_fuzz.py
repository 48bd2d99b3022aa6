"""Requests made from the schema, right ones and wrong ones: none is met with an error of the server's own.

Schemathesis makes the requests and checks status, media type, headers and body against the document.
"""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as effort
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from core.health import registry
from core.queue import loops, pulse
from governance.tests.factories import Town, delegated, vote

EXAMPLES = 12  # an operation
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


@pytest.fixture
def town(anvil: Any, transactional_db: None) -> Town:
    """A town in which there is something to find."""
    town = Town.founded(citizens=4)
    town.block(delegated(2, 1))
    proposal = town.open_vote()
    town.block(vote(proposal, 1, reason="Because"))
    return town


def test_no_request_made_from_the_schema_breaks_the_server(
    town: Town, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for source in registry.default._sources.values():
        monkeypatch.setattr(source, "_round", None)  # what was found of the test before is not of this town
    settings.CHAIN_STALE_SECONDS = 10**9  # the town's newest block is as old as its story
    for name in (pulse.CLOCK, *(queue.name for queue in settings.CELERY_TASK_QUEUES), *loops.names()):
        pulse.beat(name)
    schema = schemathesis.openapi.from_wsgi("/api/schema", WSGIHandler())
    tried = 0
    for found in schema.get_all_operations():
        assert isinstance(found, Ok)
        operation = found.ok()

        @given(case=operation.as_strategy())
        @effort(
            max_examples=EXAMPLES,
            derandomize=True,
            deadline=None,
            database=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        def holds(case: Any) -> None:
            # Who asks for some members alone gets them alone, which a schema can't say.
            narrowed = "fields" in (case.query or {})
            checks = [check for check in CHECKS if not (narrowed and check is response_schema_conformance)]
            case.call_and_validate(checks=checks)

        holds()
        tried += 1
    assert tried > 20
