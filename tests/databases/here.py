"""The database of the test that runs, for programs that it starts."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

from django.db import connection


def url() -> str:
    """Its ``DATABASE_URL``."""
    at = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{at['NAME']}"
    if connection.vendor == "mongodb":
        return urlsplit(at["HOST"])._replace(path=f"/{at['NAME']}").geturl()
    who = quote(at["USER"]) + (f":{quote(at['PASSWORD'])}" if at["PASSWORD"] else "")
    return f"postgres://{who}@{at['HOST']}:{at['PORT'] or 5432}/{at['NAME']}"
