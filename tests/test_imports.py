"""The import graph: every folder is in the layers, nothing runs upward, no module leads back to itself."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from testing.tree import FOLDERS, ROOT, modules

# Folders of Python that are no part of the portal: tests, what they share, measurements.
BESIDE = {"tests", "testing", "benchmarks"}


def _name(path: Path) -> str:
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    return name.removesuffix(".__init__")


@cache
def graph() -> dict[str, set[str]]:
    """Module -> the modules of ours that it imports: at the top, inside functions, for types alone."""
    known = {_name(path): path for path in modules()}
    return {name: {to for to in _imported(path, known) if to != name} for name, path in known.items()}


def _imported(path: Path, known: dict[str, Path]) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in known)
        elif isinstance(node, ast.ImportFrom) and node.module in known:
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield inner if inner in known else str(node.module)


def _circles(edges: dict[str, set[str]]) -> list[list[str]]:
    """The strongly connected components with more than one member (Tarjan 1972)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []

    def visit(name: str) -> None:
        index[name] = low[name] = len(index)
        stack.append(name)
        for to in sorted(edges[name]):
            if to not in index:
                visit(to)
                low[name] = min(low[name], low[to])
            elif to in stack:
                low[name] = min(low[name], index[to])
        if low[name] == index[name]:
            at = stack.index(name)
            if len(stack) - at > 1:
                found.append(sorted(stack[at:]))
            del stack[at:]

    for name in sorted(edges):
        if name not in index:
            visit(name)
    return found


def _layers() -> list[str]:
    with (ROOT / "pyproject.toml").open("rb") as file:
        contracts = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    (layers,) = [contract["layers"] for contract in contracts if contract["type"] == "layers"]
    return [name.strip() for line in layers for name in line.split(":")]


def test_every_folder_of_the_portal_stands_in_the_layers() -> None:
    with_python = {path.name for path in ROOT.iterdir() if (path / "__init__.py").is_file()}
    assert with_python - BESIDE == set(_layers()) == set(FOLDERS)


def test_no_import_runs_upward_not_even_inside_a_function() -> None:
    height = {name: -depth for depth, name in enumerate(_layers())}
    upward = [
        f"{name} -> {to}"
        for name, imported in graph().items()
        for to in imported
        if height[to.partition(".")[0]] > height[name.partition(".")[0]]
    ]
    assert upward == []


def test_no_module_leads_back_to_itself() -> None:
    assert _circles(graph()) == []
