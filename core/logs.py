"""Log formatting: one JSON object a line with Elastic Common Schema names, and a filter that blots out
secrets."""

import logging
import re
from typing import Any

import ecs_logging

# What may stand in a message by accident: private keys and tokens, wherever a name gives them away, and URL
# passwords.
_NAMED = re.compile(
    r"(?i)\b(private[_-]?key|secret[_-]?key|password|authorization|token|api[_-]?key)\b(['\"]?\s*[=:]\s*['\"]?)"
    r"(?:bearer\s+)?[^\s'\",;}]+"
)
_URL_PASSWORD = re.compile(r"(\w+://[^:/@\s]*:)[^@/\s]+@")
_BLOT = r"\1\2[redacted]"


def redact(text: str) -> str:
    """Return ``text`` with the values of secret-looking names and the passwords of URLs blotted out."""
    return _URL_PASSWORD.sub(r"\1[redacted]@", _NAMED.sub(_BLOT, text))


class RedactSecrets(logging.Filter):
    """Blot out secrets in the message before any handler formats it."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record's message; never drops a record."""
        message = record.getMessage()
        clean = redact(message)
        if clean != message:
            record.msg, record.args = clean, ()
        return True


class JsonFormatter(ecs_logging.StdlibFormatter):
    """One line of JSON for each record in the Elastic Common Schema, its traceback redacted too.

    Fields given as ``extra={"event.action": …}`` are merged in.
    """

    def __init__(self) -> None:
        super().__init__(exclude_fields=["log.original", "log.origin", "process.thread"])

    def format_to_ecs(self, record: logging.LogRecord) -> dict[str, Any]:
        """The record's fields."""
        fields = super().format_to_ecs(record)
        if record.exc_info and record.exc_info[1] is not None:
            error = fields["error"]
            error["message"] = redact(error["message"])
            # The library's ends with the last exception; what it was raised from says more.
            error["stack_trace"] = redact(self.formatException(record.exc_info))
        return fields
