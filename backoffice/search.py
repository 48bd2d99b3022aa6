"""What an officer types into a search box, understood: an address, a hash, a number or words.

Django's own search looks for the text anywhere in every column, which reads the whole table. Here each kind
of text asks only the columns that can hold it, by equality or by their beginning, which an index answers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import Q

_HEX = re.compile(r"0x[0-9a-f]{3,64}\Z")
_CUT = re.compile(r"(0x[0-9a-f]{3,})(?:…|\.\.\.)([0-9a-f]{3,})\Z")
_ADDRESS, _HASH = 42, 66  # characters with the 0x
_BIG_INTEGER = 2**63
_UINT256 = 2**256


@dataclass(frozen=True, slots=True)
class Search:
    """Which columns hold what.

    Args:
        addresses: columns of accounts and contracts.
        hashes: columns of 32 bytes.
        numbers: columns of whole numbers (an ordinal, a block's).
        words: columns of text, searched anywhere in it; only for tables that stay small.
        beginnings: columns of text, searched by how they begin.
        named: finds the addresses that bear a name like the text.
    """

    addresses: tuple[str, ...] = ()
    hashes: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    beginnings: tuple[str, ...] = ()
    named: Callable[[str], Iterable[str]] | None = None

    @property
    def fields(self) -> tuple[str, ...]:
        """All columns, for whoever asks whether there is anything to search."""
        return (*self.addresses, *self.hashes, *self.numbers, *self.words, *self.beginnings)

    def matching(self, model: type[models.Model], text: str) -> Q | None:
        """The rows that ``text`` asks for; None if no column could hold it."""
        wanted = text.strip()
        lowered = wanted.lower()
        found: list[Q] = []
        if cut := _CUT.match(lowered):
            lead, tail = cut.groups()
            columns = (*self.addresses, *self.hashes)
            widths = [_ADDRESS] * len(self.addresses) + [_HASH] * len(self.hashes)
            found += [
                _beginning(name, lead, width) & Q(**{f"{name}__endswith": tail})
                for name, width in zip(columns, widths, strict=True)
                if len(lead) + len(tail) <= width
            ]
        elif _HEX.match(lowered):
            found += self._hex(lowered)
        elif wanted.isdecimal() and wanted.isascii():
            found += [Q(**{name: int(wanted)}) for name in self.numbers if _fits(model, name, int(wanted))]
        found += [Q(**{f"{name}__icontains": wanted}) for name in self.words]
        found += [Q(**{f"{name}__startswith": wanted}) for name in self.beginnings]
        if self.named is not None and self.addresses and len(wanted) > 1:
            accounts = list(self.named(wanted))
            found += [Q(**{f"{name}__in": accounts}) for name in self.addresses if accounts]
        if not found:
            return None
        whole = found[0]
        for part in found[1:]:
            whole |= part
        return whole

    def _hex(self, text: str) -> list[Q]:
        if len(text) == _ADDRESS:
            exact = [Q(**{name: text}) for name in self.addresses]
            return exact + [_beginning(name, text, _HASH) for name in self.hashes]
        if len(text) == _HASH:
            return [Q(**{name: text}) for name in self.hashes]
        found = [_beginning(name, text, _HASH) for name in self.hashes]
        if len(text) < _ADDRESS:
            found += [_beginning(name, text, _ADDRESS) for name in self.addresses]
        return found


def _beginning(name: str, lead: str, width: int) -> Q:
    """Hex that begins with ``lead``, as a range: an index answers it, as not every database does for LIKE."""
    return Q(**{f"{name}__gte": lead.ljust(width, "0"), f"{name}__lte": lead.ljust(width, "f")})


def _fits(model: type[models.Model], name: str, number: int) -> bool:
    try:
        field = model._meta.get_field(name.removesuffix("_id"))
    except FieldDoesNotExist:
        field = model._meta.get_field(name)
    if isinstance(field, models.ForeignKey):
        field = field.target_field
    return number < (_BIG_INTEGER if isinstance(field, models.IntegerField) else _UINT256)
