"""What the code imports is what is installed: a package that happens to be here is not enough."""

from __future__ import annotations

import ast
import re
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OURS = ("daoportal", "contracts", "identity", "governance")


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _imported(*, tests: bool) -> set[str]:
    found = set()
    for app in OURS:
        for file in (ROOT / app).rglob("*.py"):
            inside = file.relative_to(ROOT).parts
            if "node_modules" in inside or ("tests" in inside) is not tests:
                continue
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Import):
                    found |= {alias.name.partition(".")[0] for alias in node.names}
                elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                    found.add(node.module.partition(".")[0])
    return found - set(sys.stdlib_module_names) - {*OURS, "tests", "benchmarks", "conftest"}


def _named(requirements: str) -> set[str]:
    lines = (ROOT / requirements).read_text(encoding="utf-8").splitlines()
    return {_normal(match[0]) for line in lines if (match := re.match(r"[A-Za-z0-9][A-Za-z0-9_.-]*", line))}


def test_every_import_of_the_portal_is_named_in_its_requirements() -> None:
    providers = packages_distributions()
    named = _named("requirements.in")
    missing = {
        module
        for module in _imported(tests=False)
        if not any(_normal(package) in named for package in providers.get(module, []))
    }
    assert missing == set()


def test_every_import_of_the_tests_is_pinned() -> None:
    providers = packages_distributions()
    named = _named("requirements-dev.txt")
    missing = {
        module
        for module in _imported(tests=True)
        if not any(_normal(package) in named for package in providers.get(module, []))
    }
    assert missing == set()
