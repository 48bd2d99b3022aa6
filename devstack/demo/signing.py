"""Documents signed with the residents' keys, exactly those that a wallet would be shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from eth_account.messages import encode_typed_data

from contracts.acts.types import typed_data
from contracts.deployment import Deployment
from contracts.signatures import canonical_ecdsa
from devstack.demo.errors import TownError
from devstack.demo.people import Person


def signed(
    person: Person, primary_type: str, message: Mapping[str, Any], deployment: Deployment
) -> tuple[dict[str, Any], str]:
    """The document and ``person``'s signature over it (65 bytes, 0x-hex)."""
    document = typed_data(primary_type, message, deployment=deployment)
    made = person.account.sign_message(encode_typed_data(full_message=document))
    canonical = canonical_ecdsa(bytes(made.signature))
    if canonical is None:
        raise TownError("a signature came out malformed")
    return document, "0x" + canonical.hex()
