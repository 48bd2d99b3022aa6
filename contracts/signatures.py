"""Whose signature is it: ECDSA of a key, or ERC-1271 of a contract.

Standards: EIP-2 (low s), EIP-2098 (64-byte form), ERC-1271 (contracts that sign).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Protocol

from django.utils.translation import gettext_lazy as _
from eth_keys.datatypes import Signature
from eth_keys.exceptions import BadSignature
from eth_utils.exceptions import ValidationError

from core.errors import DomainError

_ORDER: Final = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
_HEX: Final = re.compile(r"0x([0-9a-fA-F]{2})+\Z")
LONGEST: Final = 8192  # bytes; a multi-signature wallet of some hundred owners
MAGIC_1271: Final = bytes.fromhex("1626ba7e")


class SignatureInvalid(DomainError):
    code = "signature-invalid"
    message = _("This is not a valid signature.")


class SignatureWrongSigner(DomainError):
    code = "signature-wrong-signer"
    status = 403
    message = _("The signature was not made by this account over this document.")


class Contract1271(Protocol):
    """Asks the contract at an address whether it signed; the chain side of :func:`check_signature`."""

    def __call__(self, address: str, digest: bytes, signature: bytes) -> bool | None:
        """True or False as the contract says; None if there is no contract at ``address``."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A signature in its one spelling. ``ecdsa``: a key made it, so that it may go into a batch."""

    signature: str
    ecdsa: bool


def parse_signature(text: object) -> bytes:
    """The bytes of 0x-hex.

    Raises:
        SignatureInvalid: it is no hex, empty or absurdly long.
    """
    if not isinstance(text, str) or not _HEX.match(text) or len(text) > 2 + 2 * LONGEST:
        raise SignatureInvalid(field="signature")
    return bytes.fromhex(text[2:])


def canonical_ecdsa(raw: bytes) -> bytes | None:
    """``raw`` as 65 bytes r, s, v with low s and v of 27 or 28; None if it can't be an ECDSA signature.

    Takes 65 bytes with v of 0, 1, 27 or 28, and the 64 bytes of EIP-2098. A high s is folded into its low
    twin, which is as valid and the only one that the contracts take.
    """
    if len(raw) == 64:
        vs = int.from_bytes(raw[32:])
        r, s, v = int.from_bytes(raw[:32]), vs & (2**255 - 1), vs >> 255
    elif len(raw) == 65:
        r, s, v = int.from_bytes(raw[:32]), int.from_bytes(raw[32:64]), raw[64]
        v = v - 27 if v >= 27 else v
    else:
        return None
    if v not in (0, 1) or not 0 < r < _ORDER or not 0 < s < _ORDER:
        return None
    if s > _ORDER // 2:
        s, v = _ORDER - s, v ^ 1
    return r.to_bytes(32) + s.to_bytes(32) + bytes([27 + v])


def recover(digest: bytes, canonical: bytes) -> str | None:
    """The lower-case address whose key made a canonical signature over ``digest``; None if no key did."""
    try:
        signature = Signature(canonical[:64] + bytes([canonical[64] - 27]))
        return signature.recover_public_key_from_msg_hash(digest).to_address()
    except (BadSignature, ValidationError):
        return None


def compact(canonical: bytes) -> tuple[bytes, bytes]:
    """A canonical signature as (r, vs) of EIP-2098."""
    s = int.from_bytes(canonical[32:64]) | ((canonical[64] - 27) << 255)
    return canonical[:32], s.to_bytes(32)


def check_signature(digest: str, signer: str, signature: object, *, ask_contract: Contract1271) -> Checked:
    """Check that ``signer`` made ``signature`` over ``digest`` (0x-hex) and answer it in its one spelling.

    ECDSA is tried first, without the network; the rest is asked of the contract at the signer's address.

    Raises:
        SignatureInvalid: no signature at all, or one of no key and no contract.
        SignatureWrongSigner: well formed, but of another account or another document.
    """
    raw = parse_signature(signature)
    message = bytes.fromhex(digest[2:])
    canonical = canonical_ecdsa(raw)
    recovered = recover(message, canonical) if canonical is not None else None
    if canonical is not None and recovered == signer:
        return Checked("0x" + canonical.hex(), ecdsa=True)
    answer = ask_contract(signer, message, raw)
    if answer:
        return Checked("0x" + raw.hex(), ecdsa=False)
    if answer is None and recovered is None:
        raise SignatureInvalid(field="signature")
    raise SignatureWrongSigner(field="signature", signer=signer)


def is_ecdsa_of(signer: str, digest: str, signature: str) -> bool:
    """Whether a stored signature is the plain ECDSA of ``signer``: the kind that batches take."""
    canonical = canonical_ecdsa(bytes.fromhex(signature[2:]))
    return canonical is not None and recover(bytes.fromhex(digest[2:]), canonical) == signer
