"""How an address is shown."""

from __future__ import annotations

import re
from functools import lru_cache

from eth_hash.auto import keccak

ZERO_ADDRESS = "0x" + "0" * 40
ZERO_HASH = "0x" + "0" * 64
_ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}\Z")


def is_address(value: object) -> bool:
    """Whether ``value`` is 0x and 40 hexadecimal digits, in any case."""
    return isinstance(value, str) and _ADDRESS.match(value) is not None


@lru_cache(maxsize=65_536)
def checksum(address: str) -> str:
    """The address with the mixed case of EIP-55.

    Raises:
        ValueError: if it is no address.
    """
    if not is_address(address):
        raise ValueError(f"no address: {address!r}")
    digits = address[2:].lower()
    digest = keccak(digits.encode()).hex()
    return "0x" + "".join(
        digit.upper() if nibble >= "8" else digit for digit, nibble in zip(digits, digest, strict=False)
    )


def short(address: str) -> str:
    """The address in EIP-55, cut to its first six and last four characters."""
    full = checksum(address)
    return f"{full[:6]}…{full[-4:]}"


def proxy_admin(proxy: str) -> str:
    """The ProxyAdmin through which a Transparent proxy is upgraded, lower case.

    It is the first contract that the proxy made, so its address follows (Yellow Paper, section 7: the hash of
    RLP[proxy, 1]).
    """
    return "0x" + keccak(bytes.fromhex(f"d694{proxy[2:]}01"))[12:].hex()
