"""System checks: what must never be served."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

MODES_WITH_DEMO_KEYS = frozenset({"embedded", "test"})
DEMO_CHAIN_ID = 31337

# Keys 0 to 7 of the test phrase every Ethereum tool ships. Whoever reads this holds them.
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
