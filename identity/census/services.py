"""What the chain decided about persons and the roll, written as it says. No policy."""

from __future__ import annotations

from collections.abc import Sequence

from contracts import events as chain
from contracts.addresses import ZERO_ADDRESS, ZERO_HASH
from contracts.times import moment
from identity.accounts.services import mirror_groups
from identity.census.models import CensusChange, CitizenMove, PersonKey


def record_person_keys(*, events: Sequence[chain.PersonIdentified]) -> list[PersonKey]:
    """Write what ``PersonIdentified`` says."""
    return PersonKey.objects.bulk_create(
        [
            PersonKey(
                event_id=event.position,
                timestamp=event.timestamp,
                account=event.account,
                old_key=none_if_zero(event.old_person_key),
                person_key=none_if_zero(event.new_person_key),
                by=event.by,
            )
            for event in events
        ],
        batch_size=1000,
    )


def record_citizen_moves(*, events: Sequence[chain.CitizenMoved]) -> list[CitizenMove]:
    """Write what ``CitizenMoved`` says."""
    moves = CitizenMove.objects.bulk_create(
        [
            CitizenMove(
                event_id=event.position,
                timestamp=event.timestamp,
                old_account=event.old_account,
                new_account=event.new_account,
                person_key=none_if_zero(event.person_key),
                by=event.by,
            )
            for event in events
        ]
    )
    mirror_groups(addresses=[account for move in moves for account in (move.old_account, move.new_account)])
    return moves


def record_census_changes(*, events: Sequence[chain.CitizenChanged]) -> list[CensusChange]:
    """Write what ``CitizenChanged`` says: the roll and the number on it.

    The unit of a moved citizen may begin long after the move, with no other event of the new account.
    """
    changes = CensusChange.objects.bulk_create(
        [
            CensusChange(
                event_id=event.position,
                timestamp=event.timestamp,
                account=event.account,
                since=moment(event.since),
                until=moment(event.until) if event.since else None,
                old_supply=event.old_supply,
                new_supply=event.new_supply,
            )
            for event in events
        ],
        batch_size=1000,
    )
    if CitizenMove.objects.exists():
        mirror_groups(addresses=[change.account for change in changes if change.since is not None])
    return changes


def none_if_zero(value: str) -> str | None:
    """The hash or address; None for zero, by which contracts say that there is none."""
    return None if value in (ZERO_HASH, ZERO_ADDRESS) else value
