"""What is named live is said somewhere, and nothing is said that is not named."""

from __future__ import annotations

import ast
from pathlib import Path

from django.conf import settings

from core.live.registry import topics
from testing.tree import ROOT, modules


def emitted() -> set[tuple[str, str]]:
    """(event, module) of every ``Message(...)`` in the code, tests apart."""
    found: set[tuple[str, str]] = set()
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == "Message":
                first = node.args[0] if node.args else None
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    found.add((first.value, str(path.relative_to(ROOT))))
    return found


def test_every_live_event_is_emitted_and_every_emitted_event_is_named() -> None:
    named = {event for events in topics().values() for event in events}
    assert {event for event, _ in emitted()} == named


def test_payloads_are_built_in_the_rooms_meant_for_it() -> None:
    assert {Path(module).name for _, module in emitted()} == {"live.py"}


def test_every_builder_of_a_payload_is_used() -> None:
    sources = {path: path.read_text() for path in modules()}
    for _, module in emitted():
        path = Path(settings.BASE_DIR) / module
        for node in ast.parse(sources[path]).body:
            if isinstance(node, ast.FunctionDef) and "Message(" in ast.unparse(node):
                used = any(node.name in text for other, text in sources.items() if other != path)
                assert used, f"{module}: {node.name}"
