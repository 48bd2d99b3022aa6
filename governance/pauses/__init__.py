"""The emergency brake."""
