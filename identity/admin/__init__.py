"""People's pages on the officers' side: roles, requests, the roll, accounts."""

from identity.admin import accounts, halves, register, roles

__all__ = ["accounts", "halves", "register", "roles"]
