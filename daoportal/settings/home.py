"""The folder of an embedded stack: its secrets, its database, its chain, and the file that describes it."""

import json
import os
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat


def _pem(key: rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode("ascii")


def new_rsa_key() -> str:
    """Return a fresh 2048-bit RSA private key (PKCS #8 PEM)."""
    return _pem(rsa.generate_private_key(public_exponent=65537, key_size=2048))


def new_ed25519_key() -> str:
    """Return a fresh Ed25519 private key (PKCS #8 PEM, RFC 8410)."""
    return _pem(ed25519.Ed25519PrivateKey.generate())


class Home:
    """Paths and secrets under one folder.

    Args:
        path: the folder; made on first use, readable by its owner alone.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.stack_file = path / "stack.json"

    def ensure(self) -> None:
        """Make the folder and the ones inside it that other programs expect."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name in (
            "secrets",
            "deployments",
            "content",
            "media",
            "mail",
            "anvil",
            "valkey",
            "logs",
            "setup",
        ):
            (self.path / name).mkdir(mode=0o700, exist_ok=True)

    def raised_at(self) -> int:
        """When the demo town was raised (Unix seconds); 0 before."""
        try:
            return int((self.path / "people.json").stat().st_mtime)
        except OSError:
            return 0

    def stack(self) -> dict[str, Any]:
        """Return what ``stack.json`` says of the running (or last) stack, or an empty dict."""
        try:
            data = json.loads(self.stack_file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return data if isinstance(data, dict) else {}

    def write_stack(self, data: dict[str, Any]) -> None:
        """Replace ``stack.json`` in one step, so that a reader never sees half of it. Mode 0600: it holds
        demo keys."""
        self.write_private(self.stack_file, json.dumps(data, indent=2) + "\n")

    def services(self) -> dict[str, str]:
        """Return the addresses, with their passwords, of the servers that the stack was given."""
        try:
            data = json.loads((self.path / "secrets" / "services.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return {str(name): str(url) for name, url in data.items()} if isinstance(data, dict) else {}

    def write_services(self, services: Mapping[str, str]) -> None:
        """Keep them, readable by the owner alone."""
        self.write_private(self.path / "secrets" / "services.json", json.dumps(dict(services)) + "\n")

    def random_secret(self, name: str) -> str:
        """Return a random secret of 64 URL-safe characters, made on first use."""
        return self._secret(name, lambda: secrets.token_urlsafe(48))

    def rsa_key(self, name: str) -> str:
        """Return a 2048-bit RSA private key (PKCS #8 PEM), made on first use."""
        return self._secret(name, new_rsa_key)

    def ed25519_key(self, name: str) -> str:
        """Return an Ed25519 private key (PKCS #8 PEM, RFC 8410), made on first use."""
        return self._secret(name, new_ed25519_key)

    def _secret(self, name: str, make: Callable[[], str]) -> str:
        path = self.path / "secrets" / name
        try:
            return path.read_text(encoding="utf-8")
        except FileNotFoundError:
            self.ensure()
        temporary = self._temporary(path, make())
        try:
            # Two processes may start at once: the first link wins and both read the same secret.
            os.link(temporary, path)
        except FileExistsError:
            pass
        finally:
            temporary.unlink()
        return path.read_text(encoding="utf-8")

    def write_private(self, path: Path, content: str) -> None:
        """Write a file of mode 0600 in one step."""
        self.ensure()
        os.replace(self._temporary(path, content), path)

    @staticmethod
    def _temporary(path: Path, content: str) -> Path:
        temporary = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(content)
        return temporary
