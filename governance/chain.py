"""The contracts that decide: which of their events are read, and why the others are not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from contracts.abi import Counted, register_contract
from contracts.acts.registry import SubjectMember
from contracts.addresses import ZERO_ADDRESS
from contracts.subjects import SubjectField, SubjectKind, register_subject
from core.subjects import Subject
from governance import events

PROPOSAL: Final = "proposal"
register_subject(
    SubjectKind(
        PROPOSAL,
        _("proposal"),
        SubjectField(
            "proposalId",
            serializer="core.http.schema.Uint256",
            filter="core.http.filters.Uint256Filter",
        ),
    )
)


def subject_of(proposal_id: int) -> Subject:
    """A proposal as the subject of events and acts."""
    return Subject(PROPOSAL, str(proposal_id))


ABOUT_PROPOSAL: Final = SubjectMember(PROPOSAL, "proposalId")
_SUBJECTS: Final = {"proposalId": PROPOSAL}
_PROXY: Final = "a proxy's initialiser ran, once, at deployment"
_DOMAIN: Final = "the signing domain is fixed at deployment"
_NUMBERS: Final = "the number of the next signed act is asked of the contract when one is drafted"
_SAID_BY_ANOTHER: Final = "the row is folded from another event of the same transaction: "
_NOTHING_MOVES: Final = "a proposal asked for what was so already; nothing moves"
_READ_RAW: Final = "half of what two decide changes nothing; pages read the raw event (selectors.pauses)"
_ASKED: Final = "power by token is asked of the contract, at the snapshot"


def made_or_destroyed(arguments: Mapping[str, Any]) -> bool:
    """Whether a transfer changes how many tokens there are: one between two holders decides nothing."""
    return ZERO_ADDRESS in (arguments["from"], arguments["to"])


register_contract(
    "ProposalManager",
    events=events.PROPOSAL_MANAGER,
    subjects=_SUBJECTS,
    ignored={"NonceUsed": _NUMBERS},
    unread={"Initialized": _PROXY, "EIP712DomainChanged": _DOMAIN},
)
register_contract(
    "VotingEngine",
    events=events.VOTING_ENGINE,
    subjects=_SUBJECTS,
    counted={"VoteCast": Counted("votes", _("Votes recounted"))},
    ignored={
        "NonceUsed": _NUMBERS,
        "VotingWindowOpened": _SAID_BY_ANOTHER + "ProposalActivated says the same window",
        "VotingWindowClosed": _SAID_BY_ANOTHER + "ProposalCancelled closes it",
        "BallotSkipped": "advice to the relayer; a ballot left out counts nothing",
        "DelegateVotesChanged": _SAID_BY_ANOTHER + "DelegateChanged moves the same unit",
    },
    unread={"Initialized": _PROXY, "EIP712DomainChanged": _DOMAIN},
)
register_contract(
    "GovernanceCore",
    events=events.GOVERNANCE_CORE,
    ignored={
        "ContractRegistered": "addresses come from the deployment's file",
        "GovernanceParamUnchanged": _NOTHING_MOVES,
        "StrategyUnchanged": _NOTHING_MOVES,
        "UnpauseNotNeeded": _NOTHING_MOVES,
        "PauseChangeRequested": _READ_RAW,
        "PauseRequestWithdrawn": _READ_RAW,
    },
    unread={"Initialized": _PROXY},
)
register_contract(
    "ExecutionModule",
    events=events.EXECUTION_MODULE,
    subjects=_SUBJECTS,
    ignored={
        "TransactionQueued": _SAID_BY_ANOTHER + "ProposalQueued has the times",
        "TransactionExecuted": _SAID_BY_ANOTHER + "ProposalExecuted",
        "TransactionCancelled": "clears the timelock's queue of an expired proposal; nothing moves",
        "TargetAllowed": "what each kind of proposal may call is asked of the contract when one is drafted",
        "ProxyRegistered": "the contracts of the suite come from the deployment's file",
    },
    unread={"Initialized": _PROXY},
)
register_contract(
    "CivicToken",
    events=events.CIVIC_TOKEN,
    only={"Transfer": made_or_destroyed},
    unread={
        "Initialized": _PROXY,
        "EIP712DomainChanged": _DOMAIN,
        "Approval": "an allowance between two holders decides nothing",
        "DelegateChanged": _ASKED,
        "DelegateVotesChanged": _ASKED,
    },
)
# Only what they refuse matters here: they say nothing, or the VotingEngine says it for them.
for _contract in (
    "DelegationLib",
    "StrategyFactory",
    "QuadraticStrategy",
    "TokenWeightedStrategy",
    "GovernanceDeployment",
):
    register_contract(_contract)
