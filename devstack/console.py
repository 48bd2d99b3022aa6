"""Progress lines for the person who started the stack."""

import sys
import time
from pathlib import Path

_START = time.monotonic()


class StartError(Exception):
    """The stack can't start; the message is one line that says what to do."""


def say(text: str) -> None:
    """Print one progress line with the seconds since the start."""
    print(f"[{time.monotonic() - _START:6.1f} s] {text}", flush=True)


def fail(text: str) -> int:
    """Print one error line and return the exit status for it."""
    print(f"portal: {text}", file=sys.stderr, flush=True)
    return 1


def tail(path: Path, lines: int = 12) -> str:
    """Return the last lines of a log file, indented; empty when there is none."""
    try:
        content = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    return "\n".join(f"    {line}" for line in content[-lines:])
