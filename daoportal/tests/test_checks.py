"""The demo wallet can't leave home; public keys can't sign for a public portal."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import RequestFactory
from pytest_django import Settings

from daoportal.checks import demo_wallet_stays_at_home, signing_keys_are_private
from daoportal.context import portal

ROOT = Path(__file__).resolve().parents[2]


def test_demo_wallet_outside_embedded_mode_is_an_error(settings: Settings) -> None:
    settings.PORTAL_DEMO_WALLET = True
    for mode, errors in (("embedded", []), ("test", []), ("production", ["portal.E001"])):
        settings.PORTAL_MODE = mode
        assert [error.id for error in demo_wallet_stays_at_home()] == errors


def test_demo_wallet_on_another_chain_is_an_error(settings: Settings) -> None:
    settings.PORTAL_DEMO_WALLET = True
    settings.CHAIN_ID = 1
    assert [error.id for error in demo_wallet_stays_at_home()] == ["portal.E001"]


@pytest.mark.parametrize(("mode", "chain"), [("production", 31337), ("embedded", 1)])
def test_page_never_announces_the_demo_wallet_abroad(settings: Settings, mode: str, chain: int) -> None:
    settings.PORTAL_DEMO_WALLET = True
    settings.PORTAL_MODE = mode
    settings.CHAIN_ID = chain
    assert portal(RequestFactory().get("/"))["demo_wallet"] is False


@pytest.mark.parametrize("name", ["RELAYER_PRIVATE_KEY", "DEPLOYER_PRIVATE_KEY"])
def test_public_test_key_in_production_is_an_error(settings: Settings, name: str) -> None:
    settings.PORTAL_MODE = "production"
    settings.RELAYER_PRIVATE_KEY = settings.DEPLOYER_PRIVATE_KEY = "0x" + "11" * 32
    assert signing_keys_are_private() == []
    setattr(settings, name, "0xAC0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80")
    assert [error.id for error in signing_keys_are_private()] == ["portal.E002"]


def test_production_with_the_demo_wallet_refuses_to_start() -> None:
    environment = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "daoportal.settings.production",
        "PUBLIC_URL": "https://portal.example",
        "ALLOWED_HOSTS": "portal.example",
        "SECRET_KEY": "x" * 60,
        "JWT_PRIVATE_KEY": "x",
        "PROMISE_PRIVATE_KEY": "x",
        "DATABASE_URL": "sqlite://:memory:",
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "PORTAL_DEMO_WALLET": "true",
    }
    result = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert result.returncode != 0
    assert "portal.E001" in result.stderr
