import { expect } from "chai";

import { abi, actionsHash, adopted, call, draft, metadata, opened, queued, toDue } from "./support/acts.js";
import {
  acting,
  DAY,
  deployed,
  ethers,
  FOREVER,
  loadFixture,
  PARAMS,
  person,
  PROPOSAL,
  role,
  STATE,
  time,
} from "./support/deployment.js";

const now = async () => BigInt(await time.latest());

describe("ExecutionModule: bounds of each type", () => {
  async function allowed(town) {
    const admin = await ethers.getContractAt("ProxyAdmin", await town.execution.proxyAdminOf(town.engine));
    const a = town.stranger.address;
    return {
      [PROPOSAL.PARAMETER]: [
        await call(town.core, "updateGovernanceParams", [PARAMS]),
        await call(town.core, "registerStrategy", [a]),
      ],
      [PROPOSAL.ROLE]: [
        await call(town.roles, "grantRole", [role("CITIZEN"), a]),
        await call(town.roles, "revokeRole", [role("CITIZEN"), a]),
        await call(town.roles, "grantTemporaryRole", [role("CITIZEN"), a, FOREVER]),
        await call(town.roles, "grantRoles", [role("CITIZEN"), [a], FOREVER]),
        await call(town.roles, "revokeRoles", [role("CITIZEN"), [a]]),
        await call(town.roles, "identifyOfficer", [a, person("p")]),
      ],
      [PROPOSAL.UPGRADE]: [await call(admin, "upgradeAndCall", [await town.engine.getAddress(), a, "0x"])],
      [PROPOSAL.EMERGENCY]: [
        await call(town.core, "unpause", []),
        await call(town.roles, "revokeRole", [role("GUARDIAN"), a]),
      ],
    };
  }

  it("each type calls its own contracts' functions and those of no other type", async () => {
    const town = await loadFixture(deployed);
    const lists = await allowed(town);
    for (const type of Object.keys(lists).map(Number)) {
      for (const [other, actions] of Object.entries(lists)) {
        for (const action of actions) {
          const check = town.execution.checkActions(type, [action]);
          const emergencyIsRole = type === PROPOSAL.ROLE && action === lists[PROPOSAL.EMERGENCY][1];
          if (Number(other) === type || emergencyIsRole) await check;
          else {
            await expect(check)
              .to.be.revertedWithCustomError(town.execution, "ExecutionModuleTargetNotAllowed")
              .withArgs(type, 0n);
          }
        }
      }
    }
  });

  it("POLICY and BUDGET call nothing; the others 1 to 16 times", async () => {
    const town = await loadFixture(deployed);
    const lists = await allowed(town);
    const [one] = lists[PROPOSAL.PARAMETER];
    for (const type of [PROPOSAL.POLICY, PROPOSAL.BUDGET]) {
      await town.execution.checkActions(type, []);
      await expect(town.execution.checkActions(type, [one]))
        .to.be.revertedWithCustomError(town.execution, "ExecutionModuleActionCount")
        .withArgs(type, 1n);
    }
    for (const type of Object.keys(lists).map(Number)) {
      await expect(town.execution.checkActions(type, []))
        .to.be.revertedWithCustomError(town.execution, "ExecutionModuleActionCount")
        .withArgs(type, 0n);
    }
    await town.execution.checkActions(PROPOSAL.PARAMETER, Array(16).fill(one));
    await expect(town.execution.checkActions(PROPOSAL.PARAMETER, Array(17).fill(one)))
      .to.be.revertedWithCustomError(town.execution, "ExecutionModuleActionCount")
      .withArgs(PROPOSAL.PARAMETER, 17n);
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
      [PROPOSAL.PARAMETER, await call(town.core, "pause", [])],
      [PROPOSAL.PARAMETER, unpause],
      [PROPOSAL.ROLE, await call(town.roles, "expire", [role("CITIZEN"), town.stranger.address])],
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
      [PROPOSAL.EMERGENCY, await call(town.core, "pause", [])],
      [PROPOSAL.EMERGENCY, { ...revoke, data: `${revoke.data}00` }],
      [PROPOSAL.EMERGENCY, { ...revoke, target: town.stranger.address }],
      [PROPOSAL.EMERGENCY, await call(town.roles, "revokeRole", [role("ADMINISTRATOR"), town.stranger.address])],
      [PROPOSAL.EMERGENCY, await call(town.roles, "grantRole", [role("GUARDIAN"), town.stranger.address])],
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
      await expect(execution.queueTransaction(1n, 0, ethers.ZeroHash))
        .to.be.revertedWithCustomError(execution, "ExecutionModuleUnauthorized")
        .withArgs(signer.address);
      await expect(execution.executeTransaction(1n, 0, []))
        .to.be.revertedWithCustomError(execution, "ExecutionModuleUnauthorized")
        .withArgs(signer.address);
    }
  });

  it("keeps its own books: once queued, once executed, of one type, without value", async () => {
    const town = await loadFixture(deployed);
    const proposal = await queued(town);
    const { id } = proposal;
    const execution = town.execution.connect(await acting(town.manager));
    await expect(execution.queueTransaction(id, 0, ethers.ZeroHash))
      .to.be.revertedWithCustomError(execution, "ExecutionModuleAlreadyQueued")
      .withArgs(id);
    await expect(execution.executeTransaction(99n, 0, []))
      .to.be.revertedWithCustomError(execution, "ExecutionModuleNotQueued")
      .withArgs(99n);
    await expect(execution.executeTransaction(id, PROPOSAL.BUDGET, []))
      .to.be.revertedWithCustomError(execution, "ExecutionModuleNotQueued")
      .withArgs(id);
    await toDue(town, proposal);
    await expect(town.manager.executeProposal(id, [], { value: 1n }))
      .to.be.revertedWithCustomError(execution, "ExecutionModuleValueNotTaken")
      .withArgs(1n);
    await town.manager.executeProposal(id, []);
    await expect(execution.executeTransaction(id, 0, []))
      .to.be.revertedWithCustomError(execution, "ExecutionModuleAlreadyExecuted")
      .withArgs(id);
    await expect(execution.cancelTransaction(id))
      .to.be.revertedWithCustomError(execution, "ExecutionModuleAlreadyExecuted")
      .withArgs(id);
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
      .withArgs(id, actionsHash([]));
    await expect(town.execution.cancelTransaction(id))
      .to.be.revertedWithCustomError(town.execution, "ExecutionModuleAlreadyCancelled")
      .withArgs(id);
  });

  it("runs all actions or none", async () => {
    const town = await loadFixture(deployed);
    const actions = [
      await call(town.core, "updateGovernanceParams", [{ ...PARAMS, endorsements: 77n }]),
      await call(town.core, "registerStrategy", [await town.onePerson.getAddress()]),
    ];
    const proposal = await queued(town, { type: PROPOSAL.PARAMETER, actions });
    await toDue(town, proposal);
    await expect(town.manager.executeProposal(proposal.id, actions)).to.be.revertedWithCustomError(
      town.core,
      "GovernanceCoreStrategyKnown",
    );
    expect(await town.core.endorsements()).to.equal(2n);
    expect(await town.manager.state(proposal.id)).to.equal(STATE.QUEUED);
  });

  it("waits with an UPGRADE for the longest open vote", async () => {
    const town = await loadFixture(deployed);
    const core = town.core.connect(await acting(town.execution));
    const admin = await ethers.getContractAt("ProxyAdmin", await town.execution.proxyAdminOf(town.engine));
    const code = await ethers.deployContract("VotingEngine");
    const actions = [
      await call(admin, "upgradeAndCall", [await town.engine.getAddress(), await code.getAddress(), "0x"]),
    ];
    const upgrade = await adopted(town, { type: PROPOSAL.UPGRADE, actions });
    expect(await town.engine.longestOpenPeriod()).to.equal(0n);
    await opened(town);
    expect(await town.engine.longestOpenPeriod()).to.equal(3n * DAY);
    // A longer one beside it counts, a shorter one after that does not.
    await core.updateGovernanceParams({ ...PARAMS, votingPeriod: 10n * DAY });
    await opened(town);
    await core.updateGovernanceParams({ ...PARAMS, votingPeriod: DAY });
    await opened(town);
    expect(await town.engine.longestOpenPeriod()).to.equal(10n * DAY);
    await town.manager.queueProposal(upgrade.id, actions);
    expect((await town.execution.schedule(upgrade.id)).executionTime).to.equal((await now()) + 10n * DAY);
    // Once all are over, a new one is measured by itself.
    await time.increase(11n * DAY);
    expect(await town.engine.longestOpenPeriod()).to.equal(0n);
    await opened(town);
    expect(await town.engine.longestOpenPeriod()).to.equal(DAY);
    await town.manager.executeProposal(upgrade.id, actions);
  });

  it("lets no carried-out proposal carry out another", async () => {
    const town = await loadFixture(deployed);
    const other = await queued(town);
    const code = await ethers.deployContract("TestReentry");
    const admin = await ethers.getContractAt("ProxyAdmin", await town.execution.proxyAdminOf(town.execution));
    const inner = code.interface.encodeFunctionData("executeAnother", [await town.manager.getAddress(), other.id]);
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
      await expect(execution.initialize(a, a, a, a, [])).to.be.revertedWithCustomError(
        execution,
        "InvalidInitialization",
      );
    }
    expect((await draft(town)).id).to.equal(1n);
  });
});
