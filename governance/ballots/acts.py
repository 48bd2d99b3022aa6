"""A ballot, and giving the vote to a delegate."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from contracts.acts.calls import MAX_VOTES
from contracts.acts.fields import need_address, need_choice, need_uint, opt_object, opt_text
from contracts.acts.hashes import reason_hash
from contracts.acts.reads import delegation_nonce
from contracts.acts.registry import Act, register_act
from contracts.addresses import ZERO_ADDRESS
from contracts.models import RelayedAct
from governance import errors
from governance.ballots.models import Support
from governance.ballots.selectors.power import ballot_power
from governance.ballots.services import MAX_REASON, keep_reason
from governance.delegation.rules import why_not_delegate
from governance.errors import FieldInvalid
from governance.parameters import strategies
from governance.parameters.selectors.strategies import strategy_kind
from governance.proposals.models import Proposal, ProposalType
from governance.summaries import amount, decision, named, proposal_in, row_of, short_hash
from identity.census.selectors.roll import is_citizen
from identity.roles.models import Role
from identity.roles.selectors.roles import has_role


@register_act("vote")
def vote(signer: str, fields: Mapping[str, Any]) -> Act:
    """Cast a ballot: ``proposalId``, ``support`` (0 against, 1 for, 2 abstain), ``reason`` (optional).

    Where votes cost credits, ``params`` says how many to cast: ``{"votes": 3}``.
    """
    proposal = proposal_in(fields)
    support = Support(need_uint(fields, "support", maximum=2))
    reason = opt_text(fields, "reason", longest=MAX_REASON)
    power = ballot_power(proposal, signer)
    errors.refuse(power.code or None, proposal_id=str(proposal.proposal_id))
    votes = _votes(proposal, fields, power.weight)

    def accept(row: RelayedAct) -> None:
        keep_reason(proposal_id=proposal.proposal_id, voter=signer, reason=reason)

    return Act(
        primary_type="Ballot",
        message={
            "proposalId": proposal.proposal_id,
            "rulesHash": proposal.rules_hash,
            "voter": signer,
            "support": int(support),
            "params": f"0x{votes:064x}" if votes else "0x",
            "reasonHash": reason_hash(reason),
        },
        summary=[
            decision(proposal),
            row_of(_("Your vote"), str(support.label)),
            row_of(_("Voter"), named(signer)),
            row_of(_("Counts as"), _cost(votes) if votes else amount(proposal, power.weight)),
            row_of(_("Fingerprint of the text"), short_hash(proposal.rules_hash)),
            row_of(_("Your reason"), reason or _("None given")),
        ],
        proposal_id=proposal.proposal_id,
        on_accept=accept,
    )


@register_act("delegate")
def delegate(signer: str, fields: Mapping[str, Any]) -> Act:
    """Give the vote to a delegate, or take it back.

    ``delegatee`` is an address; empty or the signer's own takes the vote back. With ``proposalType`` it is
    about that kind of proposals alone: one's own address keeps one's vote there, empty ends the arrangement.
    """
    kind = fields.get("proposalType") or None
    if kind is not None:
        kind = ProposalType(need_choice(fields, "proposalType", ProposalType.values))
    given = fields.get("delegatee")
    delegatee = ZERO_ADDRESS if given in (None, "") else need_address(fields, "delegatee")
    if delegatee == signer and kind is None:
        delegatee = ZERO_ADDRESS
    nobody = delegatee in (ZERO_ADDRESS, signer)
    errors.refuse(
        why_not_delegate(
            taking_back=nobody,
            citizen=is_citizen(signer),
            is_delegate=nobody or has_role(delegatee, Role.DELEGATE),
        )
    )
    if delegatee == ZERO_ADDRESS and kind is not None:
        first = row_of(
            _("You end"), _("What you arranged for one kind of decisions; what holds overall holds again")
        )
    elif delegatee == ZERO_ADDRESS:
        first = row_of(_("You take back"), _("Your vote, from whoever has it now"))
    elif delegatee == signer:
        first = row_of(_("You keep"), _("Your own vote, whoever has it otherwise"))
    else:
        first = row_of(_("You give your vote to"), named(delegatee))
    scope = {} if kind is None else {"proposalType": list(ProposalType).index(kind)}
    scope_words = (
        _("Every decision whose vote opens after this is recorded")
        if kind is None
        else _("Decisions of the kind “%(kind)s” whose vote opens after this is recorded")
        % {"kind": kind.label}
    )
    return Act(
        primary_type="Delegate" if kind is None else "DelegateFor",
        message={"delegator": signer, **scope, "delegatee": delegatee, "nonce": delegation_nonce(signer)},
        summary=[
            first,
            row_of(_("For"), scope_words),
            row_of(_("You can still"), _("Vote yourself at any time; your own vote counts instead")),
            row_of(_("Taken back by") if nobody else _("Given by"), named(signer)),
        ],
    )


def _votes(proposal: Proposal, fields: Mapping[str, Any], most: int) -> int:
    """How many votes a ballot that costs credits casts; 0 where votes cost nothing."""
    params = opt_object(fields, "params")
    if strategy_kind(proposal) != strategies.QUADRATIC:
        if params:
            raise FieldInvalid(field="params")
        return 0
    if params.keys() - {"votes"}:
        raise FieldInvalid(field="params")
    votes = need_uint(params, "votes", maximum=MAX_VOTES)
    if votes < 1:
        raise FieldInvalid(field="votes")
    if votes > most:
        raise errors.CreditsExceeded(votes=votes, most=most)
    return votes


def _cost(votes: int) -> str:
    text = ngettext(
        "%(votes)d vote, which costs %(credits)d credit",
        "%(votes)d votes, which cost %(credits)d credits",
        votes,
    )
    return text % {"votes": votes, "credits": votes**2}
