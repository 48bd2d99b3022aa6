"""Whether work of an earlier start is still good: hashes of what it was made from."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def migrations() -> str:
    """Hash of everything that decides the database's shape."""
    folders = [*ROOT.glob("*/migrations"), *ROOT.glob("*/*/migrations")]
    files = [
        file
        for folder in sorted(folders)
        if ".venv" not in folder.parts
        for file in sorted(folder.glob("*.py"))
    ]
    return _hash([ROOT / "requirements.txt", *files])


def static_files() -> str:
    """Hash of everything that ``collectstatic`` gathers."""
    return _hash(
        [ROOT / "requirements.txt", *sorted(path for path in (ROOT / "static").rglob("*") if path.is_file())]
    )


def _hash(files: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in files:
        digest.update(str(path.relative_to(ROOT)).encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
