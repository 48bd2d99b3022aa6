"""For commands that change something: say in the log that they ran, and how it ended."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from audit import actions
from audit.services import record


@contextmanager
def audited_command(name: str, **details: Any) -> Iterator[dict[str, Any]]:
    """Write an entry when the command ``name`` begins and one when it ends or fails.

    Yields a dict: what the command puts into it is told by the last entry. Keep it outside of transactions
    that may roll back, and keep secrets and personal data out of ``details``. A killed command leaves its
    first entry alone, which says as much.

        with audited_command("reindex", start_block=0) as outcome:
            outcome["events"] = rebuild()
    """
    actor = f"command:{name}"
    record(action=actions.COMMAND_STARTED, actor=actor, target=name, details=details)
    outcome: dict[str, Any] = {}
    try:
        yield outcome
    except BaseException as error:
        details = {**outcome, "error": type(error).__name__}
        record(action=actions.COMMAND_FAILED, actor=actor, target=name, details=details)
        raise
    record(action=actions.COMMAND_FINISHED, actor=actor, target=name, details=outcome)
