"""What is signed reads as the contract itself says it, word for word, in every language that is shipped."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from web3 import Web3

from contracts.acts.errors import FieldInvalid
from contracts.acts.registry import all_types
from contracts.acts.statements import CONTRACTS, Statements, statements_of
from contracts.acts.types import typed_data
from contracts.deploy.linking import creation_code
from contracts.deployment import Deployment, artifact
from contracts.errors import DeploymentInvalid
from contracts.tests.civic import CITIZENS, DEPLOYER, Civic, account, address, deploy, sign

ONE, OTHER, NOBODY = address(1), address(2), "0x" + "00" * 20
NUMBERS = (1, 10, 2**256 - 1)
TIMES = (1, 951_782_400, 1_796_061_600, 4_102_444_799, 253_402_300_799)


@pytest.fixture(scope="module", params=sorted(CONTRACTS))
def spoken(request: Any, _session_anvil: Any) -> tuple[Statements, Any]:
    """The portal's sentences of one language, and the contract that says them on chain."""
    w3 = Web3(Web3.HTTPProvider(_session_anvil.url))
    name = CONTRACTS[request.param]
    sent = w3.eth.send_transaction({"from": account(DEPLOYER).address, "data": creation_code(name)})  # type: ignore[typeddict-item]
    made = w3.eth.wait_for_transaction_receipt(sent)["contractAddress"]
    contract = w3.eth.contract(address=made, abi=artifact(name)["abi"])
    return statements_of(Deployment(31337, 1, {}, {"language": request.param})), contract.functions


def params(votes: int) -> str:
    return f"0x{votes:064x}"


def test_ballots(spoken: tuple[Statements, Any]) -> None:
    ours, theirs = spoken
    for number in NUMBERS:
        for support in (0, 1, 2):
            values = {"proposalId": number, "support": support, "params": "0x"}
            assert ours.of("Ballot", values) == theirs.ballot(number, support).call()
            for votes in (1, 2, 7, 65_535):
                said = ours.of("Ballot", values | {"params": params(votes)})
                assert said == theirs.quadraticBallot(number, support, votes).call()


def test_delegations(spoken: tuple[Statements, Any]) -> None:
    ours, theirs = spoken
    for delegatee in (OTHER, NOBODY):
        values: dict[str, Any] = {"delegator": ONE, "delegatee": delegatee}
        assert ours.of("Delegate", values) == theirs.delegation(Web3.to_checksum_address(delegatee)).call()
    for kind in range(6):
        for delegatee in (OTHER, ONE, NOBODY):
            values = {"delegator": ONE, "proposalType": kind, "delegatee": delegatee}
            one, other = Web3.to_checksum_address(ONE), Web3.to_checksum_address(delegatee)
            assert ours.of("DelegateFor", values) == theirs.delegationFor(kind, one, other).call()


def test_proposals(spoken: tuple[Statements, Any]) -> None:
    ours, theirs = spoken
    for kind in range(6):
        assert ours.of("CreateProposal", {"proposalType": kind}) == theirs.proposal(kind).call()
    for number in NUMBERS:
        values = {"proposalId": number}
        assert ours.of("EndorseProposal", values) == theirs.endorsement(number).call()
        assert ours.of("CancelProposal", values) == theirs.cancellation(number).call()
        for start in (0, *TIMES):
            said = ours.of("ActivateProposal", values | {"voteStart": start})
            assert said == theirs.activation(number, start).call()
    assert ours.of("Profile", {}) == theirs.profile().call()


def test_artifact_holds_every_sentence_of_its_contract(spoken: tuple[Statements, Any]) -> None:
    ours, theirs = spoken
    names = theirs.sentences().call()
    assert {name.rstrip(b"\0").decode() for name in names} == set(ours.pieces)
    for name in names:
        assert theirs.pieces(name).call() == list(ours.pieces[name.rstrip(b"\0").decode()])


def test_nobody_is_asked_to_sign_what_there_is_no_word_for(spoken: tuple[Statements, Any]) -> None:
    ours, _theirs = spoken
    for primary_type, values in (
        ("Ballot", {"proposalId": 1, "support": 3, "params": "0x"}),
        ("CreateProposal", {"proposalType": 6}),
        ("DelegateFor", {"proposalType": 6, "delegator": ONE, "delegatee": OTHER}),
        ("ActivateProposal", {"proposalId": 1, "voteStart": 2**48 - 1}),
    ):
        with pytest.raises(FieldInvalid):
            ours.of(primary_type, values)


def test_deployment_without_a_known_language_has_no_documents() -> None:
    for extra in ({}, {"language": "xx"}):
        with pytest.raises(DeploymentInvalid):
            statements_of(Deployment(31337, 1, {}, extra))


def test_every_type_begins_with_its_statement() -> None:
    for kind in all_types():
        here = Deployment(31337, 1, {kind.contract: ONE}, {"language": "en"})
        with pytest.raises(FieldInvalid) as refused:
            typed_data(kind.primary_type, {"statement": "I vote as I am told."}, deployment=here)
        assert refused.value.field == "statement"


def test_ballot_signed_in_spanish_is_counted(
    anvil_snapshot: Any, settings: Any, tmp_path: Path, db: None
) -> None:
    settings.DEPLOYMENTS_DIR = settings.CONTENT_ROOT = tmp_path
    deploy(anvil_snapshot.url, tmp_path / "31337.json", language="es")
    civic = Civic(anvil_snapshot)
    civic.pass_time(60)
    number = civic.open_vote()
    act = civic.vote(CITIZENS[0], number)
    assert act.typed_data["message"]["statement"].startswith("Voto")
    assert sign(CITIZENS[0], act.typed_data) == act.signature
    civic.relay()
    assert civic.tally(number) == (0, 1, 0)
