"""Run the tests on each database and show beside each other what passed.

    python -m tests.databases                       # all three
    python -m tests.databases mongodb -- -k audit   # one, with pytest's own arguments

Fails if a test fails, or if one that passed on a database didn't run on another.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from xml.etree import ElementTree

from tests.databases.servers import SERVERS

REPORTS = Path(__file__).resolve().parents[2] / ".reports"
OWN = "daoportal.mongodb."
PYTEST = [sys.executable, "-m", "pytest", "-n", "2", "-m", "not browser"]


def main(arguments: list[str]) -> int:
    """Answer the exit code: 0 if all of it passed everywhere."""
    databases, _, options = _split(arguments)
    unknown = set(databases) - set(SERVERS)
    if unknown:
        raise SystemExit(f"no such database: {', '.join(sorted(unknown))}; there are {', '.join(SERVERS)}")
    codes = [_run(name, options) for name in databases or list(SERVERS)]
    partial = bool(options)
    return max(*codes, 0 if partial else _compare())


def _split(arguments: list[str]) -> tuple[list[str], str, list[str]]:
    if "--" not in arguments:
        return arguments, "", []
    at = arguments.index("--")
    return arguments[:at], "--", arguments[at + 1 :]


def _run(name: str, options: list[str]) -> int:
    print(f"\n{name}", flush=True)
    REPORTS.mkdir(exist_ok=True)
    report = REPORTS / f"{name}.xml"
    report.unlink(missing_ok=True)
    began = time.monotonic()
    with SERVERS[name]() as url:
        environment = {**os.environ, **({"DATABASE_URL": url} if url else {})}
        if not url:
            environment.pop("DATABASE_URL", None)
        code = subprocess.run(
            [*PYTEST, f"--junitxml={report}", *options], env=environment, check=False
        ).returncode
    print(f"{name}: {time.monotonic() - began:.0f} s", flush=True)
    return code


def _compare() -> int:
    """Print how many passed on each database that was tried, and which ran on some alone.

    The engine's own tests have nothing to test elsewhere.
    """
    passed = {
        name: _passed(REPORTS / f"{name}.xml") for name in SERVERS if (REPORTS / f"{name}.xml").exists()
    }
    print("\npassed   " + "   ".join(f"{name} {len(tests)}" for name, tests in passed.items()))
    passed = {name: {t for t in tests if not t.startswith(OWN)} for name, tests in passed.items()}
    everywhere = set.intersection(*passed.values())
    code = 0
    for name, tests in passed.items():
        for test in sorted(tests - everywhere):
            missing = ", ".join(other for other, theirs in passed.items() if test not in theirs)
            print(f"passed on {name}, not on {missing}: {test}")
            code = 1
    return code


def _passed(report: Path) -> set[str]:
    cases = ElementTree.parse(report).iter("testcase")  # noqa: S314 - pytest's own file
    return {
        f"{case.get('classname')}::{case.get('name')}"
        for case in cases
        if not any(case.find(flaw) is not None for flaw in ("failure", "error", "skipped"))
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
