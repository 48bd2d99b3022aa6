"""What can't go any more, and what is only likely to stay."""

from __future__ import annotations

from contracts.client.rpc import Client, Header


def finalized_number(client: Client, newest: Header, *, depth: int, floor: int) -> int:
    """The last block that counts as final.

    Where the chain names one itself (tag ``finalized``), a block must be below that and ``depth`` blocks
    deep: the name alone may be a courtesy of a development node, the depth alone is wrong while a chain fails
    to finalise.

    Args:
        client: the connection.
        newest: the newest block.
        depth: blocks that must stand above.
        floor: what it can't be below: the block before the deployment.
    """
    named = client.finalized_number()
    final = newest.number - depth
    if named is not None:
        final = min(final, named)
    return max(final, floor)


def confirmation(block_number: int, *, head: int, finalized: int, confirmations: int) -> str:
    """``final``, ``confirmed`` (at least ``confirmations`` blocks, its own included) or ``seen``."""
    if block_number <= finalized:
        return "final"
    return "confirmed" if head - block_number + 1 >= confirmations else "seen"
