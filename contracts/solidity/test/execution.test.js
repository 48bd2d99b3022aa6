import { expect } from "chai";

import { abi, actionsHash, call, change, draft, executed, harmless, metadata, queued, toDue } from "./support/acts.js";
import {
  acting,
  DAY,
  deployed,
  ethers,
  FOREVER,
  keyOf,
  loadFixture,
  PROPOSAL,
  REASON,
  role,
  STATE,
  time,
} from "./support/deployment.js";

const now = async () => BigInt(await time.latest());

describe("ExecutionModule: bounds of each type", () => {
  async function allowed(town) {
    const admin = await ethers.getContractAt("ProxyAdmin", await town.execution.proxyAdminOf(town.engine));
    const a = town.stranger.address;
    const key = keyOf(a);
    const roles = (method, ...args) => call(town.roles, method, args);
    const terms = { counting: 0, types: 3, threshold: 0, token: ethers.ZeroAddress, credits: 0, periodLength: 0 };
    return {
      [PROPOSAL.PARAMETER]: [await change(town, "quorumPercentage", 30n)],
      [PROPOSAL.ROLE]: [
        await roles("grantRole", role("CITIZEN"), a, key),
        await roles("revokeRole", role("CITIZEN"), a, REASON),
        await roles("grantTemporaryRole", role("CITIZEN"), a, key, FOREVER),
        await roles("grantRoles", role("CITIZEN"), [a], [key], FOREVER),
        await roles("revokeRoles", role("CITIZEN"), [a], REASON),
        await roles("correctPerson", a, key),
        await roles("moveCitizen", a, town.stranger2.address),
      ],
      [PROPOSAL.UPGRADE]: [
        await call(admin, "upgradeAndCall", [await town.engine.getAddress(), a, "0x"]),
        await call(town.core, "registerStrategy", [terms]),
        await call(town.core, "retireStrategy", [a]),
        await call(town.execution, "setTarget", [PROPOSAL.BUDGET, a, "0x12345678", true]),
        await call(town.execution, "registerProxy", [a]),
      ],
      [PROPOSAL.EMERGENCY]: [
        await call(town.core, "unpause", [0n]),
        await roles("revokeRole", role("GUARDIAN"), a, REASON),
        await roles("grantRole", role("GUARDIAN"), a, key),
      ],
    };
  }

  it("each type calls its own contracts' functions and those of no other type", async () => {
    const town = await loadFixture(deployed);
    const lists = await allowed(town);
    for (const type of Object.keys(lists).map(Number)) {
      for (const [other, actions] of Object.entries(lists)) {
        for (const action of actions) {
          const selector = ethers.dataSlice(action.data, 0, 4);
          const check = town.execution.checkActions(type, [action]);
          const emergencyIsRole = type === PROPOSAL.ROLE && lists[PROPOSAL.EMERGENCY].indexOf(action) > 0;
          if (Number(other) === type || emergencyIsRole) {
            await check;
            expect(await town.execution.isAllowed(type, action.target, selector)).to.equal(true);
          } else {
            await expect(check)
              .to.be.revertedWithCustomError(town.execution, "ExecutionModuleTargetNotAllowed")
              .withArgs(type, 0n);
          }
        }
      }
    }
  });

  it("POLICY calls nothing, BUDGET needs no call, the others take 1 to 16", async () => {
    const town = await loadFixture(deployed);
    const lists = await allowed(town);
    const [one] = lists[PROPOSAL.PARAMETER];
    const refused = (type, actions) =>
      expect(town.execution.checkActions(type, actions))
        .to.be.revertedWithCustomError(town.execution, "ExecutionModuleActionCount")
        .withArgs(type, BigInt(actions.length));
    for (const type of [PROPOSAL.POLICY, PROPOSAL.BUDGET]) await town.execution.checkActions(type, []);
    await refused(PROPOSAL.POLICY, [one]);
    await expect(town.execution.checkActions(PROPOSAL.BUDGET, [one])).to.be.revertedWithCustomError(
      town.execution,
      "ExecutionModuleTargetNotAllowed",
    );
    await refused(PROPOSAL.BUDGET, Array(17).fill(one));
    for (const type of Object.keys(lists).map(Number)) await refused(type, []);
    await town.execution.checkActions(PROPOSAL.PARAMETER, Array(16).fill(one));
    await refused(PROPOSAL.PARAMETER, Array(17).fill(one));
  });

  it("no value, no empty call, no other function, no other target, no longer EMERGENCY call", async () => {
    const town = await loadFixture(deployed);
    const lists = await allowed(town);
    const [parameter] = lists[PROPOSAL.PARAMETER];
    const [unpause, revoke] = lists[PROPOSAL.EMERGENCY];
    const [upgrade] = lists[PROPOSAL.UPGRADE];
    const otherAdmin = await town.execution.proxyAdminOf(town.core);
    const foreign = await call(await ethers.getContractAt("ProxyAdmin", upgrade.target), "upgradeAndCall", [
      town.stranger.address,
      town.stranger.address,
      "0x",
    ]);
    const wrong = [
      [PROPOSAL.PARAMETER, { ...parameter, value: 1n }],
      [PROPOSAL.PARAMETER, { ...parameter, data: "0x" }],
      [PROPOSAL.PARAMETER, { ...parameter, data: "0x112233" }],
      [PROPOSAL.PARAMETER, { ...parameter, target: town.stranger.address }],
      [PROPOSAL.PARAMETER, await call(town.core, "pause", [REASON])],
      [PROPOSAL.PARAMETER, unpause],
      [PROPOSAL.ROLE, await call(town.roles, "expire", [role("CITIZEN"), town.stranger.address])],
      [PROPOSAL.ROLE, await call(town.roles, "approveRequest", [REASON])],
      [PROPOSAL.ROLE, { ...lists[PROPOSAL.ROLE][0], target: await town.core.getAddress() }],
      [PROPOSAL.UPGRADE, { ...upgrade, target: otherAdmin }],
      [PROPOSAL.UPGRADE, { ...upgrade, data: ethers.dataSlice(upgrade.data, 0, 20) }],
      [PROPOSAL.UPGRADE, foreign],
      [PROPOSAL.UPGRADE, { ...foreign, target: ethers.ZeroAddress }],
      [
        PROPOSAL.UPGRADE,
        await call(await ethers.getContractAt("ProxyAdmin", upgrade.target), "transferOwnership", [
          town.stranger.address,
        ]),
      ],
      [PROPOSAL.EMERGENCY, { ...unpause, data: `${unpause.data}00` }],
      [PROPOSAL.EMERGENCY, await call(town.core, "pause", [REASON])],
      [PROPOSAL.EMERGENCY, { ...revoke, data: `${revoke.data}00` }],
      [PROPOSAL.EMERGENCY, { ...revoke, target: town.stranger.address }],
      [PROPOSAL.EMERGENCY, await call(town.core, "unpause", [1n])],
      [PROPOSAL.EMERGENCY, await call(town.roles, "revokeRoles", [role("GUARDIAN"), [town.stranger.address], REASON])],
      ...(await Promise.all(
        ["ADMINISTRATOR", "CITIZEN", "DELEGATE", "AUDITOR"].flatMap((name) =>
          ["revokeRole", "grantRole"].map(async (method) => [
            PROPOSAL.EMERGENCY,
            await call(town.roles, method, [role(name), town.stranger.address, REASON]),
          ]),
        ),
      )),
    ];
    for (const [type, action] of wrong) {
      await expect(town.execution.checkActions(type, [action])).to.be.revertedWithCustomError(
        town.execution,
        "ExecutionModuleTargetNotAllowed",
      );
    }
    const strategy = await town.onePerson.getAddress();
    await expect(
      town.manager
        .connect(town.citizens[0])
        .createProposal(PROPOSAL.EMERGENCY, [unpause, parameter], metadata("x"), strategy),
    )
      .to.be.revertedWithCustomError(town.execution, "ExecutionModuleTargetNotAllowed")
      .withArgs(PROPOSAL.EMERGENCY, 1n);
  });
});

describe("ExecutionModule: the timelock", () => {
  it("takes whole proposals, from the ProposalManager only", async () => {
    const town = await loadFixture(deployed);
    for (const signer of [town.deployer, town.admins[0], await acting(town.core), await acting(town.execution)]) {
      const execution = town.execution.connect(signer);
      await expect(execution.queueTransaction(1n, 0, ethers.ZeroHash, DAY, DAY))
        .to.be.revertedWithCustomError(execution, "ExecutionModuleUnauthorized")
        .withArgs(signer.address);
      await expect(execution.executeTransaction(1n, 0, []))
        .to.be.revertedWithCustomError(execution, "ExecutionModuleUnauthorized")
        .withArgs(signer.address);
    }
  });

  it("keeps its own books: once queued, once executed, of one type", async () => {
    const town = await loadFixture(deployed);
    const proposal = await queued(town);
    const { id } = proposal;
    const execution = town.execution.connect(await acting(town.manager));
    await expect(execution.queueTransaction(id, 0, ethers.ZeroHash, DAY, DAY))
      .to.be.revertedWithCustomError(execution, "ExecutionModuleAlreadyQueued")
      .withArgs(id);
    await expect(execution.executeTransaction(99n, 0, []))
      .to.be.revertedWithCustomError(execution, "ExecutionModuleNotQueued")
      .withArgs(99n);
    await expect(execution.executeTransaction(id, PROPOSAL.BUDGET, []))
      .to.be.revertedWithCustomError(execution, "ExecutionModuleNotQueued")
      .withArgs(id);
    await toDue(town, proposal);
    await town.manager.executeProposal(id, proposal.actions);
    await expect(execution.executeTransaction(id, PROPOSAL.PARAMETER, []))
      .to.be.revertedWithCustomError(execution, "ExecutionModuleAlreadyExecuted")
      .withArgs(id);
    await expect(execution.cancelTransaction(id))
      .to.be.revertedWithCustomError(execution, "ExecutionModuleAlreadyExecuted")
      .withArgs(id);
  });

  it("runs nothing before its time and nothing after it, whatever the ProposalManager says", async () => {
    const town = await loadFixture(deployed);
    const { actions } = await harmless(town);
    const execution = town.execution.connect(await acting(town.manager));
    const run = () => execution.executeTransaction(50n, PROPOSAL.PARAMETER, actions);
    await execution.queueTransaction(50n, PROPOSAL.PARAMETER, ethers.ZeroHash, DAY, DAY);
    const { executionTime, expiresAt } = await town.execution.schedule(50n);
    await time.increaseTo(executionTime - 2n);
    await expect(run())
      .to.be.revertedWithCustomError(execution, "ExecutionModuleTooEarly")
      .withArgs(50n, executionTime);
    await time.increaseTo(expiresAt - 1n);
    await expect(run()).to.be.revertedWithCustomError(execution, "ExecutionModuleExpired").withArgs(50n, expiresAt);
  });

  it("clears an expired transaction for anyone, once, and no other", async () => {
    const town = await loadFixture(deployed);
    const proposal = await queued(town);
    const { id } = proposal;
    const { expiresAt } = await town.execution.schedule(id);
    await expect(town.execution.cancelTransaction(id))
      .to.be.revertedWithCustomError(town.execution, "ExecutionModuleNotExpired")
      .withArgs(id, expiresAt);
    await expect(town.execution.cancelTransaction(99n))
      .to.be.revertedWithCustomError(town.execution, "ExecutionModuleNotQueued")
      .withArgs(99n);
    expect(await town.execution.schedule(99n)).to.deep.equal([0n, 0n]);
    await time.increaseTo(expiresAt);
    await expect(town.execution.connect(town.stranger).cancelTransaction(id))
      .to.emit(town.execution, "TransactionCancelled")
      .withArgs(id, actionsHash(proposal.actions));
    await expect(town.execution.cancelTransaction(id))
      .to.be.revertedWithCustomError(town.execution, "ExecutionModuleAlreadyCancelled")
      .withArgs(id);
  });

  it("runs all actions or none", async () => {
    const town = await loadFixture(deployed);
    const actions = [await change(town, "quorumPercentage", 40n), await change(town, "votingPeriod", 4n * DAY, DAY)];
    const proposal = await queued(town, { type: PROPOSAL.PARAMETER, actions });
    await toDue(town, proposal);
    await expect(town.manager.executeProposal(proposal.id, actions)).to.be.revertedWithCustomError(
      town.core,
      "GovernanceCoreParamChanged",
    );
    expect(await town.core.quorumPercentage()).to.equal(25n);
    expect(await town.manager.state(proposal.id)).to.equal(STATE.QUEUED);
  });

  it("takes delay and grace as they were sealed, and asks the parameters for neither", async () => {
    const town = await loadFixture(deployed);
    const execution = town.execution.connect(await acting(town.manager));
    await execution.queueTransaction(50n, PROPOSAL.PARAMETER, ethers.ZeroHash, 7n, 9n);
    const at = await now();
    expect(await town.execution.schedule(50n)).to.deep.equal([at + 7n, at + 16n]);
  });

  it("lets no carried-out proposal carry out another", async () => {
    const town = await loadFixture(deployed);
    const other = await queued(town);
    const code = await ethers.deployContract("TestReentry");
    const admin = await ethers.getContractAt("ProxyAdmin", await town.execution.proxyAdminOf(town.execution));
    const inner = code.interface.encodeFunctionData("executeAnother", [
      await town.manager.getAddress(),
      other.id,
      other.actions,
    ]);
    const actions = [
      await call(admin, "upgradeAndCall", [await town.execution.getAddress(), await code.getAddress(), inner]),
    ];
    const proposal = await queued(town, { type: PROPOSAL.UPGRADE, actions });
    await toDue(town, proposal);
    await expect(town.manager.executeProposal(proposal.id, actions)).to.be.revertedWithCustomError(
      code,
      "ReentrancyGuardReentrantCall",
    );
  });

  it("owns the ProxyAdmin of every proxy, its own too, and knows no other", async () => {
    const town = await loadFixture(deployed);
    const slot = "0xb53127684a568b3173ae13b9f8a6016e243e63b6e8ee1178d6a717850b5d6103";
    for (const proxy of [town.core, town.manager, town.engine, town.roles, town.execution, town.token]) {
      const admin = await town.execution.proxyAdminOf(proxy);
      const stored = await ethers.provider.getStorage(await proxy.getAddress(), slot);
      expect(admin).to.equal(abi.decode(["address"], stored)[0]);
      const contract = await ethers.getContractAt("ProxyAdmin", admin);
      expect(await contract.owner()).to.equal(await town.execution.getAddress());
      await expect(
        contract.connect(town.deployer).upgradeAndCall(await proxy.getAddress(), town.code.roleManager, "0x"),
      ).to.be.revertedWithCustomError(contract, "OwnableUnauthorizedAccount");
    }
    expect(await town.execution.proxyAdminOf(town.stranger)).to.equal(ethers.ZeroAddress);
    const bare = await ethers.getContractAt("ExecutionModule", town.code.executionModule);
    const a = town.stranger.address;
    for (const execution of [town.execution, bare]) {
      await expect(execution.initialize(a, a, a, a, [], [])).to.be.revertedWithCustomError(
        execution,
        "InvalidInitialization",
      );
    }
    expect((await draft(town)).id).to.equal(1n);
  });
});
