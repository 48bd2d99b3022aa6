"""Acts as calldata: the ``...BySig`` call that anyone may send, and the plain call of one's own wallet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contracts.acts.registry import signed_type_of
from contracts.acts.types import message_values
from contracts.addresses import checksum
from contracts.calldata import encode_call
from contracts.deployment import deployment


def signed_call(document: Mapping[str, Any], signature: str) -> tuple[str, str]:
    """The (contract name, calldata) that carries one signed document to the chain."""
    kind = signed_type_of(document["primaryType"])
    function, arguments = kind.by_signature.of(message_values(document))
    return kind.contract, encode_call(kind.contract, function, {**arguments, "signature": signature})


def plain_call(primary_type: str, values: Mapping[str, Any], reason: str) -> tuple[str, str]:
    """The (contract name, calldata) of the same act without a signature, for the signer's own wallet to send.

    A reason given this way is published on chain for good.
    """
    kind = signed_type_of(primary_type)
    function, arguments = kind.plain_call(values, reason)
    return kind.contract, encode_call(kind.contract, function, arguments)


def as_transaction(contract: str, data: str) -> dict[str, Any]:
    """A call as a wallet takes it for ``eth_sendTransaction``; ``value`` in wei, hex."""
    current = deployment()
    return {
        "to": checksum(current.contracts[contract]),
        "data": data,
        "value": "0x0",
        "chainId": current.chain_id,
    }
