"""Deploying: once, resumable, on the right chain, leaving the deployer with nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from web3 import Web3
from web3.exceptions import ContractLogicError

from audit.actions import COMMAND_FINISHED, COMMAND_STARTED
from audit.models import AuditLog
from contracts.acts.statements import CONTRACTS as STATEMENTS
from contracts.calldata import encode_call
from contracts.deploy import deployer as deployer_module
from contracts.deploy.checks import DeployerHoldsPower, assert_deployer_powerless
from contracts.deploy.deployer import FINAL_STEP, PROXIED, Deployer, WrongChain, parameter_names
from contracts.deploy.ledger import Ledger, Step
from contracts.deploy.linking import LibraryMissing, creation_code, libraries_of
from contracts.deploy.setup import DEFAULTS, FLOORS, SetupInvalid, read_setup
from contracts.deployment import artifact, deployment
from contracts.tests.civic import ADMINISTRATORS, DEPLOYER, GUARDIANS, account, setup

KEY = "0x" + bytes(account(DEPLOYER).key).hex()


def officer(place: int) -> dict[str, str]:
    return {"account": account(place).address, "personKey": f"0x{place:064x}"}


@pytest.fixture
def officers(tmp_path: Path) -> Path:
    path = tmp_path / "officers.json"
    data = {
        "administrators": [officer(place) for place in ADMINISTRATORS],
        "guardians": [officer(place) for place in GUARDIANS],
    }
    path.write_text(json.dumps(data))
    return path


@pytest.fixture
def parameters(tmp_path: Path) -> Callable[..., Path]:
    """Writes the first rules."""

    def write(**rules: Any) -> Path:
        path = tmp_path / "parameters.json"
        path.write_text(json.dumps(rules))
        return path

    return write


@pytest.fixture
def node(anvil_snapshot: Any, settings: Any, tmp_path: Path, db: None) -> Any:
    settings.DEPLOYMENTS_DIR = tmp_path / "deployments"
    return anvil_snapshot


def run(officers: Path, **options: Any) -> str:
    out = StringIO()
    call_command(
        "deploy_contracts", officers=officers, chain_id=options.pop("chain_id", 31337), stdout=out, **options
    )
    return out.getvalue()


def test_deploys_wires_and_writes_the_file(node: Any, officers: Path) -> None:
    said = run(officers)
    assert "the deployer holds nothing" in said
    current = deployment(31337)
    assert set(PROXIED) < set(current.contracts)
    assert "CivicToken" not in current.contracts
    strategy = make_contract(node, "QuadraticStrategy", current.address("QuadraticStrategy"))
    assert strategy.functions.credits().call() == DEFAULTS["quadraticCredits"]
    assert strategy.functions.periodLength().call() == DEFAULTS["quadraticPeriod"]
    core = make_contract(node, "GovernanceCore", current.address("GovernanceCore"))
    assert core.functions.strategyInfo(strategy.address).call()[0] == 2
    assert core.functions.strategyFactory().call().lower() == current.address("StrategyFactory")
    roles = node.rpc("eth_getCode", current.address("RoleManager"), "latest")
    assert len(roles) > 2
    header = node.rpc("eth_getBlockByNumber", hex(current.start_block), False)
    assert current.extra["transaction"] in header["transactions"]
    entries = AuditLog.objects.filter(actor="command:deploy_contracts").order_by("sequence")
    assert [entry.action for entry in entries] == [COMMAND_STARTED, COMMAND_FINISHED]


def test_file_tells_the_bounds_that_the_contract_holds(node: Any, officers: Path) -> None:
    run(officers)
    current = deployment(31337)
    core = make_contract(node, "GovernanceCore", current.address("GovernanceCore"))
    assert tuple(current.bounds) == parameter_names()
    for name, bounds in current.bounds.items():
        assert core.functions.bounds(name.encode().ljust(32, b"\0")).call() == list(bounds), name
    for name, least in FLOORS["production"].items():
        assert current.bounds[name][0] == least
    assert current.extra["floors"] == "production"


def test_parameter_out_of_bounds_is_refused_before_anything_is_wired(
    node: Any, officers: Path, parameters: Callable[..., Path]
) -> None:
    for rules in ({"votingPeriod": 600}, {"quorumPercentage": 51}, {"endorsementPermille": 0}):
        name = next(iter(rules))
        with pytest.raises(CommandError, match=f"{name} must be from"):
            run(officers, parameters=parameters(**rules))
    # What only a demonstration may have.
    run(officers, parameters=parameters(votingPeriod=600, floors="demo"))
    assert deployment(31337).bounds["votingPeriod"][0] == FLOORS["demo"]["votingPeriod"]


def test_what_the_constructor_refuses_is_said_by_its_name(
    node: Any, officers: Path, parameters: Callable[..., Path]
) -> None:
    with pytest.raises(CommandError, match="QuadraticStrategyNoCredits"):
        run(officers, parameters=parameters(quadraticCredits=0))


@pytest.mark.parametrize("language", ["en", "es"])
def test_people_sign_in_the_deployments_language(
    node: Any, officers: Path, parameters: Callable[..., Path], language: str
) -> None:
    run(officers, parameters=parameters(language=language))
    current = deployment(31337)
    assert current.language == language
    for contract in ("VotingEngine", "ProposalManager"):
        used = make_contract(node, contract, current.address(contract)).functions.statements().call()
        assert used.lower() == current.address("Statements")
    spoken = make_contract(node, STATEMENTS[language], current.address("Statements"))
    assert spoken.functions.language().call() == language


def test_second_run_does_nothing(node: Any, officers: Path) -> None:
    run(officers)
    before = node.rpc("eth_getTransactionCount", account(DEPLOYER).address, "latest")
    assert "nothing to do" in run(officers)
    assert node.rpc("eth_getTransactionCount", account(DEPLOYER).address, "latest") == before


def test_wrong_chain_is_refused_and_nothing_sent(node: Any, officers: Path, tmp_path: Path) -> None:
    before = node.rpc("eth_getTransactionCount", account(DEPLOYER).address, "latest")
    with pytest.raises(CommandError, match="31337, not 1"):
        run(officers, chain_id=1)
    with pytest.raises(WrongChain):
        make(node, tmp_path / "5.json", chain_id=5).run()
    assert node.rpc("eth_getTransactionCount", account(DEPLOYER).address, "latest") == before
    assert not (tmp_path / "deployments" / "1.json").exists()


def test_file_of_a_vanished_chain_is_named(node: Any, officers: Path, tmp_path: Path) -> None:
    folder = tmp_path / "deployments"
    folder.mkdir()
    gone = {"chainId": 31337, "startBlock": 1, "contracts": {"VotingEngine": "0x" + "99" * 20}}
    (folder / "31337.json").write_text(json.dumps(gone))
    with pytest.raises(CommandError, match="there is nothing"):
        run(officers)


@pytest.mark.parametrize("killed_after", [0, 1, 3, 8])
@pytest.mark.parametrize("moment", ["before sending", "after sending"])
def test_killed_run_is_taken_up_where_it_stopped(
    node: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, killed_after: int, moment: str
) -> None:
    path = tmp_path / "31337.json"
    first = account(DEPLOYER).address
    before = int(node.rpc("eth_getTransactionCount", first, "latest"), 16)
    sent = 0
    really_send = Deployer._send

    class Killed(Exception):
        pass

    def send(self: Deployer, step: Step) -> None:
        nonlocal sent
        if sent == killed_after and moment == "before sending":
            raise Killed
        really_send(self, step)
        if sent == killed_after:
            raise Killed
        sent += 1

    with monkeypatch.context() as patch:
        patch.setattr(deployer_module.Deployer, "_send", send)
        with pytest.raises(Killed):
            make(node, path).run()
    assert not path.exists()
    assert path.with_name("31337.partial.json").exists()

    result = make(node, path).run()
    used = int(node.rpc("eth_getTransactionCount", first, "latest"), 16) - before
    # The sentences and the last step come beside them.
    assert used == len(result["implementations"]) + len(result["libraries"]) + 2, "nothing was deployed twice"
    assert json.loads(path.read_text())["contracts"] == result["contracts"]
    assert not path.with_name("31337.partial.json").exists()


def test_ledger_of_another_setup_or_a_broken_one_is_not_resumed(tmp_path: Path) -> None:
    path = tmp_path / "31337.partial.json"
    ledger = Ledger.open(path, chain_id=31337, deployer="0xd", setup="one")
    ledger.note("VotingEngine", Step("0xa", "0xh", 0, "0xr", done=True))
    assert Ledger.open(path, chain_id=31337, deployer="0xd", setup="one").steps
    assert not Ledger.open(path, chain_id=31337, deployer="0xd", setup="two").steps
    path.write_text('{"chainId": 31337, "dep')
    assert not Ledger.open(path, chain_id=31337, deployer="0xd", setup="one").steps


def test_deployer_with_a_right_is_refused(node: Any, tmp_path: Path) -> None:
    result = make(node, tmp_path / "31337.json").run()
    w3 = Web3(Web3.HTTPProvider(node.url))
    assert_deployer_powerless(w3, result, account(DEPLOYER).address)
    for officer_place in (ADMINISTRATORS[0], GUARDIANS[0]):
        with pytest.raises(DeployerHoldsPower):
            assert_deployer_powerless(w3, result, account(officer_place).address)
    swapped = {
        **result,
        "contracts": {**result["contracts"], "VotingEngine": result["contracts"]["RoleManager"]},
    }
    with pytest.raises(DeployerHoldsPower):
        assert_deployer_powerless(w3, swapped, account(DEPLOYER).address)


def test_deployer_can_do_nothing_afterwards(node: Any, tmp_path: Path) -> None:
    result = make(node, tmp_path / "31337.json").run()
    role = "0x" + Web3.keccak(text="CITIZEN").hex().removeprefix("0x")
    deployer_address = account(DEPLOYER).address
    quorum = [b"quorumPercentage".ljust(32, b"\0"), 20, 21]
    person = "0x" + "11" * 32
    attempts = [
        ("RoleManager", encode_call("RoleManager", "grantRole", [role, deployer_address, person])),
        ("GovernanceCore", encode_call("GovernanceCore", "pause", [person])),
        ("GovernanceCore", encode_call("GovernanceCore", "updateGovernanceParams", quorum)),
    ]
    w3 = Web3(Web3.HTTPProvider(node.url))
    for contract, data in attempts:
        with pytest.raises(ContractLogicError):
            w3.eth.call({"from": deployer_address, "to": result["contracts"][contract], "data": data})  # type: ignore[typeddict-item]


def make_contract(node: Any, name: str, address: str) -> Any:
    w3 = Web3(Web3.HTTPProvider(node.url))
    return w3.eth.contract(address=Web3.to_checksum_address(address), abi=artifact(name)["abi"])


def make(node: Any, path: Path, *, chain_id: int = 31337) -> Deployer:
    return Deployer(Web3(Web3.HTTPProvider(node.url)), KEY, chain_id=chain_id, setup=setup(), path=path)


class TestSetup:
    @pytest.mark.parametrize(
        "spoil",
        [
            lambda data: data["administrators"].pop(),
            lambda data: data["guardians"].pop(),
            lambda data: data["guardians"][0].update(account="0x12"),
            lambda data: data["guardians"][0].update(personKey="0x" + "00" * 32),
            lambda data: data["guardians"][0].update(personKey="Lars"),
            lambda data: data["administrators"][0].update(personKey=data["administrators"][1]["personKey"]),
            lambda data: data["administrators"].append(data["administrators"][0]),
            lambda data: data["guardians"][0].update(personKey=data["administrators"][0]["personKey"]),
            lambda data: data.update(citizens=["nobody"]),
            lambda data: data.update(citizens=[officer(9), officer(9) | {"account": account(8).address}]),
            lambda data: data.update(citizens=[officer(9) | {"account": account(GUARDIANS[0]).address}]),
            lambda data: data.update(token={"name": "x"}),
        ],
    )
    def test_bad_officers_are_refused(self, officers: Path, spoil: Callable[[Any], Any]) -> None:
        data = json.loads(officers.read_text())
        spoil(data)
        officers.write_text(json.dumps(data))
        with pytest.raises(SetupInvalid):
            read_setup(officers)

    @pytest.mark.parametrize(
        "rules",
        [
            {"votingPeriod": "7 days"},
            {"votingPeriod": 2**48},
            {"quorumPercentage": -1},
            {"endorsementPermille": True},
            {"colour": 1},
            {"floors": "none"},
            {"language": "xx"},
            {"language": ["en"]},
        ],
    )
    def test_bad_rules_are_refused(
        self, officers: Path, parameters: Callable[..., Path], rules: dict[str, Any]
    ) -> None:
        with pytest.raises(SetupInvalid):
            read_setup(officers, parameters(**rules))

    def test_missing_or_broken_file_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(SetupInvalid):
            read_setup(tmp_path / "none.json")
        (tmp_path / "list.json").write_text("[]")
        with pytest.raises(SetupInvalid):
            read_setup(tmp_path / "list.json")

    def test_what_is_left_out_has_its_default(self, officers: Path, parameters: Callable[..., Path]) -> None:
        chosen = read_setup(officers, parameters(votingPeriod=604_800))
        assert chosen.parameters == DEFAULTS | {"votingPeriod": 604_800}
        assert (chosen.floors, chosen.language) == ("production", "en")

    def test_every_parameter_of_the_contract_has_a_default(self) -> None:
        assert set(DEFAULTS) == {*parameter_names(), "quadraticCredits", "quadraticPeriod"}


def test_contract_is_not_made_without_the_library_that_it_calls() -> None:
    assert libraries_of(PROXIED) == ["DelegationLib"]
    with pytest.raises(LibraryMissing):
        creation_code("VotingEngine", ["0x" + "11" * 20])
    linked = creation_code("VotingEngine", ["0x" + "11" * 20], {"DelegationLib": "0x" + "ab" * 20})
    places = artifact("VotingEngine")["linkReferences"]["DelegationLib"]
    assert linked.count("ab" * 20) == len(places)
    assert "__" not in linked


def test_key_file_must_hold_a_key(node: Any, officers: Path, tmp_path: Path, settings: Any) -> None:
    bad = tmp_path / "key"
    bad.write_text("not a key")
    with pytest.raises(CommandError, match="64 hexadecimal"):
        run(officers, key_file=bad)
    with pytest.raises(CommandError, match="can't be read"):
        run(officers, key_file=tmp_path / "nowhere")
    settings.DEPLOYER_PRIVATE_KEY = ""
    with pytest.raises(CommandError, match="no key"):
        run(officers)


def test_every_artifact_that_is_deployed_is_committed() -> None:
    for name in (*PROXIED, *libraries_of(PROXIED), *STATEMENTS.values(), "CivicToken", FINAL_STEP):
        assert artifact(name)["bytecode"].startswith("0x")
