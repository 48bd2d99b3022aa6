"""Addresses of servers without what is secret in them."""

from __future__ import annotations

from urllib.parse import urlsplit


def place_of(url: str) -> str:
    """The URL without user, password and options, for people and for ``stack.json``."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
