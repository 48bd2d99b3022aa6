"""Making, supporting, opening and cancelling a proposal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.registry import register_action
from audit.services import record
from contracts.acts.fields import need_choice, need_uint, opt_address, opt_text
from contracts.acts.hashes import reason_hash
from contracts.acts.reads import signing_nonce
from contracts.acts.registry import Act, ActType, register
from contracts.models import RelayedAct
from contracts.selectors import chain_now
from core.content import put
from governance import errors
from governance.authoring.models import ProposalDraft
from governance.authoring.selectors.preparation import (
    actions_for,
    default_strategy,
    proposing_power,
    threshold_for,
)
from governance.errors import FieldInvalid, FieldMissing
from governance.hashes import actions_hash, content_hash, rules_hash
from governance.parameters import kinds, strategies
from governance.parameters.models import Counting
from governance.parameters.selectors.strategies import strategies as registered_strategies
from governance.parameters.selectors.values import endorsements_needed, terms_for
from governance.proposals import documents, text
from governance.proposals.models import Proposal, ProposalState, ProposalType
from governance.proposals.rules import (
    opening_between,
    ready_to_open,
    why_not_activate,
    why_not_cancel,
    why_not_endorse,
    why_not_propose,
)
from governance.proposals.selectors.actions import ActionInWords, describe_calls
from governance.proposals.selectors.proposals import has_endorsed, waiting_cancellation
from governance.summaries import in_utc, name_of, named, proposal_in, row_of, short_hash
from identity.census.selectors.persons import is_same_person
from identity.census.selectors.roll import is_citizen
from identity.reasons.services import LONGEST_REASON, keep_reason
from identity.roles.models import Role
from identity.roles.selectors.roles import has_role

VOTE_OPENING_SIGNED = register_action("vote.opening-signed", gettext_lazy("Signed to open a vote"))
CANCELLATION_SIGNED = register_action("cancellation.signed", gettext_lazy("Signed to cancel a proposal"))

MAX_UINT48 = 2**48 - 1


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
    way = registered_strategies().filter(address=strategy, retired_at=None).first()
    if way is None:
        raise FieldInvalid(field="strategy")
    actions = actions_for(kind, fields)
    number = list(ProposalType).index(kind)
    fingerprint = content_hash(signer, number, words.metadata_hash, actions_hash(actions), strategy)
    of_people = way.counting != Counting.TOKEN
    errors.refuse(
        why_not_propose(
            citizen=is_citizen(signer),
            of_people=of_people,
            counted=kind in strategies.decides(way.types),
            power=proposing_power(signer, strategy, of_people=of_people),
            threshold=threshold_for(kind, way),
            duplicate=Proposal.objects.filter(content_hash=fingerprint).exists(),
        )
    )
    draft_id = _draft_id(fields)

    def accept(row: RelayedAct) -> None:
        put(words.as_bytes())
        if draft_id is not None:
            ProposalDraft.objects.filter(pk=draft_id).update(content_hash=fingerprint)

    effects = describe_calls(actions)
    return Act(
        primary_type=documents.CREATE_PROPOSAL.primary_type,
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
            row_of(_("Votes are counted"), strategies.label(way.kind)),
            row_of(_("Fingerprint of the text"), short_hash(words.metadata_hash)),
        ],
        on_accept=accept,
    )


def endorse(signer: str, fields: Mapping[str, Any]) -> Act:
    """Support a proposal, so that it may come to a vote: ``proposalId``."""
    proposal = proposal_in(fields)
    errors.refuse(
        why_not_endorse(
            state=proposal.state,
            citizen=is_citizen(signer),
            endorsed=has_endorsed(proposal, signer),
        ),
        proposal_id=str(proposal.proposal_id),
    )
    return Act(
        primary_type=documents.ENDORSE_PROPOSAL.primary_type,
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
    )


def activate(signer: str, fields: Mapping[str, Any]) -> Act:
    """Set the vote: ``proposalId``, ``voteStart`` (Unix seconds or ISO 8601).

    Empty, it opens as soon as the notice has passed: only where anyone may open it, so that whoever holds the
    signature doesn't choose the second.
    """
    proposal = proposal_in(fields)
    now = chain_now()
    terms = terms_for(proposal.proposal_type)
    ready = ready_to_open(
        created_at=proposal.created_at,
        endorsements=proposal.endorsements,
        review_period=timedelta(seconds=terms.review_period),
        needed=endorsements_needed(proposal),
        now=now,
    )
    given = fields.get("voteStart") not in (None, "", 0, "0")
    way = registered_strategies().get(address=proposal.strategy)
    administrator = has_role(signer, Role.ADMINISTRATOR)
    errors.refuse(
        why_not_activate(
            state=proposal.state,
            administrator=administrator,
            time_given=given,
            ready=ready,
            retired=way.retired_at is not None,
        ),
        proposal_id=str(proposal.proposal_id),
    )
    if not given and not ready:
        raise FieldMissing(field="voteStart")
    between = opening_between(
        proposal.proposal_type,
        notice=timedelta(seconds=terms.notice_period),
        reviewed=proposal.created_at + timedelta(seconds=terms.review_period),
        endorsed=proposal.endorsed_at is not None,
        now=now,
    )
    opens = _vote_start(fields, *between) if given else None
    fingerprint = rules_hash(
        proposal.content_hash,
        quorum_percentage=terms.quorum_percentage,
        passing_percentage=terms.passing_percentage,
        voting_period=terms.voting_period,
        execution_delay=terms.execution_delay,
        grace_period=terms.grace_period,
        proposal_threshold=threshold_for(ProposalType(proposal.proposal_type), way),
    )
    soon = _("%(time)s after it is recorded") % {"time": kinds.duration(terms.notice_period)}
    return Act(
        primary_type=documents.ACTIVATE_PROPOSAL.primary_type,
        message={
            "proposalId": proposal.proposal_id,
            "rulesHash": fingerprint,
            "voteStart": 0 if opens is None else int(opens.timestamp()),
            "administrator": signer,
        },
        summary=[
            row_of(_("You open the vote on"), name_of(proposal)),
            row_of(_("Voting opens"), soon if opens is None else in_utc(opens)),
            row_of(_("Voting stays open"), kinds.duration(terms.voting_period)),
            row_of(_("Quorum"), kinds.in_words("quorumPercentage", terms.quorum_percentage)),
            row_of(_("It passes with"), strategies.share(terms.passing_percentage)),
            row_of(_("Officer") if not ready else _("Opened by"), named(signer)),
            row_of(_("Fingerprint of text and rules"), short_hash(fingerprint)),
        ],
        on_accept=_note_officers_act if administrator else None,
    )


def cancel(signer: str, fields: Mapping[str, Any]) -> Act:
    """Cancel a proposal before voting opens: ``proposalId``, ``reason``, which is public.

    Its proposer does so alone and may give a reason; two administrators do so together and must give one.
    """
    proposal = proposal_in(fields)
    reason = opt_text(fields, "reason", longest=LONGEST_REASON).strip()
    proposer = proposal.proposer == signer
    endorsed = proposal.endorsed_at is not None
    waiting = waiting_cancellation(proposal)
    errors.refuse(
        why_not_cancel(
            state=proposal.state,
            kind=proposal.proposal_type,
            endorsed=endorsed,
            proposer=proposer,
            administrator=has_role(signer, Role.ADMINISTRATOR),
            asked=waiting is not None and is_same_person(waiting.administrator, signer),
        ),
        proposal_id=str(proposal.proposal_id),
    )
    alone = proposer and not (endorsed and proposal.state == ProposalState.PENDING)
    if not alone and not reason:
        raise FieldMissing(field="reason")
    if alone or waiting is not None:
        effect = _("It is cancelled at once and for good.")
    else:
        effect = _("It is cancelled for good once a second officer agrees within seven days.")

    def accept(row: RelayedAct) -> None:
        keep_reason(reason)
        if not alone:
            _note_officers_act(row)

    return Act(
        primary_type=documents.CANCEL_PROPOSAL.primary_type,
        message={
            "proposalId": proposal.proposal_id,
            "contentHash": proposal.content_hash,
            "reasonHash": reason_hash(reason),
            "canceller": signer,
            "nonce": signing_nonce("ProposalManager", signer),
        },
        summary=[
            row_of(_("You cancel"), name_of(proposal)),
            row_of(_("What happens"), effect),
            row_of(_("Your reason, which is public"), reason or _("None given")),
            row_of(_("Cancelled by"), named(signer)),
            row_of(_("Fingerprint of the text"), short_hash(proposal.content_hash)),
        ],
        on_accept=accept,
    )


def _note_officers_act(row: RelayedAct) -> None:
    """The audit log hears of an officer's signature when the portal takes it, whatever becomes of it."""
    action = VOTE_OPENING_SIGNED if row.act == "activate" else CANCELLATION_SIGNED
    record(
        action=action,
        actor=row.signer,
        target=f"governance.{row.subject}",
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


def _vote_start(fields: Mapping[str, Any], earliest: datetime, latest: datetime) -> datetime:
    value = fields.get("voteStart")
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
    if not earliest <= opens <= latest:
        message = _("Choose a time between %(earliest)s and %(latest)s.") % {
            "earliest": in_utc(earliest),
            "latest": in_utc(latest),
        }
        raise FieldInvalid(message, field="voteStart")
    return opens


def _effect(effect: ActionInWords) -> str:
    details = [effect.note] if effect.note else []
    details += [f"{each.label}: {each.before} → {each.after}" for each in effect.changes]
    return f"{effect.title} ({', '.join(details)})" if details else effect.title


register(
    ActType(
        name="propose",
        words=gettext_lazy("Propose"),
        build=propose,
        types=(documents.CREATE_PROPOSAL,),
        done_before=frozenset({"duplicate-proposal"}),
    )
)
register(
    ActType(
        name="endorse",
        words=gettext_lazy("Endorse"),
        build=endorse,
        types=(documents.ENDORSE_PROPOSAL,),
        done_before=frozenset({"already-endorsed", "wrong-state"}),
        passing=frozenset({"proposal-not-found"}),
    )
)
register(
    ActType(
        name="activate",
        words=gettext_lazy("Open a vote"),
        build=activate,
        types=(documents.ACTIVATE_PROPOSAL,),
        done_before=frozenset({"wrong-state"}),
        passing=frozenset({"proposal-not-found", "rules-changed", "not-ready"}),
    )
)
register(
    ActType(
        name="cancel",
        words=gettext_lazy("Cancel"),
        build=cancel,
        types=(documents.CANCEL_PROPOSAL,),
        done_before=frozenset({"nonce-used", "wrong-state", "second-officer-needed"}),
        passing=frozenset({"proposal-not-found"}),
        precondition=True,
    )
)
