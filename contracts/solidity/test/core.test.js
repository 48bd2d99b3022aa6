import { expect } from "chai";

import { change, queued, toDue } from "./support/acts.js";
import {
  acting,
  ALL_TYPES,
  COUNTING,
  CREDIT_PERIOD,
  CREDITS,
  DAY,
  DEMO_FLOORS,
  deployed,
  ERC165,
  ethers,
  FLOORS,
  HOUR,
  implementation,
  interfaceId,
  loadFixture,
  OPEN_TYPES,
  PARAMS,
  PARAMS_FIELDS,
  PROPOSAL,
  TOKEN_THRESHOLD,
} from "./support/deployment.js";

const NAMES = [
  "ProposalManager",
  "VotingEngine",
  "RoleManager",
  "ExecutionModule",
  "StrategyFactory",
  "GovernanceCore",
  "CivicToken",
];
const named = ethers.encodeBytes32String;
const FIRST_STRATEGY = {
  counting: COUNTING.ONE_PERSON,
  types: ALL_TYPES,
  threshold: 0n,
  token: ethers.ZeroAddress,
  credits: 0n,
  periodLength: 0n,
};

/** A core whose neighbours are one stranger, of the fixture's implementation unless another is given. */
async function made(town, { params = {}, registry = {}, strategies = [FIRST_STRATEGY], code } = {}) {
  const stranger = town.stranger.address;
  const factory = await (await ethers.deployContract("StrategyFactory", [stranger])).getAddress();
  const data = town.core.interface.encodeFunctionData("initialize", [
    { ...PARAMS, ...params },
    {
      proposalManager: stranger,
      votingEngine: stranger,
      roleManager: stranger,
      executionModule: stranger,
      strategyFactory: factory,
      civicToken: ethers.ZeroAddress,
      ...registry,
    },
    strategies,
  ]);
  const proxy = await ethers.deployContract("TransparentUpgradeableProxy", [
    code ?? town.code.governanceCore,
    stranger,
    data,
  ]);
  return ethers.getContractAt("GovernanceCore", await proxy.getAddress());
}

describe("GovernanceCore: registry", () => {
  it("initialisation announces every contract, parameter and strategy", async () => {
    const town = await loadFixture(deployed);
    const tx = town.deployment.deploymentTransaction();
    for (const name of NAMES) {
      const at = await town.core.contractOf(named(name));
      expect(at).not.to.equal(ethers.ZeroAddress);
      await expect(tx).to.emit(town.core, "ContractRegistered").withArgs(named(name), ethers.ZeroAddress, at);
    }
    for (const field of PARAMS_FIELDS) {
      await expect(tx).to.emit(town.core, "GovernanceParamUpdated").withArgs(named(field), 0n, PARAMS[field]);
      expect(await town.core[field]()).to.equal(PARAMS[field]);
    }
    const strategies = [
      [town.onePerson, "one-person-one-vote", COUNTING.ONE_PERSON, ALL_TYPES, 0n],
      [town.quadratic, "quadratic", COUNTING.QUADRATIC, OPEN_TYPES, 0n],
      [town.weighted, "token-weighted", COUNTING.TOKEN, OPEN_TYPES, TOKEN_THRESHOLD],
    ];
    for (const [strategy, ...rest] of strategies) {
      await expect(tx)
        .to.emit(town.core, "StrategyRegistered")
        .withArgs(await strategy.getAddress(), ...rest);
    }
    await expect(tx)
      .to.emit(town.core, "CreditsAllotted")
      .withArgs(await town.quadratic.getAddress(), CREDITS, CREDIT_PERIOD);
  });

  it("names the contracts of the deployment", async () => {
    const town = await loadFixture(deployed);
    expect(await town.core.proposalManager()).to.equal(await town.manager.getAddress());
    expect(await town.core.votingEngine()).to.equal(await town.engine.getAddress());
    expect(await town.core.roleManager()).to.equal(await town.roles.getAddress());
    expect(await town.core.executionModule()).to.equal(await town.execution.getAddress());
    expect(await town.core.strategyFactory()).to.equal(await town.factory.getAddress());
    expect(await town.core.contractOf(named("CivicToken"))).to.equal(await town.token.getAddress());
    expect(await town.core.contractOf(named("Nothing"))).to.equal(ethers.ZeroAddress);
    expect((await town.core.governanceParams()).toObject()).to.deep.equal(PARAMS);
    expect(await town.core.ballotBoxAt(0)).to.equal(await town.engine.getAddress());
    expect(await town.core.ballotBoxAt(1)).to.equal(ethers.ZeroAddress);
  });

  it("refuses a second initialisation, and any of an implementation", async () => {
    const town = await loadFixture(deployed);
    const registry = {
      proposalManager: town.stranger,
      votingEngine: town.stranger,
      roleManager: town.stranger,
      executionModule: town.stranger,
      strategyFactory: town.stranger,
      civicToken: town.stranger,
    };
    const bare = await ethers.getContractAt("GovernanceCore", town.code.governanceCore);
    for (const core of [town.core, bare]) {
      await expect(core.initialize(PARAMS, registry, [])).to.be.revertedWithCustomError(core, "InvalidInitialization");
    }
  });

  it("refuses a registry with a hole", async () => {
    const town = await loadFixture(deployed);
    const holes = ["proposalManager", "votingEngine", "roleManager", "executionModule", "strategyFactory"];
    for (const hole of holes) {
      await expect(made(town, { registry: { [hole]: ethers.ZeroAddress } }))
        .to.be.revertedWithCustomError(town.core, "GovernanceCoreZeroAddress")
        .withArgs(named(hole[0].toUpperCase() + hole.slice(1)));
    }
  });

  it("answers for its interfaces", async () => {
    const { core } = await loadFixture(deployed);
    for (const id of [await interfaceId("IGovernanceCore"), await interfaceId("IUpgradeChecked"), ERC165]) {
      expect(await core.supportsInterface(id)).to.equal(true);
    }
    expect(await core.supportsInterface("0xffffffff")).to.equal(false);
  });
});

describe("GovernanceCore: parameters", () => {
  it("change only through the timelock", async () => {
    const town = await loadFixture(deployed);
    for (const signer of [town.deployer, town.admins[0], town.guardians[0], town.citizens[0]]) {
      const core = town.core.connect(signer);
      await expect(core.updateGovernanceParams(named("votingPeriod"), PARAMS.votingPeriod, DAY))
        .to.be.revertedWithCustomError(core, "GovernanceCoreUnauthorized")
        .withArgs(signer.address);
    }
  });

  it("announce just what changed, old and new", async () => {
    const town = await loadFixture(deployed);
    const actions = [await change(town, "votingPeriod", 36n * HOUR)];
    const proposal = await queued(town, { type: PROPOSAL.PARAMETER, actions });
    await toDue(town, proposal);
    const tx = town.manager.executeProposal(proposal.id, actions);
    await expect(tx)
      .to.emit(town.core, "GovernanceParamUpdated")
      .withArgs(named("votingPeriod"), PARAMS.votingPeriod, 36n * HOUR);
    const receipt = await (await tx).wait();
    const address = await town.core.getAddress();
    expect(receipt.logs.filter((log) => log.address === address).length).to.equal(1);
    expect((await town.core.governanceParams()).toObject()).to.deep.equal({ ...PARAMS, votingPeriod: 36n * HOUR });
  });

  it("are changed only from the value that was voted upon, and being so already is no failure", async () => {
    const town = await loadFixture(deployed);
    const core = town.core.connect(await acting(town.execution));
    await expect(core.updateGovernanceParams(named("quorumPercentage"), 24n, 30n))
      .to.be.revertedWithCustomError(core, "GovernanceCoreParamChanged")
      .withArgs(named("quorumPercentage"), 24n, 25n);
    const tx = core.updateGovernanceParams(named("quorumPercentage"), 24n, 25n);
    await expect(tx).to.emit(core, "GovernanceParamUnchanged").withArgs(named("quorumPercentage"), 25n);
    await expect(tx).not.to.emit(core, "GovernanceParamUpdated");
    await expect(core.updateGovernanceParams(named("endorsements"), 24n, 25n))
      .to.be.revertedWithCustomError(core, "GovernanceCoreParamUnknown")
      .withArgs(named("endorsements"));
    await expect(core.bounds(named("endorsements"))).to.be.revertedWithCustomError(core, "GovernanceCoreParamUnknown");
  });

  const bounds = {
    votingPeriod: [DAY, 60n * DAY],
    executionDelay: [DAY, 60n * DAY],
    reviewPeriod: [DAY, 90n * DAY],
    gracePeriod: [2n * DAY, 90n * DAY],
    noticePeriod: [HOUR, 14n * DAY],
    officerDelay: [2n * DAY, 30n * DAY],
    quorumPercentage: [1n, 50n],
    endorsementPermille: [1n, 50n],
    proposalThreshold: [1n, 5n],
  };
  for (const [field, [min, max]] of Object.entries(bounds)) {
    it(`${field} stays between ${min} and ${max}, and its change touches no other`, async () => {
      const town = await loadFixture(deployed);
      const core = town.core.connect(await acting(town.execution));
      const name = named(field);
      expect(await core.bounds(name)).to.deep.equal([min, max]);
      let current = PARAMS[field];
      for (const value of [max, min]) {
        if (value === current) continue;
        await core.updateGovernanceParams(name, current, value);
        expect((await core.governanceParams()).toObject()).to.deep.equal({ ...PARAMS, [field]: value });
        current = value;
      }
      for (const value of [min - 1n, max + 1n, 2n ** 255n]) {
        await expect(core.updateGovernanceParams(name, current, value))
          .to.be.revertedWithCustomError(core, "GovernanceCoreParamOutOfBounds")
          .withArgs(name, value, min, max);
      }
      for (const value of [min - 1n, max + 1n]) {
        await expect(made(town, { params: { [field]: value } }))
          .to.be.revertedWithCustomError(core, "GovernanceCoreParamOutOfBounds")
          .withArgs(name, value, min, max);
      }
    });
  }

  it("have the floors that the deployment chose for good, none of them zero or above what is allowed", async () => {
    const town = await loadFixture(deployed);
    expect((await town.core.floors()).toObject()).to.deep.equal(FLOORS);
    const demo = await implementation("GovernanceCore", { ...town.made, floors: DEMO_FLOORS });
    expect((await demo.floors()).toObject()).to.deep.equal(DEMO_FLOORS);
    for (const [field, floor] of Object.entries(DEMO_FLOORS)) {
      expect((await demo.bounds(named(field))).min).to.equal(floor);
      const [, max] = bounds[field];
      for (const wrong of [0n, max + 1n]) {
        await expect(implementation("GovernanceCore", { ...town.made, floors: { ...FLOORS, [field]: wrong } }))
          .to.be.revertedWithCustomError(town.core, "GovernanceCoreFloorOutOfBounds")
          .withArgs(named(field), wrong);
      }
    }
  });
});

describe("GovernanceCore: the terms of each type", () => {
  const plain = (params, passingPercentage) => ({
    votingPeriod: params.votingPeriod,
    executionDelay: params.executionDelay,
    reviewPeriod: params.reviewPeriod,
    gracePeriod: params.gracePeriod,
    noticePeriod: params.noticePeriod,
    quorumPercentage: params.quorumPercentage,
    passingPercentage,
    endorsementPermille: params.endorsementPermille,
  });

  it("are the parameters; UPGRADE and ROLE need 60 % of for and against, the others a majority", async () => {
    const town = await loadFixture(deployed);
    const shares = { POLICY: 50n, BUDGET: 50n, PARAMETER: 50n, ROLE: 60n, UPGRADE: 60n };
    for (const [type, share] of Object.entries(shares)) {
      expect((await town.core.termsFor(PROPOSAL[type])).toObject()).to.deep.equal(plain(PARAMS, share));
    }
  });

  it("of an EMERGENCY are short, together shorter than what one guardian can pause", async () => {
    const town = await loadFixture(deployed);
    const core = town.core.connect(await acting(town.execution));
    const caps = { reviewPeriod: 12n * HOUR, noticePeriod: HOUR, votingPeriod: 48n * HOUR, executionDelay: 6n * HOUR };
    const longest = { ...PARAMS, reviewPeriod: 90n * DAY, noticePeriod: 14n * DAY, votingPeriod: 60n * DAY };
    longest.executionDelay = 60n * DAY;
    for (const [field, value] of Object.entries(longest)) {
      await core.updateGovernanceParams(named(field), PARAMS[field], value);
    }
    const terms = (await core.termsFor(PROPOSAL.EMERGENCY)).toObject();
    expect(terms).to.deep.equal(plain({ ...longest, ...caps }, 50n));
    const whole = Object.keys(caps).reduce((sum, field) => sum + terms[field], 0n);
    expect(whole).to.be.lessThan(await core.PAUSE_LENGTH());
  });

  it("of an EMERGENCY are the parameters where those are shorter", async () => {
    const town = await deployed({
      floors: DEMO_FLOORS,
      overrides: { params: { ...PARAMS, ...DEMO_FLOORS } },
    });
    const terms = await town.core.termsFor(PROPOSAL.EMERGENCY);
    for (const field of ["votingPeriod", "executionDelay", "reviewPeriod", "noticePeriod"]) {
      expect(terms[field]).to.equal(DEMO_FLOORS[field]);
    }
  });

  it("come to an activation in one call, with the strategy and the threshold of the type", async () => {
    const town = await loadFixture(deployed);
    const core = town.core.connect(await acting(town.execution));
    await core.updateGovernanceParams(named("proposalThreshold"), 1n, 3n);
    for (const [name, type] of Object.entries(PROPOSAL)) {
      const opening = await core.openingOf(1, type);
      expect(opening.strategy).to.equal(await town.onePerson.getAddress());
      expect([opening.counting, opening.box, opening.retired]).to.deep.equal([BigInt(COUNTING.ONE_PERSON), 0n, false]);
      expect(opening.threshold).to.equal(["PARAMETER", "EMERGENCY"].includes(name) ? 1n : 3n);
      expect(opening.terms).to.deep.equal(await core.termsFor(type));
    }
    const priced = await core.openingOf(2, PROPOSAL.BUDGET);
    expect([priced.counting, priced.threshold]).to.deep.equal([BigInt(COUNTING.QUADRATIC), 3n]);
    const ofToken = await core.openingOf(3, PROPOSAL.POLICY);
    expect([ofToken.counting, ofToken.threshold]).to.deep.equal([BigInt(COUNTING.TOKEN), TOKEN_THRESHOLD]);
    const unknown = await core.openingOf(4, PROPOSAL.POLICY);
    expect([unknown.strategy, unknown.threshold]).to.deep.equal([ethers.ZeroAddress, 0n]);
    expect(unknown.terms.votingPeriod).to.equal(0n);
  });
});

describe("GovernanceCore: its own check", () => {
  it("passes in a town, and fails where a neighbour answers another name", async () => {
    const town = await loadFixture(deployed);
    await town.core.selfCheck();
    const registry = {
      proposalManager: await town.manager.getAddress(),
      votingEngine: await town.engine.getAddress(),
      roleManager: await town.roles.getAddress(),
      executionModule: await town.execution.getAddress(),
    };
    await (await made(town, { registry })).selfCheck();
    for (const hole of Object.keys(registry)) {
      const core = await made(town, { registry: { ...registry, [hole]: await town.core.getAddress() } });
      await expect(core.selfCheck())
        .to.be.revertedWithCustomError(core, "GovernanceCoreSelfCheckFailed")
        .withArgs(named(hole[0].toUpperCase() + hole.slice(1)));
    }
  });

  it("fails where a parameter lies below the floors of the new code", async () => {
    const town = await loadFixture(deployed);
    const code = await (
      await implementation("GovernanceCore", { ...town.made, floors: { ...FLOORS, votingPeriod: 4n * DAY } })
    ).getAddress();
    const admin = await ethers.getContractAt("ProxyAdmin", await town.execution.proxyAdminOf(town.core));
    await admin.connect(await acting(town.execution)).upgradeAndCall(await town.core.getAddress(), code, "0x");
    await expect(town.core.selfCheck()).to.be.revertedWithCustomError(town.core, "GovernanceCoreParamOutOfBounds");
  });

  it("fails where the first strategy is retired or may not decide everything", async () => {
    const town = await loadFixture(deployed);
    const id = BigInt(ethers.id("civicportal.storage.GovernanceCore")) - 1n;
    const namespace = BigInt(ethers.keccak256(ethers.toBeHex(id, 32))) & ~0xffn;
    const key = ethers.concat([ethers.zeroPadValue(town.onePerson.target, 32), ethers.toBeHex(namespace + 8n, 32)]);
    const slot = ethers.keccak256(key);
    const record = BigInt(await ethers.provider.getStorage(town.core.target, slot));
    // From the right: the number in two bytes, the count, the types, whether it is retired.
    expect(record).to.equal(1n + (BigInt(ALL_TYPES) << 24n));
    for (const changed of [record | (1n << 32n), record ^ (1n << 24n)]) {
      await ethers.provider.send("hardhat_setStorageAt", [town.core.target, slot, ethers.toBeHex(changed, 32)]);
      await expect(town.core.selfCheck())
        .to.be.revertedWithCustomError(town.core, "GovernanceCoreSelfCheckFailed")
        .withArgs(named("strategy"));
    }
  });

  it("fails with no storage, as of an implementation nobody initialised", async () => {
    const town = await loadFixture(deployed);
    const bare = await ethers.getContractAt("GovernanceCore", town.code.governanceCore);
    await expect(bare.selfCheck()).to.be.revertedWithCustomError(bare, "GovernanceCoreParamOutOfBounds");
  });
});
