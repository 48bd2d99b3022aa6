"""The chain's pages on the officers' side. Nobody edits any of it."""

from contracts.admin import acts, events

__all__ = ["acts", "events"]
