"""People's profiles and roles, for programs."""
