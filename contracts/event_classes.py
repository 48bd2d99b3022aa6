"""Write the classes of the events that an app reads, from the compiled ABI.

``python -m contracts.event_classes`` writes ``<app>/events.py`` for each ``<app>/events.toml``; with
``--check`` it only says which of them are not what they should be. It needs neither Django nor the modules
that it writes: what it writes, the apps import when they load.

The result is committed, so that handlers know the arguments and their types, and reading a log costs no look
at an ABI.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import textwrap
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
ARTIFACTS = ROOT / "contracts" / "artifacts"
LIST = "events.toml"
_WIDTH = 106  # of a string, between its indentation and its end
_INNER_CAPITAL = re.compile(r"(?<!^)(?=[A-Z])")


def source_of(folder: Path) -> str:
    """The module that belongs to ``folder/events.toml``.

    Raises:
        LookupError: the ABI has no such event, or a type that no reader knows.
    """
    wanted: dict[str, dict[str, Any]] = tomllib.loads((folder / LIST).read_text(encoding="utf-8"))
    classes: list[str] = []
    groups: list[str] = []
    shapes: set[str] = {"Decoded"}
    for contract, events in wanted.items():
        entries = _abi(folder, contract)
        classes.append(f"# --- {contract} ---\n")
        for event, how in events.items():
            inputs = _inputs(entries, contract, event)
            shapes |= {_struct(item) for item in inputs if item["type"].startswith("tuple")}
            classes.append(_class(contract, event, inputs, how))
        names = [how.get("class", event) for event, how in events.items()]
        several = "".join(f"\n    {name}," for name in names) + "\n"
        inside = several if len(names) > 1 else f"{names[0]},"
        groups.append(f"{_constant(contract)}: Final = ({inside})\n")
    head = (
        f'"""One class for each event that is read: what happened on chain, with its place in the chain.\n\n'
        f"Written by ``make events`` from {LIST} and the compiled ABI. Integers are as Solidity has them:\n"
        'tokens in base units, times in Unix seconds.\n"""\n\n'
        "from __future__ import annotations\n\nfrom typing import Final\n\n"
        f"from contracts.decoded import {', '.join([*sorted(shapes), 'event'])}\n"
    )
    return head + "\n" + "\n\n".join(classes) + "\n\n# What each contract says of it.\n" + "".join(groups)


def folders() -> Iterator[Path]:
    """Every app that has a list of events."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", f"*{LIST}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return (ROOT / Path(line).parent for line in sorted(listed.stdout.split()))


def _abi(folder: Path, contract: str) -> Sequence[Mapping[str, Any]]:
    """The contract's ABI: the app's own copy, if it is somebody else's contract, else the artifact's."""
    own = folder / f"{contract}.json"
    path = own if own.exists() else ARTIFACTS / f"{contract}.json"
    compiled: dict[str, Any] = json.loads(path.read_bytes())
    return list(compiled["abi"])


def _inputs(entries: Sequence[Mapping[str, Any]], contract: str, event: str) -> Sequence[Mapping[str, Any]]:
    for entry in entries:
        if entry["type"] == "event" and entry["name"] == event:
            return list(entry["inputs"])
    raise LookupError(f"{contract} has no event {event}")


def _class(contract: str, event: str, inputs: Sequence[Mapping[str, Any]], how: Mapping[str, Any]) -> str:
    renamed: Mapping[str, str] = how.get("attributes", {})
    parts = [f"{_kind(item)} {'indexed ' if item['indexed'] else ''}{item['name']}" for item in inputs]
    declaration = f"{event}({','.join(parts)})"
    lines = ["@event("]
    if len(contract) + len(declaration) + 14 <= _WIDTH:
        lines = [f'@event("{contract}", "{declaration}")']
    else:
        lines += [f'    "{contract}",', *[f'    "{piece}"' for piece in _pieces(declaration)]]
        lines[-1] += ","
        lines.append(")")
    lines.append(f"class {how.get('class', event)}(Decoded):")
    if says := how.get("says"):
        lines += [*textwrap.indent(f'"""{says}"""', "    ").split("\n"), ""]
    lines += [
        f"    {renamed.get(item['name'], _snake(item['name']))}: {_annotation(_kind(item))}"
        for item in inputs
    ]
    return "\n".join(lines) + "\n"


def _pieces(declaration: str) -> Iterator[str]:
    """The declaration in pieces that fit a line, cut after commas."""
    piece = ""
    for part in re.split(r"(?<=,)", declaration):
        if piece and len(piece) + len(part) > _WIDTH - 4:
            yield piece
            piece = ""
        piece += part
    yield piece


def _kind(item: Mapping[str, Any]) -> str:
    kind: str = item["type"]
    return _struct(item) + kind.removeprefix("tuple") if kind.startswith("tuple") else kind


def _struct(item: Mapping[str, Any]) -> str:
    return str(item["internalType"]).removeprefix("struct ").rpartition(".")[2].partition("[")[0]


def _annotation(kind: str) -> str:
    if kind.endswith("[]"):
        return f"tuple[{_annotation(kind[:-2])}, ...]"
    if kind.startswith("uint"):
        return "int"
    if kind in ("address", "string") or kind.startswith("bytes"):
        return "str"
    if kind == "bool" or kind[0].isupper():
        return kind
    raise LookupError(f"no reader of logs knows the type {kind}")


def _snake(name: str) -> str:
    return _INNER_CAPITAL.sub("_", name).lower()


def _constant(contract: str) -> str:
    return _snake(contract).upper()


def main(arguments: Sequence[str]) -> int:
    """Write them, or with ``--check`` name those that differ."""
    differing = []
    for folder in folders():
        path, source = folder / "events.py", source_of(folder)
        if path.exists() and path.read_text(encoding="utf-8") == source:
            continue
        differing.append(str(path.relative_to(ROOT)))
        if "--check" not in arguments:
            path.write_text(source, encoding="utf-8")
    sys.stdout.write("".join(f"{name}\n" for name in differing))
    return 1 if differing and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
