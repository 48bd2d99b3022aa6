"""The chain's own answer beside our copy, field by field, for the block that the copy has reached."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from contracts.addresses import checksum
from contracts.calldata import decode_result, encode_call
from contracts.client.rpc import Client
from contracts.deployment import deployment
from contracts.errors import ChainError
from contracts.selectors import chain_head
from contracts.times import moment
from governance.proposals.models import Proposal, ProposalState, ProposalType
from governance.proposals.selectors.conditions import Conditions, conditions_at
from governance.proposals.state import binding_stops

_TIMEOUT_SECONDS = 2


@dataclass(frozen=True, slots=True)
class Compared:
    """One field: our copy and the chain's answer, as text."""

    label: str | Promise
    copy: str
    chain: str
    is_hex: bool = False

    @property
    def same(self) -> bool:
        """Whether they agree."""
        return self.copy == self.chain


@dataclass(frozen=True, slots=True)
class Truth:
    """What the contract answered for ``block``; ``error`` says why it did not."""

    block: int
    fields: tuple[Compared, ...] = ()
    error: str = ""

    @property
    def same(self) -> bool:
        """Whether the whole copy is as the chain has it."""
        return bool(self.fields) and all(each.same for each in self.fields)


def chain_truth(proposal: Proposal) -> Truth:
    """Ask a node for the proposal at the block our copy has reached: one question, not repeated."""
    head = chain_head()
    block = head.number
    if head.timestamp is None:
        return Truth(block, error=str(_("Nothing was read from the chain yet.")))
    try:
        asker = Client(settings.RPC_URLS, settings.CHAIN_ID, timeout=_TIMEOUT_SECONDS, attempts=1)
        call = encode_call("ProposalManager", "getProposal", {"proposalId": proposal.proposal_id})
        answer = asker.call(deployment().address("ProposalManager"), call, block)
        arguments = {"proposalId": proposal.proposal_id}
        found = decode_result("ProposalManager", "getProposal", answer, arguments)
    except ChainError as error:
        return Truth(block, error=str(error.detail))
    return Truth(block, tuple(_compare(proposal, found, conditions_at(head.timestamp))))


def _compare(proposal: Proposal, found: dict[str, Any], at: Conditions) -> Iterator[Compared]:
    yield Compared(_("Number"), str(proposal.proposal_id), str(found["id"]))
    yield Compared(_("State"), _label(proposal.state), _label(ProposalState.values[found["state"]]))
    yield Compared(_("Kind"), str(proposal.get_proposal_type_display()), _kind(found["proposalType"]))
    yield Compared(_("Proposer"), checksum(proposal.proposer), checksum(found["proposer"]), is_hex=True)
    yield Compared(_("Endorsements"), str(proposal.endorsements), str(found["endorsements"]))
    yield Compared(_("For"), str(proposal.for_votes), str(found["forVotes"]))
    yield Compared(_("Against"), str(proposal.against_votes), str(found["againstVotes"]))
    yield Compared(_("Abstain"), str(proposal.abstain_votes), str(found["abstainVotes"]))
    yield Compared(_("Voting opens"), _time(proposal.vote_start), _time(moment(found["voteStart"])))
    closes = _with_all_pauses(proposal, proposal.vote_end, proposal.vote_start, at)
    yield Compared(_("Voting closes, pauses added"), _time(closes), _time(moment(found["voteEnd"])))
    runs = _with_all_pauses(proposal, proposal.execution_time, proposal.queued_at, at)
    yield Compared(_("Can run from, pauses added"), _time(runs), _time(moment(found["executionTime"])))
    yield Compared(_("Text"), proposal.metadata_hash, _hex(found["metadataHash"]), is_hex=True)
    yield Compared(_("Fingerprint"), proposal.content_hash, _hex(found["contentHash"]), is_hex=True)
    rules = _hex(found["rulesHash"])
    yield Compared(_("Rules"), proposal.rules_hash or "–", "–" if int(rules, 16) == 0 else rules, is_hex=True)


def _with_all_pauses(
    proposal: Proposal, deadline: datetime | None, since: datetime | None, at: Conditions
) -> datetime | None:
    """A deadline as the contract tells it: moved by every pause since it was set, even one after it passed.

    That changes no state: a pause never brings back what was over. So pages name the moment it was reached.
    """
    if deadline is None or since is None:
        return None
    for stop in binding_stops(proposal, at.stops):
        start, end = max(stop.start, since), min(stop.end, at.now)
        deadline += max(end - start, timedelta(0))
    return deadline


def _label(state: str) -> str:
    return str(ProposalState(state).label)


def _kind(index: int) -> str:
    return str(ProposalType(ProposalType.values[index]).label)


def _time(value: datetime | None) -> str:
    return "–" if value is None else f"{value:%Y-%m-%d %H:%M:%S} UTC"


def _hex(value: Any) -> str:
    return "0x" + value.hex() if isinstance(value, bytes) else str(value).lower()
