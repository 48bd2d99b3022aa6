"""``manage.py whose_database``: is the configured database empty, this chain's, or another's?"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection

from contracts.client.rpc import client
from contracts.models import Block
from identity.accounts.models import User


class Command(BaseCommand):
    """Answers one word: ``empty``, ``ours`` or ``foreign``."""

    help = "Say whether the database is empty, mirrors the chain at RPC_URLS, or is another's."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Compare the oldest block that the mirror has kept with the node's."""
        self.stdout.write(whose())


def whose() -> str:
    """The word. A chain is known by any of its blocks; the oldest can't be taken back."""
    tables = set(connection.introspection.table_names())
    if not tables:
        return "empty"
    if not {Block._meta.db_table, User._meta.db_table} <= tables:
        return "foreign"
    oldest = Block.objects.order_by("number").values_list("number", "hash").first()
    if oldest is None:
        return "foreign" if User.objects.exists() else "empty"
    number, block_hash = oldest
    header = client().header(number)
    return "ours" if header is not None and header.hash == block_hash else "foreign"
