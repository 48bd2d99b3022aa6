"""Acts and events of the chain, for programs."""
