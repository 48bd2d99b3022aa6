"""Reading the log, and checking it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from audit import heads
from audit.chain import GENESIS, Entry, hash_of
from audit.models import AuditLog

_BATCH = 500  # numbers in one query


@dataclass(frozen=True, slots=True)
class Fault:
    """A broken place: ``kind`` is changed, unlinked, missing, surplus, truncated or rewritten."""

    sequence: int
    kind: str
    detail: str


@dataclass(slots=True)
class Verification:
    """What a check found. ``unnoted``: not in the heads file; ``noted`` is None without that file."""

    entries: int = 0
    head: str = GENESIS
    faults: list[Fault] = field(default_factory=list)
    noted: int | None = None
    unnoted: list[int] = field(default_factory=list)


def entry_of(row: AuditLog) -> Entry:
    """The row as that which was hashed."""
    return Entry(**{name: getattr(row, name) for name in Entry.__dataclass_fields__})


def recompute(row: AuditLog) -> str | None:
    """The hash that the row's content has now; None if the content can't be hashed any more."""
    try:
        return hash_of(entry_of(row))
    except (TypeError, ValueError, AttributeError):
        return None


def verify() -> Verification:
    """Check the whole log, entry by entry, against itself and against the heads noted beside the database."""
    known = heads.noted()
    result = Verification(noted=sum(1 for _ in known) if heads.heads_path().exists() else None)
    expected, previous = 1, GENESIS
    for number, row in _rows():
        result.entries += 1
        if row is None:
            result.faults.append(Fault(number, "changed", "its fields can't even be read"))
            known.pop(number, None)
            expected, previous = number + 1, ""
            continue
        result.faults += _gap(row, expected)
        result.faults += _content(row, previous if row.sequence == expected and previous else None)
        noted = known.pop(row.sequence, None)
        if noted is None:
            result.unnoted.append(row.sequence)
        elif row.hash not in noted:
            result.faults.append(Fault(row.sequence, "rewritten", f"noted as {noted[-1]}, now {row.hash}"))
        elif len(noted) > 1:
            others = ", ".join(digest for digest in noted if digest != row.hash)
            result.faults.append(Fault(row.sequence, "rewritten", f"also noted as {others}"))
        expected, previous = max(expected, row.sequence + 1), row.hash
    result.head = previous
    result.faults += [
        Fault(number, "truncated", f"noted as {known[number][-1]}, cut off since")
        for number in sorted(known)
        if number >= expected
    ]
    return result


def _rows() -> Iterator[tuple[int, AuditLog | None]]:
    """Every entry in order; None for one in whose columns something stands that its fields can't hold."""
    rows = AuditLog.objects.order_by("sequence")
    numbers = list(rows.values_list("sequence", flat=True))
    for start in range(0, len(numbers), _BATCH):
        batch = numbers[start : start + _BATCH]
        try:
            found = rows.in_bulk(batch)
        except (ValueError, TypeError):
            found = {number: row for number in batch if (row := _readable(number)) is not None}
        for number in batch:
            yield number, found.get(number)


def _readable(number: int) -> AuditLog | None:
    try:
        return AuditLog.objects.get(pk=number)
    except (ValueError, TypeError):
        return None


def _gap(row: AuditLog, expected: int) -> Iterator[Fault]:
    if row.sequence < expected:
        yield Fault(row.sequence, "surplus", "numbers begin at 1")
    for number in range(expected, min(row.sequence, expected + 1000)):
        yield Fault(number, "missing", "no entry bears this number")


def _content(row: AuditLog, previous: str | None) -> Iterator[Fault]:
    actual = recompute(row)
    if actual != row.hash:
        found = actual or "none: it can't be hashed"
        yield Fault(row.sequence, "changed", f"sealed with the hash {row.hash}, its content has {found}")
    if previous is not None and row.previous_hash != previous:
        detail = f"follows {row.previous_hash}, but the entry before is {previous}"
        yield Fault(row.sequence, "unlinked", detail)
