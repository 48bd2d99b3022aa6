"""The people to whom others give their vote: what they say, for how many they speak, how they voted."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Max, Q

from governance.ballots.models import Vote
from governance.delegation.models import DelegationChange
from governance.delegation.selectors.delegations import OVERALL, scope_of
from governance.errors import DelegateNotFound
from governance.proposals.models import Proposal, ProposalType
from governance.proposals.selectors.conditions import current_conditions
from identity.accounts.selectors import statements as statements_of
from identity.census.selectors.roll import census_at
from identity.roles.models import Role
from identity.roles.selectors import roles
from identity.roles.selectors.roles import Member

TRUSTED, ACTIVE, NEWEST, NAME, ALIKE = "trusted", "active", "newest", "name", "alike"
SORTS = (TRUSTED, ACTIVE, NEWEST, NAME, ALIKE)


@dataclass(frozen=True, slots=True)
class Agreement:
    """In how many decisions two people voted the same, of those in which both voted."""

    same: int
    both: int


@dataclass(frozen=True, slots=True)
class Delegate:
    """A delegate and their record.

    ``people`` gave them their vote in everything, that is ``share`` percent of all citizens; ``by_kind`` did
    so in one kind of decisions alone. Of the ``decisions`` whose vote opened since they are a delegate they
    took part in ``voted``, and gave a reason in ``reasons``.
    """

    address: str
    name: str
    since: datetime
    until: datetime | None
    statement: str
    people: int
    by_kind: dict[ProposalType, int]
    share: float
    decisions: int
    voted: int
    reasons: int
    agreement: Agreement | None = None

    @property
    def participation(self) -> int | None:
        """Decisions taken part in, whole percent; None before the first."""
        return round(100 * self.voted / self.decisions) if self.decisions else None


@dataclass(frozen=True, slots=True)
class WeightPoint:
    """How many people a delegate speaks for from a moment on."""

    at: datetime
    people: int


def delegates(*, words: str = "", sort: str = TRUSTED, reader: str = "") -> list[Delegate]:
    """The delegates at the newest block; seven queries, however many there are.

    Args:
        words: that occur in the name or the statement; empty for all.
        sort: one of ``SORTS``; the sum of trust if unknown.
        reader: an address whose votes to compare with, empty for nobody.
    """
    found = _with_records(roles.members(Role.DELEGATE), reader)
    wanted = words.casefold().split()
    found = [
        each for each in found if all(word in f"{each.name} {each.statement}".casefold() for word in wanted)
    ]
    return sorted(found, key=lambda each: _order(each, sort))


def get_delegate(address: str, *, reader: str = "") -> Delegate:
    """One delegate.

    Raises:
        DelegateNotFound: the address is no delegate's now.
    """
    address = address.lower()
    found = [member for member in roles.members(Role.DELEGATE) if member.address == address]
    if not found:
        raise DelegateNotFound(address=address)
    return _with_records(found, reader)[0]


def weight_over_time(address: str) -> list[WeightPoint]:
    """For how many people ``address`` spoke, oldest first: a point for each moment at which that changed."""
    address = address.lower()
    changes = DelegationChange.objects.filter(scope=OVERALL).filter(
        Q(from_delegate=address) | Q(to_delegate=address)
    )
    people, points = 0, dict[datetime, int]()
    rows = changes.order_by("event_id").values_list("timestamp", "from_delegate", "to_delegate")
    for timestamp, source, target in rows:
        people += (target == address) - (source == address)
        points[timestamp] = people
    return [WeightPoint(at, count) for at, count in points.items()]


def people_behind(addresses: Iterable[str]) -> Counter[tuple[str, int]]:
    """How many people give their vote to each of ``addresses`` now, by (address, scope)."""
    newest = DelegationChange.objects.order_by().values("delegator", "scope")
    last = newest.annotate(last=Max("event_id")).values("last")
    rows = DelegationChange.objects.filter(event_id__in=last, to_delegate__in=list(addresses))
    others = rows.exclude(delegator=F("to_delegate"))  # who keeps a vote in one kind is no delegate by it
    counted = others.order_by().values("to_delegate", "scope").annotate(people=Count("event_id"))
    return Counter({(row["to_delegate"] or "", row["scope"]): row["people"] for row in counted})


def _with_records(members: Sequence[Member], reader: str) -> list[Delegate]:
    addresses = [member.address for member in members]
    people, census = people_behind(addresses), census_at()
    statements = statements_of(addresses)
    now = current_conditions().now
    opened = list(Proposal.objects.filter(vote_start__lte=now).values_list("proposal_id", "vote_start"))
    ballots: dict[str, dict[int, tuple[int, bool]]] = defaultdict(dict)
    wanted = {*addresses, reader} - {""}
    rows = Vote.objects.filter(voter__in=wanted).values_list("voter", "proposal_id", "support", "reason_hash")
    for voter, proposal, support, reason in rows:
        ballots[voter][proposal] = (support, reason is not None)
    return [_delegate(member, people, census, statements, opened, ballots, reader) for member in members]


def _delegate(
    member: Member,
    people: Counter[tuple[str, int]],
    census: int,
    statements: dict[str, str],
    opened: list[tuple[int, datetime | None]],
    ballots: dict[str, dict[int, tuple[int, bool]]],
    reader: str,
) -> Delegate:
    since = [number for number, start in opened if start is not None and start >= member.since]
    behind = people[member.address, OVERALL]
    cast = ballots.get(member.address, {})
    voted = [cast[number] for number in since if number in cast]
    return Delegate(
        address=member.address,
        name=member.name,
        since=member.since,
        until=member.until,
        statement=statements.get(member.address, ""),
        people=behind,
        by_kind={kind: count for kind in ProposalType if (count := people[member.address, scope_of(kind)])},
        share=100 * behind / census if census else 0,
        decisions=len(since),
        voted=len(voted),
        reasons=sum(with_reason for _support, with_reason in voted),
        agreement=_agreement(cast, ballots.get(reader, {})) if reader and reader != member.address else None,
    )


def _agreement(one: dict[int, tuple[int, bool]], other: dict[int, tuple[int, bool]]) -> Agreement:
    both = one.keys() & other.keys()
    return Agreement(sum(one[number][0] == other[number][0] for number in both), len(both))


def _order(delegate: Delegate, sort: str) -> tuple[float | str, ...]:
    name, since = delegate.name.casefold(), delegate.since.timestamp()
    if sort == NAME:
        return (name, since)
    if sort == NEWEST:
        return (-since, name)
    if sort == ACTIVE:
        return (-(delegate.participation or 0), name)
    if sort == ALIKE and delegate.agreement and delegate.agreement.both:
        return (-delegate.agreement.same / delegate.agreement.both, -delegate.agreement.both, name)
    return (1 if sort == ALIKE else 0, -delegate.people, name)
