"""Logs are one JSON object a line and hold no secrets."""

from __future__ import annotations

import json
import logging
import sys

import pytest

from core.logs import JsonFormatter, RedactSecrets, redact


@pytest.mark.parametrize(
    "text",
    [
        "connecting to postgres://portal:hunter2@db/portal",
        "Authorization: Bearer hunter2",
        'body {"password": "hunter2"}',
        "private_key=hunter2",
        "SECRET_KEY = 'hunter2'",
    ],
)
def test_secrets_are_blotted_out(text: str) -> None:
    clean = redact(text)
    assert "hunter2" not in clean
    assert "[redacted]" in clean


def test_plain_words_are_left_alone() -> None:
    text = "proposal 14 is open: 12 votes, http://127.0.0.1:8000/proposals/14"
    assert redact(text) == text


def test_line_is_json_with_the_common_schema() -> None:
    record = logging.LogRecord("portal.acts", logging.WARNING, __file__, 1, "token=%s", ("abc",), None)
    record.__dict__["event.action"] = "relay"
    assert RedactSecrets().filter(record)
    line = json.loads(JsonFormatter().format(record))
    assert line["log.level"] == "warning"
    assert line["message"] == "token=[redacted]"
    assert line["event"]["action"] == "relay"


def test_traceback_tells_what_an_error_was_raised_from_and_no_secret() -> None:
    try:
        try:
            raise KeyError("token=hunter2")
        except KeyError as cause:
            raise ValueError("password=hunter2") from cause
    except ValueError:
        record = logging.LogRecord("portal", logging.ERROR, __file__, 1, "failed", (), sys.exc_info())
    text = JsonFormatter().format(record)
    assert "hunter2" not in text
    error = json.loads(text)["error"]
    assert error["type"] == "ValueError"
    assert "KeyError" in error["stack_trace"]
