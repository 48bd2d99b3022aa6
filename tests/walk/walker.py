"""A long random walk over the real contracts, each step foretold by :mod:`tests.walk.model`."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from eth_account import Account
from eth_account.messages import encode_typed_data

from contracts.acts.calls import signed_call
from contracts.acts.hashes import ZERO_HASH
from contracts.acts.types import typed_data
from contracts.addresses import ZERO_ADDRESS
from contracts.calldata import encode_call, selector
from governance.ballots.packing import MAX_VOTES, batch_call, packed_ballot
from tests.walk.authorities import Authorities
from tests.walk.facts import (
    ABSTAIN,
    BUDGET,
    DAY,
    EMERGENCY,
    FOR,
    ONE_PERSON,
    PARAMETER,
    POLICY,
    QUADRATIC,
    ROLE,
    TOKEN,
    Refused,
    Vote,
)

OPEN_AT_ONCE = 4


class Walker(Authorities):
    """Takes random steps; see :class:`tests.walk.witness.Witness` for the arguments."""

    # --- the walk ---

    def walk(self, steps: int) -> None:
        """Take ``steps`` steps; every 25th looks at everything."""
        ballots: list[tuple[Callable[[], None], int]] = [
            (self.vote_directly, 10),
            (self.vote_by_signature, 8),
            (self.vote_in_a_batch, 10),
        ]
        acts: list[tuple[Callable[[], None], int]] = [
            (self.replay, 4),
            (self.choose_a_delegate, 14),
            (self.send_a_voided_delegation, 1),
            (self.propose, 4),
            (self.propose_by_a_count_that_may_not_decide, 1),
            (self.change_the_roll, 8),
            (self.move_a_citizen, 2),
            (self.change_delegates, 3),
            (self.pull_the_brake, 3),
            (self.move_tokens, 3),
            (self.queue_or_execute, 6),
            (self.wait, 6),
        ]
        for step in range(steps):
            if not self.open_votes():
                self.propose()
            # Where all have given their votes to delegates who are no citizens, nobody can propose.
            able = acts + ballots if self.open_votes() else acts
            act = self.dice.choices([each for each, _weight in able], [weight for _each, weight in able])[0]
            self.done[act.__name__] = self.done.get(act.__name__, 0) + 1
            act()
            if step % 25 == 24:
                self.look_at_everything()
        self.look_at_everything()

    # --- acts ---

    def vote_directly(self) -> None:
        vote, voter, support, votes = self.some_ballot()
        if votes is None and self.dice.random() < 0.5:
            call = encode_call("VotingEngine", "castVote", [vote.number, support])
        else:
            params = "0x" if votes is None else f"0x{votes:064x}"
            call = encode_call("VotingEngine", "castVoteWithParams", [vote.number, support, "", params])
        self.send(voter, "VotingEngine", call, lambda now: self.town.cast(vote, voter, support, votes, now))
        self.compare(vote)

    def vote_by_signature(self) -> None:
        vote, voter, support, votes = self.some_ballot()
        document, signature = self.sign_ballot(vote, voter, support, votes)
        self.signed.append((vote, document, signature, votes))
        self.send_signed(vote, document, signature, votes)

    def replay(self) -> None:
        """The same ballot once more, by anyone: it counts once."""
        if self.signed:
            self.send_signed(*self.dice.choice(self.signed[-40:]))

    def send_signed(self, vote: Vote, document: dict[str, Any], signature: str, votes: int | None) -> None:
        message = document["message"]
        voter, support = message["voter"].lower(), int(message["support"])

        def expect(now: int) -> None:
            if now > int(message["deadline"]):
                raise Refused("SignatureExpired")
            self.town.cast(vote, voter, support, votes, now)

        contract, call = signed_call(document, signature)
        self.send(self.dice.choice(self.everyone), contract, call, expect)
        self.compare(vote)

    def vote_in_a_batch(self) -> None:
        vote = self.dice.choice(self.open_votes())
        parts: list[bytes] = []
        ballots: list[tuple[str, int, int | None, str]] = []  # voter, support, votes, what is wrong with it
        for _ in range(self.dice.randint(1, 6)):
            voter, support = self.dice.choice(self.everyone), self.dice.randint(0, 3)
            votes = self.dice.randint(1, 8) if vote.strategy == QUADRATIC else None
            flaw = self.dice.choices(["", "InvalidSignature", "SignatureExpired"], [8, 1, 1])[0]
            signer = self.dice.choice([each for each in self.everyone if each != voter])
            deadline = self.now - 1 if flaw == "SignatureExpired" else self.now + 90 * DAY
            document, signature = self.sign_ballot(
                vote,
                voter,
                support,
                votes,
                deadline=deadline,
                by=signer if flaw == "InvalidSignature" else None,
            )
            again = self.dice.randint(1, 2) if self.dice.random() < 0.2 else 1
            parts += [packed_ballot(document, signature)] * again
            ballots += [(voter, support, votes, flaw)] * again
        outcome: list[tuple[str, str, int]] = []

        def expect(now: int) -> None:
            self.town.check_open(vote, now)
            for voter, support, votes, flaw in ballots:
                try:
                    if flaw:
                        raise Refused(flaw)
                    outcome.append((voter, "", self.town.cast(vote, voter, support, votes, now)))
                except Refused as refusal:
                    outcome.append((voter, _code(str(refusal)), 0))

        contract, call = batch_call(vote.number, self.rules_hash(vote), parts)
        events = self.send(self.dice.choice(self.everyone), contract, call, expect)
        seen = [
            (event["args"]["voter"], event["args"].get("code", ""), event["args"].get("weight", 0))
            for event in events
            if event["name"] in {"VoteCast", "BallotSkipped"}
        ]
        assert seen == outcome, f"batch in {vote.number}: {seen} instead of {outcome}"
        self.compare(vote)

    def choose_a_delegate(self) -> None:
        person = self.dice.choice(self.movers)
        scope = self.dice.choice([0, 0, 1 + POLICY, 1 + BUDGET, 1 + EMERGENCY])
        to = self.dice.choice(
            [None, person, *self.delegates(), *self.delegates(), self.dice.choice(self.movers)]
        )
        target, sender = to or ZERO_ADDRESS, person
        if self.dice.random() < 0.3:
            contract, call = self.signed_delegation(person, scope, target)
            sender = self.dice.choice(self.everyone)
        elif scope:
            contract, call = "VotingEngine", encode_call("VotingEngine", "delegateFor", [scope - 1, target])
        else:
            contract, call = "VotingEngine", encode_call("VotingEngine", "delegate", [target])
        self.send(sender, contract, call, lambda now: self.town.people.delegate(person, scope, to, now))

    def send_a_voided_delegation(self) -> None:
        """Who voids a signature, or decides otherwise meanwhile, is not bound by it."""
        person = self.dice.choice(self.movers)
        contract, call = self.signed_delegation(person, 0, ZERO_ADDRESS)
        if self.dice.random() < 0.5:
            self.send(
                person, "VotingEngine", encode_call("VotingEngine", "invalidateNonce"), lambda now: None
            )
        else:
            back = encode_call("VotingEngine", "delegate", [ZERO_ADDRESS])
            self.send(
                person, "VotingEngine", back, lambda now: self.town.people.delegate(person, 0, None, now)
            )

        def expect(now: int) -> None:
            raise Refused("InvalidNonce")

        self.send(self.dice.choice(self.everyone), contract, call, expect)

    def propose(self) -> None:
        """A citizen proposes, an administrator opens the vote, now or later."""
        if len(self.open_votes()) >= OPEN_AT_ONCE:
            return
        kind = self.dice.choice([POLICY, POLICY, BUDGET, BUDGET, PARAMETER, ROLE, EMERGENCY, EMERGENCY])
        strategy = self.dice.choice([ONE_PERSON, ONE_PERSON, QUADRATIC, QUADRATIC, TOKEN])
        if kind not in (POLICY, BUDGET):
            strategy = ONE_PERSON
        person = self.someone_who_may_propose(strategy)
        if person is None:
            return
        newest = self.town.brake.number
        names = self.dice.choice([newest, newest, newest, newest - 1, newest + 1]) if newest else 0
        self.hand_in(person, kind, strategy, names)
        if kind == EMERGENCY and names > newest:
            return
        number = self.ask("ProposalManager", "proposalCount")
        start = 0 if self.dice.random() < 0.7 else self.now + self.dice.randint(2, 2 * DAY)
        call = encode_call("ProposalManager", "activateProposal", [number, start])
        self.send(
            self.administrator,
            "ProposalManager",
            call,
            lambda now: self.town.open(number, kind, strategy, start, names, now),
            wait=1,
        )
        if number in self.town.votes:
            self.recounted[number] = {}

    def propose_by_a_count_that_may_not_decide(self) -> None:
        """Neither credits nor tokens decide about rules, roles and emergencies."""
        strategy = self.dice.choice([QUADRATIC, TOKEN])
        person = self.someone_who_may_propose(strategy)
        if person is not None:
            self.hand_in(person, self.dice.choice([PARAMETER, ROLE, EMERGENCY]), strategy, 1)

    def hand_in(self, person: str, kind: int, strategy: str, names: int) -> None:
        """Make a draft with a text of its own."""
        self.words += 1
        digest = "0x" + hashlib.sha256(str(self.words).encode()).hexdigest()
        place = self.deployment.address(strategy)
        call = encode_call(
            "ProposalManager", "createProposal", [kind, self.actions(kind, names), digest, place]
        )
        self.send(
            person,
            "ProposalManager",
            call,
            lambda now: self.town.propose(person, kind, strategy, names, now),
            wait=1,
        )

    def move_tokens(self) -> None:
        person, to = self.dice.sample(self.everyone, 2)
        if self.dice.random() < 0.4:
            call = encode_call("CivicToken", "delegate", [to])
            self.send(person, "CivicToken", call, lambda now: self.town.delegate_tokens(person, to, now))
        else:
            amount = self.dice.randint(0, 4 * 10**17)
            call = encode_call("CivicToken", "transfer", [to, amount])
            self.send(person, "CivicToken", call, lambda now: self.town.transfer(person, to, amount, now))

    def queue_or_execute(self) -> None:
        votes = list(self.town.votes.values())[-12:]
        due = [each for each in votes if self.town.state(each, self.now) in {"SUCCEEDED", "QUEUED"}]
        vote = self.dice.choice(due or votes)
        queued = vote.queued is not None
        function = "executeProposal" if queued else "queueProposal"
        rule = self.town.execute if queued else self.town.queue
        call = encode_call("ProposalManager", function, [vote.number, self.actions(vote.kind, vote.names)])
        self.send(self.administrator, "ProposalManager", call, lambda now: rule(vote, now))

    def wait(self) -> None:
        """Nothing happens for seconds, hours or days."""
        self.now += self.dice.choice([1, 60, 3_600, DAY // 2, DAY, 3 * DAY, 16 * DAY])
        self.node.travel_to(self.now)
        self.block += 1

    # --- what acts are made of ---

    def someone_who_may_propose(self, strategy: str) -> str | None:
        """Somebody with the power to propose under ``strategy`` in the next second; None if nobody has it."""

        def may(person: str) -> bool:
            if strategy == TOKEN:
                return self.town.token_votes(person, self.now) >= self.town.rules.token_threshold
            people = self.town.people
            return people.was_citizen(person, self.now) and people.is_citizen(person, self.now + 1)

        return next(filter(may, self.dice.sample(self.everyone, len(self.everyone))), None)

    def signed_delegation(self, person: str, scope: int, target: str) -> tuple[str, str]:
        """The call that carries a signed choice of a delegate, under the person's next number."""
        primary = "Delegate" if scope == 0 else "DelegateFor"
        message: dict[str, Any] = {
            "delegator": person,
            "delegatee": target,
            "nonce": self.ask("VotingEngine", "nonces", person),
            "deadline": self.now + 90 * DAY,
        }
        if scope:
            message["proposalType"] = scope - 1
        document = self.document(primary, message)
        return signed_call(document, self.sign(person, document))

    def document(self, primary: str, message: dict[str, Any]) -> dict[str, Any]:
        """The typed data that a person signs."""
        return typed_data(primary, message, deployment=self.deployment)

    def open_votes(self) -> list[Vote]:
        """Votes that have not ended; some have not begun."""
        recent = list(self.town.votes.values())[-2 * OPEN_AT_ONCE :]
        return [vote for vote in recent if self.town.state(vote, self.now) in {"PENDING", "ACTIVE"}]

    def some_ballot(self) -> tuple[Vote, str, int, int | None]:
        vote = self.dice.choice(self.open_votes())
        support = self.dice.choices([0, 1, 2, 3], [4, 6, 3, 1])[0]
        return vote, self.dice.choice(self.everyone), support, self.some_votes(vote)

    def some_votes(self, vote: Vote) -> int | None:
        """The votes that a ballot asks for: as a rule what the strategy wants, at times not."""
        if vote.strategy == QUADRATIC:
            return self.dice.choices([self.dice.randint(1, 7), None, 0, 65_536], [12, 1, 1, 1])[0]
        return 1 if self.dice.random() < 0.05 else None

    def sign_ballot(
        self,
        vote: Vote,
        voter: str,
        support: int,
        votes: int | None,
        *,
        deadline: int | None = None,
        by: str | None = None,
    ) -> tuple[dict[str, Any], str]:
        sayable = support <= ABSTAIN and (vote.strategy != QUADRATIC or 1 <= (votes or 0) <= MAX_VOTES)
        message = {
            "proposalId": vote.number,
            "rulesHash": self.rules_hash(vote),
            "voter": voter,
            "support": support if sayable else FOR,
            "params": f"0x{votes:064x}" if sayable and vote.strategy == QUADRATIC else "0x",
            "reasonHash": ZERO_HASH,
            "deadline": self.now + 20 * DAY if deadline is None else deadline,
        }
        document = self.document("Ballot", message)
        # The contract has no words for a ballot that can't be counted, and none for votes that cost nothing.
        document["message"] |= {
            "support": str(support),
            "params": "0x" if votes is None else f"0x{votes:064x}",
        } | ({} if sayable else {"statement": ""})
        return document, self.sign(by or voter, document)

    def sign(self, signer: str, document: dict[str, Any]) -> str:
        signed = Account.sign_message(encode_typed_data(full_message=document), self.keys[signer].key)
        return "0x" + bytes(signed.signature).hex()

    def rules_hash(self, vote: Vote) -> str:
        window = self.ask("VotingEngine", "votingWindow", vote.number)
        return str(window["rulesHash"])


def _code(error: str) -> str:
    return "0x" + selector({"name": f"VotingEngine{error}", "inputs": []}).hex()
