"""Acts: what a person signs, built and checked on the server."""
