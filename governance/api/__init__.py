"""Proposals, votes and the rules, for programs."""
