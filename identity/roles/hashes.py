"""How the chain spells roles: keccak256 of their names (IRoleManager)."""

from __future__ import annotations

from identity.roles.models import Role

ROLE_HASHES: dict[Role, str] = {
    Role.CITIZEN: "0x313691be6e710b5e9c97c695d02c9e24926f986402f826152f3b2970694f72c9",
    Role.DELEGATE: "0xc7ddcf4441a1bb01353b38db832023115117943d28ad05b882de4ad99e94b8fc",
    Role.ADMINISTRATOR: "0xb346b2ddc13f08bd9685b83a95304a79a2caac0aa7aa64129e1ae9f4361b4661",
    Role.AUDITOR: "0xd8994f6d76f930dc5ea8c60e38e6334a87bb8539cc3082ac6828681c33316e3d",
    Role.GUARDIAN: "0x8b5b16d04624687fcf0d0228f19993c9157c1ed07b41d8d430fd9100eb099fe8",
}
_ROLES = {value: role for role, value in ROLE_HASHES.items()}


def role_of(value: str) -> Role:
    """The role whose name hashes to ``value`` (0x-hex).

    Raises:
        ValueError: for a hash that is no role of this deployment.
    """
    try:
        return _ROLES[value]
    except KeyError:
        raise ValueError(f"{value} is the hash of no known role") from None
