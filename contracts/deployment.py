"""Where the contracts stand: the deployment's file, and the compiled contracts it was made from."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

from contracts.addresses import is_address
from contracts.errors import ArtifactMissing, DeploymentInvalid, DeploymentMissing


@dataclass(frozen=True, slots=True)
class Deployment:
    """The contracts of one deployment on one chain; addresses are lower case.

    ``start_block`` is the first block that can hold an event of theirs; ``extra`` whatever else the file
    says.
    """

    chain_id: int
    start_block: int
    contracts: dict[str, str]
    extra: dict[str, Any] = field(default_factory=dict)

    def address(self, name: str) -> str:
        """The address of the contract ``name``.

        Raises:
            DeploymentInvalid: if the deployment has no such contract.
        """
        try:
            return self.contracts[name]
        except KeyError:
            raise DeploymentInvalid(contract=name) from None

    def name_of(self, address: str) -> str | None:
        """The name of the contract at ``address``, if it is one of the deployment's."""
        wanted = address.lower()
        return next((name for name, known in self.contracts.items() if known == wanted), None)

    @property
    def language(self) -> str:
        """The language of the sentences that people sign, ISO 639-1.

        Raises:
            DeploymentInvalid: if the file doesn't say.
        """
        try:
            return str(self.extra["language"])
        except KeyError:
            raise DeploymentInvalid(missing="language") from None

    @property
    def bounds(self) -> dict[str, tuple[int, int]]:
        """Parameter -> the least and the greatest value that GovernanceCore takes, as it said at deployment.

        Raises:
            DeploymentInvalid: if the file doesn't say.
        """
        try:
            return {name: (int(low), int(high)) for name, (low, high) in self.extra["bounds"].items()}
        except (KeyError, ValueError, TypeError, AttributeError):
            raise DeploymentInvalid(missing="bounds") from None

    @property
    def replaceable(self) -> tuple[str, ...]:
        """The contracts behind a proxy, whose program can be replaced."""
        return tuple(name for name in self.extra.get("implementations", ()) if name in self.contracts)


def deployment(chain_id: int | None = None) -> Deployment:
    """The deployment on ``chain_id`` (default: ``settings.CHAIN_ID``), read again when its file changes.

    Raises:
        DeploymentMissing: if there is no file for that chain.
        DeploymentInvalid: if the file can't be used.
    """
    path = deployment_path(chain_id)
    try:
        modified = path.stat().st_mtime_ns
    except FileNotFoundError:
        raise DeploymentMissing(chain_id=chain_id or settings.CHAIN_ID) from None
    return _read(path, modified)


def deployment_path(chain_id: int | None = None) -> Path:
    """Where the deployment's file lies: ``settings.DEPLOYMENTS_DIR/<chain id>.json``."""
    return Path(settings.DEPLOYMENTS_DIR) / f"{chain_id or settings.CHAIN_ID}.json"


@lru_cache(maxsize=8)
def _read(path: Path, modified: int) -> Deployment:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        contracts = {
            name: (entry["address"] if isinstance(entry, dict) else entry).lower()
            for name, entry in data["contracts"].items()
        }
        made = Deployment(
            chain_id=int(data["chainId"]),
            start_block=int(data["startBlock"]),
            contracts=contracts,
            extra={
                key: value for key, value in data.items() if key not in {"chainId", "startBlock", "contracts"}
            },
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise DeploymentInvalid(path=path.name, reason=repr(error)) from error
    if str(made.chain_id) != path.stem:
        raise DeploymentInvalid(path=path.name, reason=f"it says chain {made.chain_id}")
    if not made.contracts or not all(is_address(address) for address in made.contracts.values()):
        raise DeploymentInvalid(path=path.name, reason="an address is missing or none")
    return made


@lru_cache(maxsize=64)
def artifact(name: str) -> dict[str, Any]:
    """The compiled contract ``name``: ``{"abi", "bytecode", ...}``.

    Raises:
        ArtifactMissing: if it was never compiled.
    """
    path = Path(settings.CONTRACT_ARTIFACTS_DIR) / f"{name}.json"
    try:
        found: dict[str, Any] = json.loads(path.read_bytes())
        return found
    except FileNotFoundError:
        raise ArtifactMissing(contract=name) from None
