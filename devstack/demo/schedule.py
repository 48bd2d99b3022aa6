"""A month in Riverbend, as things to do at given times."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from contracts.acts.calls import signed_call
from contracts.acts.hashes import ZERO_HASH, reason_hash, role_id
from contracts.deployment import Deployment
from contracts.times import MAX_UINT48
from devstack.demo.agenda import BUDGET, DAY
from devstack.demo.people import (
    BUDGET_DELEGATIONS,
    DELEGATES,
    DELEGATIONS,
    MOVED_AWAY,
    MOVED_AWAY_REASON,
    PAUSE_REASON,
    Person,
    Roster,
)
from devstack.demo.plan import MOVED_AWAY_AT, PAUSED_AT, Choice, Proposal
from devstack.demo.sampling import Lots
from devstack.demo.signing import signed
from devstack.demo.timeline import RELAYER, Letter, Timeline
from governance.ballots.packing import batch_call, packed_ballot

_ACTS: Final = {
    "CreateProposal": "propose",
    "EndorseProposal": "endorse",
    "ActivateProposal": "activate",
    "CancelProposal": "cancel",
    "Delegate": "delegate",
    "DelegateFor": "delegate",
}
_GAS: Final = 1_500_000
_VOTE_GAS: Final = 400_000
_BALLOT_GAS: Final = 90_000  # a first ballot fills slots that were empty


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happens ``at`` days before now; ``do`` is given its time in Unix seconds."""

    at: float
    do: Callable[[int], Any]


class Schedule:
    """Everything that happens, in order.

    Args:
        town: who takes part.
        plan: the proposals with their votes.
        deployment: the contracts.
        timeline: takes the transactions.
        now: Unix seconds at which the walk ends.
    """

    def __init__(
        self, town: Roster, plan: Sequence[Proposal], deployment: Deployment, timeline: Timeline, now: int
    ) -> None:
        self._town = town
        self._plan = plan
        self._deployment = deployment
        self._timeline = timeline
        self._now = now

    def steps(self) -> list[Step]:
        """All steps, earliest first."""
        found = [*self._roles(), *self._delegations(), *self._pause()]
        for proposal in self._plan:
            found += self._life(proposal)
            found += self._votes(proposal)
        return sorted(found, key=lambda step: -step.at)

    # --- people ---

    def _roles(self) -> Iterator[Step]:
        """Administrators act in twos: one asks, another carries out by the identical call."""
        ingrid, tomas, grace = self._town.administrators
        people = self._town.everyone
        half = len(people) // 2
        auditors = [person for person in self._town.officers if "AUDITOR" in person.roles]
        delegates = [person for person in self._town.citizens if person.name in DELEGATES]
        yield from self._grant("CITIZEN", people[:half], 30.90, ingrid, grace)
        yield from self._grant("CITIZEN", people[half:], 30.88, ingrid, tomas)
        yield from self._grant("DELEGATE", delegates, 30.80, grace, tomas)
        yield from self._grant("AUDITOR", auditors, 30.78, tomas, ingrid)
        gone = self._town.by_name(MOVED_AWAY)
        if gone is not None:
            arguments = [role_id("CITIZEN"), [gone.address], reason_hash(MOVED_AWAY_REASON)]
            yield from self._in_twos("revokeRoles", arguments, MOVED_AWAY_AT, grace, ingrid)

    def _grant(
        self, role: str, people: Sequence[Person], at: float, first: Person, second: Person
    ) -> Iterator[Step]:
        addresses, keys = (
            [person.address for person in people],
            [person.person_key for person in people],
        )
        arguments = [role_id(role), addresses, keys, MAX_UINT48]
        yield from self._in_twos("grantRoles", arguments, at, first, second)

    def _in_twos(
        self, function: str, arguments: list[Any], at: float, first: Person, second: Person
    ) -> Iterator[Step]:
        for person, moment in ((first, at), (second, at - 0.01)):
            yield self._call(
                moment,
                person.place,
                "RoleManager",
                function,
                arguments,
                gas=15_000_000,
                what=function,
            )

    def _delegations(self) -> Iterator[Step]:
        at = 30.7
        overall: list[tuple[str, str, dict[str, Any]]] = [(*names, {}) for names in DELEGATIONS]
        on_money = [(*names, {"proposalType": BUDGET}) for names in BUDGET_DELEGATIONS]
        for delegator_name, delegate_name, scope in [*overall, *on_money]:
            delegator, delegate = self._town.by_name(delegator_name), self._town.by_name(delegate_name)
            if delegator is None or delegate is None:
                continue
            at -= 0.03
            yield self._relayed(
                at,
                delegator,
                "DelegateFor" if scope else "Delegate",
                {"delegator": delegator.address, **scope, "delegatee": delegate.address, "nonce": 0},
                what=f"{delegator_name} gives the vote to {delegate_name}",
            )

    def _pause(self) -> Iterator[Step]:
        """One guardian stops everything; two others together let it go on."""
        lars, priya, ines = self._town.guardians
        began, lifted = PAUSED_AT
        reason = [reason_hash(PAUSE_REASON)]
        yield self._call(began, lars.place, "GovernanceCore", "pause", reason, what="pause")
        for guardian, moment, what in ((priya, lifted + 0.02, "unpause, asked"), (ines, lifted, "unpause")):
            yield self._call(moment, guardian.place, "GovernanceCore", "unpause", [1], what=what)

    # --- proposals ---

    def _life(self, proposal: Proposal) -> Iterator[Step]:
        item = proposal.item
        ingrid, tomas, grace = self._town.administrators
        yield self._relayed(
            item.created,
            proposal.proposer,
            "CreateProposal",
            {
                "proposer": proposal.proposer.address,
                "proposalType": item.kind,
                "metadataHash": proposal.words.metadata_hash,
                "actions": proposal.actions,
                "strategy": self._deployment.address(proposal.strategy),
            },
            what=f"hand in “{item.title}”",
        )
        yield from self._endorsements(proposal)
        if item.activated is not None and item.vote_start is not None:
            administrator = (ingrid, tomas, grace)[proposal.number % 3]
            yield self._relayed(
                item.activated,
                administrator,
                "ActivateProposal",
                {
                    "proposalId": proposal.number,
                    "rulesHash": proposal.rules_hash,
                    "voteStart": self._time(item.vote_start),
                    "administrator": administrator.address,
                },
                what=f"open “{item.title}”",
            )
        arguments = [proposal.number, list(proposal.actions)]
        if item.queued is not None:
            yield self._call(
                item.queued,
                RELAYER,
                "ProposalManager",
                "queueProposal",
                arguments,
                what=f"queue “{item.title}”",
            )
        if item.executed is not None:
            yield self._call(
                item.executed,
                RELAYER,
                "ProposalManager",
                "executeProposal",
                arguments,
                what=f"do “{item.title}”",
            )
        for administrator, moment in zip((tomas, grace), item.cancelled or (), strict=False):
            yield self._relayed(
                moment,
                administrator,
                "CancelProposal",
                {
                    "proposalId": proposal.number,
                    "contentHash": proposal.content_hash,
                    "reasonHash": reason_hash(item.reason),
                    "canceller": administrator.address,
                    "nonce": 0,
                },
                what=f"cancel “{item.title}”",
            )

    def _endorsements(self, proposal: Proposal) -> Iterator[Step]:
        item = proposal.item
        until = item.activated or (item.cancelled[0] if item.cancelled else 0.03)
        others = [person for person in self._town.citizens if person != proposal.proposer and person.roles]
        supporters = Lots("supporters", item.key).shuffled(others)[: item.supporters]
        for place, person in enumerate(supporters, start=1):
            at = item.created - (item.created - until) * 0.9 * place / len(supporters)
            yield self._relayed(
                at,
                person,
                "EndorseProposal",
                {
                    "proposalId": proposal.number,
                    "contentHash": proposal.content_hash,
                    "endorser": person.address,
                },
                what=f"{person.name} supports “{item.title}”",
            )

    # --- votes ---

    def _votes(self, proposal: Proposal) -> Iterator[Step]:
        """Most by signature in batches, as the relayer would gather them; some straight to the contract."""
        lots = Lots("batches", proposal.item.key)
        waiting: list[Choice] = []
        room = 3 + lots.below(6)
        for choice in proposal.choices:
            if choice.direct:
                yield self._direct(proposal, choice)
                continue
            waiting.append(choice)
            if len(waiting) >= room:
                yield self._batch(proposal, waiting)
                waiting, room = [], 3 + lots.below(6)
        if waiting:
            yield self._batch(proposal, waiting)

    def _direct(self, proposal: Proposal, choice: Choice) -> Step:
        arguments: list[Any] = [proposal.number, choice.support]
        function = "castVote"
        if choice.votes:
            function = "castVoteWithParams"
            arguments += [choice.reason, choice.params]
        elif choice.reason:
            function = "castVoteWithReason"
            arguments.append(choice.reason)
        return self._call(
            choice.at,
            choice.person.place,
            "VotingEngine",
            function,
            arguments,
            gas=_VOTE_GAS,
            what=f"{choice.person.name} votes on “{proposal.item.title}”",
        )

    def _batch(self, proposal: Proposal, choices: Sequence[Choice]) -> Step:
        ballots = tuple(choices)

        def do(time: int) -> None:
            letters = []
            for choice in ballots:
                message = {
                    "proposalId": proposal.number,
                    "rulesHash": proposal.rules_hash,
                    "voter": choice.person.address,
                    "support": choice.support,
                    "params": choice.params,
                    "reasonHash": reason_hash(choice.reason) if choice.reason else ZERO_HASH,
                    "deadline": time + DAY,
                }
                fields: dict[str, Any] = {
                    "proposalId": str(proposal.number),
                    "support": choice.support,
                    "reason": choice.reason,
                }
                if choice.votes:
                    fields["params"] = {"votes": choice.votes}
                document, signature = signed(choice.person, "Ballot", message, self._deployment)
                letters.append(Letter("vote", choice.person, fields, document, signature))
            packed = [packed_ballot(letter.document, letter.signature) for letter in letters]
            contract, data = batch_call(proposal.number, proposal.rules_hash, packed)
            self._timeline.send_raw(
                RELAYER,
                contract,
                data,
                gas=200_000 + _BALLOT_GAS * len(packed),
                what=f"{len(packed)} ballots on “{proposal.item.title}”",
                letters=letters,
            )

        return Step(min(choice.at for choice in ballots), do)

    # --- helpers ---

    def _call(
        self,
        at: float,
        place: int,
        contract: str,
        function: str,
        arguments: Sequence[Any],
        *,
        what: str,
        gas: int = _GAS,
    ) -> Step:
        def do(_time: int) -> None:
            self._timeline.send(place, contract, function, arguments, gas=gas, what=what)

        return Step(at, do)

    def _relayed(
        self,
        at: float,
        person: Person,
        primary_type: str,
        message: dict[str, Any],
        *,
        what: str,
    ) -> Step:
        def do(time: int) -> None:
            document, signature = signed(
                person, primary_type, {**message, "deadline": time + DAY}, self._deployment
            )
            contract, data = signed_call(document, signature)
            letter = Letter(_ACTS[primary_type], person, _fields(document["message"]), document, signature)
            self._timeline.send_raw(RELAYER, contract, data, gas=_GAS, what=what, letters=[letter])

        return Step(at, do)

    def _time(self, days_ago: float) -> int:
        return self._now - round(days_ago * DAY)


def _fields(message: dict[str, Any]) -> dict[str, Any]:
    """What of a message the person chose: not who they are, nor what binds it to its content."""
    given = ("proposalId", "voteStart", "delegatee")
    return {name: message[name] for name in given if name in message}
