import { expect } from "chai";

import { call, queued, toDue } from "./support/acts.js";
import { acting, deployed, ethers, interfaceId, loadFixture, PARAMS, PROPOSAL } from "./support/deployment.js";

const PROXIES = ["core", "manager", "engine", "roles", "execution", "token"];
/** A new proxy needs some first call: this one asks for the name. */
const INIT = ethers.id("contractName()").slice(0, 10);
const named = ethers.encodeBytes32String;

describe("the table of targets", () => {
  async function withTarget() {
    const town = await deployed();
    const target = await ethers.deployContract("TestTarget");
    const selector = target.interface.getFunction("act").selector;
    return { ...town, target, selector, act: await call(target, "act", []) };
  }
  const setTarget = (town, type, allowed, target = town.target) =>
    call(town.execution, "setTarget", [type, target.target ?? target, town.selector, allowed]);

  it("is announced whole at the deployment", async () => {
    const town = await loadFixture(withTarget);
    const deployment = await town.deployment.deploymentTransaction().wait();
    const announced = deployment.logs
      .filter(({ address }) => address === town.execution.target)
      .map((log) => town.execution.interface.parseLog(log))
      .filter((event) => event?.name === "TargetAllowed");
    for (const { args } of announced) {
      expect(args.allowed).to.equal(true);
      expect(await town.execution.isAllowed(args.proposalType, args.target, args.selector)).to.equal(true);
    }
    const count = (type) => announced.filter(({ args }) => args.proposalType === BigInt(type)).length;
    expect(Object.values(PROPOSAL).map(count)).to.deep.equal([0, 0, 1, 7, 4 + 6, 3]);
    for (const proxy of PROXIES.map((name) => town[name])) {
      await expect(town.deployment.deploymentTransaction())
        .to.emit(town.execution, "ProxyRegistered")
        .withArgs(proxy.target, await town.execution.proxyAdminOf(proxy), await proxy.contractName());
    }
  });

  it("is changed by UPGRADE proposals alone; a called contract learns which proposal runs", async () => {
    const town = await loadFixture(withTarget);
    const actions = [await setTarget(town, PROPOSAL.BUDGET, true)];
    await expect(town.execution.checkActions(PROPOSAL.BUDGET, [town.act])).to.be.revertedWithCustomError(
      town.execution,
      "ExecutionModuleTargetNotAllowed",
    );
    for (const signer of [town.stranger, town.admins[0], await acting(town.manager), await acting(town.core)]) {
      const execution = town.execution.connect(signer);
      await expect(execution.setTarget(PROPOSAL.BUDGET, town.target.target, town.selector, true))
        .to.be.revertedWithCustomError(execution, "ExecutionModuleUnauthorized")
        .withArgs(signer.address);
      await expect(execution.registerProxy(town.core.target))
        .to.be.revertedWithCustomError(execution, "ExecutionModuleUnauthorized")
        .withArgs(signer.address);
    }
    const adoption = await queued(town, { type: PROPOSAL.UPGRADE, actions });
    await toDue(town, adoption);
    await expect(town.manager.executeProposal(adoption.id, actions))
      .to.emit(town.execution, "TargetAllowed")
      .withArgs(PROPOSAL.BUDGET, town.target.target, town.selector, true);
    const budget = await queued(town, { type: PROPOSAL.BUDGET, actions: [town.act] });
    await toDue(town, budget);
    await expect(town.manager.executeProposal(budget.id, budget.actions))
      .to.emit(town.target, "Called")
      .withArgs(budget.id, PROPOSAL.BUDGET);
    expect(await town.execution.running()).to.deep.equal([0n, BigInt(PROPOSAL.POLICY)]);
  });

  it("an entry taken away stops what was adopted under it, and asking twice is no failure", async () => {
    const town = await loadFixture(withTarget);
    const self = town.execution.connect(await acting(town.execution));
    for (const allowed of [true, true]) {
      await self.setTarget(PROPOSAL.BUDGET, town.target.target, town.selector, allowed);
    }
    const budget = await queued(town, { type: PROPOSAL.BUDGET, actions: [town.act] });
    await expect(self.setTarget(PROPOSAL.BUDGET, town.target.target, town.selector, false))
      .to.emit(self, "TargetAllowed")
      .withArgs(PROPOSAL.BUDGET, town.target.target, town.selector, false);
    await toDue(town, budget);
    await expect(town.manager.executeProposal(budget.id, budget.actions)).to.be.revertedWithCustomError(
      town.execution,
      "ExecutionModuleTargetNotAllowed",
    );
  });

  it("an EMERGENCY may get targets besides, whose arguments are its own", async () => {
    const town = await loadFixture(withTarget);
    const self = town.execution.connect(await acting(town.execution));
    await self.setTarget(PROPOSAL.EMERGENCY, town.target.target, town.selector, true);
    const proposal = await queued(town, { type: PROPOSAL.EMERGENCY, actions: [town.act] });
    await toDue(town, proposal);
    await expect(town.manager.executeProposal(proposal.id, proposal.actions))
      .to.emit(town.target, "Called")
      .withArgs(proposal.id, PROPOSAL.EMERGENCY);
    const other = await call(town.core, "retireStrategy", [town.stranger.address]);
    await self.setTarget(PROPOSAL.EMERGENCY, other.target, ethers.dataSlice(other.data, 0, 4), true);
    await town.execution.checkActions(PROPOSAL.EMERGENCY, [other]);
  });

  it("no entry lets POLICY act, opens a ProxyAdmin, or shuts the way back to an UPGRADE", async () => {
    const town = await loadFixture(withTarget);
    const self = town.execution.connect(await acting(town.execution));
    const admin = await town.execution.proxyAdminOf(town.core);
    const reserved = [
      [PROPOSAL.POLICY, town.target.target],
      [PROPOSAL.UPGRADE, admin],
      [PROPOSAL.PARAMETER, admin],
      [PROPOSAL.UPGRADE, town.execution.target],
      [PROPOSAL.ROLE, town.execution.target],
    ];
    for (const [type, target] of reserved) {
      for (const allowed of [true, false]) {
        await expect(self.setTarget(type, target, town.selector, allowed))
          .to.be.revertedWithCustomError(self, "ExecutionModuleTargetReserved")
          .withArgs(type, target);
      }
    }
  });

  it("takes in a new proxy whose admin the timelock owns and which names itself; then it can be upgraded", async () => {
    const town = await loadFixture(withTarget);
    const execution = await town.execution.getAddress();
    const code = await ethers.deployContract("TestImplementation", [named("Treasury"), 1n, true]);
    const proxy = await ethers.deployContract("TransparentUpgradeableProxy", [code, execution, INIT]);
    const actions = [await call(town.execution, "registerProxy", [await proxy.getAddress()])];
    const proposal = await queued(town, { type: PROPOSAL.UPGRADE, actions });
    await toDue(town, proposal);
    const tx = town.manager.executeProposal(proposal.id, actions);
    const slot = "0xb53127684a568b3173ae13b9f8a6016e243e63b6e8ee1178d6a717850b5d6103";
    const stored = await ethers.provider.getStorage(await proxy.getAddress(), slot);
    const admin = ethers.getAddress(ethers.dataSlice(stored, 12));
    await expect(tx)
      .to.emit(town.execution, "ProxyRegistered")
      .withArgs(await proxy.getAddress(), admin, named("Treasury"));
    expect(await town.execution.proxyAdminOf(proxy)).to.equal(admin);
    const contract = await ethers.getContractAt("ProxyAdmin", admin);
    for (const [name, outcome] of [
      ["Other", "reverts"],
      ["Treasury", "runs"],
    ]) {
      const fresh = await ethers.deployContract("TestImplementation", [named(name), 2n, true]);
      const upgrade = await queued(town, {
        type: PROPOSAL.UPGRADE,
        actions: [await call(contract, "upgradeAndCall", [proxy.target, fresh.target, "0x"])],
      });
      await toDue(town, upgrade);
      const run = town.manager.executeProposal(upgrade.id, upgrade.actions);
      if (outcome === "runs") await run;
      else await expect(run).to.be.revertedWithCustomError(town.execution, "ExecutionModuleSelfCheckFailed");
    }
  });

  it("takes in no proxy of another owner, no nameless one, and nothing that is no proxy", async () => {
    const town = await loadFixture(withTarget);
    const self = town.execution.connect(await acting(town.execution));
    const code = await ethers.deployContract("TestImplementation", [named("Treasury"), 1n, true]);
    const nameless = await ethers.deployContract("TestImplementation", [ethers.ZeroHash, 1n, true]);
    const proxyOf = (code_, owner, first = INIT) =>
      ethers.deployContract("TransparentUpgradeableProxy", [code_, owner, first]);
    const unfit = [
      await proxyOf(code, town.stranger),
      await proxyOf(nameless, town.execution),
      await proxyOf(await ethers.deployContract("TestToken"), town.execution, ethers.id("supply()").slice(0, 10)),
      code,
      town.stranger,
    ];
    for (const proxy of unfit) {
      const address = proxy.target ?? proxy.address;
      await expect(self.registerProxy(address))
        .to.be.revertedWithCustomError(self, "ExecutionModuleProxyUnfit")
        .withArgs(address);
    }
  });

  it("the timelock's own check finds a registry that names others", async () => {
    const town = await loadFixture(withTarget);
    await town.execution.selfCheck();
    const neighbours = ["core", "manager", "engine", "roles"].map((name) => town[name].target);
    const make = async (args) => {
      const data = town.execution.interface.encodeFunctionData("initialize", [...args, [], []]);
      const proxy = await ethers.deployContract("TransparentUpgradeableProxy", [
        town.code.executionModule,
        town.stranger,
        data,
      ]);
      return ethers.getContractAt("ExecutionModule", proxy.target);
    };
    await expect((await make(neighbours)).selfCheck())
      .to.be.revertedWithCustomError(town.execution, "ExecutionModuleBroken")
      .withArgs(named("ExecutionModule"));
    // A core that names the module, whose own memory of one neighbour differs.
    for (const [i, name] of ["ProposalManager", "VotingEngine", "RoleManager"].entries()) {
      const changed = neighbours.map((address, n) => (n === i + 1 ? town.stranger.address : address));
      const module = await make(changed);
      const registry = {
        proposalManager: town.manager.target,
        votingEngine: town.engine.target,
        roleManager: town.roles.target,
        executionModule: module.target,
        strategyFactory: town.factory.target,
        civicToken: ethers.ZeroAddress,
      };
      const core = await ethers.getContractAt("GovernanceCore", await coreOf(town, registry));
      const slot = coreSlot();
      await ethers.provider.send("hardhat_setStorageAt", [module.target, slot, ethers.zeroPadValue(core.target, 32)]);
      await expect(module.selfCheck())
        .to.be.revertedWithCustomError(module, "ExecutionModuleBroken")
        .withArgs(named(name));
    }
  });

  /** A core with this registry. */
  async function coreOf(town, registry) {
    const terms = { counting: 0, types: 63, threshold: 0, token: ethers.ZeroAddress, credits: 0, periodLength: 0 };
    const data = town.core.interface.encodeFunctionData("initialize", [PARAMS, registry, [terms]]);
    const made = await ethers.deployContract("TransparentUpgradeableProxy", [
      town.code.governanceCore,
      town.stranger,
      data,
    ]);
    return made.target;
  }
  /** Where the module keeps the core: the first slot of its namespace. */
  function coreSlot() {
    const id = BigInt(ethers.id("civicportal.storage.ExecutionModule")) - 1n;
    return ethers.toBeHex(BigInt(ethers.keccak256(ethers.toBeHex(id, 32))) & ~0xffn, 32);
  }

  it("belongs to a contract that answers for its interface", async () => {
    const town = await loadFixture(withTarget);
    expect(await town.execution.supportsInterface(await interfaceId("IExecutionModule"))).to.equal(true);
  });
});
