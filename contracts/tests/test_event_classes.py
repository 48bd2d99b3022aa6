"""The classes of events are those of the compiled ABI: whoever changes a contract writes them anew."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from contracts.event_classes import folders, main, source_of

FOREIGN: list[dict[str, Any]] = [
    {
        "type": "event",
        "name": "ExecutionSuccess",
        "inputs": [
            {"name": "txHash", "type": "bytes32", "indexed": True},
            {"name": "from", "type": "address", "indexed": False},
        ],
    }
]


def app(tmp_path: Path, listed: str, abi: list[dict[str, Any]]) -> Path:
    (tmp_path / "events.toml").write_text(listed, encoding="utf-8")
    (tmp_path / "Safe.json").write_text(json.dumps({"abi": abi}), encoding="utf-8")
    return tmp_path


def test_committed_classes_are_those_of_the_compiled_contracts() -> None:
    assert {"governance", "identity"} <= {folder.name for folder in folders()}
    assert main(["--check"]) == 0, "write them with `make events`"


def test_contract_of_somebody_else_is_read_from_the_abi_beside_the_list(tmp_path: Path) -> None:
    folder = app(tmp_path, '[Safe.ExecutionSuccess]\nattributes = { from = "payer" }\n', FOREIGN)
    source = source_of(folder)
    assert '@event("Safe", "ExecutionSuccess(bytes32 indexed txHash,address from)")' in source
    assert "    tx_hash: str\n    payer: str\n" in source
    assert "SAFE: Final = (ExecutionSuccess,)" in source


def test_event_that_the_abi_lacks_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LookupError, match="Safe has no event ExecutionFailure"):
        source_of(app(tmp_path, "[Safe.ExecutionFailure]\n", FOREIGN))


def test_type_that_no_reader_knows_is_refused(tmp_path: Path) -> None:
    abi = [{**FOREIGN[0], "inputs": [{"name": "rate", "type": "int256", "indexed": False}]}]
    with pytest.raises(LookupError, match="int256"):
        source_of(app(tmp_path, "[Safe.ExecutionSuccess]\n", abi))
