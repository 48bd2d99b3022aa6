"""The embedded stack: Valkey, Anvil, web and worker as children of one supervisor, behind one port."""
