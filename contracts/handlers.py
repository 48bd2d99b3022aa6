"""Events that the mirror leaves out: the plumbing of the libraries that our contracts are made with."""

from __future__ import annotations

from contracts import registry

_PROXIED = ("GovernanceCore", "ProposalManager", "VotingEngine", "RoleManager", "ExecutionModule")

for _contract in _PROXIED:
    registry.ignore(_contract, "Initialized", why="a proxy's initialiser ran, once, at deployment")
for _contract in ("ProposalManager", "VotingEngine", "CivicToken"):
    registry.ignore(_contract, "EIP712DomainChanged", why="the signing domain is fixed at deployment")
registry.ignore("CivicToken", "Initialized", why="a proxy's initialiser ran, once, at deployment")
registry.ignore("CivicToken", "Approval", why="an allowance between two holders decides nothing")
registry.ignore(
    "CivicToken", "DelegateChanged", why="power by token is asked of the contract, at the snapshot"
)
registry.ignore(
    "CivicToken", "DelegateVotesChanged", why="power by token is asked of the contract, at the snapshot"
)
