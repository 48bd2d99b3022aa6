"""What the chain decided about the rules of the game, from parameters to delegations."""

from __future__ import annotations

from collections.abc import Sequence

from contracts import events as chain
from contracts.addresses import ZERO_ADDRESS
from contracts.times import moment
from daoportal.kernel.live import Message
from governance import live
from governance.models import (
    DelegationChange,
    ParameterChange,
    PauseChange,
    PauseKind,
    Strategy,
    TokenSupplyChange,
)
from governance.services.news import fresh_from, publish_on_commit


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
            )
            for event in events
        ]
    )


def record_credit_terms(*, events: Sequence[chain.CreditsAllotted]) -> None:
    """Write what votes cost under ways of counting that were admitted just before."""
    for event in events:
        Strategy.objects.filter(address=event.strategy).update(
            credits=event.credits, period_length=event.period_length
        )


def record_pauses_begun(*, events: Sequence[chain.GovernancePaused]) -> None:
    """Write that a guardian stopped voting and execution."""
    _record_pauses([(e, PauseKind.PAUSED, e.guardian, e.until) for e in events])


def record_pauses_extended(*, events: Sequence[chain.PauseExtended]) -> None:
    """Write that two guardians extended a pause."""
    _record_pauses([(e, PauseKind.EXTENDED, e.guardian, e.new_until) for e in events])


def record_pauses_lifted(*, events: Sequence[chain.GovernanceUnpaused]) -> None:
    """Write that a pause was lifted."""
    _record_pauses([(e, PauseKind.LIFTED, e.by, None) for e in events])


def record_delegation_changes(*, events: Sequence[chain.DelegateChanged]) -> None:
    """Write votes given to delegates and taken back."""
    DelegationChange.objects.bulk_create(
        [
            DelegationChange(
                event_id=event.position,
                timestamp=event.timestamp,
                delegator=event.delegator,
                scope=event.scope,
                from_delegate=None if event.from_delegate == ZERO_ADDRESS else event.from_delegate,
                to_delegate=None if event.to_delegate == ZERO_ADDRESS else event.to_delegate,
            )
            for event in events
        ],
        batch_size=1000,
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


def _record_pauses(rows: Sequence[tuple[chain.Decoded, PauseKind, str, int | None]]) -> None:
    messages: list[Message] = []
    since = fresh_from()
    for event, kind, by, until in rows:
        change = PauseChange.objects.create(
            event_id=event.position,
            timestamp=event.timestamp,
            kind=kind,
            by=by,
            until=None if until is None else moment(until),
        )
        if event.timestamp >= since:
            messages.append(
                live.pause_changed(
                    change, block_number=event.block_number, transaction_hash=event.transaction_hash
                )
            )
    publish_on_commit(messages)
