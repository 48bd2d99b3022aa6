"""The repository as files: its root, and the folders that hold the portal's Python."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def _folders() -> tuple[str, ...]:
    with (ROOT / "pyproject.toml").open("rb") as file:
        return tuple(tomllib.load(file)["tool"]["importlinter"]["root_packages"])


# The import rules name every folder of code, so that no second list of them is needed.
FOLDERS = _folders()


def modules(*, tests: bool = False) -> Iterator[Path]:
    """Every Python file of the portal: those under a ``tests`` folder if ``tests``, else the others."""
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            inside = path.relative_to(ROOT).parts
            if "node_modules" not in inside and ("tests" in inside) is tests:
                yield path
