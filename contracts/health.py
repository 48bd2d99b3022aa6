"""How the chain's side is: the nodes, the mirror, the relayer. Registered by ``ContractsConfig``."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache

from django.conf import settings
from django.db.models import Min
from django.utils import timezone

from contracts.client.rpc import Client, quantity
from contracts.errors import ChainError
from contracts.models import ActStatus, RelayedAct
from contracts.relayer.balance import LOW_BALANCE, relayer_balance
from contracts.selectors import chain_head
from core.health.registry import PATIENCE_SECONDS, Finding, part

# Nodes count requests, and some send a bill.
NODE_KEPT_SECONDS = 10


@part("node", source="node", kept_seconds=NODE_KEPT_SECONDS)
def nodes_answer() -> Finding:
    """Every configured node, asked at once: on our chain, and how far it is."""
    urls = tuple(settings.RPC_URLS)
    if not urls:
        return Finding("failing", "no node is configured", {"configured": 0, "answering": 0})
    with ThreadPoolExecutor(len(urls), thread_name_prefix="health-node") as pool:
        heads = [head for head in pool.map(_head, urls) if head is not None]
    facts = {"configured": len(urls), "answering": len(heads), "block": max(heads, default=None)}
    if not heads:
        return Finding("failing", "no node answers", facts)
    if len(heads) < len(urls):
        return Finding("degraded", f"{len(urls) - len(heads)} of {len(urls)} nodes don't answer", facts)
    return Finding(facts=facts)


@part("mirror", source="database")
def mirror_follows() -> Finding:
    """How old the newest block is that was read, and how many the node has beyond it."""
    head = chain_head()
    if head.timestamp is None:
        return Finding("failing", "nothing was read yet")
    age = round((timezone.now() - head.timestamp).total_seconds(), 1)
    facts = {"block": head.number, "blockAge": age, "blocksBehind": head.lag}
    if head.alarm:
        # What follows the code may name a node.
        return Finding("failing", head.alarm.partition(":")[0], facts)
    if age > settings.CHAIN_STALE_SECONDS:
        return Finding("failing", f"the newest block is {int(age)} s old", facts)
    return Finding(facts=facts)


@part("relayer", source="database")
def relayer_keeps_up() -> Finding:
    """Whether signed acts are carried to the chain, and how long the oldest has waited."""
    waiting = RelayedAct.objects.filter(status__in=[ActStatus.QUEUED, ActStatus.SENT])
    oldest = waiting.aggregate(oldest=Min("created_at"))["oldest"]
    age = None if oldest is None else round((timezone.now() - oldest).total_seconds(), 1)
    facts = {"enabled": settings.RELAYER_ENABLED, "oldestActAge": age}
    if not settings.RELAYER_ENABLED:
        return Finding("degraded", "switched off: people send their acts themselves", facts)
    if age is not None and age > settings.ACT_SELF_SEND_SECONDS:
        return Finding("degraded", f"an act has waited for {int(age)} s", facts)
    return Finding(facts=facts)


@part("gas", source="gas", kept_seconds=30)
def relayer_can_pay() -> Finding:
    """Whether the relayer has enough left to pay with."""
    balance = relayer_balance()
    if balance is None:
        return Finding(detail="no relayer is known yet", facts={"low": None})
    if balance.wei is None:
        return Finding("degraded", "the balance is not known", {"low": None})
    low = balance.wei < LOW_BALANCE
    return Finding("degraded" if low else "ok", "the relayer runs low" if low else "", {"low": low})


@lru_cache(maxsize=16)
def _asker(url: str, chain_id: int) -> Client:
    return Client([url], chain_id, timeout=PATIENCE_SECONDS, attempts=1)


def _head(url: str) -> int | None:
    try:
        return quantity(_asker(url, settings.CHAIN_ID).request("eth_blockNumber"))
    except ChainError:
        return None
