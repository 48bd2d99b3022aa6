import { expect } from "chai";

import { abi, both, call, executed, queued, toDue } from "./support/acts.js";
import {
  acting,
  DAY,
  deployed,
  ethers,
  FOREVER,
  loadFixture,
  person,
  PROPOSAL,
  role,
  time,
} from "./support/deployment.js";

const CITIZEN = role("CITIZEN");
const DELEGATE = role("DELEGATE");
const ADMINISTRATOR = role("ADMINISTRATOR");
const AUDITOR = role("AUDITOR");
const GUARDIAN = role("GUARDIAN");

const requestId = (roleId, accounts, until, grant) =>
  ethers.keccak256(abi.encode(["bytes32", "address[]", "uint48", "bool"], [roleId, accounts, until, grant]));
const now = async () => BigInt(await time.latest());

async function byProposal(town) {
  return town.roles.connect(await acting(town.execution));
}

describe("RoleManager: two administrators", () => {
  it("one asks, the identical call of another carries it out", async () => {
    const town = await loadFixture(deployed);
    const [first, second] = town.admins;
    const account = town.stranger.address;
    const id = requestId(DELEGATE, [account], FOREVER, true);
    await expect(town.roles.connect(first).grantRole(DELEGATE, account))
      .to.emit(town.roles, "RoleChangeRequested")
      .withArgs(id, DELEGATE, first.address, [account], FOREVER, true);
    expect(await town.roles.hasRole(DELEGATE, account)).to.equal(false);
    await expect(town.roles.connect(first).grantRole(DELEGATE, account))
      .to.be.revertedWithCustomError(town.roles, "RoleManagerSecondPersonNeeded")
      .withArgs(id);
    // A batch of one without an end is the identical call.
    await expect(town.roles.connect(second).grantRoles(DELEGATE, [account], FOREVER))
      .to.emit(town.roles, "RoleGranted")
      .withArgs(DELEGATE, account, second.address, 0n, FOREVER);
    expect(await town.roles.hasRole(DELEGATE, account)).to.equal(true);
    // Carried out, the request is used up.
    await expect(town.roles.connect(first).revokeRole(DELEGATE, account))
      .to.emit(town.roles, "RoleChangeRequested")
      .withArgs(requestId(DELEGATE, [account], 0n, false), DELEGATE, first.address, [account], 0n, false);
    await expect(town.roles.connect(second).revokeRole(DELEGATE, account))
      .to.emit(town.roles, "RoleRevoked")
      .withArgs(DELEGATE, account, second.address, FOREVER);
    expect(await town.roles.hasRole(DELEGATE, account)).to.equal(false);
  });

  it("two addresses of one person are one", async () => {
    const town = await loadFixture(deployed);
    await town.roles.connect(town.admins[0]).identifyOfficer(town.stranger.address, person("admin 0"));
    await both(town, "grantRole", ADMINISTRATOR, town.stranger.address);
    expect(await town.roles.officerCount(ADMINISTRATOR)).to.equal(3n);
    await town.roles.connect(town.admins[0]).grantRole(CITIZEN, town.stranger2.address);
    await expect(
      town.roles.connect(town.stranger).grantRole(CITIZEN, town.stranger2.address),
    ).to.be.revertedWithCustomError(town.roles, "RoleManagerSecondPersonNeeded");
  });

  it("a different end, role, account or direction is another request", async () => {
    const town = await loadFixture(deployed);
    const [first, second] = town.admins;
    const until = (await now()) + DAY;
    const a = town.stranger.address;
    const b = town.stranger2.address;
    await town.roles.connect(first).grantTemporaryRole(CITIZEN, a, until);
    for (const args of [
      [CITIZEN, [a], until + 1n],
      [DELEGATE, [a], until],
      [CITIZEN, [b], until],
      [CITIZEN, [a, b], until],
    ]) {
      await expect(town.roles.connect(second).grantRoles(...args)).to.emit(town.roles, "RoleChangeRequested");
    }
    await expect(town.roles.connect(second).grantTemporaryRole(CITIZEN, a, until)).to.emit(town.roles, "RoleGranted");
  });

  it("a request lapses after 7 days, and with its administrator's role", async () => {
    const town = await loadFixture(deployed);
    const [first, second, third] = town.admins;
    await town.roles.connect(first).grantRole(CITIZEN, town.stranger.address);
    await time.increase(7n * DAY);
    await expect(town.roles.connect(second).grantRole(CITIZEN, town.stranger.address)).to.emit(
      town.roles,
      "RoleChangeRequested",
    );
    await town.roles.connect(first).revokeRole(ADMINISTRATOR, second.address);
    await town.roles.connect(third).revokeRole(ADMINISTRATOR, second.address);
    await expect(town.roles.connect(first).grantRole(CITIZEN, town.stranger.address)).to.emit(
      town.roles,
      "RoleChangeRequested",
    );
    await expect(town.roles.connect(third).grantRole(CITIZEN, town.stranger.address)).to.emit(
      town.roles,
      "RoleGranted",
    );
  });

  it("nobody else asks for anything", async () => {
    const town = await loadFixture(deployed);
    for (const signer of [town.deployer, town.guardians[0], town.citizens[0], town.relayer]) {
      const roles = town.roles.connect(signer);
      for (const [method, args] of [
        ["grantRole", [CITIZEN, town.stranger.address]],
        ["revokeRole", [CITIZEN, town.citizens[1].address]],
        ["grantTemporaryRole", [CITIZEN, town.stranger.address, FOREVER - 1n]],
        ["grantRoles", [CITIZEN, [town.stranger.address], FOREVER]],
        ["revokeRoles", [CITIZEN, [town.citizens[1].address]]],
        ["identifyOfficer", [town.stranger.address, person("x")]],
      ]) {
        await expect(roles[method](...args))
          .to.be.revertedWithCustomError(roles, "RoleManagerUnauthorized")
          .withArgs(signer.address);
      }
    }
  });

  it("an executed ROLE proposal does it alone", async () => {
    const town = await loadFixture(deployed);
    const actions = [
      await call(town.roles, "identifyOfficer", [town.stranger.address, person("auditor")]),
      await call(town.roles, "grantRole", [AUDITOR, town.stranger.address]),
      await call(town.roles, "grantTemporaryRole", [DELEGATE, town.stranger.address, FOREVER - 1n]),
      await call(town.roles, "grantRoles", [CITIZEN, [town.stranger.address], FOREVER]),
      await call(town.roles, "revokeRole", [CITIZEN, town.citizens[7].address]),
      await call(town.roles, "revokeRoles", [CITIZEN, [town.citizens[6].address]]),
    ];
    const proposal = await queued(town, { type: PROPOSAL.ROLE, actions });
    await toDue(town, proposal);
    await expect(town.manager.executeProposal(proposal.id, actions))
      .to.emit(town.roles, "RoleGranted")
      .withArgs(AUDITOR, town.stranger.address, await town.execution.getAddress(), 0n, FOREVER);
    expect(await town.roles.hasRole(AUDITOR, town.stranger)).to.equal(true);
    expect(await town.roles.officerCount(AUDITOR)).to.equal(1n);
    expect(await town.roles.hasRole(CITIZEN, town.stranger)).to.equal(true);
    expect(await town.roles.hasRole(CITIZEN, town.citizens[7])).to.equal(false);
  });

  it("an EMERGENCY proposal revokes a guardian while two persons remain", async () => {
    const town = await loadFixture(deployed);
    const actions = [await call(town.roles, "revokeRole", [GUARDIAN, town.guardians[0].address])];
    const proposal = await queued(town, { type: PROPOSAL.EMERGENCY, actions });
    await toDue(town, proposal);
    await expect(town.manager.executeProposal(proposal.id, actions))
      .to.be.revertedWithCustomError(town.roles, "RoleManagerTooFewPersons")
      .withArgs(GUARDIAN, 1n);
    await town.roles.connect(town.admins[0]).identifyOfficer(town.stranger.address, person("guardian 2"));
    await both(town, "grantRole", GUARDIAN, town.stranger.address);
    await town.manager.executeProposal(proposal.id, actions);
    expect(await town.roles.hasRole(GUARDIAN, town.guardians[0])).to.equal(false);
  });
});

describe("RoleManager: what is refused before anybody signs twice", () => {
  it("unknown roles, empty and long batches, the zero account, a past end, an unheld role", async () => {
    const town = await loadFixture(deployed);
    const roles = town.roles.connect(town.admins[0]);
    const a = town.stranger.address;
    const many = Array.from({ length: 101 }, (_, i) => ethers.toBeHex(i + 1, 20));
    const time_ = await now();
    const cases = [
      ["grantRole", [role("KING"), a], "RoleManagerUnknownRole", [role("KING")]],
      ["grantRoles", [CITIZEN, [], FOREVER], "RoleManagerBatchSize", [0n]],
      ["grantRoles", [CITIZEN, many, FOREVER], "RoleManagerBatchSize", [101n]],
      ["revokeRoles", [CITIZEN, []], "RoleManagerBatchSize", [0n]],
      ["grantRole", [CITIZEN, ethers.ZeroAddress], "RoleManagerZeroAccount", []],
      ["grantTemporaryRole", [CITIZEN, a, time_], "RoleManagerUntilPassed", [time_]],
      ["grantTemporaryRole", [CITIZEN, a, 0n], "RoleManagerUntilPassed", [0n]],
      ["revokeRole", [CITIZEN, a], "RoleManagerRoleNotHeld", [CITIZEN, a]],
      ["revokeRole", [DELEGATE, a], "RoleManagerRoleNotHeld", [DELEGATE, a]],
      ["grantRole", [GUARDIAN, a], "RoleManagerPersonUnknown", [a]],
      ["grantRole", [AUDITOR, a], "RoleManagerPersonUnknown", [a]],
    ];
    for (const [method, args, error, details] of cases) {
      await expect(roles[method](...args))
        .to.be.revertedWithCustomError(roles, error)
        .withArgs(...details);
      await expect((await byProposal(town))[method](...args))
        .to.be.revertedWithCustomError(roles, error)
        .withArgs(...details);
    }
    expect(await roles.MAX_BATCH()).to.equal(100n);
  });

  it("one account twice in one revocation", async () => {
    const town = await loadFixture(deployed);
    const account = town.citizens[0].address;
    await expect((await byProposal(town)).revokeRoles(CITIZEN, [account, account]))
      .to.be.revertedWithCustomError(town.roles, "RoleManagerRoleNotHeld")
      .withArgs(CITIZEN, account);
  });

  it("persons are set once, by an administrator, to something", async () => {
    const town = await loadFixture(deployed);
    const roles = town.roles.connect(town.admins[0]);
    await expect(roles.identifyOfficer(town.stranger.address, person("p")))
      .to.emit(roles, "OfficerIdentified")
      .withArgs(town.stranger.address, person("p"), town.admins[0].address);
    await expect(roles.identifyOfficer(town.stranger.address, person("q")))
      .to.be.revertedWithCustomError(roles, "RoleManagerPersonKnown")
      .withArgs(town.stranger.address);
    await expect(roles.identifyOfficer(town.stranger2.address, ethers.ZeroHash)).to.be.revertedWithCustomError(
      roles,
      "RoleManagerZeroPerson",
    );
    await expect(roles.identifyOfficer(ethers.ZeroAddress, person("q"))).to.be.revertedWithCustomError(
      roles,
      "RoleManagerZeroAccount",
    );
  });
});

describe("RoleManager: time", () => {
  it("a temporary role ends by itself; anyone records it", async () => {
    const town = await loadFixture(deployed);
    const account = town.stranger.address;
    const until = (await now()) + DAY;
    for (const id of [CITIZEN, DELEGATE]) {
      await both(town, "grantTemporaryRole", id, account, until);
      expect(await town.roles.hasRole(id, account)).to.equal(true);
      expect(await town.roles.roleUntil(id, account)).to.equal(until);
      await expect(town.roles.connect(town.stranger2).expire(id, account))
        .to.be.revertedWithCustomError(town.roles, "RoleManagerNotExpired")
        .withArgs(id, account);
    }
    await time.increaseTo(until);
    for (const id of [CITIZEN, DELEGATE]) {
      expect(await town.roles.hasRole(id, account)).to.equal(false);
      await expect(town.roles.connect(town.stranger2).expire(id, account))
        .to.emit(town.roles, "RoleExpired")
        .withArgs(id, account, until);
      expect(await town.roles.roleUntil(id, account)).to.equal(0n);
      await expect(town.roles.expire(id, account))
        .to.be.revertedWithCustomError(town.roles, "RoleManagerRoleNotHeld")
        .withArgs(id, account);
    }
  });

  it("an officer's expiry empties the seat", async () => {
    const town = await loadFixture(deployed);
    const until = (await now()) + DAY;
    await town.roles.connect(town.admins[0]).identifyOfficer(town.stranger.address, person("deputy"));
    await both(town, "grantTemporaryRole", GUARDIAN, town.stranger.address, until);
    expect(await town.roles.officerCount(GUARDIAN)).to.equal(3n);
    await time.increaseTo(until);
    await town.roles.expire(GUARDIAN, town.stranger.address);
    expect(await town.roles.officerCount(GUARDIAN)).to.equal(2n);
    await both(town, "grantRole", GUARDIAN, town.stranger.address);
    expect(await town.roles.officerCount(GUARDIAN)).to.equal(3n);
  });

  it("a grant moves the end and says both; the same end again changes and says nothing", async () => {
    const town = await loadFixture(deployed);
    const until = (await now()) + DAY;
    const account = town.citizens[0].address;
    await expect(both(town, "grantTemporaryRole", CITIZEN, account, until))
      .to.emit(town.roles, "RoleGranted")
      .withArgs(CITIZEN, account, town.admins[1].address, FOREVER, until);
    await expect(both(town, "grantTemporaryRole", CITIZEN, account, until)).not.to.emit(town.roles, "RoleGranted");
    await expect(both(town, "grantRole", CITIZEN, account))
      .to.emit(town.roles, "RoleGranted")
      .withArgs(CITIZEN, account, town.admins[1].address, until, FOREVER);
  });

  it("a hundred delegating citizens can be revoked in one transaction", async () => {
    const town = await loadFixture(deployed);
    const accounts = Array.from({ length: 100 }, (_, i) => ethers.toBeHex(5000 + i, 20));
    await both(town, "grantRoles", CITIZEN, accounts, FOREVER);
    await both(town, "grantRole", DELEGATE, town.citizens[0].address);
    for (const account of accounts) {
      await town.engine.connect(await acting({ getAddress: () => account })).delegate(town.citizens[0].address);
    }
    const sent = await both(town, "revokeRoles", CITIZEN, accounts);
    expect((await sent.wait()).gasUsed).to.be.lessThan(2n ** 24n);
    expect(await town.engine.isCitizen(accounts[99])).to.equal(false);
    await executed(town);
  });
});
