"""What is checked before anything starts: the home is ours, the port is free."""

import contextlib
import fcntl
import socket
from collections.abc import Iterator
from typing import IO
from urllib.parse import urlsplit

from daoportal.settings.home import Home
from devstack.console import StartError
from devstack.programs import HOST


@contextlib.contextmanager
def sole_owner(home: Home) -> Iterator[IO[str]]:
    """Hold the home for this supervisor alone.

    Raises:
        StartError: another one holds it, or the folder can't be written.
    """
    try:
        home.ensure()
        file = (home.path / "lock").open("a+")
    except OSError as error:
        raise StartError(f"{home.path} can't be written ({error.strerror}): set PORTAL_HOME.") from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            where = urlsplit(str(home.stack().get("web", ""))).netloc or "another port"
            raise StartError(
                f"a portal runs from {home.path} already ({where}): stop it, or set PORTAL_HOME."
            ) from None
        yield file


def port_taken(port: int) -> StartError:
    """The error for a port in use."""
    return StartError(f"port {port} is in use: choose another, for example `PORT={port + 1} make run`.")


def refuse_taken_port(port: int) -> None:
    """Find out now, not after a minute's work, that the port can't be had.

    Raises:
        StartError: another program listens there, or the user may not.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except PermissionError as error:
            raise StartError(f"port {port} needs more rights: choose one above 1023.") from error
        except OSError as error:
            raise port_taken(port) from error


def free_ports(count: int) -> list[int]:
    """Return different ports of 127.0.0.1 that were free a moment ago."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind((HOST, 0))
        return [one.getsockname()[1] for one in sockets]
