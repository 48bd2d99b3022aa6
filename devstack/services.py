"""Servers that the stack is given instead of starting its own: a database, Redis, a broker.

They are asked once before anything starts, so that what is wrong with them is one line and not a log. What a
line names is the place, never the user's name or password.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Services:
    """Addresses as the environment gives them, empty for what the stack runs itself.

    The broker is RabbitMQ (``amqp://``) or Redis; without one, tasks go through ``redis``.
    """

    database: str = ""
    redis: str = ""
    broker: str = ""

    def check(self) -> None:
        """Ask each for a sign of life.

        Raises:
            StartError: one is away, refuses the credentials or is of a kind that isn't known; one line.
        """
        if not (self.database or self.redis or self.broker):
            return
        from devstack import server_checks

        if self.database:
            server_checks.check_database(self.database)
        if self.redis:
            server_checks.check_redis(self.redis)
        if self.broker:
            server_checks.check_broker(self.broker)
