"""The town in the portal's own database: names, logins, words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.contrib.auth.hashers import make_password

from contracts.acts.hashes import reason_hash
from contracts.deployment import Deployment
from daoportal.embedded.town.people import Person, Roster
from daoportal.embedded.town.plan import Proposal
from daoportal.kernel import content
from governance.models import BallotReason
from identity.models import User
from identity.services import link_address

_MAIL: Final = "riverbend.example"


def keep_texts(plan: Sequence[Proposal]) -> None:
    """Put the texts of all proposals into the content store."""
    for proposal in plan:
        content.put(proposal.words.as_bytes())


def keep_reasons(plan: Sequence[Proposal], deployment: Deployment) -> int:
    """Keep the words of the reasons that only their hash goes on chain for; answers how many there are."""
    rows = [
        BallotReason(
            chain_id=deployment.chain_id,
            contract=deployment.address("VotingEngine"),
            proposal_id=proposal.number,
            voter=choice.person.address.lower(),
            reason_hash=reason_hash(choice.reason),
            text=choice.reason,
        )
        for proposal in plan
        for choice in proposal.choices
        if choice.reason and not choice.direct
    ]
    BallotReason.objects.bulk_create(rows, ignore_conflicts=True, batch_size=200)
    return len(rows)


def make_accounts(town: Roster) -> int:
    """Accounts for civil servants, who can log in, and for residents, who can't; answers how many are new."""
    known = set(User.objects.values_list("username", flat=True))
    made = 0
    for person in town.everyone:
        username = person.login or _username(person)
        if username in known:
            continue
        user = User(username=username, email=f"{username}@{_MAIL}", password=make_password(person.password))
        if person.shown:
            user.metadata = {"displayName": person.name}
        if person.title:
            user.metadata = {"displayName": person.name, "bio": person.title}
            user.first_name, _space, user.last_name = person.name.partition(" ")
            user.is_staff = True
        user.save()
        link_address(user=user, address=person.address)
        made += 1
    return made


def _username(person: Person) -> str:
    return f"resident-{person.place}"
