"""Officers and the roll of citizens, as the chain has them. Nobody edits any."""

from __future__ import annotations
