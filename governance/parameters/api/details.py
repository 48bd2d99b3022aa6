"""The rules in force as the API tells them."""

from __future__ import annotations

from contracts.addresses import checksum
from governance.parameters.rules import Terms
from governance.parameters.selectors.counting import all_ways
from governance.parameters.selectors.values import current_parameters, terms_for
from governance.proposals.api.details import Row
from governance.proposals.models import ProposalType


def parameters() -> Row:
    """The rules as they stand: plain values by name, and what each means."""
    found = current_parameters()
    return {
        **{name: str(parameter.value) for name, parameter in found.items()},
        "parameters": [
            {
                "name": parameter.name,
                "label": parameter.label,
                "help": parameter.help,
                "value": str(parameter.value),
                "unit": parameter.unit,
                "text": parameter.text,
                "minimum": str(parameter.minimum),
                "maximum": str(parameter.maximum),
                "since": parameter.since,
            }
            for parameter in found.values()
        ],
        "terms": [_terms(kind, terms_for(kind, found)) for kind in ProposalType],
        "strategies": [
            {
                "address": checksum(way.address),
                "kind": way.kind,
                "types": [kind for kind in ProposalType if kind in way.types],
                "threshold": str(way.threshold),
                "retired": way.retired,
            }
            for way in all_ways()
        ],
    }


def _terms(kind: ProposalType, terms: Terms) -> Row:
    return {
        "proposalType": kind,
        "reviewPeriod": terms.review_period,
        "noticePeriod": terms.notice_period,
        "votingPeriod": terms.voting_period,
        "executionDelay": terms.execution_delay,
        "gracePeriod": terms.grace_period,
        "quorumPercentage": terms.quorum_percentage,
        "passingPercentage": terms.passing_percentage,
        "endorsementPermille": terms.endorsement_permille,
    }
