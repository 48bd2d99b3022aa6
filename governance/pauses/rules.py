"""How long guardians may stop everything, as the contract says."""

from __future__ import annotations

from datetime import timedelta

#: How long a pause lasts that one guardian began (GovernanceCore.PAUSE_LENGTH).
PAUSE_ALONE = timedelta(hours=72)


#: How long, from its begin, once a second guardian has joined it (GovernanceCore.JOINED_PAUSE_LENGTH).
PAUSE_JOINED = timedelta(days=14)


#: How much two guardians add then, and how far ahead of now a pause may reach.
PAUSE_EXTENSION = timedelta(days=14)


PAUSE_AHEAD = timedelta(days=28)


#: How long the same guardian waits between two pauses.
PAUSE_REPEAT = timedelta(days=30)


#: For how long nobody may pause after a proposal lifted a pause.
PAUSE_IMMUNITY = timedelta(days=30)
