"""SecantusDB, which speaks MongoDB's protocol and has its transactions, for machines without a MongoDB.

Prints its address and serves until it is ended. A transaction that a kill left open ends after 10 s, where
MongoDB takes a minute; ``python -m tests.databases.standin 60`` makes it as patient, for measuring.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Mapping
from typing import Any

import secantus.aggregate
import secantus.server
from secantus import SecantusDBServer

ABANDONED_SECONDS = 10.0


def mend() -> None:
    """Where version 0.7 is unlike MongoDB.

    MongoDB reads ``{a: {b: 1}}`` in these stages as ``{"a.b": 1}``; here it would be taken for a value. And a
    read is never pinned to a moment, so no answer may name one.
    """
    answer = secantus.server.dispatch

    def honest(*args: Any, **kwargs: Any) -> Any:
        result = answer(*args, **kwargs)
        for part in (result, result.get("cursor")):
            if isinstance(part, dict):
                part.pop("atClusterTime", None)
        return result

    secantus.server.dispatch = honest
    for name in ("$project", "$addFields", "$set"):
        secantus.aggregate._STAGES[name] = _dotted(secantus.aggregate._STAGES[name])


def _dotted(stage: Callable[..., Any]) -> Callable[..., Any]:
    def dotted(spec: Any, *args: Any, **kwargs: Any) -> Any:
        return stage(_flat(spec) if isinstance(spec, Mapping) else spec, *args, **kwargs)

    return dotted


def _flat(spec: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in spec.items():
        nested = isinstance(value, Mapping) and value and not any(str(key).startswith("$") for key in value)
        flat.update(_flat(value, f"{prefix}{name}.") if nested else {f"{prefix}{name}": value})
    return flat


def main() -> None:
    """Serve."""
    mend()
    server = SecantusDBServer(
        storage_path=":memory:",
        oplog_max_entries=100_000_000,
        enable_test_commands=False,
        transaction_lifetime_seconds=float(sys.argv[1]) if len(sys.argv) > 1 else ABANDONED_SECONDS,
    )
    server.start()
    print(server.uri, flush=True)
    threading.Event().wait()


if __name__ == "__main__":
    main()
