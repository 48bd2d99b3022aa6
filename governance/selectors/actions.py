"""What exactly will happen if a proposal passes, in words, old and new values side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from contracts.addresses import checksum, proxy_admin, short
from contracts.calldata import DecodedCall, decode_call, decode_call_of
from contracts.deployment import deployment
from contracts.models import ChainEvent
from contracts.times import moment
from governance import effects, parameters, strategies
from governance.models import Proposal, Strategy
from governance.selectors.parameters import current_value
from identity import selectors as identity
from identity.chainrole import role_of


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that an action changes: its name, and its value before and after, in words."""

    label: str
    before: str
    after: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class ActionInWords:
    """One action: ``title`` says it in a sentence, ``call`` and ``data`` as it will be run.

    ``known`` is false for a call that this software can't put into words, which pages must then show in full.
    """

    title: str
    note: str
    changes: list[Change] = field(default_factory=list)
    call: str = ""
    contract: str = ""
    target: str = ""
    data: str = ""
    known: bool = True


def describe_actions(proposal: Proposal) -> list[ActionInWords]:
    """The actions of ``proposal`` in order.

    Old values are today's, or those just before it was carried out.
    """
    return describe_calls(proposal.actions, before_event=_first_event_of_execution(proposal))


def describe_calls(
    actions: Sequence[Mapping[str, Any]], *, before_event: int | None = None
) -> list[ActionInWords]:
    """Calls ``{"target", "value", "data"}`` in words; for previews of proposals that are not on chain yet."""
    return [_describe(action, before_event) for action in actions]


def _describe(action: Mapping[str, Any], before_event: int | None) -> ActionInWords:
    target, data = str(action["target"]).lower(), str(action["data"])
    call = decode_call(target, data) or _upgrade_call(target, data)
    if call is None:
        return ActionInWords(
            title=_("A call that can’t be put into words here"),
            note=_("Read it with someone you trust before you vote."),
            call=f"{short(target)} {data[:10]}",
            contract=checksum(target),
            target=checksum(target),
            data=data,
            known=False,
        )
    title, note, changes, known = _words(call, before_event)
    return ActionInWords(
        title=title,
        note=note,
        changes=changes,
        call=f"{call.contract_name}.{call.function}({_spell(call.args)})",
        contract=call.contract_name,
        target=checksum(target),
        data=data,
        known=known,
    )


def _upgrade_call(target: str, data: str) -> DecodedCall | None:
    """``ProxyAdmin.upgradeAndCall`` of one of our proxies; admins have no name in the deployment."""
    call = decode_call_of("ProxyAdmin", data)
    if call is None or call.function != "upgradeAndCall":
        return None
    proxy = str(call.args["proxy"])
    ours = deployment().name_of(proxy) is not None and proxy_admin(proxy) == target
    return call if ours else None


def _words(call: DecodedCall, before_event: int | None) -> tuple[str, str, list[Change], bool]:
    args = call.args
    match call.function:
        case "updateGovernanceParams":
            changes = parameter_changes_in(_struct(args), before_event)
            note = "" if changes else _("Every rule is already as this proposal asks.")
            return _("Change the rules of voting"), note, changes, True
        case "registerStrategy":
            address = str(args["strategy"]).lower()
            kind = Strategy.objects.filter(address=address).values_list("kind", flat=True).first()
            note = strategies.label(kind) if kind else short(address)
            return _("Admit a new way of counting votes"), note, [], True
        case "grantRole" | "grantTemporaryRole" | "grantRoles":
            return *_role_words(args, give=True), True
        case "revokeRole" | "revokeRoles":
            return *_role_words(args, give=False), True
        case "identifyOfficer":
            name = identity.name_for(str(args["account"]))
            return _("Record which person stands behind %(name)s") % {"name": name}, "", [], True
        case "unpause":
            return _("Lift the pause: voting and execution go on"), "", [], True
        case "upgradeAndCall":
            return *_upgrade_words(args), args["data"] == "0x"
    title = _("Call %(function)s of %(contract)s") % {
        "function": call.function,
        "contract": call.contract_name,
    }
    return title, "", [], False


def parameter_changes_in(values: Mapping[str, Any], before_event: int | None = None) -> list[Change]:
    """Those of ``values`` (all rules by name) that differ from now, or from before an event."""
    changes: list[Change] = []
    for name in parameters.KINDS:
        if name not in values:
            continue
        new, old = int(values[name]), current_value(name, before_event)
        if new != old:
            before, after = parameters.in_words(name, old), parameters.in_words(name, new)
            changes.append(Change(parameters.label(name), before, after, name))
    return changes


def _role_words(args: Mapping[str, Any], *, give: bool) -> tuple[str, str, list[Change]]:
    try:
        role = str(role_of(str(args["role"]).lower()).label)
    except ValueError:
        role = str(args["role"])
    accounts = [str(each) for each in args.get("accounts") or [args["account"]]]
    if len(accounts) == 1:
        text = (
            _("Give %(name)s the role of %(role)s") if give else _("Take the role of %(role)s from %(name)s")
        )
        # Anyone may choose anyone's name; the whole address can't be chosen.
        title, note = text % {"name": identity.name_for(accounts[0]), "role": role}, checksum(accounts[0])
    else:
        if give:
            text = ngettext(
                "Give the role of %(role)s to %(count)d person",
                "Give the role of %(role)s to %(count)d people",
                len(accounts),
            )
        else:
            text = ngettext(
                "Take the role of %(role)s from %(count)d person",
                "Take the role of %(role)s from %(count)d people",
                len(accounts),
            )
        chosen = identity.chosen_names(accounts[:20])
        shown = [f"{chosen.get(each.lower(), '')} {short(each)}".strip() for each in accounts[:20]]
        note = ", ".join([*shown, "…"] if len(accounts) > 20 else shown)
        title = text % {"role": role, "count": len(accounts)}
    if give:
        until = moment(int(args.get("until") or 0))
        end = _("Until %(date)s") % {"date": _date(until)} if until else _("Without an end")
        note = f"{note} · {end}"
    return title, note, []


def _upgrade_words(args: Mapping[str, Any]) -> tuple[str, str, list[Change]]:
    name = deployment().name_of(str(args["proxy"])) or ""
    title = _("Replace the program for %(part)s") % {"part": effects.program(name)}
    return title, _("New program: %(address)s") % {"address": checksum(str(args["implementation"]))}, []


def _first_event_of_execution(proposal: Proposal) -> int | None:
    """The place of the first event of the transaction that carried the proposal out; None if it was not."""
    if proposal.executed_at is None:
        return None
    executed = ChainEvent.objects.filter(proposal_id=proposal.proposal_id, event_name="ProposalExecuted")
    transaction_hash = executed.values_list("transaction_hash", flat=True).first()
    if transaction_hash is None:
        return None
    same = ChainEvent.objects.filter(transaction_hash=transaction_hash).order_by("position")
    return same.values_list("position", flat=True).first()


def _struct(args: Mapping[str, Any]) -> Mapping[str, Any]:
    """The one struct argument of ``updateGovernanceParams`` by field name."""
    value: Any = next(iter(args.values()), {})
    if isinstance(value, Mapping):
        return value
    if hasattr(value, "_asdict"):
        return value._asdict()
    return dict(zip(parameters.KINDS, value, strict=False))


def _spell(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_spell_value(item)}" for name, item in value.items())
    return _spell_value(value)


def _spell_value(value: Any) -> str:
    if isinstance(value, Mapping):
        return f"({_spell(value)})"
    if hasattr(value, "_asdict"):
        return f"({_spell(value._asdict())})"
    if isinstance(value, list | tuple):
        return f"[{', '.join(_spell_value(item) for item in value)}]"
    if isinstance(value, bytes):
        return "0x" + value.hex()
    return str(value)


def _date(value: datetime) -> str:
    return formats.date_format(timezone.localtime(value), "j F Y")
