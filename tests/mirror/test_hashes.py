"""What binds a signature to a proposal is hashed here as the contracts hash it."""

from __future__ import annotations

import pytest

from governance.hashes import actions_hash, content_hash, rules_hash
from governance.proposals.models import Proposal
from tests.mirror.conftest import Riverbend

pytestmark = pytest.mark.django_db


def test_hashes_are_those_of_the_contracts(riverbend: Riverbend) -> None:
    riverbend.read()
    opened = 0
    for proposal in Proposal.objects.order_by("proposal_id"):
        told = riverbend.ask("ProposalManager", "getProposal", proposal.proposal_id)
        fingerprint = content_hash(
            told["proposer"],
            told["proposalType"],
            told["metadataHash"],
            actions_hash(proposal.actions),
            told["strategy"],
        )
        assert fingerprint == told["contentHash"]
        if not told["voteStart"]:
            continue
        opened += 1
        terms = riverbend.ask("ProposalManager", "sealedTerms", proposal.proposal_id)
        sealed = rules_hash(
            fingerprint,
            quorum_percentage=terms["quorumPercentage"],
            passing_percentage=terms["passingPercentage"],
            voting_period=terms["votingPeriod"],
            execution_delay=terms["executionDelay"],
            grace_period=terms["gracePeriod"],
            proposal_threshold=terms["proposalThreshold"],
        )
        assert sealed == told["rulesHash"]
    assert opened
