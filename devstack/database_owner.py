"""A home and the database it was made with belong together: neither is used with another's."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import redis

from daoportal.settings.home import Home
from devstack.console import StartError
from devstack.services import Services

# Names the database that a first start found empty and began to fill.
_BEGUN = "begun"


async def settle(
    home: Home, services: Services, *, first: bool, manage: Callable[..., Awaitable[str]], place: str
) -> None:
    """See to it that the database is empty on a home's first start, and on later ones mirrors its chain.

    Args:
        first: whether the home has no town yet.
        manage: runs a management command and answers its last line.
        place: the database, in words.

    Raises:
        StartError: it is another's; one line.
    """
    if not services.database:
        if not first and not (home.path / "portal.sqlite3").exists():
            raise StartError(f"{home.path} was made with another database: set DATABASE_URL to it.")
    else:
        whose = await manage("", "whose_database")
        if first:
            await _take(home, whose, manage=manage, place=place)
        elif whose != "ours":
            what = "is empty" if whose == "empty" else "mirrors another chain"
            raise StartError(
                f"DATABASE_URL: {place} {what}, but {home.path} has a town: set the one it was made with."
            )
    if first and services.redis:
        _forget_pages(services.redis)


async def _take(home: Home, whose: str, *, manage: Callable[..., Awaitable[str]], place: str) -> None:
    begun = home.path / _BEGUN
    if whose != "empty":
        if not begun.exists() or begun.read_text(encoding="utf-8") != place:
            raise StartError(
                f"DATABASE_URL: {place} holds another portal's data: empty it, or use its own PORTAL_HOME."
            )
        # It was empty when this very home began to fill it.
        await manage("Emptying the database of the unfinished start", "flush", "--no-input")
    home.write_private(begun, place)


def _forget_pages(url: str) -> None:
    """A Redis that was given may remember the pages of another town."""
    with redis.Redis.from_url(url) as server:
        for key in server.scan_iter("portal*:*", count=1_000):
            server.delete(key)
