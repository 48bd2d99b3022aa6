"""The code that makes a contract: compiled bytecode, libraries' addresses, what the constructor takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from contracts.calldata import encode_arguments
from contracts.deployment import artifact
from core.errors import DomainError

ADDRESS_DIGITS = 40


class LibraryMissing(DomainError):
    code = "library-missing"
    message = "A contract calls a library that isn't deployed."


def libraries_of(names: Iterable[str]) -> list[str]:
    """The libraries that these contracts call, each once, in a fixed order."""
    return sorted({library for name in names for library, _start in _places(name)})


def creation_code(
    name: str,
    arguments: Mapping[str, Any] | Sequence[Any] = (),
    libraries: Mapping[str, str] | None = None,
) -> str:
    """The data (0x-hex) of the transaction that makes a contract.

    Args:
        name: of a committed artifact.
        arguments: what the constructor takes, by name or in order; structs as mappings.
        libraries: where each library that it calls stands.

    Raises:
        LibraryMissing: one of them isn't named.
        CallUnknown: the constructor doesn't take these arguments.
    """
    compiled = artifact(name)
    code: str = compiled["bytecode"]
    for library, start in _places(name):
        try:
            address = (libraries or {})[library]
        except KeyError:
            raise LibraryMissing(contract=name, library=library) from None
        code = code[:start] + address[2:].lower() + code[start + ADDRESS_DIGITS :]
    constructor = next((entry for entry in compiled["abi"] if entry["type"] == "constructor"), None)
    inputs = constructor["inputs"] if constructor is not None else []
    return code + encode_arguments(inputs, arguments, f"the constructor of {name}").hex()


def _places(name: str) -> Iterator[tuple[str, int]]:
    """Each library's name, and where in the text of the bytecode its address goes."""
    for library, starts in artifact(name).get("linkReferences", {}).items():
        for start in starts:
            yield library, 2 + 2 * int(start)
