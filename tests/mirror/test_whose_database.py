"""A database is known by the chain that it mirrors, and a home keeps to the one it was made with."""

from __future__ import annotations

from pathlib import Path

import pytest

from contracts.models import Block
from daoportal.settings.home import Home
from devstack.console import StartError
from devstack.database_owner import settle
from devstack.management.commands.whose_database import whose
from devstack.places import place_of
from devstack.services import Services
from identity.accounts.models import User
from tests.mirror.conftest import Riverbend

SERVICES = Services(database="postgres://me:topsecret@127.0.0.1/town")


def test_database_is_known_by_its_chain(riverbend: Riverbend) -> None:
    assert whose() == "empty"
    riverbend.read()
    assert whose() == "ours"
    oldest = Block.objects.order_by("number")[0]
    Block.objects.filter(pk=oldest.pk).update(number=oldest.number + 10**6)
    second = Block.objects.order_by("number")[0]
    Block.objects.filter(pk=second.pk).update(number=oldest.number)
    assert whose() == "foreign"


@pytest.mark.django_db
def test_database_with_accounts_and_no_chain_is_somebodys() -> None:
    User.objects.create_user("ada", "ada@example.org", "not-secret")
    assert whose() == "foreign"


class Desk:
    """Answers what the database is, and notes what was run on it."""

    def __init__(self, whose: str) -> None:
        self.whose, self.ran = whose, list[str]()

    async def manage(self, what: str, *arguments: str) -> str:
        self.ran.append(arguments[0])
        return self.whose


async def settled(tmp_path: Path, whose: str, *, first: bool) -> list[str]:
    desk = Desk(whose)
    place = place_of(SERVICES.database)
    await settle(Home(tmp_path), SERVICES, first=first, manage=desk.manage, place=place)
    return desk.ran


async def test_new_home_takes_an_empty_database_and_no_other(tmp_path: Path) -> None:
    with pytest.raises(StartError, match="another portal") as refused:
        await settled(tmp_path, "foreign", first=True)
    assert "topsecret" not in str(refused.value)
    assert await settled(tmp_path, "empty", first=True) == ["whose_database"]


async def test_unfinished_first_start_begins_again_in_its_own_database(tmp_path: Path) -> None:
    await settled(tmp_path, "empty", first=True)
    assert await settled(tmp_path, "foreign", first=True) == ["whose_database", "flush"]


@pytest.mark.parametrize(("whose", "said"), [("empty", "is empty"), ("foreign", "another chain")])
async def test_home_with_a_town_refuses_another_database(tmp_path: Path, whose: str, said: str) -> None:
    assert await settled(tmp_path, "ours", first=False) == ["whose_database"]
    with pytest.raises(StartError, match=said):
        await settled(tmp_path, whose, first=False)


async def test_home_made_with_a_server_says_so_without_it(tmp_path: Path) -> None:
    desk = Desk("empty")
    with pytest.raises(StartError, match="set DATABASE_URL"):
        await settle(Home(tmp_path), Services(), first=False, manage=desk.manage, place="sqlite")
