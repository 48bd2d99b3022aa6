"""The officers' page of a proposal holds our copy against the contract's own answer, field by field."""

from __future__ import annotations

import pytest

from governance.proposals.admin.truth import chain_truth
from governance.proposals.models import Proposal, ProposalState
from tests.mirror.conftest import Riverbend

pytestmark = pytest.mark.django_db


def test_copy_is_the_same_in_whatever_state_a_proposal_is(riverbend: Riverbend) -> None:
    riverbend.read()
    for proposal in Proposal.objects.order_by("proposal_id"):
        truth = chain_truth(proposal)
        assert not truth.error
        assert [(each.label, each.copy, each.chain) for each in truth.fields if not each.same] == []


def test_forged_copy_is_told_apart(riverbend: Riverbend) -> None:
    riverbend.read()
    proposal = Proposal.objects.filter(state=ProposalState.EXECUTED)[0]
    proposal.for_votes += 1
    proposal.state = ProposalState.DEFEATED
    assert [str(each.label) for each in chain_truth(proposal).fields if not each.same] == ["State", "For"]
