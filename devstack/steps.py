"""Management commands as steps of the start, their progress shown as it comes."""

import asyncio
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from core.logs import redact
from devstack.console import StartError, say, tail
from devstack.processes import die_with_parent

# What a command prints is progress; Django's own chatter is left to the log.
_DULL = ("Operations to perform", "Running migrations", "Apply all migrations", "Applying ", "No migrations")


async def manage(
    what: str, arguments: Sequence[str], *, environment: Mapping[str, str], cwd: Path, logs: Path
) -> str:
    """Run ``manage.py`` with ``arguments`` to its end, show what it prints and answer its last line.

    Args:
        what: said before it begins; if empty, nothing is shown.
        logs: folder that takes everything it printed.

    Raises:
        StartError: it failed; the message ends with its last lines.
    """
    if what:
        say(what)
    last = ""
    log = logs / f"{arguments[0]}.log"
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(cwd / "manage.py"),
        *arguments,
        cwd=cwd,
        env=dict(environment),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        start_new_session=True,
        preexec_fn=die_with_parent(os.getpid()),
    )
    try:
        shown = True
        with log.open("wb") as file:
            while process.stdout is not None and (line := await process.stdout.readline()):
                file.write(line)
                file.flush()
                text = line.decode("utf-8", "replace").strip()
                # A failure is told once, at its end, by the error itself.
                shown = shown and not text.startswith("Traceback")
                last = text or last
                if what and shown and text and not text.startswith(_DULL):
                    say(f"  {text[:160]}")
        code = await process.wait()
    except asyncio.CancelledError:
        process.kill()
        await process.wait()
        raise
    if code:
        # A driver's error may hold the address with its password.
        said = redact(tail(log))
        raise StartError(f"`manage.py {' '.join(arguments)}` failed (exit {code}), see {log}:\n{said}")
    return last
