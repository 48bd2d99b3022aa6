"""Has an act already happened? The chain's own events say so, whoever carried it there.

A person may send a signed act on their own while the relayer holds it, or act straight at the contract. The
relayer's attempt is then refused, yet the act stands: it takes over the transaction that carried it.
"""

from __future__ import annotations

from datetime import timedelta
from functools import reduce
from operator import or_
from typing import Final

from django.db.models import Q

from contracts.acts.registry import signed_type_of
from contracts.acts.types import message_values
from contracts.models import ChainEvent, RelayedAct

# How far the chain's clock may be behind ours, whose time an act was received at.
CLOCK_LAG: Final = timedelta(minutes=1)


def effect_of(act: RelayedAct) -> ChainEvent | None:
    """The indexed event by which exactly this act took effect; None if there is none."""
    kind = signed_type_of(act.typed_data["primaryType"])
    events = reduce(
        or_,
        (Q(event_name=each.event, **{f"data__{each.signer}": act.signer}) for each in kind.effects),
    )
    rows = ChainEvent.objects.filter(events, kind.effect(act, message_values(act.typed_data)))
    if act.subject is not None:
        rows = rows.filter(subject_kind=act.subject_kind, subject_id=act.subject_id)
    return rows.filter(timestamp__lte=act.deadline).order_by("position").first()


def since_received(act: RelayedAct) -> Q:
    """Events since ``act`` was received: for what may come and go and come again."""
    return Q(timestamp__gte=act.created_at - CLOCK_LAG)
