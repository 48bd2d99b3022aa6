"""What was decided is told when it is seen, taken back with its block, and told as final only when it is."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from contracts.acts.hashes import reason_hash, role_id
from contracts.facts import tell_subscribers
from contracts.indexer import rebuild as rebuilding
from contracts.indexer.follow import Indexer
from contracts.indexer.rebuild import rebuild
from core.events import registry
from core.events.models import DomainEvent
from core.events.registry import Fact, subscribe
from identity.facts import ENDED, GRANTED
from tests.mirror.conftest import Riverbend

pytestmark = pytest.mark.django_db

FINALITY = 4
Heard = list[tuple[str, str]]


@pytest.fixture
def heard(riverbend: Riverbend, monkeypatch: pytest.MonkeyPatch) -> Heard:
    """What two subscribers to the ends of roles are told from now on, and of whose role."""
    listed: Heard = []
    monkeypatch.setattr(registry, "_subscribers", {})
    read(riverbend)

    def note(what: str) -> Callable[[Fact], None]:
        return lambda fact: listed.append((what, fact.payload["account"]))

    def seen(fact: Fact) -> None:
        note("seen")(fact)

    def final(fact: Fact) -> None:
        note("final")(fact)

    subscribe(ENDED, "seen", withdrawn=note("withdrawn"))(seen)
    subscribe(ENDED, "final")(final)
    return listed


def read(town: Riverbend) -> None:
    """Read up to the head and tell what there is to tell, twice, as two workers might."""
    town.read(finality_blocks=FINALITY)
    for _again in range(2):
        tell_subscribers()


def strike_off(town: Riverbend) -> str:
    """Two administrators end a citizen's role; answers whose."""
    leaver = next(person.address for person in town.people.citizens if not person.roles[1:]).lower()
    struck_off = (role_id("CITIZEN"), leaver, reason_hash("Moved away."))
    town.two("administrators", "RoleManager", "revokeRole", *struck_off)
    return leaver


def test_what_the_chain_takes_back_is_withdrawn_and_never_final(riverbend: Riverbend, heard: Heard) -> None:
    town = riverbend
    leaver = strike_off(town)
    read(town)
    assert heard == [("seen", leaver)]
    town.node.rpc("anvil_reorg", 1, [])
    town.node.mine(1)
    read(town)
    assert heard == [("seen", leaver), ("withdrawn", leaver)]
    town.node.mine(FINALITY * 2)
    read(town)
    assert heard == [("seen", leaver), ("withdrawn", leaver)]
    # The second administrator says it again, on the chain that stands.
    town.send(
        town.people.administrators[1].address,
        "RoleManager",
        "revokeRole",
        role_id("CITIZEN"),
        leaver,
        reason_hash("Moved away."),
    )
    read(town)
    town.node.mine(FINALITY)
    read(town)
    assert heard[2:] == [("seen", leaver), ("final", leaver)]


def test_final_is_told_once_the_block_is_final_and_not_before(riverbend: Riverbend, heard: Heard) -> None:
    town = riverbend
    leaver = strike_off(town)
    town.node.mine(FINALITY - 1)
    read(town)
    assert heard == [("seen", leaver)]
    town.node.mine(1)
    read(town)
    assert heard == [("seen", leaver), ("final", leaver)]


@pytest.mark.parametrize("in_parts", [False, True])
def test_mirror_made_anew_repeats_nothing_and_loses_nothing(
    riverbend: Riverbend, heard: Heard, monkeypatch: pytest.MonkeyPatch, in_parts: bool
) -> None:
    town = riverbend
    leaver = strike_off(town)
    read(town)
    before = set(DomainEvent.objects.values_list("pk", "name"))
    assert {GRANTED, ENDED} <= {name for _key, name in before}
    monkeypatch.setattr(rebuilding, "most_rows", lambda: 1 if in_parts else None)
    rebuild(Indexer(town.client, town.deployment, finality_blocks=FINALITY))
    read(town)
    assert heard == [("seen", leaver)]
    assert set(DomainEvent.objects.filter(stands=True).values_list("pk", "name")) == before
    town.node.mine(FINALITY)
    read(town)
    assert heard == [("seen", leaver), ("final", leaver)]


def test_what_the_chain_took_back_while_the_mirror_was_made_anew_is_withdrawn(
    riverbend: Riverbend, heard: Heard
) -> None:
    town = riverbend
    leaver = strike_off(town)
    read(town)
    town.node.rpc("anvil_reorg", 1, [])
    town.node.mine(1)
    rebuild(Indexer(town.client, town.deployment, finality_blocks=FINALITY))
    read(town)
    assert heard == [("seen", leaver), ("withdrawn", leaver)]


def test_recount_finds_nothing_amiss(riverbend: Riverbend, heard: Heard) -> None:
    strike_off(riverbend)
    read(riverbend)
    assert riverbend.differences() == []
