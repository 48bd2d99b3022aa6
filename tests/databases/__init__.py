"""The same tests on each database the portal runs on: ``python -m tests.databases``."""
