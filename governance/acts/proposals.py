"""Making, supporting, opening and cancelling a proposal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from contracts.acts.fields import need_choice, need_uint, opt_address, opt_text
from contracts.acts.hashes import actions_hash, content_hash, rules_hash
from contracts.acts.registry import Act, register_act
from contracts.models import RelayedAct
from daoportal.audit.actions import Action
from daoportal.audit.services import record
from daoportal.kernel import content
from governance import errors, parameters, rules, selectors, strategies, text
from governance.acts.words import in_utc, name_of, named, proposal_in, row_of, short_hash
from governance.errors import FieldInvalid
from governance.models import Proposal, ProposalDraft, ProposalType
from governance.selectors.preparation import actions_for, default_strategy, proposing_power
from identity import selectors as identity
from identity.models import Role

MAX_UINT48 = 2**48 - 1


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
            "actions": actions,
            "strategy": strategy,
        },
        summary=[
            row_of(_("You propose"), words.title),
            row_of(_("Kind"), str(kind.label)),
            *[row_of(_("Attached file"), each.name) for each in words.attachments],
            row_of(_("Proposer"), named(signer)),
            row_of(
                _("If it passes"),
                "; ".join(_effect(each) for each in effects) or _("Nothing happens by itself"),
            ),
            row_of(_("Votes are counted"), strategies.label(known[strategy])),
            row_of(_("Fingerprint of the text"), short_hash(words.metadata_hash)),
        ],
        on_accept=accept,
    )


@register_act("endorse")
def endorse(signer: str, fields: Mapping[str, Any]) -> Act:
    """Support a proposal, so that it may come to a vote: ``proposalId``."""
    proposal = proposal_in(fields)
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
            row_of(_("You support"), name_of(proposal)),
            row_of(_("What it does"), _("It brings the proposal closer to a vote. It is not a vote.")),
            row_of(_("Supporter"), named(signer)),
            row_of(_("Fingerprint of the text"), short_hash(proposal.content_hash)),
        ],
        proposal_id=proposal.proposal_id,
    )


@register_act("activate")
def activate(signer: str, fields: Mapping[str, Any]) -> Act:
    """Set the vote: ``proposalId``, ``voteStart`` (Unix seconds or ISO 8601; empty opens it at once)."""
    proposal = proposal_in(fields)
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
            row_of(_("You open the vote on"), name_of(proposal)),
            row_of(_("Voting opens"), _("At once") if opens is None else in_utc(opens)),
            row_of(_("Voting stays open"), _parameter("votingPeriod", period)),
            row_of(_("Quorum"), _parameter("quorumPercentage", quorum)),
            row_of(_("Officer") if not ready else _("Opened by"), named(signer)),
            row_of(_("Fingerprint of text and rules"), short_hash(fingerprint)),
        ],
        proposal_id=proposal.proposal_id,
        on_accept=_note_officers_act if identity.has_role(signer, Role.ADMINISTRATOR) else None,
    )


@register_act("cancel")
def cancel(signer: str, fields: Mapping[str, Any]) -> Act:
    """Cancel a proposal before voting opens: ``proposalId``. Its proposer alone, or two administrators."""
    proposal = proposal_in(fields)
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
            row_of(_("You cancel"), name_of(proposal)),
            row_of(_("What happens"), effect),
            row_of(_("Cancelled by"), named(signer)),
            row_of(_("Fingerprint of the text"), short_hash(proposal.content_hash)),
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


def _parameter(name: str, value: int) -> str:
    return parameters.in_words(name, value)


def _effect(effect: selectors.ActionInWords) -> str:
    details = [effect.note] if effect.note else []
    details += [f"{each.label}: {each.before} → {each.after}" for each in effect.changes]
    return f"{effect.title} ({', '.join(details)})" if details else effect.title
