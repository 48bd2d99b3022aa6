"""People's pages on the officers' side: roles, the roll, accounts."""

from identity.admin import accounts, register, roles

__all__ = ["accounts", "register", "roles"]
