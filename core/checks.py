"""System checks: what must never be served, and what had better not be (``manage.py check --deploy``).

Every id is explained in ``docs/operations/checks.md``.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterable, Sequence
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

MODES_WITH_DEMO_KEYS = frozenset({"embedded", "test"})
DEMO_CHAIN_ID = 31337
SERVING = frozenset({"web", "live", "all"})
ROLES = SERVING | {"worker"}

_SECRET_LENGTH = 50
_SECRET_VARIETY = 10  # different characters
_RSA_BITS = 2048

# Keys 0 to 9 of the test phrase every Ethereum tool ships. Whoever reads this holds them.
_PUBLIC_TEST_KEYS = frozenset(
    {
        "ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80",
        "59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d",
        "5de4111afa1a4b94908f83103eb1f1706367c2e68ca870fc3fb9a804cdab365a",
        "7c852118294e51e653712a81e05800f419141751be58f605c371e15141b007a6",
        "47e179ec197488593b187f80a00eb0da91f1b9d0b13f8733639f19c30a34926a",
        "8b3a350cf5c34c9194ca85829a2df0ec3153be0318b5e2d3348e872092edffba",
        "92db14e403b83dfe3df233f83dfa3a0d7096f21ca9b0d6d6b8d88b2b4ec1564e",
        "4bbbf85ce3377467afe5d46f804f221813b2bb87f24d81f60f1fcdbf7cbf4356",
        "dbda1821b80551c9d65939329250298aa3472ba22feea921c0cf5d620ea67b97",
        "2a871d0798f97d79848a013d4936a73bf4cc922c825d33c1cf7073dff6d409c6",
    }
)


@register(Tags.security)
def demo_wallet_stays_at_home(
    *, app_configs: Sequence[AppConfig] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Refuse the demo wallet, whose private keys are public, anywhere but in embedded mode and in tests."""
    if not settings.PORTAL_DEMO_WALLET or demo_wallet_allowed():
        return []
    return [
        Error(
            "The demo wallet is switched on outside embedded mode: everybody holds its keys.",
            hint="Unset PORTAL_DEMO_WALLET, or start the embedded stack with `make run`.",
            id="portal.E001",
        )
    ]


@register(Tags.security)
def signing_keys_are_private(
    *, app_configs: Sequence[AppConfig] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Refuse Anvil's public test keys as the relayer or deployer outside embedded mode and tests."""
    if settings.PORTAL_MODE in MODES_WITH_DEMO_KEYS:
        return []
    return [
        Error(f"{name} is one of the public test keys.", hint="Make a key of your own.", id="portal.E002")
        for name in ("RELAYER_PRIVATE_KEY", "DEPLOYER_PRIVATE_KEY")
        if getattr(settings, name).removeprefix("0x").lower() in _PUBLIC_TEST_KEYS
    ]


def demo_wallet_allowed() -> bool:
    """Tell whether this mode, on this chain, may show the demo wallet: both must be the embedded stack's
    own."""
    return settings.PORTAL_MODE in MODES_WITH_DEMO_KEYS and settings.CHAIN_ID == DEMO_CHAIN_ID


# --- only with --deploy: each function tells whether something is wrong ---

Wrong = Callable[[], bool]


def _deploy(
    kind: type[Error] | type[Warning], number: str, message: str, hint: str
) -> Callable[[Wrong], Wrong]:
    def add(wrong: Wrong) -> Wrong:
        @register(Tags.security, deploy=True)
        def check(*, app_configs: Sequence[AppConfig] | None = None, **kwargs: Any) -> list[CheckMessage]:
            return [kind(message, hint=hint, id=f"portal.{number}")] if wrong() else []

        return wrong

    return add


def _error(number: str, message: str, hint: str) -> Callable[[Wrong], Wrong]:
    return _deploy(Error, number, message, hint)


def _warning(number: str, message: str, hint: str) -> Callable[[Wrong], Wrong]:
    return _deploy(Warning, number, message, hint)


@_error(
    "E003",
    "SECRET_KEY is short or easily guessed.",
    'Make one: python -c "import secrets; print(secrets.token_urlsafe(48))"',
)
def _weak_secret_key() -> bool:
    key = settings.SECRET_KEY
    return len(key) < _SECRET_LENGTH or len(set(key)) < _SECRET_VARIETY or key.startswith("django-insecure-")


@_error("E004", "DEBUG is on: error pages show settings and source.", "Use daoportal.settings.production.")
def _debug() -> bool:
    return bool(settings.DEBUG)


@_error("E005", "ALLOWED_HOSTS is empty or takes any name.", "List the names that people use.")
def _any_host() -> bool:
    return not settings.ALLOWED_HOSTS or "*" in settings.ALLOWED_HOSTS


@_error("E006", "PUBLIC_URL is not https.", "Give the address that people use, which must be encrypted.")
def _plain_address() -> bool:
    return urlsplit(settings.PUBLIC_URL).scheme != "https"


@_error("E007", "Session or CSRF cookies may travel unencrypted.", "Use daoportal.settings.production.")
def _open_cookies() -> bool:
    return not (settings.SESSION_COOKIE_SECURE and settings.CSRF_COOKIE_SECURE)


@_error(
    "E008", "Browsers are not told to insist on TLS.", "Set SECURE_HSTS_SECONDS, 31536000 once all works."
)
def _no_hsts() -> bool:
    return settings.SECURE_HSTS_SECONDS <= 0


@_error("E009", "The database is SQLite.", "Set DATABASE_URL to a server that several machines can share.")
def _sqlite() -> bool:
    return bool(settings.DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3")


@_error(
    "E010",
    "A process that serves people holds the deployer's key.",
    "Give DEPLOYER_PRIVATE_KEY to `manage.py deploy_contracts` alone, and take it away afterwards.",
)
def _deployer_serves() -> bool:
    return settings.PORTAL_ROLE in SERVING and bool(settings.DEPLOYER_PRIVATE_KEY)


@_error(
    "E011",
    "Every block counts as final at once.",
    "Set CHAIN_FINALITY_BLOCKS to at least 1; 64 suits mainnet.",
)
def _no_finality() -> bool:
    return settings.CHAIN_FINALITY_BLOCKS < 1


@_error(
    "E012",
    "The settings are those of the embedded stack or of the tests.",
    "Set DJANGO_SETTINGS_MODULE=daoportal.settings.production.",
)
def _not_production() -> bool:
    return bool(settings.PORTAL_MODE != "production")


@_error(
    "E013", "No node of the chain is configured.", "Set RPC_URLS, best to two nodes of different operators."
)
def _no_node() -> bool:
    return not settings.RPC_URLS


@_error("E014", "JWT_PRIVATE_KEY is no RSA key of 2048 bits or more in PEM form.", "openssl genrsa 3072")
def _bad_token_key() -> bool:
    key = _pem(settings.HEADLESS_JWT_PRIVATE_KEY)
    return not isinstance(key, RSAPrivateKey) or key.key_size < _RSA_BITS


@_error("E015", "PROMISE_PRIVATE_KEY is no Ed25519 key in PEM form.", "openssl genpkey -algorithm ed25519")
def _bad_promise_key() -> bool:
    return not isinstance(_pem(settings.PROMISE_PRIVATE_KEY), Ed25519PrivateKey)


@_error("E016", "PORTAL_ROLE is none of web, live, all, worker.", "Say what this process does.")
def _unknown_role() -> bool:
    return settings.PORTAL_ROLE not in ROLES


@_warning(
    "W001", "There is one single node of the chain.", "Add a second one, of another operator, to RPC_URLS."
)
def _one_node() -> bool:
    return len(settings.RPC_URLS) == 1


@_warning(
    "W002",
    "Redis or the broker takes anyone who reaches it: neither password nor TLS.",
    "Put a password into REDIS_URL and CELERY_BROKER_URL, or use rediss:// and amqps://.",
)
def _open_redis() -> bool:
    urls = map(urlsplit, (settings.REDIS_URL, settings.CELERY_BROKER_URL))
    return any(
        not url.password and url.scheme in {"redis", "amqp"} and not _is_local(url.hostname) for url in urls
    )


@_warning("W003", "A node is asked over http://.", "Use https://: whoever is between could tell us lies.")
def _plain_node() -> bool:
    return _any(settings.RPC_URLS, lambda scheme, host: scheme == "http" and not _is_local(host))


@_warning(
    "W004",
    "NUM_PROXIES is 0 although TLS ends at a proxy: all people share its address and its limits.",
    "Set it to the number of proxies in front.",
)
def _proxies_uncounted() -> bool:
    return bool(settings.SECURE_PROXY_SSL_HEADER) and not settings.REST_FRAMEWORK["NUM_PROXIES"]


@_warning(
    "W005",
    "PostgreSQL is reached without insisting on TLS.",
    "End DATABASE_URL in ?sslmode=verify-full, or require within a private network.",
)
def _plain_database() -> bool:
    database = settings.DATABASES["default"]
    mode = database.get("OPTIONS", {}).get("sslmode", "prefer")
    return (
        database["ENGINE"] == "django.db.backends.postgresql"
        and not _is_local(database.get("HOST"))
        and mode not in {"require", "verify-ca", "verify-full"}
    )


@_warning(
    "W006", "http:// is not sent on to https://.", "Unset SECURE_SSL_REDIRECT unless the proxy does it."
)
def _no_redirect() -> bool:
    return not settings.SECURE_SSL_REDIRECT


@_warning(
    "W007",
    "A process that serves people holds the relayer's key.",
    "Give RELAYER_PRIVATE_KEY to the worker of the relayer queue alone.",
)
def _relayer_serves() -> bool:
    return settings.PORTAL_ROLE in SERVING and bool(settings.RELAYER_PRIVATE_KEY)


@_warning("W008", "The chain is a local test chain.", "Set CHAIN_ID to the chain that the contracts are on.")
def _test_chain() -> bool:
    return bool(settings.CHAIN_ID == DEMO_CHAIN_ID)


@_warning("W009", "Mail is sent from portal@localhost.", "Set DEFAULT_FROM_EMAIL and EMAIL_HOST.")
def _no_sender() -> bool:
    return bool(settings.DEFAULT_FROM_EMAIL == "portal@localhost")


def _pem(text: str) -> object:
    try:
        return load_pem_private_key(text.encode(), password=None)
    except (ValueError, TypeError):
        return None


def _any(urls: Iterable[str], wrong: Callable[[str, str | None], bool]) -> bool:
    return any(wrong(parts.scheme, parts.hostname) for parts in map(urlsplit, urls))


def _is_local(host: str | None) -> bool:
    """Whether what is sent there never leaves the machine; no host is a socket in the file system."""
    if not host or host == "localhost" or host.startswith("/"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
