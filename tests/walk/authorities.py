"""What officers and adopted proposals do on a walk: the roll, the delegates, the emergency brake."""

from __future__ import annotations

from contracts.acts.hashes import ZERO_HASH, keccak_hex
from contracts.calldata import encode_call
from tests.walk.facts import DAY, FOREVER
from tests.walk.witness import Witness

CITIZEN, DELEGATE = keccak_hex(b"CITIZEN"), keccak_hex(b"DELEGATE")
REASON = keccak_hex(b"Seen by the walk.")


class Authorities(Witness):
    """Acts of those who hold an office; see :class:`tests.walk.witness.Witness` for the arguments."""

    def delegates(self) -> list[str]:
        """Who may be given votes now."""
        people = self.town.people
        return [each for each in people.delegates if people.is_delegate(each, self.now)]

    def change_the_roll(self) -> None:
        people, person = self.town.people, self.dice.choice(self.everyone)
        act = self.dice.choice(["grant", "grant", "lend", "revoke", "expire"])
        if act in {"revoke", "lend"} and sum(people.is_citizen(each, self.now) for each in self.everyone) < 6:
            return
        if act == "expire":
            call = encode_call("RoleManager", "expire", [CITIZEN, person])
            self.send(person, "RoleManager", call, lambda now: people.expire(person, now))
        elif act == "revoke":
            call = encode_call("RoleManager", "revokeRole", [CITIZEN, person, REASON])
            self.send(self.timelock, "RoleManager", call, lambda now: people.revoke(person, now))
        else:
            until = FOREVER if act == "grant" else self.now + self.dice.randint(2, 4 * DAY)
            call = encode_call(
                "RoleManager", "grantTemporaryRole", [CITIZEN, person, self.key(person), until]
            )
            self.send(self.timelock, "RoleManager", call, lambda now: people.grant(person, until, now))

    def move_a_citizen(self) -> None:
        """To an account that never was a citizen's, or back to an earlier one of the person."""
        people = self.town.people
        known = set(people.units) | set(people.origins)
        old = self.dice.choice(sorted(known))
        earlier = [each for each in known if each != old and people.origin(each) == people.origin(old)]
        fresh = [each for each in self.everyone if each not in known]
        if people.current(old) != old or not (earlier or fresh):
            return
        new = (
            self.dice.choice(sorted(earlier) or fresh) if self.dice.random() < 0.5 else (fresh or earlier)[0]
        )
        if people.held_until(old, self.now + 3_600):
            self.persons[new] = self.key(old)
        call = encode_call("RoleManager", "moveCitizen", [old, new])
        self.send(self.timelock, "RoleManager", call, lambda now: people.move(old, new, now))

    def change_delegates(self) -> None:
        people, person = self.town.people, self.dice.choice(self.movers)
        listed = people.is_delegate(person, self.now)
        if listed and len(self.delegates()) > 2:
            call = encode_call("RoleManager", "revokeRole", [DELEGATE, person, REASON])

            def expect(now: int) -> None:
                if people.is_delegate(person, now):
                    people.unlist_delegate(person)
        else:
            until = FOREVER if self.dice.random() < 0.6 else self.now + self.dice.randint(2, 6 * DAY)
            call = encode_call("RoleManager", "grantTemporaryRole", [DELEGATE, person, ZERO_HASH, until])

            def expect(now: int) -> None:
                people.list_delegate(person, until, now)

        self.send(self.timelock, "RoleManager", call, expect)

    def pull_the_brake(self) -> None:
        guardian, brake = self.dice.choice(self.guardians), self.town.brake
        paused = brake.on(self.now)
        if not paused and self.dice.random() < 0.6:
            return  # most of the time is not a crisis
        name = self.dice.choice(["unpause", "unpause", "extendPause"] if paused else ["pause"])
        if name == "unpause":
            number = brake.number if self.dice.random() < 0.9 else brake.number + 1
            call = encode_call("GovernanceCore", name, [number])
            self.send(guardian, "GovernanceCore", call, lambda now: brake.unpause(guardian, number, now))
        elif name == "extendPause":
            call = encode_call("GovernanceCore", name)
            self.send(guardian, "GovernanceCore", call, lambda now: brake.extend(guardian, now))
        else:
            call = encode_call("GovernanceCore", name, [REASON])
            self.send(guardian, "GovernanceCore", call, lambda now: brake.pause(guardian, now))
