"""From the signed act to the chain, whatever happens on the way."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from contracts.abi import abi_of, contract_names
from contracts.acts.registry import STATEMENT, Call, signed_types
from contracts.acts.services import direct_call, submit_act
from contracts.acts.types import digest_of, message_values, typed_data
from contracts.calldata import functions, selector
from contracts.client.rpc import Client, client
from contracts.deployment import deployment
from contracts.errors import NodeRefused, NodeUnreachable
from contracts.loops import relay
from contracts.models import ActStatus, ChainEvent, RelayedAct, RelayerTransaction
from contracts.refusals import explain, refusals, unmet_refusals
from contracts.relayer import outbox, run, service
from contracts.relayer.bundles import make_bundles
from contracts.relayer.fees import Fees, gas_limit
from contracts.relayer.service import Relayer
from contracts.relayer.signer import Signer, relayer_signer
from contracts.tests.civic import (
    ABSTAIN,
    ADMINISTRATORS,
    AGAINST,
    CITIZENS,
    FOR,
    GUARDIANS,
    REASON,
    STRANGER,
    Civic,
    account,
    address,
    sign,
)


def status(row: RelayedAct) -> tuple[str, str]:
    row.refresh_from_db()
    return row.status, row.error_code


def relayer() -> Relayer:
    signer = relayer_signer()
    if signer is None:
        raise LookupError("no relayer key in the tests' settings")
    return Relayer(client(), signer, deployment())


class TestBatches:
    def test_ballots_of_one_proposal_travel_together(self, civic: Civic) -> None:
        number = civic.open_vote()
        rows = [civic.vote(place, number, support=place % 3) for place in CITIZENS[:6]]
        civic.relay()
        assert {status(row) for row in rows} == {(ActStatus.MINED, "")}
        assert RelayerTransaction.objects.count() == 1
        assert sum(civic.tally(number)) == 6
        assert ChainEvent.objects.filter(event_name="VoteCast").count() == 6

    def test_batches_have_a_largest_size(self, civic: Civic) -> None:
        number = civic.open_vote()
        rows = [civic.vote(place, number) for place in CITIZENS[:5]]
        assert [len(bundle.acts) for bundle in make_bundles(rows, largest=2)] == [2, 2, 1]

    def test_one_ballot_alone_and_other_acts_go_their_own_way(self, civic: Civic) -> None:
        number = civic.open_vote()
        draft = civic.propose("Another bench")
        civic.read()
        vote = civic.vote(CITIZENS[1], number)
        support = civic.submit("endorse", CITIZENS[2], proposalId=draft)
        civic.relay()
        assert status(vote) == status(support) == (ActStatus.MINED, "")
        assert RelayerTransaction.objects.count() == 2

    def test_bad_ballot_is_left_out_and_named_the_others_count(self, civic: Civic) -> None:
        number = civic.open_vote()
        rows = [civic.vote(place, number) for place in CITIZENS[:3]]
        late = civic.vote(CITIZENS[4], number, support=AGAINST)
        # She votes differently at the contract itself before the relayer gets to it.
        civic.send(CITIZENS[4], "VotingEngine", "castVote", number, ABSTAIN)
        civic.relay(3)
        assert {status(row) for row in rows} == {(ActStatus.MINED, "")}
        assert status(late) == (ActStatus.FAILED, "already-voted")
        assert late.error_detail
        assert civic.tally(number) == (0, 3, 1)

    def test_same_vote_sent_oneself_counts_as_the_act(self, civic: Civic) -> None:
        number = civic.open_vote()
        rows = [civic.vote(place, number) for place in CITIZENS[:3]]
        call = direct_call(rows[0])
        receipt = civic.send_raw(STRANGER, call["to"], call["data"])
        civic.relay(3)
        assert {status(row) for row in rows} == {(ActStatus.MINED, "")}
        rows[0].refresh_from_db()
        assert rows[0].transaction_hash == receipt["transactionHash"]
        assert civic.tally(number) == (0, 3, 0)


class TestEveryAct:
    def test_a_decision_from_draft_to_count_by_signatures_alone(self, civic: Civic) -> None:
        civic.read()
        made = civic.submit(
            "propose",
            CITIZENS[0],
            title="A bench",
            summary="One bench by the river.",
            description="Oak, two meters.",
            proposalType="POLICY",
        )
        civic.relay()
        assert status(made) == (ActStatus.MINED, "")
        number = civic.call("ProposalManager", "proposalCount")
        acts = [civic.submit("endorse", CITIZENS[1], proposalId=number)]
        civic.relay()
        opens = civic.node.now() + 60
        acts.append(civic.submit("activate", ADMINISTRATORS[0], proposalId=number, voteStart=opens))
        civic.relay()
        civic.node.travel_to(opens + 1)
        civic.read()
        acts.append(civic.vote(CITIZENS[2], number, support=ABSTAIN, reason="No view."))
        civic.relay()
        assert {status(act) for act in acts} == {(ActStatus.MINED, "")}
        assert civic.tally(number) == (0, 0, 1)

    def test_two_administrators_cancel(self, civic: Civic) -> None:
        number = civic.propose("A fence")
        civic.read()
        first = civic.submit("cancel", ADMINISTRATORS[0], proposalId=number, reason="It is built already.")
        civic.relay()
        second = civic.submit("cancel", ADMINISTRATORS[1], proposalId=number, reason="I saw it.")
        civic.relay()
        assert status(first) == status(second) == (ActStatus.MINED, "")
        assert civic.call("ProposalManager", "state", number) == 7

    def test_delegation_by_signature(self, civic: Civic) -> None:
        civic.make_delegate(CITIZENS[0])
        civic.read()
        given = civic.submit("delegate", CITIZENS[1], delegatee=address(CITIZENS[0]))
        civic.relay()
        back = civic.submit("delegate", CITIZENS[1], delegatee="")
        civic.relay()
        assert status(given) == status(back) == (ActStatus.MINED, "")
        assert civic.call("VotingEngine", "nonces", address(CITIZENS[1])) == 2


class TestRefusals:
    def test_refused_act_costs_no_gas_and_says_why(self, civic: Civic) -> None:
        number = civic.propose("A fence")
        civic.read()
        act = civic.submit("endorse", CITIZENS[1], proposalId=number)
        for administrator in ADMINISTRATORS[:2]:
            civic.send(administrator, "ProposalManager", "cancelProposal", number, REASON)
        civic.relay(3)
        assert status(act) == (ActStatus.FAILED, "wrong-state")
        assert not RelayerTransaction.objects.exists()

    def test_refused_act_can_be_handed_in_again(self, civic: Civic) -> None:
        number = civic.open_vote()
        fields: dict[str, Any] = {"proposalId": str(number), "support": FOR, "reason": ""}
        act = civic.submit("vote", CITIZENS[1], **fields)
        outbox.fail(act, explain("0x"))
        deadline = int(act.typed_data["message"]["deadline"])
        again = submit_act("vote", act.signer, fields, deadline, act.signature)
        assert (again.digest, again.status, again.error_code) == (act.digest, ActStatus.QUEUED, "")
        civic.relay()
        assert status(act) == (ActStatus.MINED, "")

    def test_act_that_waited_too_long_expires(self, civic: Civic) -> None:
        number = civic.open_vote()
        act = civic.vote(CITIZENS[1], number)
        RelayedAct.objects.update(deadline=timezone.now() - timedelta(days=400))
        civic.relay(1)
        assert status(act) == (ActStatus.FAILED, "act-expired")

    def test_vote_during_a_pause_is_refused(self, civic: Civic) -> None:
        number = civic.open_vote()
        act = civic.vote(CITIZENS[1], number)
        civic.send(GUARDIANS[0], "GovernanceCore", "pause", REASON)
        round_ = run.relay_acts()
        assert round_ is not None
        assert round_.failed == 1
        assert status(act) == (ActStatus.FAILED, "governance-paused")

    def test_vote_in_the_second_of_opening_waits_a_moment(self, civic: Civic, settings: Any) -> None:
        number = civic.open_vote()
        act = civic.vote(CITIZENS[1], number)
        # The node's pending block is before the opening, as when both come within one second.
        early = civic.propose("Another bench")
        civic.send(ADMINISTRATORS[0], "ProposalManager", "activateProposal", early, civic.node.now() + 40)
        rules = civic.call("ProposalManager", "getProposal", early)["rulesHash"]
        message = {**message_values(act.typed_data), "proposalId": early, "rulesHash": rules}
        del message[STATEMENT]
        document = typed_data("Ballot", message, deployment=civic.deployment)
        early_act = RelayedAct.objects.create(
            digest=digest_of(document),
            act="vote",
            signer=act.signer,
            subject_kind="proposal",
            subject_id=str(early),
            fields={},
            typed_data=document,
            signature=sign(CITIZENS[1], document),
            deadline=act.deadline,
        )
        civic.relay()
        assert status(act) == (ActStatus.MINED, "")
        assert status(early_act) == (ActStatus.QUEUED, "")
        civic.pass_time(60)
        civic.relay()
        assert status(early_act) == (ActStatus.MINED, "")

    def test_every_error_of_the_contracts_has_words(self) -> None:
        for contract in contract_names():
            for entry in abi_of(contract):
                if entry["type"] == "error":
                    refusal = explain("0x" + selector(entry).hex())
                    assert entry["name"] in refusals(), (contract, entry["name"])
                    assert refusal.code
                    assert refusal.detail
                    assert refusal.error.startswith(entry["name"])
        assert all(why.strip() for why in unmet_refusals().values())
        assert explain("0x").code == explain("0xdeadbeef").code == "chain-refused"

    def test_every_signed_function_exists(self) -> None:
        for kind in signed_types():
            plain = kind.plain if isinstance(kind.plain, Call) else None
            for call, extra in ((kind.by_signature, ("signature",)), (plain, ())):
                if call is None:
                    continue  # one of several functions, each tried on the chain
                names = (call.struct,) if call.struct else call.arguments
                inputs = [
                    tuple(parameter["name"] for parameter in entry["inputs"])
                    for entry in functions(kind.contract)
                    if entry["name"] == call.function
                ]
                assert (*names, *extra) in inputs, call.function

    def test_every_function_by_signature_is_an_acts_or_a_batch_of_them(self) -> None:
        known = {(kind.contract, kind.by_signature.function) for kind in signed_types()}
        # Many ballots in one call: each was signed as one of its own.
        batches = {("VotingEngine", "castVotesBySig")}
        offered = {
            (contract, entry["name"])
            for contract in contract_names()
            for entry in abi_of(contract)
            if entry["type"] == "function" and entry["name"].endswith("BySig")
        }
        # Of a token alone, which nobody signs for here.
        token = {("CivicToken", "delegateBySig")}
        assert offered == known | batches | token


class TestKills:
    """A kill may come between any two steps: the next round goes on from the rows."""

    def test_killed_before_sending_is_sent_later(self, civic: Civic, monkeypatch: pytest.MonkeyPatch) -> None:
        number = civic.open_vote()
        act = civic.vote(CITIZENS[1], number)
        kill(monkeypatch, Relayer, "_send")
        assert status(act) == (ActStatus.QUEUED, "")
        row = RelayerTransaction.objects.get()
        assert (row.attempts, row.raw[:2]) == (0, "0x")
        civic.relay()
        assert status(act) == (ActStatus.MINED, "")
        assert RelayerTransaction.objects.get().hashes == row.hashes
        assert civic.tally(number) == (0, 1, 0)

    def test_killed_after_sending_is_found_again(self, civic: Civic, monkeypatch: pytest.MonkeyPatch) -> None:
        number = civic.open_vote()
        act = civic.vote(CITIZENS[1], number)
        kill(monkeypatch, outbox, "note_sent")
        civic.relay()
        assert status(act) == (ActStatus.MINED, "")
        assert RelayerTransaction.objects.count() == 1
        assert civic.tally(number) == (0, 1, 0)

    def test_killed_before_the_receipt_is_noted(self, civic: Civic, monkeypatch: pytest.MonkeyPatch) -> None:
        number = civic.open_vote()
        act = civic.vote(CITIZENS[1], number)
        kill(monkeypatch, outbox, "note_mined")
        civic.relay()
        assert status(act) == (ActStatus.MINED, "")
        assert RelayerTransaction.objects.count() == 1


class TestNonces:
    def test_gap_is_filled(self, civic: Civic) -> None:
        number = civic.open_vote()
        first = civic.vote(CITIZENS[1], number)
        here = relayer()
        latest = client().transaction_count(address(1), "latest")
        # As if a restored backup had lost the row before this one.
        to = deployment().address("VotingEngine")
        row = here._store((), nonce=latest + 1, to=to, data="0x", gas=50_000, fees=Fees(10**11, 10**9))
        civic.relay(3)
        row.refresh_from_db()
        assert row.mined_block is not None
        assert status(first) == (ActStatus.MINED, "")

    def test_empty_gap_is_filled_with_nothing(self, civic: Civic) -> None:
        civic.read()
        here = relayer()
        latest = client().transaction_count(address(1), "latest")
        to = deployment().address("VotingEngine")
        here._store((), nonce=latest + 2, to=to, data="0x", gas=50_000, fees=Fees(10**11, 10**9))
        civic.relay(3)
        assert client().transaction_count(address(1), "latest") == latest + 3

    def test_foreign_transaction_with_our_nonce_costs_nobody_a_vote(
        self, civic: Civic, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        number = civic.open_vote()
        act = civic.vote(CITIZENS[1], number)
        kill(monkeypatch, Relayer, "_send")
        civic.send_raw(1, address(STRANGER), "0x")
        RelayerTransaction.objects.update(sent_at=timezone.now() - timedelta(minutes=5))
        civic.relay(3)
        assert status(act) == (ActStatus.MINED, "")
        assert civic.tally(number) == (0, 1, 0)

    def test_stuck_transaction_is_replaced_at_a_higher_price(self, civic: Civic) -> None:
        number = civic.open_vote()
        act = civic.vote(CITIZENS[1], number)
        civic.node.rpc("evm_setAutomine", False)
        try:
            run.relay_acts()
            row = RelayerTransaction.objects.get()
            assert status(act) == (ActStatus.SENT, "")
            RelayerTransaction.objects.update(sent_at=timezone.now() - service.STUCK - timedelta(seconds=1))
            round_ = run.relay_acts()
            assert round_ is not None
            assert round_.replaced == 1
            civic.node.mine()
        finally:
            civic.node.rpc("evm_setAutomine", True)
        dearer = RelayerTransaction.objects.get()
        assert (dearer.nonce, len(dearer.hashes)) == (row.nonce, 2)
        assert dearer.max_fee_per_gas >= row.max_fee_per_gas * 9 // 8
        civic.relay()
        assert status(act) == (ActStatus.MINED, "")
        assert act.transaction_hash == dearer.hashes[1]

    def test_forgotten_transaction_is_sent_again(self, civic: Civic) -> None:
        number = civic.open_vote()
        act = civic.vote(CITIZENS[1], number)
        civic.node.rpc("evm_setAutomine", False)
        try:
            run.relay_acts()
            civic.node.rpc("anvil_dropAllTransactions")
            RelayerTransaction.objects.update(sent_at=timezone.now() - service.RESEND - timedelta(seconds=1))
            run.relay_acts()
            civic.node.mine()
        finally:
            civic.node.rpc("evm_setAutomine", True)
        civic.relay()
        assert status(act) == (ActStatus.MINED, "")
        assert RelayerTransaction.objects.get().attempts == 2

    def test_prices_rise_by_at_least_an_eighth(self) -> None:
        dearer = Fees(cap=100, tip=1).bumped_over(1_000, 80)
        assert (dearer.cap, dearer.tip) == (1_126, 91)
        assert gas_limit(100_000) == 140_000


class TestReorganisations:
    @pytest.mark.parametrize("depth", [1, 3])
    def test_vote_taken_by_a_reorg_is_sent_again(self, civic: Civic, depth: int) -> None:
        number = civic.open_vote()
        civic.node.mine(2)
        act = civic.vote(CITIZENS[1], number)
        civic.relay()
        assert status(act) == (ActStatus.MINED, "")
        for _ in range(depth - 1):
            civic.node.mine()
        civic.node.rpc("anvil_reorg", depth, [])
        civic.node.rpc("anvil_dropAllTransactions")
        civic.node.mine(1)
        civic.read()
        assert civic.tally(number) == (0, 0, 0)
        civic.relay(3)
        assert status(act) == (ActStatus.MINED, "")
        assert civic.tally(number) == (0, 1, 0)
        assert RelayerTransaction.objects.count() == 1

    def test_act_becomes_final_with_its_block(self, civic: Civic) -> None:
        number = civic.open_vote()
        act = civic.vote(CITIZENS[1], number)
        civic.relay()
        civic.node.mine(40)
        civic.relay(2)
        assert status(act) == (ActStatus.FINAL, "")
        assert RelayerTransaction.objects.get().final

    def test_own_transaction_becomes_final_for_the_act_too(self, civic: Civic) -> None:
        number = civic.open_vote()
        act = civic.vote(CITIZENS[1], number)
        civic.send(CITIZENS[1], "VotingEngine", "castVote", number, FOR)
        civic.read()
        civic.relay(2)
        assert status(act) == (ActStatus.MINED, "")
        civic.node.mine(40)
        civic.relay(2)
        assert status(act) == (ActStatus.FINAL, "")


class TestOff:
    def test_without_a_key_acts_wait_and_are_recognised(self, civic: Civic, settings: Any) -> None:
        settings.RELAYER_ENABLED = False
        number = civic.open_vote()
        act = civic.vote(CITIZENS[1], number)
        run.relay_acts()
        assert status(act) == (ActStatus.QUEUED, "")
        call = direct_call(act)
        civic.send_raw(CITIZENS[1], call["to"], call["data"])
        civic.read()
        RelayedAct.objects.update(created_at=timezone.now() - timedelta(minutes=1))
        run.relay_acts()
        assert status(act) == (ActStatus.MINED, "")

    def test_node_away_loses_nothing(self, civic: Civic, settings: Any) -> None:
        number = civic.open_vote()
        act = civic.vote(CITIZENS[1], number)
        away = Relayer(
            Client(["http://127.0.0.1:9"], 31337, attempts=1), Signer("0x" + "11" * 32, 31337), deployment()
        )
        with pytest.raises(NodeUnreachable):
            away.run()
        assert status(act) == (ActStatus.QUEUED, "")
        relay()
        civic.relay(1)
        assert status(act) == (ActStatus.MINED, "")

    def test_acts_that_fit_no_block_wait_for_room(self, civic: Civic) -> None:
        number = civic.open_vote()
        rows = [civic.vote(place, number) for place in CITIZENS[:10]]
        limit = civic.client.request("eth_getBlockByNumber", "latest", False)["gasLimit"]
        civic.client.request("evm_setBlockGasLimit", hex(100_000))
        civic.node.mine()
        try:
            run.relay_acts()
            assert {status(row) for row in rows} == {(ActStatus.QUEUED, "")}
        finally:
            civic.client.request("evm_setBlockGasLimit", limit)
            civic.node.mine()
        civic.relay()
        assert {status(row) for row in rows} == {(ActStatus.MINED, "")}

    def test_nothing_deployed_is_no_error(self, db: None, settings: Any, tmp_path: Any) -> None:
        settings.DEPLOYMENTS_DIR = tmp_path
        assert run.relay_acts() is None

    def test_relayer_without_money_keeps_the_act(self, civic: Civic) -> None:
        number = civic.open_vote()
        act = civic.vote(CITIZENS[1], number)
        balance = civic.client.request("eth_getBalance", account(1).address, "latest")
        civic.client.request("anvil_setBalance", account(1).address, "0x0")
        try:
            with_no_money(civic)
        finally:
            civic.client.request("anvil_setBalance", account(1).address, balance)
        civic.relay(3)
        assert status(act) == (ActStatus.MINED, "")


def with_no_money(civic: Civic) -> None:
    try:
        run.relay_acts()
    except NodeRefused:
        return


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_each_act_once(
    civic_file: Any, anvil_snapshot: Any, settings: Any, tmp_path: Any
) -> None:
    settings.DEPLOYMENTS_DIR = civic_file.parent
    settings.CONTENT_ROOT = tmp_path
    civic = Civic(anvil_snapshot)
    civic.pass_time(60)
    number = civic.open_vote()
    rows = [civic.vote(place, number) for place in CITIZENS[:8]]
    barrier = threading.Barrier(3)
    problems: list[BaseException] = []

    def work() -> None:
        try:
            barrier.wait()
            relayer().run()
        except BaseException as error:  # noqa: BLE001
            problems.append(error)
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert not problems
    civic.relay()
    assert {status(row) for row in rows} == {(ActStatus.MINED, "")}
    assert civic.tally(number) == (0, 8, 0)
    nonces = list(RelayerTransaction.objects.values_list("nonce", flat=True))
    assert len(nonces) == len(set(nonces))


def kill(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str) -> None:
    """Run a round that dies when it comes to ``name``."""

    class Killed(BaseException):
        pass

    def die(*args: Any, **options: Any) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(owner, name, die)
        with pytest.raises(Killed):
            relayer().run()


def test_signing_twice_gives_the_same_bytes() -> None:
    signer = Signer("0x" + "11" * 32, 31337)
    price = {"gas": 50_000, "max_fee_per_gas": 10, "max_priority_fee_per_gas": 1}
    twice = [signer.sign(nonce=3, to="0x" + "22" * 20, data="0x1234", **price) for _ in range(2)]
    assert twice[0] == twice[1]
