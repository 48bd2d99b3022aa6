"""What people sign about decisions: each act's fields, rules and document, and the words to read first.

A builder judges and describes; it writes nothing. Words that belong to an act (a reason, a proposal's text)
are kept when the signed act is accepted.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from contracts.acts.calls import MAX_VOTES
from contracts.acts.fields import need_address, need_choice, need_uint, opt_address, opt_object, opt_text
from contracts.acts.hashes import actions_hash, content_hash, reason_hash, rules_hash
from contracts.acts.reads import delegation_nonce
from contracts.acts.registry import Act, register_act
from contracts.addresses import ZERO_ADDRESS, checksum, short
from contracts.models import RelayedAct
from daoportal.audit.actions import Action
from daoportal.audit.services import record
from daoportal.kernel import content
from governance import errors, parameters, rules, selectors, strategies, text
from governance.errors import FieldInvalid
from governance.models import Proposal, ProposalDraft, ProposalType, Support
from governance.selectors.preparation import actions_for, default_strategy, proposing_power
from governance.services.votes import MAX_REASON, keep_reason
from identity import selectors as identity
from identity.models import Role

Row = dict[str, str]
MAX_UINT48 = 2**48 - 1


@register_act("vote")
def vote(signer: str, fields: Mapping[str, Any]) -> Act:
    """Cast a ballot: ``proposalId``, ``support`` (0 against, 1 for, 2 abstain), ``reason`` (optional).

    Where votes cost credits, ``params`` says how many to cast: ``{"votes": 3}``.
    """
    proposal = _proposal(fields)
    support = Support(need_uint(fields, "support", maximum=2))
    reason = opt_text(fields, "reason", longest=MAX_REASON)
    power = selectors.ballot_power(proposal, signer)
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
            _decision(proposal),
            _row(_("Your vote"), str(support.label)),
            _row(_("Voter"), _named(signer)),
            _row(_("Counts as"), _cost(votes) if votes else _amount(proposal, power.weight)),
            _row(_("Fingerprint of the text"), _short_hash(proposal.rules_hash)),
            _row(_("Your reason"), reason or _("None given")),
        ],
        proposal_id=proposal.proposal_id,
        on_accept=accept,
    )


@register_act("propose")
def propose(signer: str, fields: Mapping[str, Any]) -> Act:
    """Make a proposal: ``title``, ``summary``, ``description`` (Markdown), ``topic``, ``proposalType``.

    Kind PARAMETER takes ``parameters`` (new values by name); other kinds with effects take ``actions``.
    Optional: ``strategy``, ``draftId`` of the draft that it was written in, ``attachments`` (files that are
    stored here: ``name``, ``cid``, ``size``, ``mediaType``).
    """
    kind = ProposalType(need_choice(fields, "proposalType", ProposalType.values))
    words = text.check(
        title=opt_text(fields, "title", longest=text.MAX_TITLE),
        summary=opt_text(fields, "summary", longest=text.MAX_SUMMARY),
        description=opt_text(fields, "description", longest=text.MAX_DESCRIPTION),
        topic=opt_text(fields, "topic", longest=text.MAX_TOPIC),
        files=fields.get("attachments") or [],
    )
    strategy = opt_address(fields, "strategy", default_strategy())
    known = selectors.strategy_kinds()
    if strategy not in known:
        raise FieldInvalid(field="strategy")
    actions = actions_for(kind, fields)
    digest = actions_hash(actions)
    number = list(ProposalType).index(kind)
    fingerprint = content_hash(signer, number, words.metadata_hash, digest, strategy)
    of_people = known[strategy] in strategies.OF_PEOPLE
    errors.refuse(
        rules.why_not_propose(
            citizen=identity.is_citizen(signer),
            of_people=of_people,
            power=proposing_power(signer, strategy, of_people=of_people),
            threshold=selectors.current_value("proposalThreshold"),
            duplicate=Proposal.objects.filter(content_hash=fingerprint).exists(),
        )
    )
    draft_id = _draft_id(fields)

    def accept(row: RelayedAct) -> None:
        content.put(words.as_bytes())
        if draft_id is not None:
            ProposalDraft.objects.filter(pk=draft_id).update(content_hash=fingerprint)

    effects = selectors.describe_calls(actions)
    return Act(
        primary_type="CreateProposal",
        message={
            "proposer": signer,
            "proposalType": number,
            "metadataHash": words.metadata_hash,
            "actionsHash": digest,
            "strategy": strategy,
        },
        summary=[
            _row(_("You propose"), words.title),
            _row(_("Kind"), str(kind.label)),
            *[_row(_("Attached file"), each.name) for each in words.attachments],
            _row(_("Proposer"), _named(signer)),
            _row(
                _("If it passes"),
                "; ".join(_effect(each) for each in effects) or _("Nothing happens by itself"),
            ),
            _row(_("Votes are counted"), strategies.label(known[strategy])),
            _row(_("Fingerprint of the text"), _short_hash(words.metadata_hash)),
        ],
        extras={"actions": actions},
        on_accept=accept,
    )


@register_act("endorse")
def endorse(signer: str, fields: Mapping[str, Any]) -> Act:
    """Support a proposal, so that it may come to a vote: ``proposalId``."""
    proposal = _proposal(fields)
    errors.refuse(
        rules.why_not_endorse(
            state=proposal.state,
            citizen=identity.is_citizen(signer),
            endorsed=selectors.has_endorsed(proposal, signer),
        ),
        proposal_id=str(proposal.proposal_id),
    )
    return Act(
        primary_type="EndorseProposal",
        message={
            "proposalId": proposal.proposal_id,
            "contentHash": proposal.content_hash,
            "endorser": signer,
        },
        summary=[
            _row(_("You support"), _name(proposal)),
            _row(_("What it does"), _("It brings the proposal closer to a vote. It is not a vote.")),
            _row(_("Supporter"), _named(signer)),
            _row(_("Fingerprint of the text"), _short_hash(proposal.content_hash)),
        ],
        proposal_id=proposal.proposal_id,
    )


@register_act("activate")
def activate(signer: str, fields: Mapping[str, Any]) -> Act:
    """Set the vote: ``proposalId``, ``voteStart`` (Unix seconds or ISO 8601; empty opens it at once)."""
    proposal = _proposal(fields)
    now = identity.now()
    opens = _vote_start(fields, now)
    values = {name: each.value for name, each in selectors.current_parameters().items()}
    ready = rules.ready_to_open(
        created_at=proposal.created_at,
        endorsements=proposal.endorsements,
        review_period=timedelta(seconds=values.get("reviewPeriod", 0)),
        needed=values.get("endorsements", 0),
        now=now,
    )
    errors.refuse(
        rules.why_not_activate(
            state=proposal.state,
            administrator=identity.has_role(signer, Role.ADMINISTRATOR),
            time_given=opens is not None,
            ready=ready,
        ),
        proposal_id=str(proposal.proposal_id),
    )
    quorum, period = values.get("quorumPercentage", 0), values.get("votingPeriod", 0)
    fingerprint = rules_hash(proposal.content_hash, quorum, period)
    return Act(
        primary_type="ActivateProposal",
        message={
            "proposalId": proposal.proposal_id,
            "rulesHash": fingerprint,
            "voteStart": 0 if opens is None else int(opens.timestamp()),
            "administrator": signer,
        },
        summary=[
            _row(_("You open the vote on"), _name(proposal)),
            _row(_("Voting opens"), _("At once") if opens is None else _moment(opens)),
            _row(_("Voting stays open"), _parameter("votingPeriod", period)),
            _row(_("Quorum"), _parameter("quorumPercentage", quorum)),
            _row(_("Officer") if not ready else _("Opened by"), _named(signer)),
            _row(_("Fingerprint of text and rules"), _short_hash(fingerprint)),
        ],
        proposal_id=proposal.proposal_id,
        on_accept=_note_officers_act if identity.has_role(signer, Role.ADMINISTRATOR) else None,
    )


@register_act("cancel")
def cancel(signer: str, fields: Mapping[str, Any]) -> Act:
    """Cancel a proposal before voting opens: ``proposalId``. Its proposer alone, or two administrators."""
    proposal = _proposal(fields)
    proposer = proposal.proposer == signer
    waiting = selectors.waiting_cancellation(proposal)
    errors.refuse(
        rules.why_not_cancel(
            state=proposal.state,
            proposer=proposer,
            administrator=identity.has_role(signer, Role.ADMINISTRATOR),
            asked=waiting is not None and _same_person(waiting, signer),
        ),
        proposal_id=str(proposal.proposal_id),
    )
    if proposer or waiting is not None:
        effect = _("It is cancelled at once and for good.")
    else:
        effect = _("It is cancelled for good once a second officer agrees within seven days.")
    return Act(
        primary_type="CancelProposal",
        message={
            "proposalId": proposal.proposal_id,
            "contentHash": proposal.content_hash,
            "canceller": signer,
        },
        summary=[
            _row(_("You cancel"), _name(proposal)),
            _row(_("What happens"), effect),
            _row(_("Cancelled by"), _named(signer)),
            _row(_("Fingerprint of the text"), _short_hash(proposal.content_hash)),
        ],
        proposal_id=proposal.proposal_id,
        on_accept=None if proposer else _note_officers_act,
    )


def _note_officers_act(row: RelayedAct) -> None:
    """The audit log hears of an officer's signature when the portal takes it, whatever becomes of it."""
    action = Action.VOTE_OPENING_SIGNED if row.act == "activate" else Action.CANCELLATION_SIGNED
    record(
        action=action,
        actor=row.signer,
        target=f"governance.proposal:{row.proposal_id}",
        details={"digest": row.digest},
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
        rules.why_not_delegate(
            taking_back=nobody,
            citizen=identity.is_citizen(signer),
            is_delegate=nobody or identity.has_role(delegatee, Role.DELEGATE),
        )
    )
    if delegatee == ZERO_ADDRESS and kind is not None:
        first = _row(
            _("You end"), _("What you arranged for one kind of decisions; what holds overall holds again")
        )
    elif delegatee == ZERO_ADDRESS:
        first = _row(_("You take back"), _("Your vote, from whoever has it now"))
    elif delegatee == signer:
        first = _row(_("You keep"), _("Your own vote, whoever has it otherwise"))
    else:
        first = _row(_("You give your vote to"), _named(delegatee))
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
            _row(_("For"), scope_words),
            _row(_("You can still"), _("Vote yourself at any time; your own vote counts instead")),
            _row(_("Taken back by") if nobody else _("Given by"), _named(signer)),
        ],
    )


def _proposal(fields: Mapping[str, Any]) -> Proposal:
    return selectors.get_proposal(need_uint(fields, "proposalId"))


def _votes(proposal: Proposal, fields: Mapping[str, Any], most: int) -> int:
    """How many votes a ballot that costs credits casts; 0 where votes cost nothing."""
    params = opt_object(fields, "params")
    if selectors.strategy_kind(proposal) != strategies.QUADRATIC:
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


def _draft_id(fields: Mapping[str, Any]) -> UUID | None:
    value = fields.get("draftId")
    if value in (None, ""):
        return None
    try:
        return UUID(str(value))
    except ValueError:
        raise FieldInvalid(field="draftId") from None


def _vote_start(fields: Mapping[str, Any], now: datetime) -> datetime | None:
    value = fields.get("voteStart")
    if value in (None, "", 0, "0"):
        return None
    if isinstance(value, str) and not value.isdigit():
        try:
            opens = datetime.fromisoformat(value)
        except ValueError:
            raise FieldInvalid(field="voteStart") from None
        opens = opens if opens.tzinfo else opens.replace(tzinfo=UTC)
    else:
        try:
            opens = datetime.fromtimestamp(need_uint(fields, "voteStart", maximum=MAX_UINT48), UTC)
        except (OverflowError, ValueError, OSError):
            raise FieldInvalid(field="voteStart") from None
    if not now < opens <= now + rules.MAX_VOTE_START_AHEAD:
        raise FieldInvalid(_("Choose a time within the next 30 days."), field="voteStart")
    return opens


def _same_person(one: str, other: str) -> bool:
    """Two addresses of one officer sign as one."""
    person = identity.person_hash(one)
    return one == other or (person is not None and person == identity.person_hash(other))


def _row(label: str, value: str) -> Row:
    return {"label": label, "value": value}


def _decision(proposal: Proposal) -> Row:
    return _row(_("Decision"), _name(proposal))


def _name(proposal: Proposal) -> str:
    return f"{proposal.proposal_id} · {proposal.title}"


def _named(address: str) -> str:
    chosen = identity.chosen_names([address]).get(address.lower())
    return f"{chosen} {short(address)}" if chosen else checksum(address)


def _short_hash(value: str | None) -> str:
    return f"{value[:6]}…{value[-4:]}" if value else ""


def _amount(proposal: Proposal, weight: int) -> str:
    return strategies.amount(selectors.strategy_kind(proposal), weight)


def _parameter(name: str, value: int) -> str:
    return parameters.in_words(name, value)


def _effect(effect: selectors.ActionInWords) -> str:
    changes = ", ".join(f"{each.label}: {each.before} → {each.after}" for each in effect.changes)
    return f"{effect.title} ({changes})" if changes else effect.title


def _moment(value: datetime) -> str:
    local = timezone.localtime(value)
    return f"{formats.date_format(local, 'DATETIME_FORMAT')} ({value.astimezone(UTC):%Y-%m-%d %H:%M} UTC)"
