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
from django.core.exceptions import ImproperlyConfigured

from daoportal.settings import parts
from daoportal.settings.home import Home
from testing.tree import ROOT, modules

SETTINGS = ROOT / "daoportal" / "settings"
READERS = {"text", "secret", "secret_words", "integer", "flag", "words", "path"}
PRODUCTION = ("base", "production")  # the modules whose defaults a public portal has
NOTHING = object()


def _reads(*modules: str) -> list[tuple[str, str, object]]:
    """Each reading of the environment: name, reader, default.

    ``NOTHING`` where it has no default; a default that is computed is given as its source, in brackets.
    """
    found = []
    for file in SETTINGS.glob("*.py"):
        if modules and file.stem not in modules:
            continue
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
                default: object = NOTHING
                if len(node.args) > 1:
                    given = node.args[1]
                    default = given.value if isinstance(given, ast.Constant) else f"({ast.unparse(given)})"
                found.append((str(name.value), node.func.attr, default))
    return found


def documented() -> dict[str, str]:
    """The table of ``settings.md``: each variable's default, as it stands there."""
    text = (ROOT / "docs" / "operations" / "settings.md").read_text(encoding="utf-8")
    return dict(re.findall(r"^\| `([A-Z][A-Z0-9_]*)` \| ([^|]+) \| [^|]+ \|$", text, re.MULTILINE))


def of_production(cell: str) -> str:
    """The part of a default's cell that speaks of production."""
    parts = [part.strip() for part in cell.split(";")]
    return next((part for part in parts if not part.startswith("embedded")), "")


def test_every_setting_is_documented_and_nothing_else_is() -> None:
    assert {name for name, _, _ in _reads()} == set(documented())


def test_documented_defaults_are_those_of_the_code() -> None:
    table = documented()
    wrong = []
    for name, reader, default in _reads(*PRODUCTION):
        said = of_production(table[name]).removeprefix("secret, ").replace("`", "")
        if isinstance(default, str) and default.startswith("("):
            continue  # computed
        words = {NOTHING: "none" if reader in {"words", "secret_words"} else "needed", "": "empty"}
        shown = str(default).lower() if isinstance(default, bool) else str(default)
        expected = words.get(default, shown)
        if said.removesuffix(", needed by the checks") != expected:
            wrong.append(f"{name}: {expected!r}, but {said!r} is documented")
    assert wrong == []


def test_secrets_are_documented_as_such_and_may_come_from_files() -> None:
    readers = {name: {reader for found, reader, _ in _reads() if found == name} for name in documented()}
    secret = {name for name, kinds in readers.items() if kinds & {"secret", "secret_words"}}
    assert all(readers[name] <= {"secret", "secret_words"} for name in secret)
    assert secret == {name for name, cell in documented().items() if cell.startswith("secret")}
    # What sounds like a secret is one; the SECURE_ ones are switches.
    assert {
        name
        for name in readers
        if re.search(r"SECRET|PASSWORD|PRIVATE_KEY|TOKEN|^(DATABASE|REDIS|CELERY_BROKER|RPC)_URLS?$", name)
    } <= secret


def test_what_has_no_default_is_told_to_be_needed() -> None:
    told = {name for name, cell in documented().items() if "needed" in of_production(cell)}
    unset = {name: reader for name, reader, default in _reads(*PRODUCTION) if default is NOTHING}
    assert told <= set(unset)
    assert {name for name, reader in unset.items() if reader in {"text", "secret"}} <= told


def test_only_settings_read_the_environment() -> None:
    allowed = re.compile(r'os\.environ\.setdefault\("DJANGO_SETTINGS_MODULE"')
    offenders = []
    for file in modules():
        inside = file.relative_to(ROOT).parts
        # The supervisor hands its environment on; bootstrap and the contracts' tools know no settings.
        if inside[0] == "devstack" or inside[1] in {"settings", "solidity"}:
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
    (tmp_path / "key").write_text("one, two\n")
    assert env.secret_words("SOME_KEY") == ["one", "two"]
    monkeypatch.delenv("SOME_KEY_FILE")
    assert env.secret_words("SOME_KEY", ("none",)) == ["none"]
    monkeypatch.setenv("SOME_KEY_FILE", str(tmp_path / "gone"))
    with pytest.raises(ImproperlyConfigured, match="SOME_KEY_FILE"):
        env.secret_words("SOME_KEY")


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
    from daoportal.settings import env

    monkeypatch.setenv("SOME_SETTING", value)
    with pytest.raises(ImproperlyConfigured, match="SOME_SETTING"):
        getattr(env, reader)("SOME_SETTING", 1)


@pytest.mark.parametrize(
    ("url", "engine", "name"),
    [
        ("sqlite:////tmp/portal.sqlite3", "django.db.backends.sqlite3", "/tmp/portal.sqlite3"),
        ("postgres://ada:secret@db:5433/portal", "django.db.backends.postgresql", "portal"),
        ("mongodb://db/portal", "core.db.mongodb", "portal"),
        (
            "mongodb://ada:p%40ss@a:1,b:2/portal?replicaSet=rs0&authSource=admin",
            "core.db.mongodb",
            "portal",
        ),
        ("mongodb+srv://cluster.example.org/portal", "core.db.mongodb", "portal"),
    ],
)
def test_database_url_chooses_the_engine(url: str, engine: str, name: str) -> None:
    default = parts.databases(url, conn_max_age=60)["default"]
    assert (default["ENGINE"], default["NAME"]) == (engine, name)
    if engine == "core.db.mongodb":
        assert default["HOST"] == url  # the driver reads hosts, account and options itself


def test_mongodb_is_waited_for_as_long_as_its_url_says() -> None:
    def options(query: str) -> object:
        return parts.databases(f"mongodb://db/portal{query}", conn_max_age=60)["default"]["OPTIONS"]

    assert options("") == {"serverSelectionTimeoutMS": 5_000}
    assert options("?serverSelectionTimeoutMS=100") == {}


@pytest.mark.parametrize("url", ["mongodb://db", "mongodb://a,b/?replicaSet=rs0"])
def test_mongodb_url_without_a_database_is_refused(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="must name a database"):
        parts.databases(url, conn_max_age=60)
