"""Proposals enough that a list of them costs what it costs: ``python -m benchmarks.serving.fill COUNT``."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta

import django

_FIRST = datetime(2026, 1, 1, tzinfo=UTC)


def hashed(number: int, salt: int) -> str:
    """Any hash that no other call answers."""
    return f"0x{salt:02x}{number:062x}"


def fill(count: int) -> None:
    """Write ``count`` blocks with a proposal each."""
    from contracts.models import Block, ChainEvent
    from governance.models import Proposal

    contract = "0x" + "c0" * 20
    numbers = range(1, count + 1)
    times = {number: _FIRST + timedelta(minutes=number) for number in numbers}
    Block.objects.bulk_create(
        Block(hash=hashed(n, 1), number=n, parent_hash=hashed(n - 1, 1), timestamp=times[n]) for n in numbers
    )
    ChainEvent.objects.bulk_create(
        ChainEvent(
            position=n << 20,
            block_id=hashed(n, 1),
            block_number=n,
            log_index=0,
            transaction_hash=hashed(n, 2),
            contract=contract,
            event_name="ProposalCreated",
            subject_kind="proposal",
            subject_id=str(n),
            data={},
            timestamp=times[n],
        )
        for n in numbers
    )
    Proposal.objects.bulk_create(
        Proposal(
            proposal_id=n,
            event_id=n << 20,
            proposer=f"0x{n % 97:040x}",
            proposal_type="POLICY",
            state=("DRAFT", "ACTIVE", "DEFEATED", "SUCCEEDED")[n % 4],
            title=f"Proposal {n} of the benchmark",
            summary="A sentence about what this would change for the people who live by the river. " * 3,
            description="## Why\n\nBecause a list of proposals has texts as long as real ones.\n\n" * 30,
            topic="parks",
            metadata_hash=hashed(n, 3),
            content_hash=hashed(n, 4),
            strategy=contract,
            actions=[],
            for_votes=n,
            against_votes=n // 2,
            created_at=times[n],
            updated_at=times[n],
        )
        for n in numbers
    )


if __name__ == "__main__":
    django.setup()
    fill(int(sys.argv[1]))
