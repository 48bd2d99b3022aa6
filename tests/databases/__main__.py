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
OWN = "core.db.mongodb."
PYTEST = [sys.executable, "-m", "pytest", "-n", "2", "-m", "not browser"]


def main(arguments: list[str]) -> int:
    """Answer the exit code: 0 if all of it passed everywhere."""
    at = arguments.index("--") if "--" in arguments else len(arguments)
    databases, options = arguments[:at] or list(SERVERS), arguments[at + 1 :]
    unknown = set(databases) - set(SERVERS)
    if unknown:
        raise SystemExit(f"no such database: {', '.join(sorted(unknown))}; there are {', '.join(SERVERS)}")
    if options:  # some tests: nothing to compare
        return max(_run(name, options) for name in databases)
    REPORTS.mkdir(exist_ok=True)
    for name in databases:
        _report(name).unlink(missing_ok=True)
    code = max(_run(name, [f"--junitxml={_report(name)}"]) for name in databases)
    return max(code, _compare())


def _run(name: str, options: list[str]) -> int:
    print(f"\n{name}", flush=True)
    environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    began = time.monotonic()
    with SERVERS[name]() as url:
        if url:
            environment["DATABASE_URL"] = url
        code = subprocess.run([*PYTEST, *options], env=environment, check=False).returncode
    print(f"{name}: {time.monotonic() - began:.0f} s", flush=True)
    return code


def _report(name: str) -> Path:
    return REPORTS / f"{name}.xml"


def _compare() -> int:
    """Print how many passed on each database that was tried, and which ran on some alone.

    The engine's own tests have nothing to test elsewhere.
    """
    passed = {name: _passed(_report(name)) for name in SERVERS if _report(name).exists()}
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
