"""The receipt a person gets for an act: the server's own signature that it received it, and when.

A promise carries no right on chain. With it a person shows that an act was handed in, should it never appear.
Standard: RFC 7515 (JWS, compact), RFC 8037 (Ed25519), RFC 7638 (the key's thumbprint as ``kid``).
"""

from __future__ import annotations

import base64
import hashlib
import json
from functools import lru_cache
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from contracts.models import RelayedAct

ALGORITHM = "EdDSA"


@lru_cache(maxsize=2)
def _key(pem: str) -> tuple[Ed25519PrivateKey, dict[str, str]]:
    key = load_pem_private_key(pem.encode(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise ImproperlyConfigured("PROMISE_PRIVATE_KEY must be an Ed25519 key in PEM form.")
    public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    jwk = {"crv": "Ed25519", "kty": "OKP", "x": _base64url(public)}
    thumbprint = hashlib.sha256(json.dumps(jwk, sort_keys=True, separators=(",", ":")).encode()).digest()
    return key, jwk | {"kid": _base64url(thumbprint), "alg": ALGORITHM, "use": "sig"}


def public_jwk() -> dict[str, str]:
    """The public key that promises verify under, as a JWK."""
    return _key(settings.PROMISE_PRIVATE_KEY)[1]


def promise_of(row: RelayedAct) -> str:
    """The promise for a received act: always the same text for the same act. ``iat`` is Unix seconds."""
    key, jwk = _key(settings.PROMISE_PRIVATE_KEY)
    claims: dict[str, Any] = {
        "digest": row.digest,
        "act": row.act,
        "signer": row.signer,
        "chainId": row.typed_data["domain"]["chainId"],
        "iat": int(row.created_at.timestamp()),
    }
    return jwt.encode(claims, key, algorithm=ALGORITHM, headers={"kid": jwk["kid"]})


def read_promise(text: str) -> dict[str, Any]:
    """The claims of a promise made here.

    Raises:
        jwt.InvalidTokenError: it was not signed by this portal's key.
    """
    key, _jwk = _key(settings.PROMISE_PRIVATE_KEY)
    return jwt.decode(text, key.public_key(), algorithms=[ALGORITHM], options={"verify_iat": False})


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
