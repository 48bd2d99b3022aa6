"""The models of every subject, for Django to find."""

from identity.accounts.models import User
from identity.census.models import CensusChange, CitizenMove, PersonKey
from identity.reasons.models import Reason
from identity.roles.models import RequestStep, RoleChange, RoleRequest

__all__ = [
    "CensusChange",
    "CitizenMove",
    "PersonKey",
    "Reason",
    "RequestStep",
    "RoleChange",
    "RoleRequest",
    "User",
]
