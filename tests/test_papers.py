"""What the repository says of itself: its licence, its description for catalogues, its workflows."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from testing.tree import ROOT

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
_URL = {"type": "string", "pattern": r"^https://\S+$"}
_WORDS = {
    "type": "object",
    "required": ["shortDescription", "longDescription", "features"],
    "properties": {
        "shortDescription": {"type": "string", "minLength": 1, "maxLength": 150},
        "longDescription": {"type": "string", "minLength": 150, "maxLength": 10_000},
        "features": {"type": "array", "minItems": 1, "items": {"type": "string", "maxLength": 100}},
        "documentation": _URL,
    },
    "additionalProperties": False,
}
# The parts of the standard that we use (https://yml.publiccode.tools, 0.4); every other key is refused.
PUBLICCODE = {
    "type": "object",
    "required": [
        "publiccodeYmlVersion",
        "name",
        "url",
        "platforms",
        "categories",
        "developmentStatus",
        "softwareType",
        "description",
        "legal",
        "maintenance",
        "localisation",
    ],
    "properties": {
        "publiccodeYmlVersion": {"const": "0.4"},
        "name": {"type": "string"},
        "url": _URL,
        "landingURL": _URL,
        "softwareVersion": {"type": "string"},
        "releaseDate": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\d$"},
        "platforms": {"type": "array", "minItems": 1, "items": {"type": "string"}},
        "categories": {
            "type": "array",
            "minItems": 1,
            "items": {"enum": ["collaboration", "digital-citizenship", "workflow-management"]},
        },
        "developmentStatus": {"enum": ["concept", "development", "beta", "stable", "obsolete"]},
        "softwareType": {"const": "standalone/web"},
        "intendedAudience": {
            "type": "object",
            "properties": {
                "scope": {"type": "array", "items": {"enum": ["government", "local-authorities"]}}
            },
            "additionalProperties": False,
        },
        "description": {
            "type": "object",
            "minProperties": 1,
            "propertyNames": {"pattern": "^[a-z]{2}$"},
            "additionalProperties": _WORDS,
        },
        "legal": {
            "type": "object",
            "required": ["license"],
            "properties": {"license": {"type": "string"}},
            "additionalProperties": False,
        },
        "maintenance": {
            "type": "object",
            "required": ["type", "contacts"],
            "properties": {
                "type": {"enum": ["internal", "community"]},
                "contacts": {
                    "type": "array",
                    "minItems": 1,
                    "items": {"type": "object", "required": ["name"]},
                },
            },
            "additionalProperties": False,
        },
        "localisation": {
            "type": "object",
            "required": ["localisationReady", "availableLanguages"],
            "properties": {
                "localisationReady": {"type": "boolean"},
                "availableLanguages": {"type": "array", "minItems": 1, "items": {"type": "string"}},
            },
            "additionalProperties": False,
        },
        "dependsOn": {
            "type": "object",
            "properties": {
                "open": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "required": ["name"],
                        "properties": {
                            "name": {"type": "string"},
                            "versionMin": {"type": "string"},
                            "optional": {"type": "boolean"},
                        },
                        "additionalProperties": False,
                    },
                }
            },
            "additionalProperties": False,
        },
    },
    "additionalProperties": False,
}


def _read(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def _project() -> dict[str, Any]:
    return tomllib.loads(_read("pyproject.toml"))["project"]


def test_description_for_catalogues_follows_the_publiccode_standard() -> None:
    jsonschema.validate(yaml.safe_load(_read("publiccode.yml")), PUBLICCODE)


def test_one_version_stands_in_the_project_its_description_and_the_changelog() -> None:
    version = _project()["version"]
    public = yaml.safe_load(_read("publiccode.yml"))
    newest = re.search(r"^## \[(\d[^\]]*)\] - (\d{4}-\d\d-\d\d)$", _read("CHANGELOG.md"), re.MULTILINE)
    assert newest
    assert newest.groups() == (version, public["releaseDate"])
    assert public["softwareVersion"] == version


def test_everything_is_under_one_licence() -> None:
    licence = "Apache-2.0"
    assert "Apache License" in _read("LICENSE")
    assert _project()["license"] == licence
    assert yaml.safe_load(_read("publiccode.yml"))["legal"]["license"] == licence
    for package in ("frontend", "contracts/solidity"):
        assert json.loads(_read(f"{package}/package.json"))["license"] == licence
        assert json.loads(_read(f"{package}/package-lock.json"))["packages"][""]["license"] == licence
    sources = [
        path for part in ("src", "test") for path in (ROOT / "contracts/solidity" / part).rglob("*.sol")
    ]
    assert sources
    for source in sources:
        assert source.read_text(encoding="utf-8").startswith(f"// SPDX-License-Identifier: {licence}\n"), (
            source
        )


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_actions_of_others_are_pinned_to_a_commit_and_get_no_right_to_write(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    used = re.findall(r"uses: (\S+)", text)
    assert used
    assert all(re.search(r"@[0-9a-f]{40}$", action) for action in used), used
    workflow = yaml.safe_load(text)
    assert workflow["permissions"] == {"contents": "read"}
    assert all("permissions" not in job for job in workflow["jobs"].values())


def test_workflows_run_every_part_of_make_test() -> None:
    parts = re.search(r"^test: (.+)$", _read("Makefile"), re.MULTILINE)
    assert parts
    jobs = yaml.safe_load(_read(".github/workflows/ci.yml"))["jobs"]
    run = " ".join(part["run"] for part in jobs["check"]["strategy"]["matrix"]["include"]).split()
    assert set(parts[1].split()) <= set(run)
    assert {"ON=postgresql", "ON=mongodb"} <= set(run)
