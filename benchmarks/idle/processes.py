"""What Linux counts of a process: processor time and memory (``/proc``)."""

from __future__ import annotations

import contextlib
import os
import re
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Reading:
    """Processor seconds since the process began; PSS in bytes: its own pages and its share of the others."""

    cpu_seconds: float
    pss: int


def group(pid: int) -> list[int]:
    """The processes of the group that ``pid`` leads."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with contextlib.suppress(ProcessLookupError):
                if os.getpgid(int(folder.name)) == pid:
                    found.append(int(folder.name))
    return found


def read(pid: int) -> Reading:
    """What a process has used; its threads included, its children not."""
    # The command's name, in parentheses, may hold spaces.
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    user, system = int(fields[11]), int(fields[12])
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    found = re.search(r"^Pss:\s+(\d+) kB", rollup, re.MULTILINE)
    return Reading((user + system) / _TICKS, int(found[1]) * 1024 if found else 0)
