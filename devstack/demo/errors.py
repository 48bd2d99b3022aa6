"""What can stop a town from being raised."""

from __future__ import annotations


class TownError(Exception):
    """The demo town can't be raised here; the message says why and what to do."""
