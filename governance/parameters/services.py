"""What the chain decided about the rules of the game, from parameters to delegations."""

from __future__ import annotations

from collections.abc import Sequence

from contracts import events as chain
from contracts.addresses import ZERO_ADDRESS
from contracts.models import ChainEvent
from governance.parameters.models import ParameterChange, Strategy, TokenSupplyChange


def record_parameter_changes(*, events: Sequence[chain.GovernanceParamUpdated]) -> None:
    """Write changed parameters of the rules."""
    ParameterChange.objects.bulk_create(
        [
            ParameterChange(
                event_id=event.position,
                timestamp=event.timestamp,
                name=short_string(event.parameter),
                old_value=event.old_value,
                new_value=event.new_value,
            )
            for event in events
        ]
    )


def record_strategies(*, events: Sequence[chain.StrategyRegistered]) -> None:
    """Write ways of counting that proposals may choose from now on."""
    Strategy.objects.bulk_create(
        [
            Strategy(
                event_id=event.position,
                timestamp=event.timestamp,
                address=event.strategy,
                kind=event.kind[:32],
                counting=event.counting,
                types=event.types,
                threshold=event.threshold,
            )
            for event in events
        ]
    )


def record_strategies_retired(*, events: Sequence[chain.StrategyRetired]) -> None:
    """Write that ways of counting take no new proposals any more."""
    for event in events:
        Strategy.objects.filter(address=event.strategy).update(retired_at=event.timestamp)


def recall_retirements() -> None:
    """Set anew which ways of counting are retired, from the events that are left after a reorg."""
    retired = ChainEvent.objects.filter(event_name="StrategyRetired").order_by("position")
    times = {str(data["strategy"]).lower(): at for data, at in retired.values_list("data", "timestamp")}
    for strategy in Strategy.objects.all():
        if strategy.retired_at != times.get(strategy.address):
            strategy.retired_at = times.get(strategy.address)
            strategy.save(update_fields=["retired_at"])


def record_credit_terms(*, events: Sequence[chain.CreditsAllotted]) -> None:
    """Write what votes cost under ways of counting that were admitted just before."""
    for event in events:
        Strategy.objects.filter(address=event.strategy).update(
            credits=event.credits, period_length=event.period_length
        )


def record_token_supply_changes(*, events: Sequence[chain.Transfer]) -> None:
    """Write the supply after civic tokens were made or destroyed.

    Transfers between people leave it as it is.
    """
    supply = TokenSupplyChange.objects.order_by("-event_id").values_list("new_supply", flat=True).first() or 0
    rows: list[TokenSupplyChange] = []
    for event in events:
        made, destroyed = event.sender == ZERO_ADDRESS, event.recipient == ZERO_ADDRESS
        if made == destroyed:
            continue
        supply += event.value if made else -event.value
        rows.append(TokenSupplyChange(event_id=event.position, timestamp=event.timestamp, new_supply=supply))
    TokenSupplyChange.objects.bulk_create(rows, batch_size=1000)


def short_string(value: str) -> str:
    """The text that Solidity keeps in bytes32 (0x-hex): ASCII, padded with zeros on the right.

    Raises:
        ValueError: if it is no such text.
    """
    return bytes.fromhex(value.removeprefix("0x")).rstrip(b"\0").decode("ascii")
