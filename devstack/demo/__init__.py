"""Riverbend, the demo town: some sixty residents, six officers, a month of decisions by signed transactions.

:func:`people` needs neither a chain nor a database; the rest is imported where it is used.
"""

from devstack.demo.errors import TownError
from devstack.demo.people import people

__all__ = ["TownError", "people"]
