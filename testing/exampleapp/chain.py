"""The contract of pledges: its event, its refusals, and the causes that pledges are about."""

from __future__ import annotations

from typing import Final

from contracts.abi import register_contract
from contracts.acts.errors import ActExpired
from contracts.refusals import register_refusals
from contracts.subjects import SubjectField, SubjectKind, register_subject
from testing.exampleapp import events
from testing.exampleapp.errors import PledgedAlready

CAUSE: Final = "cause"
CONTRACT: Final = "TestPledges"

register_subject(
    SubjectKind(
        CAUSE,
        "cause",
        SubjectField(
            "causeId",
            serializer="core.http.schema.Uint256",
            filter="core.http.filters.Uint256Filter",
        ),
    )
)
register_contract(
    CONTRACT,
    events=events.TEST_PLEDGES,
    subjects={"causeId": CAUSE},
    unread={"EIP712DomainChanged": "the signing domain is fixed at deployment"},
)
register_refusals(
    CONTRACT,
    {
        "TestPledgesTwice": PledgedAlready,
        "TestPledgesExpired": ActExpired,
        "TestPledgesInvalidSignature": ("signature-wrong-signer", "The signature does not fit."),
    },
    unmet={
        "ECDSAInvalidSignature": "the portal checks the form of a signature first",
        "ECDSAInvalidSignatureLength": "the portal checks the form of a signature first",
        "ECDSAInvalidSignatureS": "the portal checks the form of a signature first",
        "InvalidShortString": "the names in the domain are short",
        "StringTooLong": "the names in the domain are short",
    },
)
