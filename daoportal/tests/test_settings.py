"""Settings: documented, read in one place, without secrets of their own."""

from __future__ import annotations

import ast
import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from daoportal.settings.home import Home

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = ROOT / "daoportal" / "settings"
READERS = {"text", "secret", "integer", "flag", "words", "path"}


def _read_names() -> set[str]:
    names = set()
    for file in SETTINGS.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in READERS
                and isinstance(node.func.value, ast.Name)
                and node.func.value.id == "env"
            ):
                name = node.args[0]
                assert isinstance(name, ast.Constant), (
                    f"{file.name}:{node.lineno}: the name must be a literal"
                )
                names.add(str(name.value))
    return names


def _documented_names() -> set[str]:
    text = (ROOT / "docs" / "operations" / "settings.md").read_text(encoding="utf-8")
    return set(re.findall(r"^\| `([A-Z][A-Z0-9_]*)`", text, re.MULTILINE))


def test_every_setting_is_documented_and_nothing_else_is() -> None:
    assert _read_names() == _documented_names()


def test_only_settings_read_the_environment() -> None:
    allowed = re.compile(r'os\.environ\.setdefault\("DJANGO_SETTINGS_MODULE"')
    offenders = []
    for app in ("daoportal", "contracts", "identity", "governance"):
        for file in (ROOT / app).rglob("*.py"):
            inside = file.relative_to(ROOT).parts
            # The supervisor hands its environment on; the bootstrap runs before there are settings.
            if "tests" in inside or "node_modules" in inside or inside[1] in {"settings", "embedded"}:
                continue
            for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
                if re.search(r"os\.environ|os\.getenv", line) and not allowed.search(line):
                    offenders.append(f"{file.relative_to(ROOT)}:{number}")
    assert offenders == []


def _load(module: str, **environment: str) -> subprocess.CompletedProcess[str]:
    base = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": module}
    return subprocess.run(
        [sys.executable, "-c", "from django.conf import settings; settings.SECRET_KEY"],
        cwd=ROOT,
        env={**base, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_production_has_no_default_secret() -> None:
    given = {"PUBLIC_URL": "https://portal.example", "ALLOWED_HOSTS": "portal.example"}
    needed = ["SECRET_KEY", "JWT_PRIVATE_KEY", "PROMISE_PRIVATE_KEY", "DATABASE_URL", "REDIS_URL"]
    for name in needed:
        result = _load("daoportal.settings.production", **given)
        assert result.returncode != 0
        assert f"{name} must be set" in result.stderr
        given[name] = "sqlite:///x" if name == "DATABASE_URL" else "redis://localhost/0"
    assert _load("daoportal.settings.production", **given).returncode == 0


def test_secret_may_come_from_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from daoportal.settings import env

    (tmp_path / "key").write_text("from a file\n")
    monkeypatch.setenv("SOME_KEY_FILE", str(tmp_path / "key"))
    assert env.secret("SOME_KEY") == "from a file"


def test_home_makes_its_own_secrets_and_keeps_them_private(tmp_path: Path) -> None:
    one, other = Home(tmp_path / "one"), Home(tmp_path / "other")
    assert one.random_secret("django") == one.random_secret("django")
    assert one.random_secret("django") != other.random_secret("django")
    assert "PRIVATE KEY" in one.rsa_key("jwt")
    for file in (one.path / "secrets").iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(one.path.stat().st_mode) == 0o700


def test_stack_file_is_replaced_whole_and_private(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    assert home.stack() == {}
    home.write_stack({"web": "http://127.0.0.1:8000"})
    assert home.stack() == {"web": "http://127.0.0.1:8000"}
    assert stat.S_IMODE(home.stack_file.stat().st_mode) == 0o600
    home.stack_file.write_text("{")
    assert home.stack() == {}


@pytest.mark.parametrize(("value", "reader"), [("maybe", "flag"), ("ten", "integer")])
def test_nonsense_in_the_environment_is_refused(
    monkeypatch: pytest.MonkeyPatch, value: str, reader: str
) -> None:
    from django.core.exceptions import ImproperlyConfigured

    from daoportal.settings import env

    monkeypatch.setenv("SOME_SETTING", value)
    with pytest.raises(ImproperlyConfigured, match="SOME_SETTING"):
        getattr(env, reader)("SOME_SETTING", 1)
