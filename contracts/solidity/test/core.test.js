import { expect } from "chai";

import { call, executed, queued, toDue } from "./support/acts.js";
import {
  acting,
  DAY,
  deployed,
  ethers,
  HOUR,
  loadFixture,
  PARAMS,
  PARAMS_FIELDS,
  person,
  PROPOSAL,
  role,
  time,
} from "./support/deployment.js";

const NAMES = ["ProposalManager", "VotingEngine", "RoleManager", "ExecutionModule", "GovernanceCore", "CivicToken"];

const asExecution = async (town) => town.core.connect(await acting(town.execution));

/** Another address of the person behind guardian 0. */
async function secondAddress(town) {
  const roles = town.roles.connect(await acting(town.execution));
  await roles.identifyOfficer(town.stranger.address, person("guardian 0"));
  await roles.grantRole(role("GUARDIAN"), town.stranger.address);
  return town.stranger;
}

describe("GovernanceCore: registry", () => {
  it("initialisation announces every contract, parameter and strategy", async () => {
    const town = await loadFixture(deployed);
    const tx = town.deployment.deploymentTransaction();
    for (const name of NAMES) {
      const at = await town.core.contractOf(ethers.encodeBytes32String(name));
      await expect(tx)
        .to.emit(town.core, "ContractRegistered")
        .withArgs(ethers.encodeBytes32String(name), ethers.ZeroAddress, at);
    }
    for (const field of PARAMS_FIELDS) {
      await expect(tx)
        .to.emit(town.core, "GovernanceParamUpdated")
        .withArgs(ethers.encodeBytes32String(field), 0n, PARAMS[field]);
      expect(await town.core[field]()).to.equal(PARAMS[field]);
    }
    await expect(tx)
      .to.emit(town.core, "StrategyRegistered")
      .withArgs(await town.onePerson.getAddress(), "one-person-one-vote");
    await expect(tx)
      .to.emit(town.core, "StrategyRegistered")
      .withArgs(await town.weighted.getAddress(), "token-weighted");
  });

  it("names the contracts of the deployment", async () => {
    const town = await loadFixture(deployed);
    expect(await town.core.proposalManager()).to.equal(await town.manager.getAddress());
    expect(await town.core.votingEngine()).to.equal(await town.engine.getAddress());
    expect(await town.core.roleManager()).to.equal(await town.roles.getAddress());
    expect(await town.core.executionModule()).to.equal(await town.execution.getAddress());
    expect(await town.core.contractOf(ethers.encodeBytes32String("CivicToken"))).to.equal(
      await town.token.getAddress(),
    );
    expect(await town.core.contractOf(ethers.encodeBytes32String("Nothing"))).to.equal(ethers.ZeroAddress);
    expect((await town.core.governanceParams()).toObject()).to.deep.equal(PARAMS);
  });

  it("numbers strategies from 1 and knows no other", async () => {
    const town = await loadFixture(deployed);
    expect(await town.core.isStrategy(town.onePerson)).to.equal(true);
    expect(await town.core.isStrategy(town.stranger)).to.equal(false);
    expect(await town.core.strategyInfo(town.onePerson)).to.deep.equal([1n, true, 1n]);
    expect(await town.core.strategyInfo(town.quadratic)).to.deep.equal([2n, true, 1n]);
    expect(await town.core.strategyInfo(town.weighted)).to.deep.equal([3n, false, 1n]);
    expect(await town.core.strategyAt(0)).to.equal(ethers.ZeroAddress);
    expect(await town.core.strategyAt(3)).to.equal(await town.weighted.getAddress());
    expect(await town.core.strategyAt(4)).to.equal(ethers.ZeroAddress);
  });

  it("refuses a second initialisation, and any of an implementation", async () => {
    const town = await loadFixture(deployed);
    const registry = {
      proposalManager: town.stranger,
      votingEngine: town.stranger,
      roleManager: town.stranger,
      executionModule: town.stranger,
      civicToken: town.stranger,
    };
    const bare = await ethers.getContractAt("GovernanceCore", town.code.governanceCore);
    for (const core of [town.core, bare]) {
      await expect(core.initialize(PARAMS, registry, [])).to.be.revertedWithCustomError(core, "InvalidInitialization");
    }
  });

  it("refuses a registry with a hole", async () => {
    const town = await loadFixture(deployed);
    const registry = {
      proposalManager: town.stranger,
      votingEngine: ethers.ZeroAddress,
      roleManager: town.stranger,
      executionModule: town.stranger,
      civicToken: ethers.ZeroAddress,
    };
    const data = town.core.interface.encodeFunctionData("initialize", [
      PARAMS,
      {
        ...registry,
        proposalManager: town.stranger.address,
        roleManager: town.stranger.address,
        executionModule: town.stranger.address,
      },
      [],
    ]);
    await expect(ethers.deployContract("TransparentUpgradeableProxy", [town.code.governanceCore, town.stranger, data]))
      .to.be.revertedWithCustomError(town.core, "GovernanceCoreZeroAddress")
      .withArgs(ethers.encodeBytes32String("VotingEngine"));
  });
});

describe("GovernanceCore: parameters", () => {
  it("change only through the timelock", async () => {
    const town = await loadFixture(deployed);
    for (const signer of [town.deployer, town.admins[0], town.guardians[0], town.citizens[0]]) {
      const core = town.core.connect(signer);
      await expect(core.updateGovernanceParams(PARAMS))
        .to.be.revertedWithCustomError(core, "GovernanceCoreUnauthorized")
        .withArgs(signer.address);
      await expect(core.registerStrategy(town.stranger))
        .to.be.revertedWithCustomError(core, "GovernanceCoreUnauthorized")
        .withArgs(signer.address);
    }
  });

  it("announce just what changed, old and new", async () => {
    const town = await loadFixture(deployed);
    const params = { ...PARAMS, votingPeriod: 12n * HOUR, endorsements: 9n };
    const actions = [await call(town.core, "updateGovernanceParams", [params])];
    const proposal = await queued(town, { type: PROPOSAL.PARAMETER, actions });
    await toDue(town, proposal);
    const tx = town.manager.executeProposal(proposal.id, actions);
    await expect(tx)
      .to.emit(town.core, "GovernanceParamUpdated")
      .withArgs(ethers.encodeBytes32String("votingPeriod"), PARAMS.votingPeriod, 12n * HOUR);
    await expect(tx)
      .to.emit(town.core, "GovernanceParamUpdated")
      .withArgs(ethers.encodeBytes32String("endorsements"), 2n, 9n);
    const receipt = await (await tx).wait();
    const address = await town.core.getAddress();
    expect(receipt.logs.filter((log) => log.address === address).length).to.equal(2);
  });

  const bounds = {
    votingPeriod: [300n, 60n * DAY],
    executionDelay: [60n, 60n * DAY],
    reviewPeriod: [60n, 90n * DAY],
    gracePeriod: [HOUR, 90n * DAY],
    quorumPercentage: [1n, 100n],
    proposalThreshold: [1n, 2n ** 208n - 1n],
    endorsements: [1n, 1_000_000n],
  };
  for (const [field, [min, max]] of Object.entries(bounds)) {
    it(`${field} stays between ${min} and ${max}`, async () => {
      const town = await loadFixture(deployed);
      const core = await asExecution(town);
      for (const value of [min, max]) await core.updateGovernanceParams({ ...PARAMS, [field]: value });
      for (const value of [min - 1n, max + 1n]) {
        await expect(core.updateGovernanceParams({ ...PARAMS, [field]: value }))
          .to.be.revertedWithCustomError(core, "GovernanceCoreParamOutOfBounds")
          .withArgs(ethers.encodeBytes32String(field), value, min, max);
      }
      const name = field.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
      if (field !== "proposalThreshold") expect(await core[`MIN_${name}`]()).to.equal(min);
      expect(await core[`MAX_${name}`]()).to.equal(max);
    });
  }
});

describe("GovernanceCore: strategies", () => {
  it("a PARAMETER proposal admits one, which proposals may then choose", async () => {
    const town = await loadFixture(deployed);
    const strategy = await ethers.deployContract("OnePersonOneVoteStrategy", [await town.engine.getAddress()]);
    const actions = [await call(town.core, "registerStrategy", [await strategy.getAddress()])];
    await executed(town, { type: PROPOSAL.PARAMETER, actions });
    expect(await town.core.strategyInfo(strategy)).to.deep.equal([4n, true, 1n]);
    await executed(town, { strategy });
  });

  it("refuses what is known, of an unknown kind, of another engine, of a block clock, or can't answer", async () => {
    const town = await loadFixture(deployed);
    const core = await asExecution(town);
    await expect(core.registerStrategy(town.onePerson))
      .to.be.revertedWithCustomError(core, "GovernanceCoreStrategyKnown")
      .withArgs(await town.onePerson.getAddress());
    const engine = await town.engine.getAddress();
    const blocks = await ethers.deployContract("TestStrategy", ["", engine, engine, false]);
    const unfit = [
      ["conviction", engine, engine, false],
      ["quadratic", town.stranger.address, engine, false],
      ["one-person-one-vote", town.stranger.address, engine, false],
      ["token-weighted", engine, await blocks.getAddress(), false],
    ];
    for (const args of unfit) {
      const strategy = await ethers.deployContract("TestStrategy", args);
      await expect(core.registerStrategy(strategy))
        .to.be.revertedWithCustomError(core, "GovernanceCoreStrategyUnfit")
        .withArgs(await strategy.getAddress());
    }
    const broken = await ethers.deployContract("TestStrategy", ["one-person-one-vote", engine, engine, true]);
    await expect(core.registerStrategy(broken)).to.be.revertedWith("broken");
  });
});

describe("GovernanceCore: pause", () => {
  it("is for guardians", async () => {
    const town = await loadFixture(deployed);
    for (const method of ["pause", "extendPause", "unpause"]) {
      await expect(town.core.connect(town.admins[0])[method]())
        .to.be.revertedWithCustomError(town.core, "GovernanceCoreUnauthorized")
        .withArgs(town.admins[0].address);
    }
  });

  it("by one guardian lasts 14 days and lapses by itself", async () => {
    const town = await loadFixture(deployed);
    const tx = await town.core.connect(town.guardians[0]).pause();
    const start = BigInt(await time.latest());
    await expect(tx)
      .to.emit(town.core, "GovernancePaused")
      .withArgs(town.guardians[0].address, start + 14n * DAY);
    expect(await town.engine.paused()).to.equal(true);
    expect(await town.engine.pauseState()).to.deep.equal([true, 0n, start + 14n * DAY]);
    await expect(town.core.connect(town.guardians[1]).pause()).to.be.revertedWithCustomError(
      town.core,
      "GovernanceCorePaused",
    );
    await time.increaseTo(start + 14n * DAY - 1n);
    expect(await town.engine.paused()).to.equal(true);
    await time.increaseTo(start + 14n * DAY);
    expect(await town.engine.paused()).to.equal(false);
    expect(await town.engine.pausedSeconds()).to.equal(14n * DAY);
    expect(await town.engine.pauseState()).to.deep.equal([false, 14n * DAY, 0n]);
    await time.increase(DAY);
    expect(await town.engine.pausedSeconds()).to.equal(14n * DAY);
  });

  it("can't be repeated by the same person within 30 days, by any address of theirs", async () => {
    const town = await loadFixture(deployed);
    const other = await secondAddress(town);
    await town.core.connect(town.guardians[0]).pause();
    const start = BigInt(await time.latest());
    await time.increaseTo(start + 15n * DAY);
    for (const signer of [town.guardians[0], other]) {
      await expect(town.core.connect(signer).pause())
        .to.be.revertedWithCustomError(town.core, "GovernanceCorePauseTooSoon")
        .withArgs(start + 30n * DAY);
    }
    await town.core.connect(town.guardians[1]).pause();
    expect(await town.engine.pausedSeconds()).to.equal(14n * DAY);
    await time.increase(15n * DAY);
    await town.core.connect(town.guardians[0]).pause();
    expect(await town.engine.paused()).to.equal(true);
  });

  it("is extended by two guardians, not by two addresses of one", async () => {
    const town = await loadFixture(deployed);
    const other = await secondAddress(town);
    const [first, second] = town.guardians;
    await expect(town.core.connect(first).extendPause()).to.be.revertedWithCustomError(
      town.core,
      "GovernanceCoreNotPaused",
    );
    await town.core.connect(first).pause();
    const until = BigInt(await time.latest()) + 14n * DAY;
    await expect(town.core.connect(first).extendPause())
      .to.emit(town.core, "PauseChangeRequested")
      .withArgs(first.address, false);
    for (const signer of [first, other]) {
      await expect(town.core.connect(signer).extendPause()).to.be.revertedWithCustomError(
        town.core,
        "GovernanceCoreSecondGuardianNeeded",
      );
    }
    await expect(town.core.connect(second).extendPause())
      .to.emit(town.core, "PauseExtended")
      .withArgs(second.address, until, until + 14n * DAY);
    // A further extension needs two again.
    await expect(town.core.connect(second).extendPause()).to.emit(town.core, "PauseChangeRequested");
    await time.increaseTo(until + DAY);
    expect(await town.engine.paused()).to.equal(true);
    await time.increaseTo(until + 15n * DAY);
    expect(await town.engine.pausedSeconds()).to.equal(28n * DAY);
  });

  it("is lifted by two guardians, at the second's block", async () => {
    const town = await loadFixture(deployed);
    const [first, second] = town.guardians;
    await town.core.connect(first).pause();
    const start = BigInt(await time.latest());
    await expect(town.core.connect(first).unpause())
      .to.emit(town.core, "PauseChangeRequested")
      .withArgs(first.address, true);
    await time.increase(HOUR);
    await expect(town.core.connect(second).unpause()).to.emit(town.core, "GovernanceUnpaused").withArgs(second.address);
    const end = BigInt(await time.latest());
    expect(await town.engine.paused()).to.equal(false);
    expect(await town.engine.pausedSeconds()).to.equal(end - start);
    await expect(town.core.connect(first).unpause()).to.be.revertedWithCustomError(
      town.core,
      "GovernanceCoreNotPaused",
    );
  });

  it("a request of one who is no guardian any more, or of an earlier pause, counts for nothing", async () => {
    const town = await loadFixture(deployed);
    const other = await secondAddress(town);
    const [first, second] = town.guardians;
    await town.core.connect(first).pause();
    await town.core.connect(first).unpause();
    await time.increase(15n * DAY);
    await town.core.connect(second).pause();
    await expect(town.core.connect(second).unpause()).to.emit(town.core, "PauseChangeRequested");
    // The request of the second falls with the role; that of the first then starts anew.
    const roles = town.roles.connect(await acting(town.execution));
    await roles.identifyOfficer(town.stranger2.address, person("guardian 2"));
    await roles.grantRole(role("GUARDIAN"), town.stranger2.address);
    await roles.revokeRole(role("GUARDIAN"), second.address);
    await expect(town.core.connect(other).unpause()).to.emit(town.core, "PauseChangeRequested");
    await expect(town.core.connect(town.stranger2).unpause()).to.emit(town.core, "GovernanceUnpaused");
  });

  it("a request to lift it counts for nothing once it is extended: its time is another", async () => {
    const town = await loadFixture(deployed);
    const [first, second] = town.guardians;
    await town.core.connect(first).pause();
    await town.core.connect(first).unpause();
    await town.core.connect(first).extendPause();
    await town.core.connect(second).extendPause();
    await expect(town.core.connect(second).unpause())
      .to.emit(town.core, "PauseChangeRequested")
      .withArgs(second.address, true);
    expect(await town.engine.paused()).to.equal(true);
    await expect(town.core.connect(first).unpause()).to.emit(town.core, "GovernanceUnpaused").withArgs(first.address);
  });

  it("is lifted by an executed EMERGENCY proposal, decided and carried out while paused", async () => {
    const town = await loadFixture(deployed);
    await town.core.connect(town.guardians[0]).pause();
    await time.increase(DAY);
    const until = (await town.engine.pauseState()).until;
    await town.core.connect(town.guardians[0]).extendPause();
    await town.core.connect(town.guardians[1]).extendPause();
    const actions = [await call(town.core, "unpause", [])];
    const proposal = await queued(town, { type: PROPOSAL.EMERGENCY, actions });
    await toDue(town, proposal);
    await expect(town.manager.executeProposal(proposal.id, actions))
      .to.emit(town.core, "GovernanceUnpaused")
      .withArgs(await town.execution.getAddress());
    expect(await town.engine.paused()).to.equal(false);
    expect(BigInt(await time.latest())).to.be.lessThan(until);
    const core = await asExecution(town);
    await expect(core.unpause()).to.be.revertedWithCustomError(core, "GovernanceCoreNotPaused");
  });
});
