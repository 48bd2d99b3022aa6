import { expect } from "chai";

import { activated, adopted, call, executed, harmless, opened, queued, toDue, toEnd } from "./support/acts.js";
import {
  acting,
  DAY,
  deployed,
  ERC165,
  ethers,
  HOUR,
  implementation,
  interfaceId,
  loadFixture,
  PARAMS,
  PROPOSAL,
  REASON,
  role,
  STATE,
  SUPPORT,
  time,
} from "./support/deployment.js";

const IMPLEMENTATION_SLOT = "0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc";
const PROXIES = {
  GovernanceCore: "core",
  ProposalManager: "manager",
  VotingEngine: "engine",
  RoleManager: "roles",
  ExecutionModule: "execution",
  CivicToken: "token",
};
const CHANGE = ethers.id("updateGovernanceParams(bytes32,uint256,uint256)").slice(0, 10);
const named = ethers.encodeBytes32String;
const now = async () => BigInt(await time.latest());
const implementationOf = async (proxy) =>
  ethers.getAddress(ethers.dataSlice(await ethers.provider.getStorage(proxy, IMPLEMENTATION_SLOT), 12));

/** The action that puts `code` behind the proxy of a contract. */
async function upgradeTo(town, name, code, data = "0x") {
  const proxy = await town[PROXIES[name]].getAddress();
  const admin = await ethers.getContractAt("ProxyAdmin", await town.execution.proxyAdminOf(proxy));
  return call(admin, "upgradeAndCall", [proxy, await code.getAddress(), data]);
}

async function replacement(town, name) {
  const code = await implementation(name, town.made);
  return {
    proxy: await town[PROXIES[name]].getAddress(),
    fresh: await code.getAddress(),
    action: await upgradeTo(town, name, code),
  };
}

/** What each contract remembers, in a few answers. */
async function memory(town, voteId) {
  const [a] = town.citizens;
  return [
    await town.core.governanceParams(),
    await town.core.strategyAt(2),
    (await town.manager.getProposal(voteId)).metadataHash,
    await town.manager.proposalOf((await town.manager.getProposal(voteId)).contentHash),
    await town.engine.proposalVotes(voteId),
    await town.engine.hasVoted(voteId, a),
    await town.engine.delegates(town.citizens[1]),
    await town.roles.hasRole(role("ADMINISTRATOR"), town.admins[0]),
    await town.roles.personOf(town.guardians[0]),
    await town.execution.proxyAdminOf(await town.engine.getAddress()),
    await town.execution.isAllowed(PROPOSAL.PARAMETER, town.core, CHANGE),
    await town.token.balanceOf(a),
  ];
}

async function lived() {
  const town = await deployed();
  const vote = await opened(town);
  await town.engine.connect(town.citizens[0]).castVote(vote.id, SUPPORT.FOR);
  return { ...town, vote };
}

describe("upgrades", () => {
  for (const name of Object.keys(PROXIES)) {
    it(`of ${name} come through an UPGRADE proposal and forget nothing`, async () => {
      const town = await loadFixture(lived);
      const before = await memory(town, town.vote.id);
      const { proxy, fresh, action } = await replacement(town, name);
      await executed(town, { type: PROPOSAL.UPGRADE, actions: [action] });
      expect(await implementationOf(proxy)).to.equal(fresh);
      expect(await memory(town, town.vote.id)).to.deep.equal(before);
      // And the town goes on.
      await executed(town);
    });

    it(`of ${name} tell the name and the storage that are checked after the next`, async () => {
      const town = await loadFixture(lived);
      const contract = town[PROXIES[name]];
      expect(await contract.contractName()).to.equal(named(name));
      expect(await contract.storageVersion()).to.equal(1n);
      await contract.selfCheck();
      expect(await contract.supportsInterface(await interfaceId("IUpgradeChecked"))).to.equal(true);
      expect(await contract.supportsInterface(ERC165)).to.equal(true);
      expect(await contract.supportsInterface("0xffffffff")).to.equal(false);
    });

    it(`of ${name} to a contract of another name, no storage, a failing check or no check are undone`, async () => {
      const town = await loadFixture(lived);
      const proxy = await town[PROXIES[name]].getAddress();
      const before = await implementationOf(proxy);
      const other = name === "VotingEngine" ? "RoleManager" : "VotingEngine";
      const wrong = [
        await implementation(other, town.made),
        await ethers.deployContract("TestImplementation", [named(other), 1n, true]),
        await ethers.deployContract("TestImplementation", [named(name), 0n, true]),
        await ethers.deployContract("TestImplementation", [named(name), 1n, false]),
        await ethers.deployContract("TestToken"),
      ];
      const execution = town.execution.connect(await acting(town.manager));
      for (const [i, code] of wrong.entries()) {
        const id = 100n + BigInt(i);
        const actions = [await upgradeTo(town, name, code)];
        await execution.queueTransaction(id, PROPOSAL.UPGRADE, ethers.ZeroHash, 1n, 1000n * DAY);
        await toDue(town, { id });
        await expect(execution.executeTransaction(id, PROPOSAL.UPGRADE, actions))
          .to.be.revertedWithCustomError(execution, "ExecutionModuleSelfCheckFailed")
          .withArgs(proxy);
        expect(await implementationOf(proxy)).to.equal(before);
      }
    });
  }

  it("to a wrong contract leave an adopted proposal queued and the town as it was", async () => {
    const town = await loadFixture(lived);
    const code = await ethers.deployContract("TestImplementation", [named("RoleManager"), 1n, true]);
    const actions = [await upgradeTo(town, "VotingEngine", code), (await replacement(town, "GovernanceCore")).action];
    const proposal = await queued(town, { type: PROPOSAL.UPGRADE, actions });
    await toDue(town, proposal);
    await expect(town.manager.executeProposal(proposal.id, actions))
      .to.be.revertedWithCustomError(town.execution, "ExecutionModuleSelfCheckFailed")
      .withArgs(await town.engine.getAddress());
    expect(await town.manager.state(proposal.id)).to.equal(STATE.QUEUED);
    await executed(town);
  });

  it("to a newer storage are taken, and none to an older one after that", async () => {
    const town = await loadFixture(lived);
    const [newer, older] = await Promise.all(
      [5n, 4n].map((version) => ethers.deployContract("TestImplementation", [named("CivicToken"), version, true])),
    );
    await executed(town, { type: PROPOSAL.UPGRADE, actions: [await upgradeTo(town, "CivicToken", newer)] });
    expect(await town.token.storageVersion()).to.equal(5n);
    const actions = [await upgradeTo(town, "CivicToken", older)];
    const proposal = await queued(town, { type: PROPOSAL.UPGRADE, actions });
    await toDue(town, proposal);
    await expect(town.manager.executeProposal(proposal.id, actions)).to.be.revertedWithCustomError(
      town.execution,
      "ExecutionModuleSelfCheckFailed",
    );
  });

  it("that give a ProxyAdmin away while they run are undone", async () => {
    const town = await loadFixture(lived);
    const code = await ethers.deployContract("TestReentry");
    const admin = await town.execution.proxyAdminOf(town.execution);
    const data = code.interface.encodeFunctionData("giveAway", [admin, town.stranger.address]);
    const actions = [await upgradeTo(town, "ExecutionModule", code, data)];
    const proposal = await queued(town, { type: PROPOSAL.UPGRADE, actions });
    await toDue(town, proposal);
    await expect(town.manager.executeProposal(proposal.id, actions))
      .to.be.revertedWithCustomError(town.execution, "ExecutionModuleSelfCheckFailed")
      .withArgs(town.execution.target);
    expect(await (await ethers.getContractAt("ProxyAdmin", admin)).owner()).to.equal(town.execution.target);
  });

  it("of all at once come through one proposal, and a failing one leaves it queued, its reason told", async () => {
    const town = await loadFixture(lived);
    const parts = await Promise.all(Object.keys(PROXIES).map((name) => replacement(town, name)));
    const actions = parts.map(({ action }) => action);
    await executed(town, { type: PROPOSAL.UPGRADE, actions });
    for (const { proxy, fresh } of parts) expect(await implementationOf(proxy)).to.equal(fresh);

    const admin = await ethers.getContractAt("ProxyAdmin", parts[0].action.target);
    const nothing = await call(admin, "upgradeAndCall", [parts[0].proxy, town.stranger.address, "0x"]);
    const proposal = await adopted(town, { type: PROPOSAL.UPGRADE, actions: [parts[1].action, nothing] });
    await town.manager.queueProposal(proposal.id, proposal.actions);
    await toDue(town, proposal);
    const proxy = await ethers.getContractAt("TransparentUpgradeableProxy", parts[0].proxy);
    await expect(town.manager.executeProposal(proposal.id, proposal.actions))
      .to.be.revertedWithCustomError(proxy, "ERC1967InvalidImplementation")
      .withArgs(town.stranger.address);
    expect(await town.manager.state(proposal.id)).to.equal(STATE.QUEUED);
    expect(await implementationOf(parts[1].proxy)).to.equal(parts[1].fresh);
  });

  it("are for the timelock alone", async () => {
    const town = await loadFixture(lived);
    const { proxy, fresh, action } = await replacement(town, "VotingEngine");
    const admin = await ethers.getContractAt("ProxyAdmin", action.target);
    for (const caller of [town.deployer, town.admins[0], town.guardians[0], town.citizens[0]]) {
      await expect(admin.connect(caller).upgradeAndCall(proxy, fresh, "0x"))
        .to.be.revertedWithCustomError(admin, "OwnableUnauthorizedAccount")
        .withArgs(caller.address);
    }
  });
});

describe("upgrades: no vote is finished by code that its voters didn't know", () => {
  const upgrade = async (town) => ({
    type: PROPOSAL.UPGRADE,
    actions: [(await replacement(town, "VotingEngine")).action],
  });

  it("the delay covers the last of the open votes, not the longest", async () => {
    const town = await loadFixture(deployed);
    const core = town.core.connect(await acting(town.execution));
    const proposal = await adopted(town, await upgrade(town));
    await core.updateGovernanceParams(named("votingPeriod"), PARAMS.votingPeriod, 10n * DAY);
    const long = await opened(town);
    await core.updateGovernanceParams(named("votingPeriod"), 10n * DAY, 5n * DAY);
    await opened(town);
    await time.increase(DAY);
    await town.manager.queueProposal(proposal.id, proposal.actions);
    const { executionTime } = await town.execution.schedule(proposal.id);
    expect(executionTime).to.equal((await town.engine.votingWindow(long.id)).voteEnd);
    await time.increaseTo(executionTime - 1n);
    expect(await town.manager.state(long.id)).to.equal(STATE.ACTIVE);
    await toDue(town, proposal);
    expect(await town.manager.state(long.id)).not.to.equal(STATE.ACTIVE);
    await town.manager.executeProposal(proposal.id, proposal.actions);
  });

  it("the delay is its own where no vote lasts longer, and other types wait for none", async () => {
    const town = await loadFixture(deployed);
    const proposal = await adopted(town, await upgrade(town));
    await town.manager.queueProposal(proposal.id, proposal.actions);
    expect((await town.execution.schedule(proposal.id)).executionTime).to.equal((await now()) + PARAMS.executionDelay);
    const other = await adopted(town, await harmless(town));
    await opened(town);
    await town.manager.queueProposal(other.id, other.actions);
    expect((await town.execution.schedule(other.id)).executionTime).to.equal((await now()) + PARAMS.executionDelay);
  });

  it("a pending vote, a pause before its begin and a pause in it don't bring the upgrade into it", async () => {
    const town = await loadFixture(deployed);
    const voteStart = (await now()) + 20n * DAY;
    const pending = await activated(town, { voteStart });
    await town.core.connect(town.guardians[0]).pause(REASON);
    await time.increase(4n * DAY);
    const proposal = await adopted(town, await upgrade(town));
    await town.manager.queueProposal(proposal.id, proposal.actions);
    expect((await town.execution.schedule(proposal.id)).executionTime).to.be.at.least(voteStart + PARAMS.votingPeriod);
    await time.increaseTo(voteStart);
    await town.engine.connect(town.citizens[0]).castVote(pending.id, SUPPORT.FOR);
    await town.core.connect(town.guardians[1]).pause(REASON);
    await time.increase(3n * DAY);
    const { voteEnd } = await town.engine.votingWindow(pending.id);
    expect(voteEnd).to.equal(voteStart + PARAMS.votingPeriod + 72n * HOUR);
    const { executionTime } = await town.execution.schedule(proposal.id);
    expect(executionTime).to.be.at.least(voteEnd);
    await toEnd(town, pending);
    await toDue(town, proposal);
    await town.manager.executeProposal(proposal.id, proposal.actions);
  });

  it("a vote opened and cast in before the upgrade is queued ends first, whatever pause lay before it", async () => {
    const town = await loadFixture(deployed);
    const voteStart = (await now()) + 29n * DAY;
    const vote = await activated(town, { voteStart });
    await town.core.connect(town.guardians[0]).pause(REASON);
    await town.core.connect(town.guardians[1]).extendPause();
    await time.increase(15n * DAY);
    await time.increaseTo(voteStart - 2n * DAY);
    const proposal = await opened(town, await upgrade(town));
    for (const citizen of town.citizens) await town.engine.connect(citizen).castVote(proposal.id, SUPPORT.FOR);
    await time.increaseTo(voteStart);
    await town.engine.connect(town.citizens[0]).castVote(vote.id, SUPPORT.FOR);
    await toEnd(town, proposal);
    await town.manager.queueProposal(proposal.id, proposal.actions);
    await toDue(town, proposal);
    await town.manager.executeProposal(proposal.id, proposal.actions);
    const { voteEnd } = await town.engine.votingWindow(vote.id);
    expect(voteEnd).to.equal(voteStart + PARAMS.votingPeriod);
    expect(await now()).to.be.at.least(voteEnd);
  });
});
