"""Putting the contracts on a chain: implementations first, then one transaction that makes the rest."""
