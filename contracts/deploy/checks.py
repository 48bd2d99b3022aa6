"""What must hold of a deployment: everything belongs to the timelock, and its deployer is nobody."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from eth_hash.auto import keccak
from eth_typing import HexStr
from web3 import Web3

from contracts.deployment import artifact
from core.errors import DomainError

ROLES: Final = ("CITIZEN", "DELEGATE", "ADMINISTRATOR", "AUDITOR", "GUARDIAN")
# EIP-1967: keccak256("eip1967.proxy.admin") - 1 and keccak256("eip1967.proxy.implementation") - 1.
ADMIN_SLOT: Final = 0xB53127684A568B3173AE13B9F8A6016E243E63B6E8EE1178D6A717850B5D6103
IMPLEMENTATION_SLOT: Final = 0x360894A13BA1A3210667C828492DB98DCA3E2076CC3735A920A3CA505D382BBC
_OWNER: Final = HexStr("0x" + keccak(b"owner()")[:4].hex())


class DeployerHoldsPower(DomainError):
    code = "deployer-holds-power"
    message = "The deployer would keep a right."


def assert_deployer_powerless(w3: Web3, result: Mapping[str, Any], deployer: str) -> None:
    """Check on chain that ``deployer`` holds no role, token or proxy, and that the wiring is as reported.

    Args:
        result: what is about to be written as the deployment's file.

    Raises:
        DeployerHoldsPower: with what it would hold, or what is wired wrongly.
    """
    contracts = result["contracts"]
    roles = _contract(w3, contracts, "RoleManager")
    for role in ROLES:
        if roles.functions.hasRole(keccak(role.encode()), deployer).call():
            raise DeployerHoldsPower(f"The deployer {deployer} holds the role {role}.", role=role)
    if int(roles.functions.personOf(deployer).call().hex(), 16):
        raise DeployerHoldsPower(f"The deployer {deployer} is known as someone's address.")
    if "CivicToken" in contracts:
        token = _contract(w3, contracts, "CivicToken")
        if token.functions.balanceOf(deployer).call():
            raise DeployerHoldsPower(f"The deployer {deployer} holds tokens.")
    core = _contract(w3, contracts, "GovernanceCore")
    if core.functions.strategyFactory().call() != contracts["StrategyFactory"]:
        raise DeployerHoldsPower("The registry names another factory of strategies.")
    for name, implementation in result["implementations"].items():
        address = contracts[name]
        if core.functions.contractOf(name.encode().ljust(32, b"\0")).call() != address:
            raise DeployerHoldsPower(f"The registry names another {name}.", contract=name)
        admin = _slot(w3, address, ADMIN_SLOT)
        owner = Web3.to_checksum_address(w3.eth.call({"to": admin, "data": _OWNER})[-20:])
        if owner != contracts["ExecutionModule"]:
            raise DeployerHoldsPower(f"The ProxyAdmin of {name} belongs to {owner}.", contract=name)
        if _slot(w3, address, IMPLEMENTATION_SLOT) != implementation:
            raise DeployerHoldsPower(f"The proxy of {name} points elsewhere.", contract=name)
    for name in ("VotingEngine", "ProposalManager"):
        if _contract(w3, contracts, name).functions.statements().call() != contracts["Statements"]:
            raise DeployerHoldsPower(f"{name} has people sign other sentences.", contract=name)


def _contract(w3: Web3, contracts: Mapping[str, str], name: str) -> Any:
    return w3.eth.contract(address=Web3.to_checksum_address(contracts[name]), abi=artifact(name)["abi"])


def _slot(w3: Web3, address: str, slot: int) -> Any:
    return Web3.to_checksum_address(w3.eth.get_storage_at(Web3.to_checksum_address(address), slot)[-20:])
