"""The count again: the mirror against a node, read through a decoder of its own.

Apps register a verifier for each table that the chain owns (:meth:`contracts.registry.Registry.verifier`). A
verifier computes what its rows must be from ``ctx.events`` alone, never from the mirror, and yields a
:class:`Difference` for each field, each missing and each surplus row; :func:`compare_table` does the
comparing.
"""

from contracts.verify.compare import Difference, compare_table
from contracts.verify.context import ChainEventDict, VerifyContext
from contracts.verify.run import Report, verify

__all__ = ["ChainEventDict", "Difference", "Report", "VerifyContext", "compare_table", "verify"]
