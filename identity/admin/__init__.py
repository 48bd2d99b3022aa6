"""People's pages on the officers' side: roles, the roll, accounts."""

from identity.admin import accounts, roles

__all__ = ["accounts", "roles"]
