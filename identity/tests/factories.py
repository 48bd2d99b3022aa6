"""A chain told by a test, without a node: blocks of events that the real indexer applies and takes back."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings

from contracts.client.rpc import Header
from contracts.decoded import Decoded
from contracts.deployment import Deployment
from contracts.indexer.apply import apply
from contracts.indexer.cursor import Position, read_place
from contracts.indexer.reorg import revert
from contracts.indexer.scan import Chunk
from contracts.models import event_position
from contracts.registry import default
from contracts.times import MAX_UINT48
from identity import events as chain
from identity.roles.hashes import ROLE_HASHES
from identity.roles.models import Role

CHAIN_ID = 31337
START = datetime(2026, 3, 2, 12, tzinfo=UTC)
ZERO = "0x" + "0" * 40
ZERO_HASH = "0x" + "0" * 64
CONTRACTS = {
    name: "0x" + hashlib.sha256(name.encode()).hexdigest()[:40]
    for name in (
        "GovernanceCore",
        "ProposalManager",
        "VotingEngine",
        "RoleManager",
        "ExecutionModule",
        "CivicToken",
        "StrategyFactory",
        "OnePersonOneVoteStrategy",
        "QuadraticStrategy",
        "TokenWeightedStrategy",
    )
}
PROXIED = ("GovernanceCore", "ProposalManager", "VotingEngine", "RoleManager", "ExecutionModule")
DAY = 24 * 60 * 60
#: Smallest and largest value of each parameter, as a deployment with the production floors writes them down.
BOUNDS = {
    "votingPeriod": [DAY, 60 * DAY],
    "executionDelay": [DAY, 60 * DAY],
    "reviewPeriod": [DAY, 90 * DAY],
    "gracePeriod": [2 * DAY, 90 * DAY],
    "noticePeriod": [DAY // 24, 14 * DAY],
    "officerDelay": [2 * DAY, 30 * DAY],
    "quorumPercentage": [1, 50],
    "endorsementPermille": [1, 50],
    "proposalThreshold": [1, 5],
}
ADMINISTRATORS = tuple(f"0x{index:040x}" for index in (0xA1, 0xA2, 0xA3))


@dataclass(frozen=True)
class Happening:
    """An event before it has a place in the chain."""

    event: type[Decoded]
    arguments: dict[str, Any]


def happened(event: type[Decoded], **arguments: Any) -> Happening:
    """An event of the class ``event`` with these arguments, to be put into a block."""
    return Happening(event, arguments)


def person(number: int) -> str:
    """The address of the test person ``number``."""
    return f"0x{0xC000 + number:040x}"


def digest(words: str) -> str:
    """A 32-byte hash that stands for ``words``."""
    return "0x" + hashlib.sha256(words.encode()).hexdigest()


def unix(moment: datetime) -> int:
    """Unix seconds."""
    return int(moment.timestamp())


@dataclass
class Ledger:
    """Blocks one after another. ``now`` is the newest block's time; each block comes ``step`` after it."""

    now: datetime = START
    step: timedelta = timedelta(seconds=12)
    finality: int = 1000
    number: int = 0
    citizens: int = 0
    headers: list[Header] = field(default_factory=list)
    fork: int = 0
    _transactions: int = 0

    def __post_init__(self) -> None:
        self.deployment = Deployment(CHAIN_ID, 1, dict(CONTRACTS))
        folder = Path(settings.DEPLOYMENTS_DIR)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{CHAIN_ID}.json").write_text(
            json.dumps(
                {
                    "chainId": CHAIN_ID,
                    "startBlock": 1,
                    "contracts": CONTRACTS,
                    "implementations": {name: CONTRACTS[name] for name in PROXIED},
                    "bounds": BOUNDS,
                    "language": "en",
                }
            ),
            encoding="utf-8",
        )

    def block(self, *happenings: Happening, at: datetime | None = None) -> int:
        """Add one block and let the indexer apply it; answers its number."""
        header, events = self._next(happenings, at)
        self._apply((header,), events)
        return header.number

    def blocks(self, *groups: tuple[Happening, ...]) -> int:
        """Add one block per group and apply them as one chunk, as history is read.

        Answers the last number.
        """
        headers: list[Header] = []
        events: list[Decoded] = []
        for group in groups:
            header, more = self._next(group, None)
            headers.append(header)
            events += more
        self._apply(tuple(headers), tuple(events))
        return self.number

    def wait(self, duration: timedelta, *, until: datetime | None = None) -> int:
        """Let time pass: two empty blocks, the second right at the end of the wait."""
        end = until or self.now + duration
        if end - self.now > timedelta(seconds=2):
            self.block(at=end - timedelta(seconds=1))
        return self.block(at=end)

    def take_back(self, ancestor: int) -> None:
        """A reorganisation: the blocks above ``ancestor`` are gone; what follows has other hashes."""
        header = self.headers[ancestor - 1]
        place = read_place(self.deployment)
        revert(
            place,
            Position(
                header.number, header.hash, datetime.fromtimestamp(header.timestamp, UTC), place.finalized
            ),
            registry=default,
        )
        del self.headers[ancestor:]
        self.number, self.fork = ancestor, self.fork + 1
        self.now = datetime.fromtimestamp(header.timestamp, UTC)

    def deploy(self, *, citizens: int = 0, officers: bool = True) -> None:
        """Officers, and the citizens ``person(0)`` and following, one second apart from the start."""
        groups: list[Happening] = []
        if officers:
            for address in ADMINISTRATORS:
                groups += [identified(address), granted(Role.ADMINISTRATOR, address)]
        self.block(*groups)
        if citizens:
            self.block(*(each for number in range(citizens) for each in self.joins(person(number))))

    def joins(self, account: str, *, until: int = MAX_UINT48) -> tuple[Happening, Happening]:
        """The events of a citizen who joins the roll in the next block."""
        self.citizens += 1
        return (
            happened(
                chain.CitizenChanged,
                account=account,
                since=unix(self.now + self.step),
                until=until,
                old_supply=self.citizens - 1,
                new_supply=self.citizens,
            ),
            granted(Role.CITIZEN, account, until=until),
        )

    def leaves(
        self, account: str, *, reason_hash: str = ZERO_HASH, by: str = ADMINISTRATORS[1]
    ) -> tuple[Happening, Happening]:
        """The events of a citizen whom officers strike off the roll in the next block."""
        self.citizens -= 1
        return (
            self._struck_off(account),
            revoked(Role.CITIZEN, account, reason_hash=reason_hash, by=by),
        )

    def runs_out(self, account: str, until: datetime) -> tuple[Happening, Happening]:
        """The events by which the end of a citizen's unit at ``until`` is recorded in the next block."""
        self.citizens -= 1
        return (
            self._struck_off(account),
            happened(chain.RoleExpired, role=ROLE_HASHES[Role.CITIZEN], account=account, until=unix(until)),
        )

    def moves(self, old: str, new: str, key: str, *, until: int = MAX_UINT48) -> tuple[Happening, ...]:
        """The events by which a citizen's unit goes to a new account of the same person in the next block."""
        self.citizens -= 1
        left = self._struck_off(old)
        arrived, _granted = self.joins(new, until=until)
        moved = happened(
            chain.CitizenMoved, old_account=old, new_account=new, person_key=key, by=ADMINISTRATORS[1]
        )
        return (identified(new, key), left, arrived, moved)

    def _struck_off(self, account: str) -> Happening:
        return happened(
            chain.CitizenChanged,
            account=account,
            since=0,
            until=0,
            old_supply=self.citizens + 1,
            new_supply=self.citizens,
        )

    def _next(
        self, happenings: tuple[Happening, ...], at: datetime | None
    ) -> tuple[Header, tuple[Decoded, ...]]:
        self.now = at or self.now + self.step
        self.number += 1
        parent = self.headers[-1].hash if self.headers else ZERO_HASH
        block_hash = digest(f"block {self.number} of fork {self.fork}")
        header = Header(self.number, block_hash, parent, unix(self.now), 0)
        self.headers.append(header)
        self._transactions += 1
        events = tuple(
            happening.event(
                position=event_position(self.number, index),
                block_number=self.number,
                block_hash=block_hash,
                log_index=index,
                transaction_hash=digest(f"transaction {self._transactions}"),
                contract=CONTRACTS[happening.event.contract_name],
                timestamp=self.now,
                **happening.arguments,
            )
            for index, happening in enumerate(happenings)
        )
        return header, events

    def _apply(self, headers: tuple[Header, ...], events: tuple[Decoded, ...]) -> None:
        chunk = Chunk(headers[0].number, headers[-1].number, headers, events)
        apply(
            chunk,
            read_place(self.deployment),
            registry=default,
            finalized=max(0, self.number - self.finality),
            newest=self.number,
        )


def granted(role: Role, account: str, *, until: int = MAX_UINT48, by: str = ADMINISTRATORS[0]) -> Happening:
    """``account`` is given ``role``."""
    return happened(
        chain.RoleGranted,
        role=ROLE_HASHES[role],
        account=account,
        granted_by=by,
        old_until=0,
        new_until=until,
    )


def revoked(
    role: Role, account: str, *, reason_hash: str = ZERO_HASH, by: str = ADMINISTRATORS[1]
) -> Happening:
    """``account`` loses ``role``."""
    return happened(
        chain.RoleRevoked,
        role=ROLE_HASHES[role],
        account=account,
        revoked_by=by,
        old_until=MAX_UINT48,
        reason_hash=reason_hash,
    )


def identified(account: str, key: str | None = None, *, old: str = ZERO_HASH) -> Happening:
    """The person with this key (default: one of its own) stands behind ``account``."""
    return happened(
        chain.PersonIdentified,
        account=account,
        old_person_key=old,
        new_person_key=digest(account) if key is None else key,
        by=ADMINISTRATORS[0],
    )


def request_id(role: Role, accounts: tuple[str, ...], *, grant: bool = True) -> str:
    """The id under which the told chain knows such a request."""
    return digest(f"{role} {accounts} {grant}")


def asked(
    role: Role,
    accounts: tuple[str, ...],
    *,
    lapses: datetime,
    grant: bool = True,
    by: str = ADMINISTRATORS[0],
    until: int = MAX_UINT48,
    reason_hash: str = ZERO_HASH,
) -> Happening:
    """One administrator's half of a change of roles, which waits until ``lapses``."""
    return happened(
        chain.RoleChangeRequested,
        request_id=request_id(role, accounts, grant=grant),
        role=ROLE_HASHES[role],
        administrator=by,
        accounts=accounts,
        person_keys=tuple(digest(account) for account in accounts) if grant else (),
        until=until if grant else 0,
        reason_hash=reason_hash,
        grant=grant,
        expires_at=unix(lapses),
    )


def agreed(request: str, *, by: str = ADMINISTRATORS[1]) -> Happening:
    """A second administrator agrees to the request with this id."""
    return happened(chain.RoleChangeCompleted, request_id=request, second=by)


def announced(request: str, *, effective: datetime, lapses: datetime) -> Happening:
    """The change of an officer with this id is announced."""
    return happened(
        chain.OfficerChangeScheduled,
        request_id=request,
        effective_at=unix(effective),
        expires_at=unix(lapses),
    )
