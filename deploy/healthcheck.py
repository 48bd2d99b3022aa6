"""Whether the process of this container lives: exit status 0 or 1, one line says why.

A worker or the clock keeps the file ``ALIVE_FILE`` new; a server answers at its own port. Needs nothing but
Python, so that asking costs little.
"""

from __future__ import annotations

import http.client
import os
import sys
import time
from pathlib import Path

OLD_SECONDS = 120
PORT = 8000
PATH = "/api/health/live"


def main() -> str | None:
    """What is wrong, or nothing."""
    file = os.environ.get("ALIVE_FILE")
    return _file(Path(file)) if file else _server(PORT)


def _file(path: Path) -> str | None:
    try:
        age = time.time() - path.stat().st_mtime
    except OSError as error:
        return f"{path}: {error.strerror}"
    return f"{path} is {age:.0f} s old" if age > OLD_SECONDS else None


def _server(port: int) -> str | None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=3)
    try:
        connection.request("GET", PATH)
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        return f"port {port}: {error}"
    finally:
        connection.close()
    return None if status == 200 else f"status {status}"


if __name__ == "__main__":
    sys.exit(main())
