"""What a proposal about to be signed would carry: its calls, its way of counting, its author's power."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from contracts.addresses import is_address
from contracts.calldata import encode_call
from contracts.client.rpc import client
from contracts.deployment import deployment
from contracts.errors import CallReverted
from contracts.selectors import chain_now
from governance.chain_reads import chain_strategy_power
from governance.delegation.selectors.delegations import received_units
from governance.errors import FieldInvalid, FieldMissing
from governance.parameters import kinds
from governance.parameters.models import Strategy
from governance.parameters.rules import OF_ONE_UNIT
from governance.parameters.selectors.values import current_parameters, current_value
from governance.parameters.strategies import ONE_PERSON
from governance.proposals.models import ProposalType
from identity.census.selectors.roll import is_citizen
from identity.roles.models import Role
from identity.roles.selectors.roles import has_role_since

WITHOUT_ACTIONS = frozenset({ProposalType.POLICY, ProposalType.BUDGET})
MAX_ACTIONS = 16  # ExecutionModule.checkActions takes no more
MAX_DATA = 2 + 2 * 8192  # characters of one call's hex

Action = dict[str, str]


def default_strategy() -> str:
    """The way of counting that a proposal takes unless it names another: one person, one vote.

    Raises:
        FieldMissing: if the deployment has none.
    """
    address = (
        Strategy.objects.filter(kind=ONE_PERSON)
        .order_by("event_id")
        .values_list("address", flat=True)
        .first()
    )
    if address is None:
        raise FieldMissing(field="strategy")
    return address


def actions_for(kind: ProposalType, fields: Mapping[str, Any]) -> list[Action]:
    """The calls of a proposal of ``kind``, in JSON form; checked by the contract that would run them.

    Raises:
        FieldMissing: for a kind with effects and none given.
        FieldInvalid: for calls of a wrong form, or that the contract would refuse for this kind.
        ChainError: no node answers.
    """
    given = fields.get("actions")
    if kind in WITHOUT_ACTIONS:
        if given:
            raise FieldInvalid(_("A proposal of this kind changes nothing by itself."), field="actions")
        return []
    if kind == ProposalType.PARAMETER and not given:
        actions = parameter_actions(kinds.check_changes(fields.get("parameters") or {}))
    else:
        actions = _given(given)
    numbered = {"proposalType": list(ProposalType).index(kind), "actions": actions}
    try:
        client().call(
            deployment().address("ExecutionModule"), encode_call("ExecutionModule", "checkActions", numbered)
        )
    except CallReverted:
        raise FieldInvalid(_("A proposal of this kind can’t do this."), field="actions") from None
    return actions


def parameter_actions(changes: Mapping[str, int]) -> list[Action]:
    """One call for each rule that changes, in the order of the contract; each names the value of today.

    A value that has changed by the time the proposal is carried out stops it: of two adopted proposals none
    undoes the other unseen.

    Raises:
        FieldInvalid: if nothing would change.
    """
    now = {name: each.value for name, each in current_parameters().items()}
    found = [
        {
            "target": deployment().address("GovernanceCore"),
            "value": "0",
            "data": encode_call(
                "GovernanceCore",
                "updateGovernanceParams",
                {"name": as_word(name), "oldValue": now.get(name, 0), "newValue": changes[name]},
            ),
        }
        for name in kinds.KINDS
        if name in changes and changes[name] != now.get(name, 0)
    ]
    if not found:
        raise FieldInvalid(_("Every rule is already as you ask."), field="parameters")
    return found


def proposing_power(address: str, strategy: str, *, of_people: bool) -> int:
    """The power of ``address`` one second ago in the units of ``strategy``, held against the threshold.

    The own unit counts even if it is given away; units received while the person has been a delegate.

    Raises:
        ChainError: for a way of counting that only the chain can answer, if no node does.
    """
    moment = chain_now() - timedelta(seconds=1)
    if not of_people:
        return chain_strategy_power(strategy, address, int(moment.timestamp()))
    received = 0
    if has_role_since(address, Role.DELEGATE, moment):
        received = received_units(address, moment)
    return int(is_citizen(address, moment)) + received


def threshold_for(kind: ProposalType, strategy: Strategy) -> int:
    """The power that a proposer of ``kind`` needs under ``strategy``."""
    if kind in OF_ONE_UNIT:
        return 1
    return strategy.threshold or current_value("proposalThreshold")


def as_word(name: str) -> str:
    """A short string as Solidity keeps it in bytes32, as 0x-hex."""
    return "0x" + name.encode("ascii").ljust(32, b"\0").hex()


def _given(value: Any) -> list[Action]:
    if not value:
        raise FieldMissing(field="actions")
    if not isinstance(value, list) or len(value) > MAX_ACTIONS:
        raise FieldInvalid(field="actions", limit=MAX_ACTIONS)
    return [_action(each, index) for index, each in enumerate(value)]


def _action(value: Any, index: int) -> Action:
    field = f"actions.{index}"
    if not isinstance(value, Mapping):
        raise FieldInvalid(field=field)
    target, data = value.get("target"), value.get("data")
    if not is_address(target):
        raise FieldInvalid(field=f"{field}.target")
    if str(value.get("value", "0")) != "0":
        raise FieldInvalid(_("No action may carry value."), field=f"{field}.value")
    if not isinstance(data, str) or len(data) > MAX_DATA or not _is_hex(data):
        raise FieldInvalid(field=f"{field}.data")
    return {"target": str(target).lower(), "value": "0", "data": data.lower()}


def _is_hex(data: str) -> bool:
    try:
        bytes.fromhex(data.removeprefix("0x"))
    except ValueError:
        return False
    return data.startswith("0x")
