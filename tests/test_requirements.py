"""What the code imports is what is installed: a package that happens to be here is not enough."""

from __future__ import annotations

import ast
import re
import sys
from importlib.metadata import packages_distributions

from testing.tree import FOLDERS, ROOT, modules


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _imported(*, tests: bool) -> set[str]:
    found = set()
    for file in modules(tests=tests):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.partition(".")[0])
    return found - set(sys.stdlib_module_names) - {*FOLDERS, "testing", "tests", "benchmarks", "conftest"}


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
