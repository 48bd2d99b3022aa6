"""How far the mirror has read, and how sure a block is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core.cache import cache
from django.utils import timezone

from contracts.client.nodes import NodeReport
from contracts.client.rpc import client
from contracts.indexer.cursor import NAME
from contracts.indexer.finality import confirmation as confirmation_of
from contracts.models import ActStatus, Cursor, Recount, RelayedAct

NODES_KEY = "contracts:nodes"
NODES_KEPT_SECONDS = 120


@dataclass(frozen=True, slots=True)
class ChainHead:
    """The newest block read.

    ``head_number`` the newest that the node has; ``alarm`` why reading stands still.
    """

    number: int
    hash: str | None
    timestamp: datetime | None
    finalized: int
    head_number: int
    alarm: str

    @property
    def lag(self) -> int:
        """Blocks that the node has and the mirror hasn't."""
        return max(0, self.head_number - self.number)


def chain_head() -> ChainHead:
    """Where the mirror stands; number -1 if nothing was ever read."""
    row = Cursor.objects.filter(name=NAME).first()
    if row is None:
        return ChainHead(-1, None, None, -1, -1, "")
    return ChainHead(
        row.block_number,
        row.block_hash,
        row.block_timestamp,
        row.finalized_number,
        row.head_number,
        row.alarm,
    )


def chain_now() -> datetime:
    """The time on chain as far as we know: the newest block read, or the wall clock before there is one."""
    return chain_head().timestamp or timezone.now()


def confirmation(block_number: int, head: ChainHead | None = None) -> str:
    """How sure a block is: ``seen``, ``confirmed`` or ``final``.

    Args:
        block_number: the block.
        head: where the mirror stands, if the caller knows; many rows need it once.
    """
    known = head or chain_head()
    return confirmation_of(
        block_number,
        head=known.number,
        finalized=known.finalized,
        confirmations=settings.CHAIN_CONFIRMATIONS,
    )


def node_health() -> list[NodeReport]:
    """How the chain's nodes are doing, in order of preference, named ``node 1``, ``node 2`` and so on.

    As the process that reads the chain last saw them, at most two minutes ago; as this process has met them
    itself if it hears nothing of that one. Asks no node.
    """
    return cache.get(NODES_KEY) or client().nodes.report()


def act_under_way(act: str, signer: str, proposal_id: int) -> RelayedAct | None:
    """The newest act of this kind that was received and is not on the record yet, nor beyond its deadline.

    One that was mined counts until the mirror has read its block.
    """
    waiting = (ActStatus.QUEUED, ActStatus.SENT, ActStatus.MINED, ActStatus.REVERTED)
    rows = RelayedAct.objects.filter(act=act, signer=signer, proposal_id=proposal_id, status__in=waiting)
    return rows.filter(deadline__gt=chain_now()).order_by("-created_at").first()


def last_recount() -> Recount | None:
    """The newest full comparison of the mirror with a node, if one was made."""
    return Recount.objects.order_by("-finished_at").first()
