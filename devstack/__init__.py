"""The embedded stack: Valkey, Anvil, web, live, worker and beat as children of one supervisor, behind one
port."""
