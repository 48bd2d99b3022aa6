"""Roles on chain, and the requests that need two officers."""
