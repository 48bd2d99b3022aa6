"""Fixtures of the tests of pages."""

from governance.tests.conftest import town

__all__ = ["town"]
