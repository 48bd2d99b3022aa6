"""The deployment's files, read as the programs read them that they are for."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from daoportal.tests.test_settings import documented, of_production

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
KUBERNETES = DEPLOY / "kubernetes"
NGINX = DEPLOY / "nginx" / "nginx.conf"

# What a person sets beside the compose file.
GIVEN = {
    "PUBLIC_URL": "https://portal.example",
    "ALLOWED_HOSTS": "portal.example",
    "CHAIN_ID": "1",
    "PORTAL_VERSION": "1.0.0",
}
# Read by Django, before any setting of ours.
DJANGO = {"DJANGO_SETTINGS_MODULE"}
OURS = ("web", "live", "worker", "indexer", "relayer", "beat", "migrate")


def compose(given: dict[str, str] = GIVEN) -> dict[str, Any]:
    """The compose file with its variables filled in (``${NAME:?}`` and ``${NAME:-default}``) and its merges
    resolved; ``x-`` parts left out.

    Raises:
        KeyError: a variable without a default that is not given.
    """
    text = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")

    def fill(match: re.Match[str]) -> str:
        name, operator, default = match.groups()
        return given.get(name, default) if operator == ":-" else given[name]

    filled = re.sub(r"(?<!\$)\$\{([A-Z_]+)(:\?|:-)([^}]*)\}", fill, text)
    document: dict[str, Any] = yaml.safe_load(filled)
    return {key: value for key, value in document.items() if not key.startswith("x-")}


@cache
def manifests() -> list[tuple[str, dict[str, Any]]]:
    """Every resource of the manifests, with the name of its file."""
    return [
        (file.name, document)
        for file in sorted(KUBERNETES.glob("*.yaml"))
        for document in yaml.safe_load_all(file.read_text(encoding="utf-8"))
    ]


def resources(kind: str) -> dict[str, dict[str, Any]]:
    """The resources of one kind, by name."""
    return {item["metadata"]["name"]: item for _, item in manifests() if item["kind"] == kind}


def pods() -> dict[str, dict[str, Any]]:
    """The pod's specification of each Deployment and Job, by name."""
    return {
        name: item["spec"]["template"]["spec"]
        for name, item in {**resources("Deployment"), **resources("Job")}.items()
    }


def pod_environment(pod: dict[str, Any]) -> dict[str, str]:
    """What the first container of a pod is told."""
    container = pod["containers"][0]
    told: dict[str, str] = {}
    for source in container.get("envFrom", ()):
        told |= resources("ConfigMap")[source["configMapRef"]["name"]]["data"]
    return told | {item["name"]: item["value"] for item in container.get("env", ())}


def setting(variable: str) -> str:
    """The setting that a variable gives: ``SECRET_KEY`` for ``SECRET_KEY_FILE``."""
    table = documented()
    stem = variable.removesuffix("_FILE")
    return stem if stem != variable and stem in table and variable not in table else variable


def secrets() -> set[str]:
    """The settings that are secret."""
    return {name for name, cell in documented().items() if cell.startswith("secret")}


def needed() -> set[str]:
    """The settings without which production does not start or is refused."""
    return {name for name, cell in documented().items() if "needed" in of_production(cell)}


def settings_problems(told: dict[str, str]) -> list[str]:
    """What is wrong with an environment: unknown names, secrets in the open, needed ones missing."""
    known, names = set(documented()), {setting(variable): variable for variable in told}
    wrong = [f"{name} is no setting" for name in names if name not in known | DJANGO]
    wrong += [f"{name} stands in the open" for name in names if name in secrets() and names[name] == name]
    wrong += [f"{name} is needed" for name in needed() - set(names)]
    if told.get("DJANGO_SETTINGS_MODULE") != "daoportal.settings.production":
        wrong.append("not the production settings")
    return wrong


def pinned(image: str) -> bool:
    """Whether an image's tag names one version."""
    return re.fullmatch(r"[a-z0-9./-]+:v?\d+\.\d+\.\d+(-[a-z0-9.]+)*", image) is not None
