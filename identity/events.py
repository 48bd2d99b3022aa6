"""One class for each event that is read: what happened on chain, with its place in the chain.

Written by ``make events`` from events.toml and the compiled ABI. Integers are as Solidity has them:
tokens in base units, times in Unix seconds.
"""

from __future__ import annotations

from typing import Final

from contracts.decoded import Decoded, event

# --- VotingEngine ---


@event(
    "VotingEngine",
    "CitizenChanged(address indexed account,uint48 since,uint48 until,uint256 oldSupply,uint256 newSupply)",
)
class CitizenChanged(Decoded):
    account: str
    since: int
    until: int
    old_supply: int
    new_supply: int


# --- RoleManager ---


@event(
    "RoleManager",
    "RoleGranted(bytes32 indexed role,address indexed account,address indexed grantedBy,uint48 oldUntil,"
    "uint48 newUntil)",
)
class RoleGranted(Decoded):
    role: str
    account: str
    granted_by: str
    old_until: int
    new_until: int


@event(
    "RoleManager",
    "RoleRevoked(bytes32 indexed role,address indexed account,address indexed revokedBy,uint48 oldUntil,"
    "bytes32 reasonHash)",
)
class RoleRevoked(Decoded):
    role: str
    account: str
    revoked_by: str
    old_until: int
    reason_hash: str


@event("RoleManager", "RoleExpired(bytes32 indexed role,address indexed account,uint48 until)")
class RoleExpired(Decoded):
    role: str
    account: str
    until: int


@event("RoleManager", "RoleUnchanged(bytes32 indexed role,address indexed account,uint48 until)")
class RoleUnchanged(Decoded):
    """A proposal asked for what was so already."""

    role: str
    account: str
    until: int


@event(
    "RoleManager",
    "RoleChangeRequested(bytes32 indexed requestId,bytes32 indexed role,address indexed administrator,"
    "address[] accounts,bytes32[] personKeys,uint48 until,bytes32 reasonHash,bool grant,uint48 expiresAt)",
)
class RoleChangeRequested(Decoded):
    request_id: str
    role: str
    administrator: str
    accounts: tuple[str, ...]
    person_keys: tuple[str, ...]
    until: int
    reason_hash: str
    grant: bool
    expires_at: int


@event("RoleManager", "RoleChangeCompleted(bytes32 indexed requestId,address indexed second)")
class RoleChangeCompleted(Decoded):
    request_id: str
    second: str


@event("RoleManager", "RoleChangeWithdrawn(bytes32 indexed requestId,address indexed by)")
class RoleChangeWithdrawn(Decoded):
    request_id: str
    by: str


@event("RoleManager", "RoleChangeApproved(bytes32 indexed requestId,address indexed guardian)")
class RoleChangeApproved(Decoded):
    """A guardian let a change of the roll pass that exceeds what officers may change in seven days."""

    request_id: str
    guardian: str


@event(
    "RoleManager",
    "OfficerChangeScheduled(bytes32 indexed requestId,uint48 effectiveAt,uint48 expiresAt)",
)
class OfficerChangeScheduled(Decoded):
    request_id: str
    effective_at: int
    expires_at: int


@event(
    "RoleManager",
    "OfficerChangeObjected(bytes32 indexed requestId,address indexed guardian,bytes32 reasonHash)",
)
class OfficerChangeObjected(Decoded):
    request_id: str
    guardian: str
    reason_hash: str


@event("RoleManager", "OfficerChangeCarriedOut(bytes32 indexed requestId,address indexed by)")
class OfficerChangeCarriedOut(Decoded):
    request_id: str
    by: str


@event(
    "RoleManager",
    "PersonIdentified(address indexed account,bytes32 oldPersonKey,bytes32 newPersonKey,address indexed by)",
)
class PersonIdentified(Decoded):
    account: str
    old_person_key: str
    new_person_key: str
    by: str


@event(
    "RoleManager",
    "PersonCorrectionRequested(bytes32 indexed requestId,address indexed administrator,"
    "address indexed account,bytes32 personKey,uint48 expiresAt)",
)
class PersonCorrectionRequested(Decoded):
    request_id: str
    administrator: str
    account: str
    person_key: str
    expires_at: int


@event(
    "RoleManager",
    "CitizenMoveRequested(bytes32 indexed requestId,address indexed administrator,address oldAccount,"
    "address newAccount,uint48 expiresAt)",
)
class CitizenMoveRequested(Decoded):
    request_id: str
    administrator: str
    old_account: str
    new_account: str
    expires_at: int


@event(
    "RoleManager",
    "CitizenMoved(address indexed oldAccount,address indexed newAccount,bytes32 personKey,"
    "address indexed by)",
)
class CitizenMoved(Decoded):
    old_account: str
    new_account: str
    person_key: str
    by: str


# What each contract says of it.
VOTING_ENGINE: Final = (CitizenChanged,)
ROLE_MANAGER: Final = (
    RoleGranted,
    RoleRevoked,
    RoleExpired,
    RoleUnchanged,
    RoleChangeRequested,
    RoleChangeCompleted,
    RoleChangeWithdrawn,
    RoleChangeApproved,
    OfficerChangeScheduled,
    OfficerChangeObjected,
    OfficerChangeCarriedOut,
    PersonIdentified,
    PersonCorrectionRequested,
    CitizenMoveRequested,
    CitizenMoved,
)
