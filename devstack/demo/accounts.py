"""The town in the portal's own database: names, logins, words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from django.contrib.auth.hashers import make_password

from contracts.acts.hashes import reason_hash
from contracts.acts.types import digest_of
from contracts.deployment import Deployment
from contracts.models import ActStatus, RelayedAct, RelayerTransaction
from core.content import put
from devstack.demo.people import MOVED_AWAY_REASON, PAUSE_REASON, STATEMENTS, Person, Roster
from devstack.demo.plan import Proposal
from devstack.demo.timeline import MAX_FEE, RELAYER, TIP, Letter, Mined
from governance.ballots.models import BallotReason
from identity.accounts.models import User
from identity.accounts.services import link_address
from identity.reasons.services import keep_reason

_MAIL: Final = "riverbend.example"


def keep_texts(plan: Sequence[Proposal]) -> None:
    """Put the texts of all proposals into the content store."""
    for proposal in plan:
        put(proposal.words.as_bytes())


def keep_reasons(plan: Sequence[Proposal], deployment: Deployment) -> int:
    """Keep the words of the reasons that only their hash goes on chain for; answers how many voters gave."""
    for reason in (PAUSE_REASON, MOVED_AWAY_REASON, *(proposal.item.reason for proposal in plan)):
        keep_reason(reason)
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
        if person.name in STATEMENTS:
            user.metadata["bio"] = STATEMENTS[person.name]
        if person.title:
            user.metadata = {"displayName": person.name, "bio": person.title}
            user.first_name, _space, user.last_name = person.name.partition(" ")
            user.is_staff = True
        user.save()
        link_address(user=user, address=person.address)
        made += 1
    return made


def keep_letters(mined: Sequence[Mined]) -> None:
    """Enter the relayer's transactions and the signed acts in them into the outbox, as it would have itself.

    They are mined; :func:`finish_letters` says which are final by the end of the walk.
    """
    relayed = [entry for entry in mined if entry.sent.place == RELAYER]
    rows = {entry.sent.hash: _transaction(entry) for entry in relayed}
    RelayerTransaction.objects.bulk_create(rows.values(), batch_size=100)
    acts = []
    times = {}
    for entry in relayed:
        for letter in entry.sent.letters:
            act = _act(letter, entry, rows[entry.sent.hash])
            times[act.digest] = datetime.fromtimestamp(entry.sent.time, UTC)
            acts.append(act)
    RelayedAct.objects.bulk_create(acts, batch_size=100)
    for act in acts:
        act.created_at = act.updated_at = times[act.digest]
    RelayedAct.objects.bulk_update(acts, ["created_at", "updated_at"], batch_size=100)


def finish_letters(final_up_to: int) -> None:
    """Call final what lies up to that block; the relayer does so with the rest as the chain grows."""
    RelayerTransaction.objects.filter(mined_block__lte=final_up_to).update(final=True)
    RelayedAct.objects.filter(block_number__lte=final_up_to, status=ActStatus.MINED).update(
        status=ActStatus.FINAL
    )


def _transaction(entry: Mined) -> RelayerTransaction:
    sent, receipt = entry.sent, entry.receipt
    return RelayerTransaction(
        sender=sent.call["from"].lower(),
        nonce=sent.nonce,
        to=sent.call["to"].lower(),
        data=sent.call["data"],
        gas=sent.gas,
        max_fee_per_gas=MAX_FEE,
        max_priority_fee_per_gas=TIP,
        raw=sent.raw,
        hashes=[sent.hash],
        attempts=1,
        sent_at=datetime.fromtimestamp(sent.time, UTC),
        mined_block=receipt.block_number,
        mined_block_hash=receipt.block_hash,
        succeeded=True,
    )


def _act(letter: Letter, entry: Mined, row: RelayerTransaction) -> RelayedAct:
    message = letter.document["message"]
    return RelayedAct(
        digest=digest_of(letter.document),
        act=letter.act,
        signer=letter.person.address.lower(),
        subject_kind="proposal" if "proposalId" in message else "",
        subject_id=str(message.get("proposalId", "")),
        fields=dict(letter.fields),
        typed_data=letter.document,
        signature=letter.signature,
        deadline=datetime.fromtimestamp(int(message["deadline"]), UTC),
        status=ActStatus.MINED,
        transaction=row,
        transaction_hash=entry.sent.hash,
        block_number=entry.receipt.block_number,
    )


def _username(person: Person) -> str:
    return f"resident-{person.place}"
