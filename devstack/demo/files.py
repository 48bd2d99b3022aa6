"""The files that ``deploy_contracts`` is given for Riverbend."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from devstack.demo.people import Person, roster
from devstack.demo.plan import PARAMETERS

_SHARE: Final = 10**18  # one share of the town's energy cooperative, a token with votes
_HOLDERS: Final = ("Mei Tanaka", "Tom Ashworth", "Viktor Lazarov")


def setup_files(folder: Path) -> tuple[Path, Path]:
    """Write the officers and the first rules into ``folder``; answers the paths of the two files."""
    town = roster()
    holders = [person for person in town.citizens if person.name in _HOLDERS]
    officers: dict[str, Any] = {
        "administrators": [_member(person) for person in town.administrators],
        "guardians": [_member(person) for person in town.guardians],
        "token": {
            "name": "Riverbend Energy Share",
            "symbol": "RES",
            "threshold": str(_SHARE),
            "holders": [
                {"account": person.address, "amount": str(_SHARE * (10 + 5 * place))}
                for place, person in enumerate(holders)
            ],
        },
    }
    paths = folder / "officers.json", folder / "parameters.json"
    folder.mkdir(parents=True, exist_ok=True)
    for path, data in zip(paths, (officers, {**PARAMETERS, "floors": "demo"}), strict=True):
        path.write_text(json.dumps(data, indent=2) + "\n", encoding="utf-8")
    return paths


def _member(person: Person) -> dict[str, str]:
    return {"account": person.address, "personKey": person.person_key}
