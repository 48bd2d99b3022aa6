"""How the parts that the portal stands on are. Each app registers its own; probes and pages ask here.

Whatever hangs, the answer comes within ``DEADLINE_SECONDS``: parts are asked in threads of their own, one for
each source, and never twice at once, so that many probes cost no more than one.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, wait
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from django.conf import settings
from django.db import connections

logger = logging.getLogger(__name__)

# Probes of load balancers give up after two seconds or more.
DEADLINE_SECONDS = 1.5
KEPT_SECONDS = 1.0
# What a part should wait at most for whatever it asks, so that its thread doesn't outlive the answer by much.
PATIENCE_SECONDS = 1.0

Status: TypeAlias = Literal["ok", "degraded", "failing"]
Fact: TypeAlias = int | float | bool | str | None

SERVING = frozenset({"web", "live"})


@dataclass(frozen=True, slots=True)
class Finding:
    """How one part is.

    ``detail`` is for the operator, in English, and public: no addresses, no names of hosts. ``facts`` are
    figures under camelCase names.
    """

    status: Status = "ok"
    detail: str = ""
    facts: Mapping[str, Fact] = field(default_factory=dict)


Check: TypeAlias = Callable[[], Finding]


@dataclass(frozen=True, slots=True)
class Part:
    """A check and the roles (``settings.PORTAL_ROLE``) that can't serve without it."""

    name: str
    check: Check
    needed_by: frozenset[str]


@dataclass(frozen=True, slots=True)
class HealthReport:
    """What one asking of a source found, by part, and when it began (monotonic seconds)."""

    began: float
    findings: Mapping[str, Finding]


class Source:
    """Parts that ask the same thing: one after another, in one thread, on one connection.

    Args:
        name: names the thread.
        kept_seconds: for how long what was found is good enough.
    """

    def __init__(self, name: str, kept_seconds: float) -> None:
        self.name = name
        self.parts: list[Part] = []
        self._kept_seconds = kept_seconds
        self._lock = threading.Lock()
        self._round: Future[HealthReport] | None = None
        self._began = 0.0

    def ask(self) -> Future[HealthReport]:
        """The round that runs or ran a moment ago, else a new one."""
        with self._lock:
            known = self._round
            if known is None or (known.done() and time.monotonic() - self._began >= self._kept_seconds):
                known = self._round = Future()
                self._began = time.monotonic()
                threading.Thread(
                    target=self._run, args=(known, self._began), name=f"health-{self.name}", daemon=True
                ).start()
            return known

    @property
    def seconds_left(self) -> float:
        """How long the round that runs is worth waiting for."""
        return max(0.0, self._began + DEADLINE_SECONDS - time.monotonic())

    def _run(self, future: Future[HealthReport], began: float) -> None:
        try:
            future.set_result(HealthReport(began, {part.name: _checked(part) for part in self.parts}))
        finally:
            connections.close_all()


class Registry:
    """The parts of one portal, by source."""

    def __init__(self) -> None:
        self._sources: dict[str, Source] = {}

    def part(
        self,
        name: str,
        *,
        source: str,
        needed_by: Iterable[str] = (),
        kept_seconds: float = KEPT_SECONDS,
    ) -> Callable[[Check], Check]:
        """Decorator: ask the function how the part ``name`` is.

        Args:
            name: its name in the answer.
            source: what is asked; parts of one source share a thread and how long a finding is kept.
            needed_by: the roles that can't serve without it.
            kept_seconds: for how long a finding is good enough, where asking is dear.
        """

        def register(check: Check) -> Check:
            asked = self._sources.setdefault(source, Source(source, kept_seconds))
            asked.parts.append(Part(name, check, frozenset(needed_by)))
            return check

        return register

    def report(self) -> Report:
        """How all parts are, within ``DEADLINE_SECONDS``; for callers in a thread."""
        rounds = [(source, source.ask()) for source in self._sources.values()]
        for source, future in rounds:
            wait([future], timeout=source.seconds_left)
        return _report(rounds)

    async def report_async(self) -> Report:
        """The same for callers in an event loop, which it never blocks."""
        rounds = [(source, source.ask()) for source in self._sources.values()]
        for source, future in rounds:
            if not future.done():
                await asyncio.wait([asyncio.wrap_future(future)], timeout=source.seconds_left)
        return _report(rounds)


@dataclass(frozen=True, slots=True)
class Report:
    """All parts; ``ready`` tells whether this process has what it needs to serve."""

    parts: Mapping[str, Mapping[str, Any]]

    @property
    def ready(self) -> bool:
        """Whether requests should be sent here."""
        return not any(part["needed"] and part["status"] == "failing" for part in self.parts.values())

    @property
    def status(self) -> Status:
        """The worst of the parts."""
        found = {part["status"] for part in self.parts.values()}
        return "failing" if "failing" in found else "degraded" if "degraded" in found else "ok"

    def as_json(self) -> dict[str, Any]:
        """As in ``docs/operations/health.md``."""
        return {"status": self.status, "ready": self.ready, "parts": self.parts}


def _report(rounds: Iterable[tuple[Source, Future[HealthReport]]]) -> Report:
    roles = SERVING if settings.PORTAL_ROLE == "all" else {settings.PORTAL_ROLE}
    parts: dict[str, Mapping[str, Any]] = {}
    for source, future in rounds:
        found = future.result() if future.done() else None
        for part in source.parts:
            finding = found.findings[part.name] if found else Finding("failing", "no answer in time")
            parts[part.name] = {
                "status": finding.status,
                "needed": bool(part.needed_by & roles),
                "detail": finding.detail,
                "age": round(time.monotonic() - found.began, 1) if found else None,
                "facts": dict(finding.facts),
            }
    return Report(dict(sorted(parts.items())))


def _checked(part: Part) -> Finding:
    try:
        return part.check()
    except Exception as error:  # noqa: BLE001 - whatever a part does when it is broken, the probe must answer
        # The reason goes to the log; it may name hosts that are nobody's business.
        logger.warning("%s is failing: %s", part.name, error)
        return Finding("failing", type(error).__name__)


default = Registry()
part = default.part
