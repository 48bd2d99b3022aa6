"""Ballots, what they weigh, and how a vote stands."""
