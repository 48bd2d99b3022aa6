"""Giving the vote to a delegate."""
