"""Who lives in Riverbend. Their keys come from the test phrase that every Ethereum tool ships."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from eth_account import Account
from eth_account.signers.local import LocalAccount

from devstack.anvil import MNEMONIC

FIRST_CITIZEN: Final = 10  # the account's place in the phrase; 0 deploys, 1 relays, 2 to 7 are officers
SMALL_TOWN: Final = 14


@dataclass(frozen=True, slots=True)
class Person:
    """One resident.

    Attributes:
        place: the account's number in the phrase (m/44'/60'/0'/0/place).
        name: as they are called in town.
        roles: what they hold on chain.
        opener: how they begin when they explain themselves; a sentence of its own.
        shown: whether they chose to show their name on the portal.
        login: the portal login of a civil servant, else None.
        title: a civil servant's post.
    """

    place: int
    name: str
    roles: tuple[str, ...]
    opener: str
    shown: bool = True
    login: str | None = None
    title: str = ""

    @property
    def account(self) -> LocalAccount:
        """The key."""
        return account(self.place)

    @property
    def address(self) -> str:
        """EIP-55."""
        return self.account.address

    @property
    def password(self) -> str | None:
        """The demo password, printed for all to see."""
        return f"riverbend-{self.login.replace('.', '-')}" if self.login else None

    @property
    def person_key(self) -> str:
        """Stands for the person behind an address; a real town keeps the hash's key secret."""
        return "0x" + hmac.new(b"riverbend demo town", self.name.encode(), hashlib.sha256).hexdigest()


@lru_cache(maxsize=128)
def account(place: int) -> LocalAccount:
    """The account at ``place`` of the test phrase."""
    Account.enable_unaudited_hdwallet_features()
    return Account.from_mnemonic(MNEMONIC, account_path=f"m/44'/60'/0'/0/{place}")


OFFICERS: Final = (
    Person(
        2,
        "Ingrid Solberg",
        ("ADMINISTRATOR", "CITIZEN"),
        "I keep the minutes, so I read this twice.",
        login="ingrid.solberg",
        title="Town clerk",
    ),
    Person(
        3,
        "Tomás Herrera",
        ("ADMINISTRATOR", "CITIZEN"),
        "I see the requests that come over the counter.",
        login="tomas.herrera",
        title="Head of civic services",
    ),
    Person(
        4,
        "Grace Okafor",
        ("ADMINISTRATOR", "CITIZEN"),
        "Speaking as a resident, not as registrar.",
        login="grace.okafor",
        title="Registrar of residents",
    ),
    Person(
        5,
        "Lars Vestergaard",
        ("GUARDIAN", "CITIZEN"),
        "Twenty years with the fire service.",
        login="lars.vestergaard",
        title="Town safety officer",
    ),
    Person(
        6,
        "Priya Raman",
        ("GUARDIAN", "AUDITOR", "CITIZEN"),
        "I went through the figures first.",
        login="priya.raman",
        title="Town auditor",
    ),
    Person(
        7,
        "Inês Duarte",
        ("GUARDIAN", "CITIZEN"),
        "People come to me when the small print is against them.",
        login="ines.duarte",
        title="Ombudswoman",
    ),
)

# Name, how they begin, whether they show their name.
_CITIZENS: Final[tuple[tuple[str, str, bool], ...]] = (
    ("Amara Diallo", "Three neighbours gave me their vote, so I asked them before writing this.", True),
    ("Jonas Weber", "I have talked this over with those who trust me with their vote.", True),
    ("Ruth Feldman", "I am 81 and have seen this idea come and go.", True),
    ("Samira Haddad", "I teach at the lower school.", True),
    ("Mateo Ríos", "I drive the number 6.", True),
    ("Hannah Lindqvist", "Early shift at the hospital, so I notice these things.", True),
    ("Kwame Boateng", "I run the bicycle shop on Mill Lane.", True),
    ("Elif Yıldız", "Our bakery opens at five.", True),
    ("Peter Novak", "Retired surveyor here.", True),
    ("Mei Tanaka", "I sit on the library's friends committee.", True),
    ("Declan Murphy", "Two small children, one old car.", True),
    ("Zofia Kowalska", "I looked up what other towns did.", True),
    ("Ibrahim Sesay", "I moved here last year.", True),
    ("Birgit Hansen", "My house is the last one before the bridge.", True),
    ("Luca Moretti", "I deliver in the old town every morning.", True),
    ("Nadia Petrova", "I commute to the city four days a week.", True),
    ("Oluwaseun Adeyemi", "I coach the under-twelves.", True),
    ("Clara Fontaine", "I have a stall on the Saturday market.", True),
    ("Henrik Dahl", "I plough these roads in winter.", True),
    ("Leila Rahimi", "I use a wheelchair.", True),
    ("Tom Ashworth", "Farmer, east side.", True),
    ("Anneke de Vries", "I came to the meeting in March.", True),
    ("Rafael Souza", "I play in the brass band.", True),
    ("Siobhan Kelly", "I am a midwife.", True),
    ("Yusuf Demir", "My father is 79 and walks everywhere.", True),
    ("Maja Nilsson", "I am in my last year at school.", True),
    ("George Papadakis", "Landlord of the Anchor.", True),
    ("Ewa Zielińska", "I did the sums on the back of an envelope.", True),
    ("Daniel Okoro", "Night porter.", True),
    ("Freya Johansen", "I live above the pharmacy.", True),
    ("Marcus Bell", "I don't usually vote on these.", True),
    ("Chiara Bianchi", "I translate for newcomers at the town hall.", True),
    ("Samuel Levi", "Carpenter.", True),
    ("Aisha Mohamed", "I grew up on this street.", True),
    ("Wendy Clarke", "I walk the dog along the river twice a day.", True),
    ("Paulo Mendes", "I own the launderette.", True),
    ("Katarina Horvat", "I chair the tenants' association.", True),
    ("Bao Nguyen", "We have the noodle place by the station.", True),
    ("Ellen Strand", "I was against this until last week.", True),
    ("Viktor Lazarov", "Electrician by trade.", True),
    ("Fatou Ndiaye", "I clean at the town hall.", True),
    ("Arthur Pennington", "I wrote to the council about this in 2019.", True),
    ("Lucía Vargas", "I study planning.", True),
    ("Jakub Dvořák", "I swim every Tuesday.", True),
    ("Rosa Martinelli", "Four grandchildren within shouting distance.", True),
    ("Emeka Obi", "I took the count on the bridge myself.", True),
    ("Sofie Maes", "I cycle with a trailer.", True),
    ("Noah Fischer", "Volunteer firefighter.", True),
    ("Gloria Mensah", "I look after three elderly clients.", True),
    ("Adam Wójcik", "I have read the whole text, twice.", True),
    ("Tamsin Reid", "I teach music.", True),
    ("Hassan El-Amin", "My taxi rank is outside the station.", True),
    ("Karin Bergström", "Half the street asked me how I would vote.", False),
    ("Ravi Patel", "I run the corner shop.", False),
    ("Miriam Cohen", "I rent.", False),
    ("Sean O'Leary", "Short version.", False),
    ("Agnieszka Lis", "I nearly abstained.", False),
    ("Diego Castro", "I work from home.", False),
    ("Nora Haugen", "For what it is worth.", False),
    ("Philippe Laurent", "I have lived here for thirty years.", False),
    ("Olga Morozova", "I am new to this portal.", False),
    ("Beatriz Almeida", "One thing decided it for me.", False),
    ("Walter Kraus", "I have no strong feelings, but still.", False),
    ("Joan Whitfield", "I asked my daughter to explain it, and she did.", False),
)

# Who may be given other people's votes, and what they say they stand for.
STATEMENTS: Final = {
    "Amara Diallo": "I clean offices at night and know who is asleep when the town decides. Before each vote "
    "I ask the people I speak for, and I write down why I voted as I did.",
    "Jonas Weber": "I taught arithmetic for thirty years. I read the figures so that you need not, and I say "
    "no when they are thin.",
    "Ruth Feldman": "I am 81. I ask of every plan who will still be glad of it in twenty years.",
}
DELEGATES: Final = tuple(STATEMENTS)
# Who gave whom their vote.
DELEGATIONS: Final = (
    ("Fatou Ndiaye", "Amara Diallo"),
    ("Gloria Mensah", "Amara Diallo"),
    ("Joan Whitfield", "Amara Diallo"),
    ("Walter Kraus", "Jonas Weber"),
    ("Viktor Lazarov", "Jonas Weber"),
    ("Olga Morozova", "Ruth Feldman"),
)
# Who gave whom their vote on money alone.
BUDGET_DELEGATIONS: Final = (("Tom Ashworth", "Jonas Weber"), ("Karin Bergström", "Ruth Feldman"))
MOVED_AWAY: Final = "Diego Castro"
MOVED_AWAY_REASON: Final = "Moved to Elmford on the first of the month; deregistered at the counter."
PAUSE_REASON: Final = (
    "A forged letter tells residents that voting is over. We stop until everyone has been told."
)


def _roles(name: str) -> tuple[str, ...]:
    if name == MOVED_AWAY:
        return ()
    return ("CITIZEN", "DELEGATE") if name in DELEGATES else ("CITIZEN",)


CITIZENS: Final = tuple(
    Person(
        FIRST_CITIZEN + index,
        name,
        _roles(name),
        opener,
        shown,
    )
    for index, (name, opener, shown) in enumerate(_CITIZENS)
)


@dataclass(frozen=True, slots=True)
class Roster:
    """Those who take part: all of the town, or a small part of it for tests."""

    officers: tuple[Person, ...]
    citizens: tuple[Person, ...]

    @property
    def everyone(self) -> tuple[Person, ...]:
        """Officers first."""
        return self.officers + self.citizens

    @property
    def administrators(self) -> tuple[Person, ...]:
        """Those who act in twos."""
        return tuple(person for person in self.officers if "ADMINISTRATOR" in person.roles)

    @property
    def guardians(self) -> tuple[Person, ...]:
        """Those who can pause."""
        return tuple(person for person in self.officers if "GUARDIAN" in person.roles)

    def by_name(self, name: str) -> Person | None:
        """The person of that name, if they take part."""
        return next((person for person in self.everyone if person.name == name), None)


def roster(*, small: bool = False) -> Roster:
    """The town's people."""
    return Roster(OFFICERS, CITIZENS[:SMALL_TOWN] if small else CITIZENS)


def people(*, small: bool = False) -> list[dict[str, Any]]:
    """The people for ``stack.json``; ``login`` and ``password`` are None for those who have none."""
    return [
        {
            "roles": list(person.roles),
            "name": person.name,
            "address": person.address,
            "privateKey": "0x" + person.account.key.hex().removeprefix("0x"),
            "login": person.login,
            "password": person.password,
        }
        for person in roster(small=small).everyone
    ]
