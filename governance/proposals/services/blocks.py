"""The blocks in which votes opened and closed, asked of a node where the mirror read past them in bulk."""

from __future__ import annotations

import logging
from datetime import datetime

from django.db.models import Q

from contracts.client.rpc import Client, Header
from contracts.deployment import deployment
from contracts.errors import ChainError, NodeBehind
from governance.proposals import state
from governance.proposals.models import Proposal, ProposalState
from governance.proposals.selectors.conditions import current_conditions
from governance.proposals.services.settle import set_blocks

logger = logging.getLogger(__name__)

AT_ONCE = 50  # proposals looked at in one pass


def locate_blocks(client: Client) -> int:
    """Find start and end blocks that are still unknown; answers how many proposals it could complete.

    Runs outside any transaction. A node that does not answer costs nothing: the next pass asks again.
    """
    at = current_conditions()
    done = 0
    for proposal in _waiting(at.now):
        closes = state.vote_closes(proposal, at.stops)
        over = closes is not None and at.now >= closes
        if proposal.start_block is not None and not over:
            continue
        try:
            start = proposal.start_block
            if start is None and proposal.vote_start is not None:
                start = first_block_at(client, proposal.vote_start)
            end = None if closes is None or not over else first_block_at(client, closes) - 1
        except ChainError as error:
            logger.warning("blocks of proposal %s not found: %s", proposal.proposal_id, error)
            return done
        set_blocks(proposal_id=proposal.proposal_id, start_block=start, end_block=end)
        done += 1
    return done


def first_block_at(client: Client, time: datetime) -> int:
    """The number of the first block at or after ``time``, by bisection over the blocks of the deployment.

    Raises:
        NodeBehind: if the node has no such block yet.
    """
    low, high = deployment().start_block, _header(client, "latest").number
    if _header(client, high).timestamp < time.timestamp():
        raise NodeBehind(time=time.isoformat())
    while low < high:
        middle = (low + high) // 2
        if _header(client, middle).timestamp < time.timestamp():
            low = middle + 1
        else:
            high = middle
    return low


def _waiting(now: datetime) -> list[Proposal]:
    over = [ProposalState.SUCCEEDED, ProposalState.DEFEATED, ProposalState.QUEUED, ProposalState.EXECUTED]
    # A draft that lapsed has no blocks to find.
    rows = Proposal.objects.filter(vote_start__isnull=False).filter(
        Q(start_block=None, vote_start__lte=now)
        | Q(end_block=None, state__in=[*(each.value for each in over), ProposalState.EXPIRED.value])
    )
    return list(rows.exclude(state=ProposalState.CANCELLED).order_by("proposal_id")[:AT_ONCE])


def _header(client: Client, block: int | str) -> Header:
    header = client.header(block)
    if header is None:
        raise NodeBehind(block=block)
    return header
