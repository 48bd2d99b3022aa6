"""Log formatting: one JSON object a line with Elastic Common Schema names, and a filter that blots out
secrets."""

import json
import logging
import re
from datetime import UTC, datetime

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


class JsonFormatter(logging.Formatter):
    """One line of JSON for each record, with the field names of the Elastic Common Schema."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line. Fields given as ``extra={"ecs": {...}}`` are merged in."""
        entry: dict[str, object] = {
            "@timestamp": datetime.fromtimestamp(record.created, tz=UTC).isoformat(timespec="milliseconds"),
            "log.level": record.levelname.lower(),
            "log.logger": record.name,
            "message": record.getMessage(),
            "process.pid": record.process,
            "ecs.version": "8.11",
        }
        extra = getattr(record, "ecs", None)
        if isinstance(extra, dict):
            entry.update(extra)
        if record.exc_info and record.exc_info[0] is not None:
            entry["error.type"] = record.exc_info[0].__name__
            entry["error.stack_trace"] = redact(self.formatException(record.exc_info))
        return json.dumps(entry, ensure_ascii=False, default=str)
