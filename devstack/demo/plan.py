"""From the agenda to a list of things that happen, each at its time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from contracts.acts.hashes import role_id
from contracts.calldata import encode_call
from contracts.deployment import Deployment
from devstack.demo.agenda import DAY, HOUR, ROLE, Item
from devstack.demo.current import OPEN
from devstack.demo.decided import DECIDED
from devstack.demo.people import DELEGATIONS, MOVED_AWAY, Person, Roster
from devstack.demo.reasons import ABSTAIN, AGAINST, FOR, Voices
from devstack.demo.sampling import Lots
from governance.hashes import actions_hash, content_hash, rules_hash
from governance.proposals import text

PARAMETERS: Final[dict[str, int]] = {
    "votingPeriod": 5 * DAY,
    "executionDelay": 2 * DAY,
    "reviewPeriod": 14 * DAY,
    "gracePeriod": 14 * DAY,
    "noticePeriod": HOUR,
    "officerDelay": 7 * DAY,
    "quorumPercentage": 20,
    "endorsementPermille": 50,
    "proposalThreshold": 1,
}
# Whole percent of For and Against that For must reach, by the contracts' own rule.
_PASSING: Final = {ROLE: 60}
_MAJORITY: Final = 50
STRATEGY: Final = "OnePersonOneVoteStrategy"
OF_CREDITS: Final = "QuadraticStrategy"
_MOST_VOTES: Final = 6  # of a hundred credits a year
MOVED_AWAY_AT: Final = 12.2
PAUSED_AT: Final = (16.2, 16.0)  # an afternoon on which a forged letter went round
_LAST_BALLOT: Final = 0.012  # days before now
# Who voted in person although a delegate holds their vote, after the delegate had.
_IN_PERSON: Final = {"thirty": "Gloria Mensah", "nightbus": "Viktor Lazarov", "path": "Fatou Ndiaye"}
_DELEGATE_NAMES: Final = frozenset(delegate for _delegator, delegate in DELEGATIONS)
_DIRECT_EVERY: Final = 8  # one voter of so many goes to the contract without the relayer


@dataclass(frozen=True, slots=True)
class Choice:
    """One person's vote: ``at`` in days before now; ``votes`` where they cost credits, else 0."""

    person: Person
    support: int
    reason: str
    at: float
    direct: bool
    votes: int = 0

    @property
    def params(self) -> str:
        """What the ballot says beyond its side, ABI-encoded."""
        return f"0x{self.votes:064x}" if self.votes else "0x"


@dataclass(frozen=True, slots=True)
class Proposal:
    """An item of the agenda as the chain will know it."""

    item: Item
    number: int
    proposer: Person
    words: text.ProposalText
    actions: tuple[Mapping[str, str], ...]
    content_hash: str
    rules_hash: str
    choices: tuple[Choice, ...]

    @property
    def strategy(self) -> str:
        """The name of the contract that counts it."""
        return strategy_of(self.item)


def strategy_of(item: Item) -> str:
    """The name of the contract that counts the votes on ``item``."""
    return OF_CREDITS if item.credits else STRATEGY


def agenda() -> tuple[Item, ...]:
    """All items in the order in which they are handed in, which gives them their numbers."""
    return tuple(sorted((*DECIDED, *OPEN), key=lambda item: -item.created))


def make_plan(town: Roster, deployment: Deployment) -> list[Proposal]:
    """All proposals with their hashes and votes; the same for every run."""
    plan = []
    for number, item in enumerate(agenda(), start=1):
        rules = _rules_at(item.activated)
        proposer = town.by_name(item.proposer) or town.citizens[number % len(town.citizens)]
        words = text.check(
            title=item.title, summary=item.summary, description=item.description, topic=item.topic
        )
        actions = _actions(item, town, deployment)
        fingerprint = content_hash(
            proposer.address,
            item.kind,
            words.metadata_hash,
            actions_hash(actions),
            deployment.address(strategy_of(item)),
        )
        plan.append(
            Proposal(
                item=item,
                number=number,
                proposer=proposer,
                words=words,
                actions=actions,
                content_hash=fingerprint,
                rules_hash=rules_hash(
                    fingerprint,
                    quorum_percentage=rules["quorumPercentage"],
                    passing_percentage=_PASSING.get(item.kind, _MAJORITY),
                    voting_period=rules["votingPeriod"],
                    execution_delay=rules["executionDelay"],
                    grace_period=rules["gracePeriod"],
                    proposal_threshold=rules["proposalThreshold"],
                ),
                choices=_choices(item, town, rules["votingPeriod"] / DAY),
            )
        )
    return plan


def _rules_at(days_ago: float | None) -> dict[str, int]:
    """The rules as they stood then; now, for a draft."""
    rules = dict(PARAMETERS)
    for item in sorted(DECIDED, key=lambda each: -(each.executed or 0)):
        if item.parameter and item.executed and (days_ago or 0) < item.executed:
            name, _old, rules[name] = item.parameter
    return rules


def _actions(item: Item, town: Roster, deployment: Deployment) -> tuple[Mapping[str, str], ...]:
    if item.parameter is not None:
        name, old, new = item.parameter
        arguments = {"name": name.encode().ljust(32, b"\0"), "oldValue": old, "newValue": new}
        data = encode_call("GovernanceCore", "updateGovernanceParams", arguments)
        return ({"target": deployment.address("GovernanceCore"), "value": "0", "data": data},)
    if item.kind == ROLE:
        person = town.by_name(item.delegate) or town.citizens[-1]
        arguments = {
            "role": role_id("DELEGATE"),
            "account": person.address,
            "personKey": person.person_key,
        }
        data = encode_call("RoleManager", "grantRole", arguments)
        return ({"target": deployment.address("RoleManager"), "value": "0", "data": data},)
    return ()


def _choices(item: Item, town: Roster, period: float) -> tuple[Choice, ...]:
    """Who votes how, when and why; ordered by time."""
    if item.vote_start is None or not item.turnout:
        return ()
    lots = Lots("votes", item.key)
    willing = lots.shuffled(_voters(item, town))
    expected = {*_DELEGATE_NAMES, _IN_PERSON.get(item.key)}
    willing.sort(key=lambda person: person.name not in expected)
    voters = lots.shuffled(willing[: round(len(willing) * item.turnout)])
    supports = [FOR] * round(len(voters) * item.shares[0]) + [AGAINST] * round(len(voters) * item.shares[1])
    supports = (supports + [ABSTAIN] * len(voters))[: len(voters)]
    first = item.vote_start - 0.01
    last = max(item.vote_start - period + 0.02, _LAST_BALLOT)
    timed = []
    for place, (person, support) in enumerate(zip(voters, supports, strict=True)):
        share = _moment(lots)
        if person.name in _DELEGATE_NAMES:
            share = share * 0.3
        elif person.name == _IN_PERSON.get(item.key):
            share = 0.7 + share * 0.25
        at = _outside_pause(first - (first - last) * share)
        timed.append((at, person, support, place % _DIRECT_EVERY == 3))
    voices = Voices(item.key)
    timed.sort(key=lambda entry: (-entry[0], entry[1].place))
    return tuple(
        Choice(
            person,
            support,
            voices.reason(person, support),
            at,
            direct,
            votes=1 + lots.below(_MOST_VOTES) if item.credits else 0,
        )
        for at, person, support, direct in timed
    )


def _voters(item: Item, town: Roster) -> list[Person]:
    gave_away = {delegator for delegator, _delegate in DELEGATIONS} - {_IN_PERSON.get(item.key)}
    gone = {MOVED_AWAY} if (item.activated or 0) < MOVED_AWAY_AT + 1 else set()
    return [person for person in town.everyone if person.name not in gave_away | gone]


def _moment(lots: Lots) -> float:
    """When in a vote's time someone votes: many on the first day, some on the last, the rest between."""
    kind, share = lots.number(), lots.number()
    if kind < 0.4:
        return share * share * 0.3
    if kind < 0.6:
        return 1 - share * share * 0.2
    return share


def _outside_pause(at: float) -> float:
    began, lifted = PAUSED_AT
    return lifted - 0.01 if lifted - 0.005 <= at <= began + 0.005 else at
