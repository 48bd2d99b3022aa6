"""What the supervisor itself needs to know, before any Django settings are loaded."""

from dataclasses import dataclass
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from daoportal.settings import env


@dataclass(frozen=True, slots=True)
class Launch:
    """``port`` for people, on 127.0.0.1; ``home`` for everything that is kept.

    ``database``, ``redis`` and ``broker`` are servers to use in place of the stack's own; empty if none is
    given.
    """

    port: int
    home: Path
    database: str
    redis: str
    broker: str


def read_launch() -> Launch:
    """Return PORT (default 8000), PORTAL_HOME (default ``.portal`` in the repository) and the servers given.

    Raises:
        ImproperlyConfigured: PORT is no port number, or the file of a secret can't be read.
    """
    port = env.integer("PORT", 8000)
    if not 0 < port < 65_536:
        raise ImproperlyConfigured(f"PORT must lie between 1 and 65535, not {port}.")
    root = Path(__file__).resolve().parents[2]
    return Launch(
        port=port,
        home=env.path("PORTAL_HOME", root / ".portal"),
        database=env.secret("DATABASE_URL", ""),
        redis=env.secret("REDIS_URL", ""),
        broker=env.secret("CELERY_BROKER_URL", ""),
    )
