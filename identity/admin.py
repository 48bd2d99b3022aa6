"""The administration pages of every subject, for Django to find."""

from identity.accounts.admin import AccountAdmin
from identity.census.admin import CensusChangeAdmin, CitizenMoveAdmin, PersonKeyAdmin
from identity.roles.admin.halves import RoleRequestAdmin
from identity.roles.admin.roles import RoleChangeAdmin

__all__ = [
    "AccountAdmin",
    "CensusChangeAdmin",
    "CitizenMoveAdmin",
    "PersonKeyAdmin",
    "RoleChangeAdmin",
    "RoleRequestAdmin",
]
