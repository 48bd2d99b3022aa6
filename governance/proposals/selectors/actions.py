"""What exactly will happen if a proposal passes, in words, old and new values side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from contracts.addresses import ZERO_HASH, checksum, proxy_admin, short
from contracts.calldata import DecodedCall, decode_call, decode_call_of, functions, selector
from contracts.deployment import deployment
from contracts.times import moment
from governance.authoring import effects
from governance.parameters import kinds as parameters
from governance.parameters import strategies
from governance.parameters.models import Counting, Strategy
from governance.parameters.selectors.values import current_value
from governance.parameters.strategies import TOKEN_WEIGHTED
from governance.proposals.models import Proposal, ProposalType
from identity.accounts.selectors import chosen_names, name_for
from identity.reasons.selectors import reason_text
from identity.roles.hashes import role_of


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
    """The actions of ``proposal`` in order."""
    return describe_calls(proposal.actions, done=proposal.executed_at is not None)


def describe_calls(actions: Sequence[Mapping[str, Any]], *, done: bool = False) -> list[ActionInWords]:
    """Calls ``{"target", "value", "data"}`` in words; for previews of proposals that are not on chain yet.

    Args:
        done: whether they were carried out, so that nothing is said of how they would go today.
    """
    return [_describe(action, done) for action in actions]


def _describe(action: Mapping[str, Any], done: bool) -> ActionInWords:
    target, data = str(action["target"]).lower(), str(action["data"])
    call = decode_call(target, data) or _upgrade_call(target, data)
    try:
        words = None if call is None else _words(call, done)
    except (ValueError, IndexError):
        words = None  # arguments that the contract will refuse: a kind or a way of counting that isn't there
    if call is None or words is None:
        return ActionInWords(
            title=_("A call that can’t be put into words here"),
            note=_("Read it with someone you trust before you vote."),
            call=f"{short(target)} {data[:10]}",
            contract=checksum(target),
            target=checksum(target),
            data=data,
            known=False,
        )
    title, note, changes, known = words
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


def _words(call: DecodedCall, done: bool) -> tuple[str, str, list[Change], bool]:
    args = call.args
    match call.function:
        case "updateGovernanceParams":
            return _("Change a rule of voting"), *_rule_words(args, done)
        case "registerStrategy":
            return _("Admit a new way of counting votes"), _strategy_words(args["terms"]), [], True
        case "retireStrategy":
            return _("Retire a way of counting votes"), _strategy_name(str(args["strategy"])), [], True
        case "grantRole" | "grantTemporaryRole" | "grantRoles":
            return *_role_words(args, give=True), True
        case "revokeRole" | "revokeRoles":
            return *_role_words(args, give=False), True
        case "correctPerson":
            name, key = name_for(str(args["account"])), str(args["personKey"])
            title = _("Record which person stands behind %(name)s") % {"name": name}
            return title, f"{checksum(str(args['account']))} · {_person(key)}", [], True
        case "moveCitizen":
            old, new = str(args["oldAccount"]), str(args["newAccount"])
            title = _("Move the citizenship of %(name)s to a new address") % {"name": name_for(old)}
            return title, f"{checksum(old)} → {checksum(new)}", [], True
        case "unpause":
            (number,) = args.values()  # the contract spells it pauseNumber_, the interface without the stroke
            title = _("Lift pause %(number)d: voting and execution go on") % {"number": number}
            return title, "", [], True
        case "upgradeAndCall":
            return *_upgrade_words(args), args["data"] == "0x"
        case "setTarget":
            return _target_words(args)
    title = _("Call %(function)s of %(contract)s") % {
        "function": call.function,
        "contract": call.contract_name,
    }
    return title, "", [], False


def _rule_words(args: Mapping[str, Any], done: bool) -> tuple[str, list[Change], bool]:
    """A note, the change, and whether there is such a rule; the call itself says what the rule is before."""
    name = bytes.fromhex(str(args["name"])[2:]).rstrip(b"\0").decode("ascii", "replace")
    old, new = int(args["oldValue"]), int(args["newValue"])
    change = Change(
        parameters.label(name), parameters.in_words(name, old), parameters.in_words(name, new), name
    )
    now = old if done else current_value(name)
    note = ""
    if now == new != old:
        note = _("It is so already.")
    elif now != old:
        note = _("It is %(value)s now, so this can’t be carried out.") % {
            "value": parameters.in_words(name, now)
        }
    return note, [change], name in parameters.KINDS


def _strategy_words(terms: Mapping[str, Any]) -> str:
    counting, threshold = Counting(int(terms["counting"])), int(terms["threshold"])
    kinds = [str(kind.label) for kind in ProposalType if kind in strategies.decides(int(terms["types"]))]
    said = [str(counting.label), _("for proposals of the kind %(kinds)s") % {"kinds": ", ".join(kinds)}]
    if counting == Counting.TOKEN:
        token = checksum(str(terms["token"]))
        said.append(_("token %(token)s") % {"token": token})
        said.append(
            _("%(amount)s needed to propose") % {"amount": strategies.amount(TOKEN_WEIGHTED, threshold)}
        )
    if counting == Counting.QUADRATIC:
        said.append(
            _("%(credits)s credits for each period of %(period)s")
            % {
                "credits": f"{int(terms['credits']):,}",
                "period": parameters.duration(int(terms["periodLength"])),
            }
        )
    return " · ".join(said)


def _strategy_name(address: str) -> str:
    kind = Strategy.objects.filter(address=address.lower()).values_list("kind", flat=True).first()
    return f"{strategies.label(kind)} · {checksum(address)}" if kind else checksum(address)


def _target_words(args: Mapping[str, Any]) -> tuple[str, str, list[Change], bool]:
    """What a kind of proposals may call from now on; known only where contract and function are."""
    target = str(args["target"]).lower()
    contract, kind = deployment().name_of(target), list(ProposalType)[int(args["proposalType"])]
    function = _function_named(contract, str(args["selector"])) if contract else None
    text = _("Let proposals of the kind %(kind)s call %(function)s of %(contract)s")
    if not args["allowed"]:
        text = _("No longer let proposals of the kind %(kind)s call %(function)s of %(contract)s")
    title = text % {
        "kind": kind.label,
        "function": function or str(args["selector"]),
        "contract": contract or short(target),
    }
    return title, checksum(target), [], function is not None


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
        title, note = text % {"name": name_for(accounts[0]), "role": role}, checksum(accounts[0])
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
        chosen = chosen_names(accounts[:20])
        shown = [f"{chosen.get(each.lower(), '')} {short(each)}".strip() for each in accounts[:20]]
        note = ", ".join([*shown, "…"] if len(accounts) > 20 else shown)
        title = text % {"role": role, "count": len(accounts)}
    if give:
        keys = [str(key) for key in args.get("personKeys") or [args["personKey"]]]
        if len(keys) == 1 and keys[0] != ZERO_HASH:
            note = f"{note} · {_person(keys[0])}"
        until = moment(int(args.get("until") or 0))
        end = _("Until %(date)s") % {"date": _date(until)} if until else _("Without an end")
        note = f"{note} · {end}"
    elif reason := reason_text(str(args["reasonHash"])):
        note = f"{note} · {reason}"
    return title, note, []


def _person(key: str) -> str:
    """The keyed hash of a person by its two ends, to be compared by eye."""
    return _("Person %(key)s") % {"key": f"{key[:10]}…{key[-8:]}"}


def _upgrade_words(args: Mapping[str, Any]) -> tuple[str, str, list[Change]]:
    name = deployment().name_of(str(args["proxy"])) or ""
    title = _("Replace the program for %(part)s") % {"part": effects.program(name)}
    return title, _("New program: %(address)s") % {"address": checksum(str(args["implementation"]))}, []


def _function_named(contract: str, wanted: str) -> str | None:
    """The name of the contract's function with this selector (0x-hex)."""
    return next(
        (entry["name"] for entry in functions(contract) if f"0x{selector(entry).hex()}" == wanted), None
    )


def _spell(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_spell_value(item)}" for name, item in value.items())
    return _spell_value(value)


def _spell_value(value: Any) -> str:
    if isinstance(value, Mapping):
        return f"({_spell(value)})"
    if isinstance(value, list | tuple):
        return f"[{', '.join(_spell_value(item) for item in value)}]"
    return str(value)


def _date(value: datetime) -> str:
    return formats.date_format(timezone.localtime(value), "j F Y")
