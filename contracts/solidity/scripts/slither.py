"""Analyses the contracts with Slither; fails for findings that slither.json leaves unexplained.

Usage: ``make slither``. Findings are named ``check: place``, the place being a contract's function or
variable, so that an explanation outlives changes of lines. One for ``*`` goes for all findings of its check.
An explanation of nothing fails as well.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SLITHER = ROOT.parent.parent / ".venv-slither" / "bin" / "slither"
EXPLAINED = ROOT / "slither.json"
BELOW = {"Informational", "Optimization"}
OTHERS = "node_modules|npm/|src/test|src/bench"


def compiled(folder: Path) -> Path:
    """A build of its own, with source names that Slither finds on disk."""
    build = folder / "build"
    environment = {**os.environ, "CONTRACTS_CACHE": str(folder / "cache"), "CONTRACTS_BUILD": str(build)}
    command = ["node", "node_modules/hardhat/dist/src/cli.js", "build", "--quiet"]
    subprocess.run(command, cwd=ROOT, env=environment, check=True)
    for info in (build / "build-info").glob("*.json"):
        info.write_text(info.read_text(encoding="utf-8").replace("project/src/", "src/"), encoding="utf-8")
    return build


def place(element: dict[str, Any]) -> str:
    """Contract and function (or variable) that a finding is about."""
    names = [element["name"]]
    parent = element.get("type_specific_fields", {}).get("parent")
    while parent is not None and parent.get("type") in {"function", "contract"}:
        names.append(parent["name"])
        parent = parent.get("type_specific_fields", {}).get("parent")
    return ".".join(reversed(names))


def findings(build: Path) -> dict[str, str]:
    """What Slither finds above informational: ``check: place`` and its own words."""
    command = [str(SLITHER), ".", "--compile-force-framework", "hardhat", "--hardhat-ignore-compile"]
    command += ["--hardhat-artifacts-directory", str(build), "--filter-paths", OTHERS, "--json", "-"]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    report = json.loads(answer.stdout)
    if not report["success"]:
        raise SystemExit(report["error"] or answer.stderr)
    return {
        f"{each['check']}: {place(each['elements'][0])}": each["description"].strip()
        for each in report["results"].get("detectors", [])
        if each["impact"] not in BELOW
    }


def main() -> int:
    """Hold the findings against the explanations."""
    with tempfile.TemporaryDirectory() as folder:
        found = findings(compiled(Path(folder)))
    explained = {
        f"{check}: {where}"
        for check, places in json.loads(EXPLAINED.read_text(encoding="utf-8")).items()
        for where in places
    }
    used: set[str] = set()
    unexplained = 0
    for name, words in found.items():
        explanation = name if name in explained else f"{name.split(': ')[0]}: *"
        if explanation in explained:
            used.add(explanation)
        else:
            unexplained += 1
            print(f"unexplained: {name}\n  {words}")
    for name in sorted(explained - used):
        print(f"explained in vain: {name}")
    print(f"slither: {len(found)} findings above informational, {unexplained} unexplained")
    return 1 if unexplained or used != explained else 0


if __name__ == "__main__":
    sys.exit(main())
