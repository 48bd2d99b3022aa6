"""What a deployment has done so far, on disk after every step: a killed one goes on where it stopped."""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any


@dataclass(slots=True)
class Step:
    """One transaction: written down before it is sent. ``raw`` is what was signed, 0x-hex."""

    address: str
    transaction_hash: str
    nonce: int
    raw: str
    done: bool = False


@dataclass(slots=True)
class Ledger:
    """The steps of one deployment by one deployer on one chain, in ``<chain id>.partial.json``.

    ``setup`` is a fingerprint of what was asked for: a resumed run must ask for the same.
    """

    path: Path
    chain_id: int
    deployer: str
    setup: str
    steps: dict[str, Step] = field(default_factory=dict)

    @classmethod
    def open(cls, path: Path, *, chain_id: int, deployer: str, setup: str) -> Ledger:
        """Read the ledger at ``path``, or begin a new one if none is there or it is of something else."""
        fresh = cls(path, chain_id, deployer, setup)
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
            if (data["chainId"], data["deployer"], data["setup"]) != (chain_id, deployer, setup):
                return fresh
            fresh.steps = {name: Step(**step) for name, step in data["steps"].items()}
        except (OSError, ValueError, KeyError, TypeError):
            return cls(path, chain_id, deployer, setup)
        return fresh

    def note(self, name: str, step: Step) -> None:
        """Write a step down, durably."""
        self.steps[name] = step
        write_json(
            self.path,
            {
                "chainId": self.chain_id,
                "deployer": self.deployer,
                "setup": self.setup,
                "steps": {key: asdict(value) for key, value in self.steps.items()},
            },
        )

    def close(self) -> None:
        """The deployment stands: nothing is left to resume."""
        self.path.unlink(missing_ok=True)


def write_json(path: Path, data: dict[str, Any]) -> None:
    """Replace a JSON file in one step; a reader or a kill never meets half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(json.dumps(data, indent=2) + "\n")
        file.flush()
        os.fsync(file.fileno())
    Path(temporary).chmod(0o644)
    os.replace(temporary, path)
