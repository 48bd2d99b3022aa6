"""Child processes: started in groups of their own, watched, restarted with a growing pause, stopped together.

A child never outlives the supervisor: Linux kills it when its parent dies (``PR_SET_PDEATHSIG``).
"""

import asyncio
import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path

from devstack.console import StartError, say, tail

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True)
_LOG_LIMIT_BYTES = 10 * 1024 * 1024
_PAUSES = (0.2, 1.0, 2.0, 5.0, 10.0)
# A child that lived this long starts again without a pause to speak of.
_STEADY_SECONDS = 60.0


def die_with_parent(parent: int) -> Callable[[], None]:
    """Return what a child runs before its program: kill me when the process ``parent`` dies."""

    def prepare() -> None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return prepare


class Child:
    """One program of the stack.

    Args:
        name: as said to people, and the name of its log.
        command: program and arguments.
        environment: its whole environment.
        log: file that takes its output.
        on_restart: awaited before each restart, to put the command right (a chain's newest state, say).
        on_start: called after each start.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        environment: Mapping[str, str],
        log: Path,
        cwd: Path,
        grace: float = 5.0,
        on_restart: Callable[["Child"], Awaitable[None]] | None = None,
        on_start: Callable[["Child"], None] | None = None,
    ) -> None:
        self.name = name
        self.command = list(command)
        self.environment = dict(environment)
        self.log = log
        self.cwd = cwd
        self.grace = grace
        self.restarts = 0
        self._on_restart = on_restart
        self._on_start = on_start
        self._process: subprocess.Popen[bytes] | None = None
        self._exited = asyncio.Event()
        self._watcher: asyncio.Task[None] | None = None
        self._stopping = False

    @property
    def pid(self) -> int | None:
        """The process id while it runs."""
        return self._process.pid if self.running and self._process else None

    @property
    def running(self) -> bool:
        """Whether the process is alive."""
        return self._process is not None and not self._exited.is_set()

    def start(self) -> None:
        """Start the program and watch it from now on. Call it in the main thread."""
        self._spawn()
        self._watcher = asyncio.get_running_loop().create_task(self._watch())

    def _spawn(self) -> None:
        if self.log.exists() and self.log.stat().st_size > _LOG_LIMIT_BYTES:
            os.replace(self.log, self.log.with_suffix(".log.1"))
        with self.log.open("ab") as output:
            self._process = subprocess.Popen(
                self.command,
                cwd=self.cwd,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=die_with_parent(os.getpid()),
            )
        self._exited.clear()
        descriptor = os.pidfd_open(self._process.pid)
        asyncio.get_running_loop().add_reader(descriptor, self._on_exit, descriptor)
        if self._on_start is not None:
            self._on_start(self)

    def _on_exit(self, descriptor: int) -> None:
        asyncio.get_running_loop().remove_reader(descriptor)
        os.close(descriptor)
        if self._process is not None:
            self._process.wait()
        self._exited.set()

    async def _watch(self) -> None:
        quick_deaths = 0
        while True:
            born = time.monotonic()
            await self._exited.wait()
            if self._stopping:
                return
            quick_deaths = 0 if time.monotonic() - born > _STEADY_SECONDS else quick_deaths + 1
            pause = _PAUSES[min(quick_deaths, len(_PAUSES) - 1) - 1] if quick_deaths else _PAUSES[0]
            self._kill_group(signal.SIGKILL)
            say(f"{self.name} stopped ({self._how()}); starting it again in {pause:g} s (log: {self.log})")
            await asyncio.sleep(pause)
            if self._stopping:
                return
            if self._on_restart is not None:
                await self._on_restart(self)
            self.restarts += 1
            self._spawn()
            say(f"{self.name} is back (process {self.pid})")

    def _how(self) -> str:
        code = self._process.returncode if self._process else None
        if code is not None and code < 0:
            return f"killed by {signal.Signals(-code).name}"
        return f"exit {code}"

    async def ready(self, probe: Callable[[], Awaitable[bool]], *, seconds: float) -> None:
        """Wait until ``probe`` says yes.

        Raises:
            StartError: the child died meanwhile, or ``seconds`` passed.
        """
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if not self.running:
                raise StartError(
                    f"{self.name} did not start ({self._how()}), see {self.log}:\n{tail(self.log)}"
                )
            if await probe():
                return
            await asyncio.sleep(0.05)
        raise StartError(
            f"{self.name} gave no answer within {seconds:g} s, see {self.log}:\n{tail(self.log)}"
        )

    async def stop(self) -> None:
        """Ask the group to end, then insist. Returns when the process is gone."""
        self._stopping = True
        if self.running:
            self._kill_group(signal.SIGTERM)
            try:
                await asyncio.wait_for(self._exited.wait(), self.grace)
            except TimeoutError:
                self._kill_group(signal.SIGKILL)
                await self._exited.wait()
        self._kill_group(signal.SIGKILL)
        if self._watcher is not None:
            self._watcher.cancel()
            await asyncio.gather(self._watcher, return_exceptions=True)

    def _kill_group(self, number: signal.Signals) -> None:
        if self._process is None:
            return
        try:
            os.killpg(self._process.pid, number)
        except ProcessLookupError:
            return
