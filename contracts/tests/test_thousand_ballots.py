"""A thousand ballots, ten of them bad: 990 count, and each of the ten is told why, whoever carries them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from eth_account import Account
from eth_account.messages import encode_typed_data
from eth_account.signers.local import LocalAccount

from contracts.acts.hashes import keccak_hex, role_id
from contracts.acts.services import direct_call, draft_act, submit_act
from contracts.models import ActStatus, ChainEvent, RelayedAct, RelayerTransaction
from contracts.tests.civic import AGAINST, FOR, REASON, STRANGER, Civic
from contracts.times import MAX_UINT48
from core.errors import DomainError

PEOPLE = 1_000
GOOD = PEOPLE - 10
AT_ONCE = 100
SENT_DIRECTLY = 40
ON_CHAIN = (ActStatus.MINED, ActStatus.FINAL)


def person(number: int) -> LocalAccount:
    account: LocalAccount = Account.from_key(keccak_hex(f"citizen {number}".encode()))
    return account


def sign(who: LocalAccount, document: dict[str, Any]) -> str:
    return "0x" + bytes(who.sign_message(encode_typed_data(full_message=document)).signature).hex()


def settle_roll(civic: Civic, people: list[LocalAccount], leaving: LocalAccount) -> int:
    """Two administrators put everyone on the roll, a hundred at a time.

    Answers when the time of ``leaving`` ends, in Unix seconds.
    """
    for start in range(0, len(people), AT_ONCE):
        accounts = [each.address for each in people[start : start + AT_ONCE]]
        keys = [keccak_hex(account.encode()) for account in accounts]
        civic.both("grantRoles", role_id("CITIZEN"), accounts, keys, MAX_UINT48, gas=25_000_000)
    until = civic.node.now() + 1_800
    key = keccak_hex(leaving.address.encode())
    civic.both("grantTemporaryRole", role_id("CITIZEN"), leaving.address, key, until)
    return int(until)


def hand_in(
    who: LocalAccount,
    number: int,
    *,
    change: Callable[[dict[str, Any]], Any] = lambda _: None,
    **options: Any,
) -> RelayedAct:
    """Draft, sign what ``change`` makes of the document, submit."""
    fields = {"proposalId": str(number), "support": options.get("support", FOR)}
    draft = draft_act("vote", who.address, fields, deadline=options.get("deadline"))
    document = {**draft.typed_data, "domain": dict(draft.typed_data["domain"])}
    document["domain"]["chainId"] = options.get("chain", 31337)
    signature = options.get("signature") or sign(options.get("signer", who), document)
    return submit_act("vote", who.address, fields, draft.deadline, signature)


def refused(hand: Callable[[], object]) -> str:
    """The code with which it is refused before any gas."""
    with pytest.raises(DomainError) as told:
        hand()
    return told.value.code


def test_of_a_thousand_ballots_ten_are_bad_and_each_is_told_why(civic: Civic) -> None:
    people = [person(number) for number in range(GOOD + 6)]
    leaving, stranger = person(GOOD + 6), person(PEOPLE)
    until = settle_roll(civic, people, leaving)
    number, other = civic.open_vote("A thousand"), civic.propose("Not open")
    civic.read()
    good, bad = people[:GOOD], people[GOOD:]

    # Seven are refused at the door, for no gas.
    assert [
        refused(lambda: hand_in(bad[0], number, signature="0x" + "ab" * 65)),
        refused(lambda: hand_in(bad[1], number, signer=stranger)),
        refused(lambda: hand_in(bad[2], number, chain=1)),
        refused(lambda: hand_in(bad[3], other)),
        refused(lambda: hand_in(bad[4], 10**6)),
        refused(lambda: hand_in(bad[5], number, deadline=civic.node.now() - 1)),
        refused(lambda: hand_in(stranger, number)),
    ] == [
        "signature-invalid",
        "signature-wrong-signer",
        "signature-wrong-signer",
        "voting-not-open",
        "proposal-not-found",
        "act-expired",
        "not-a-citizen",
    ]
    acts = [hand_in(who, number) for who in good]
    # Three go bad between the post and the relayer; one who is revoked then keeps the vote.
    civic.both("revokeRole", role_id("CITIZEN"), good[0].address, REASON)
    ran_out = hand_in(leaving, number)
    twice = hand_in(good[-1], number, support=AGAINST)
    late = hand_in(bad[0], number, deadline=civic.node.now() + 30)
    civic.node.travel_to(until)
    # Anyone may carry a signed ballot; the relayer holds these as well.
    for act in acts[:SENT_DIRECTLY]:
        call = direct_call(act)
        assert int(civic.send_raw(STRANGER, call["to"], call["data"])["status"], 16) == 1
    civic.read()

    civic.relay(4)
    told = dict(RelayedAct.objects.exclude(status__in=ON_CHAIN).values_list("pk", "error_code"))
    assert told == {ran_out.pk: "no-voting-power", twice.pk: "already-voted", late.pk: "act-expired"}
    counted = ChainEvent.objects.filter(event_name="VoteCast", subject_id=str(number))
    voters = {event.data["voter"] for event in counted}
    assert (counted.count(), voters) == (GOOD, {each.address.lower() for each in good})
    assert civic.tally(number) == (0, GOOD, 0)
    assert not RelayerTransaction.objects.filter(succeeded=False).exists()
