"""The demo wallet can't leave home, public keys can't sign for a public portal, an unsafe one is refused."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings as configured
from django.core import checks
from django.test import RequestFactory
from pytest_django import Settings

from core.checks import demo_wallet_stays_at_home, signing_keys_are_private
from core.http.context import portal
from daoportal.settings.home import new_ed25519_key, new_rsa_key
from identity.accounts.models import User

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


# A portal that may be served; every other case departs from it in one point.
SAFE: dict[str, Any] = {
    "PORTAL_MODE": "production",
    "PORTAL_DEMO_WALLET": False,
    "PORTAL_ROLE": "web",
    "DEBUG": False,
    "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyz0123456789abcdefghij",
    "ALLOWED_HOSTS": ["portal.example"],
    "PUBLIC_URL": "https://portal.example",
    "SESSION_COOKIE_SECURE": True,
    "CSRF_COOKIE_SECURE": True,
    "SECURE_HSTS_SECONDS": 31_536_000,
    "SECURE_SSL_REDIRECT": True,
    "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https"),
    "REST_FRAMEWORK": {"NUM_PROXIES": 1},
    "DATABASES": {
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "HOST": "db.example",
            "OPTIONS": {"sslmode": "verify-full"},
        }
    },
    "REDIS_URL": "rediss://:secret@redis.example:6379/0",
    "CELERY_BROKER_URL": "amqp://portal:secret@broker.example//",
    "RPC_URLS": ["https://one.example", "https://two.example"],
    "CHAIN_ID": 1,
    "CHAIN_FINALITY_BLOCKS": 64,
    "RELAYER_PRIVATE_KEY": "",
    "DEPLOYER_PRIVATE_KEY": "",
    "HEADLESS_JWT_PRIVATE_KEY": new_rsa_key(),
    "PROMISE_PRIVATE_KEY": new_ed25519_key(),
    "DEFAULT_FROM_EMAIL": "portal@portal.example",
}
PUBLIC_KEY = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80"
SQLITE = {"default": {"ENGINE": "django.db.backends.sqlite3"}}
POSTGRESQL = {"default": {"ENGINE": "django.db.backends.postgresql", "HOST": "db.example"}}

UNSAFE: list[tuple[str, dict[str, Any]]] = [
    ("E001", {"PORTAL_DEMO_WALLET": True}),
    ("E002", {"RELAYER_PRIVATE_KEY": PUBLIC_KEY, "PORTAL_ROLE": "worker"}),
    ("E003", {"SECRET_KEY": "short"}),
    ("E003", {"SECRET_KEY": "x" * 60}),
    ("E003", {"SECRET_KEY": "django-insecure-" + str(SAFE["SECRET_KEY"])}),
    ("E004", {"DEBUG": True}),
    ("E005", {"ALLOWED_HOSTS": []}),
    ("E005", {"ALLOWED_HOSTS": ["portal.example", "*"]}),
    ("E006", {"PUBLIC_URL": "http://portal.example"}),
    ("E007", {"SESSION_COOKIE_SECURE": False}),
    ("E007", {"CSRF_COOKIE_SECURE": False}),
    ("E008", {"SECURE_HSTS_SECONDS": 0}),
    ("E009", {"DATABASES": SQLITE}),
    ("E010", {"DEPLOYER_PRIVATE_KEY": "0x" + "11" * 32}),
    ("E011", {"CHAIN_FINALITY_BLOCKS": 0}),
    ("E012", {"PORTAL_MODE": "embedded"}),
    ("E012", {"PORTAL_MODE": "test"}),
    ("E013", {"RPC_URLS": []}),
    ("E014", {"HEADLESS_JWT_PRIVATE_KEY": new_ed25519_key()}),
    ("E014", {"HEADLESS_JWT_PRIVATE_KEY": "no key"}),
    ("E015", {"PROMISE_PRIVATE_KEY": "no key"}),
    ("E016", {"PORTAL_ROLE": "webb"}),
    ("W001", {"RPC_URLS": ["https://one.example"]}),
    ("W002", {"REDIS_URL": "redis://redis.example/0"}),
    ("W002", {"CELERY_BROKER_URL": "amqp://broker.example//"}),
    ("W003", {"RPC_URLS": ["https://one.example", "http://10.0.0.7:8545"]}),
    ("W004", {"REST_FRAMEWORK": {"NUM_PROXIES": 0}}),
    ("W005", {"DATABASES": POSTGRESQL}),
    ("W006", {"SECURE_SSL_REDIRECT": False}),
    ("W007", {"RELAYER_PRIVATE_KEY": "0x" + "11" * 32}),
    ("W008", {"CHAIN_ID": 31337}),
    ("W009", {"DEFAULT_FROM_EMAIL": "portal@localhost"}),
]


def _found(settings: Settings, **changed: Any) -> list[str]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {**SAFE, **changed}.items():
            if name == "DATABASES":
                patch.setitem(configured.DATABASES, "default", value["default"])
            else:
                setattr(settings, name, value)
        messages = checks.run_checks(tags=["security"], include_deployment_checks=True)
    ours = [message for message in messages if str(message.id).startswith("portal.")]
    assert all(message.hint for message in ours)
    return [str(message.id).removeprefix("portal.") for message in ours]


def test_safe_portal_has_nothing_to_be_told(settings: Settings) -> None:
    assert _found(settings) == []


@pytest.mark.parametrize(("number", "changed"), UNSAFE)
def test_each_danger_is_told_and_nothing_else(
    settings: Settings, number: str, changed: dict[str, Any]
) -> None:
    assert _found(settings, **changed) == [number]


@pytest.mark.parametrize(
    "changed",
    [
        {"REDIS_URL": "redis://127.0.0.1/0", "CELERY_BROKER_URL": "redis://localhost/0"},
        {"REDIS_URL": "unix:///run/valkey.sock"},
        {"RPC_URLS": ["https://one.example", "http://[::1]:8545"]},
        {"DATABASES": {"default": {"ENGINE": "django.db.backends.postgresql", "HOST": ""}}},
        {"PORTAL_ROLE": "worker", "RELAYER_PRIVATE_KEY": "0x" + "11" * 32},
        {"PORTAL_ROLE": "worker", "DEPLOYER_PRIVATE_KEY": "0x" + "11" * 32},
    ],
)
def test_what_stays_on_the_machine_or_behind_the_scenes_is_no_danger(
    settings: Settings, changed: dict[str, Any]
) -> None:
    assert _found(settings, **changed) == []


@pytest.mark.django_db
def test_officer_without_a_second_factor_is_a_warning() -> None:
    def found() -> list[str]:
        messages = checks.run_checks(tags=["database"], include_deployment_checks=True, databases=["default"])
        return [str(message.id) for message in messages]

    officer = User.objects.create_user(username="officer", is_staff=True)
    User.objects.create_user(username="citizen")
    assert "portal.W010" in found()
    Authenticator.objects.create(user=officer, type=Authenticator.Type.TOTP, data={})
    assert "portal.W010" not in found()


def test_every_id_is_explained_and_tested() -> None:
    explained = set(
        re.findall(
            r"^\| `portal\.([EW]\d+)` \| \S.* \| \S.* \|$",
            (ROOT / "docs" / "operations" / "checks.md").read_text(encoding="utf-8"),
            re.MULTILINE,
        )
    )
    written = set()
    for file in (ROOT / "core" / "checks.py", ROOT / "identity" / "accounts" / "checks.py"):
        written |= set(re.findall(r'"(?:portal\.)?([EW]\d{3})"', file.read_text(encoding="utf-8")))
    assert explained == written == {number for number, _ in UNSAFE} | {"W010"}


def test_unsafe_production_fails_the_command_and_a_safe_one_passes() -> None:
    environment = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "daoportal.settings.production",
        "PORTAL_ROLE": "web",
        "PUBLIC_URL": "https://portal.example",
        "ALLOWED_HOSTS": "portal.example",
        "SECRET_KEY": str(SAFE["SECRET_KEY"]),
        "JWT_PRIVATE_KEY": str(SAFE["HEADLESS_JWT_PRIVATE_KEY"]),
        "PROMISE_PRIVATE_KEY": str(SAFE["PROMISE_PRIVATE_KEY"]),
        "DATABASE_URL": "postgres://portal:secret@db.example/portal?sslmode=verify-full",
        "REDIS_URL": "rediss://:secret@redis.example/0",
        "RPC_URLS": "https://one.example,https://two.example",
        "NUM_PROXIES": "1",
        "DEFAULT_FROM_EMAIL": "portal@portal.example",
    }
    for given, refused in (({}, None), ({"CHAIN_FINALITY_BLOCKS": "0"}, "portal.E011")):
        result = subprocess.run(
            [sys.executable, "manage.py", "check", "--deploy"],
            cwd=ROOT,
            env={**environment, **given},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert (result.returncode != 0) is (refused is not None), result.stderr
        assert "portal." not in result.stderr or (refused and refused in result.stderr)
