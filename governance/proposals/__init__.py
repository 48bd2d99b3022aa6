"""Proposals: their life from draft to execution."""
