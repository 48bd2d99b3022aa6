import { expect } from "chai";

import { both } from "./support/acts.js";
import {
  acting,
  DAY,
  deployed,
  ethers,
  FOREVER,
  loadFixture,
  person,
  role,
  setup,
  time,
} from "./support/deployment.js";

const CITIZEN = role("CITIZEN");
const DELEGATE = role("DELEGATE");
const ADMINISTRATOR = role("ADMINISTRATOR");
const AUDITOR = role("AUDITOR");
const GUARDIAN = role("GUARDIAN");
const now = async () => BigInt(await time.latest());

async function byProposal(town) {
  return town.roles.connect(await acting(town.execution));
}

describe("RoleManager: the first day", () => {
  it("seats officers, their persons and citizens, each with its event", async () => {
    const town = await loadFixture(deployed);
    const tx = town.deployment.deploymentTransaction();
    const by = await town.deployment.getAddress();
    const seats = [
      [ADMINISTRATOR, town.admins, "admin"],
      [GUARDIAN, town.guardians, "guardian"],
    ];
    for (const [id, officers, word] of seats) {
      expect(await town.roles.officerCount(id)).to.equal(BigInt(officers.length));
      for (const [i, officer] of officers.entries()) {
        expect(await town.roles.hasRole(id, officer)).to.equal(true);
        expect(await town.roles.roleUntil(id, officer)).to.equal(FOREVER);
        expect(await town.roles.personOf(officer)).to.equal(person(`${word} ${i}`));
        await expect(tx)
          .to.emit(town.roles, "OfficerIdentified")
          .withArgs(officer.address, person(`${word} ${i}`), by);
        await expect(tx).to.emit(town.roles, "RoleGranted").withArgs(id, officer.address, by, 0n, FOREVER);
      }
    }
    for (const citizen of town.citizens) {
      expect(await town.roles.hasRole(CITIZEN, citizen)).to.equal(true);
      await expect(tx).to.emit(town.roles, "RoleGranted").withArgs(CITIZEN, citizen.address, by, 0n, FOREVER);
    }
    for (const id of [CITIZEN, DELEGATE, ADMINISTRATOR, AUDITOR, GUARDIAN]) {
      expect(await town.roles.hasRole(id, town.deployer)).to.equal(false);
      expect(await town.roles.hasRole(id, by)).to.equal(false);
    }
    expect(await town.roles.officerCount(AUDITOR)).to.equal(0n);
  });

  it("can't be relived, nor by an implementation", async () => {
    const town = await loadFixture(deployed);
    const bare = await ethers.getContractAt("RoleManager", town.code.roleManager);
    for (const roles of [town.roles, bare]) {
      await expect(roles.initialize(town.stranger, town.stranger, [], [], [])).to.be.revertedWithCustomError(
        roles,
        "InvalidInitialization",
      );
    }
  });

  it("needs three persons as administrators and two as guardians, each identified", async () => {
    const town = await loadFixture(deployed);
    const good = setup(town);
    const same = (list) => list.map((seat) => ({ ...seat, personHash: list[0].personHash }));
    const wrong = [
      [{ administrators: good.administrators.slice(0, 2) }, "RoleManagerTooFewPersons", [ADMINISTRATOR, 2n]],
      [{ administrators: same(good.administrators) }, "RoleManagerTooFewPersons", [ADMINISTRATOR, 1n]],
      [{ guardians: same(good.guardians) }, "RoleManagerTooFewPersons", [GUARDIAN, 1n]],
      [{ guardians: [] }, "RoleManagerTooFewPersons", [GUARDIAN, 0n]],
      [
        { guardians: good.guardians.map((seat) => ({ ...seat, personHash: ethers.ZeroHash })) },
        "RoleManagerZeroPerson",
        [],
      ],
      [
        { guardians: good.guardians.map((seat) => ({ ...seat, account: good.administrators[0].account })) },
        "RoleManagerPersonKnown",
        [good.administrators[0].account],
      ],
    ];
    for (const [change, error, args] of wrong) {
      await expect(ethers.deployContract("GovernanceDeployment", [town.code, { ...good, ...change }]))
        .to.be.revertedWithCustomError(town.roles, error)
        .withArgs(...args);
    }
  });

  it("one officer may hold two seats under one person", async () => {
    const town = await loadFixture(deployed);
    const good = setup(town);
    await ethers.deployContract("GovernanceDeployment", [
      town.code,
      { ...good, guardians: [good.guardians[0], good.administrators[0]] },
    ]);
  });
});

describe("RoleManager: never fewer than two persons", () => {
  it("of administrators", async () => {
    const town = await loadFixture(deployed);
    await both(town, "revokeRole", ADMINISTRATOR, town.admins[2].address);
    await town.roles.connect(town.admins[0]).revokeRole(ADMINISTRATOR, town.admins[1].address);
    await expect(town.roles.connect(town.admins[1]).revokeRole(ADMINISTRATOR, town.admins[1].address))
      .to.be.revertedWithCustomError(town.roles, "RoleManagerTooFewPersons")
      .withArgs(ADMINISTRATOR, 1n);
  });

  it("counting on no role that time will end", async () => {
    const town = await loadFixture(deployed);
    const until = (await now()) + DAY;
    // Of three, one may be made temporary, a second may not.
    await both(town, "grantTemporaryRole", ADMINISTRATOR, town.admins[2].address, until);
    expect(await town.roles.officerCount(ADMINISTRATOR)).to.equal(3n);
    await town.roles.connect(town.admins[0]).grantTemporaryRole(ADMINISTRATOR, town.admins[1].address, until);
    await expect(town.roles.connect(town.admins[1]).grantTemporaryRole(ADMINISTRATOR, town.admins[1].address, until))
      .to.be.revertedWithCustomError(town.roles, "RoleManagerTooFewPersons")
      .withArgs(ADMINISTRATOR, 1n);
    await time.increaseTo(until);
    expect(await town.roles.officerCount(ADMINISTRATOR)).to.equal(2n);
    expect(await town.roles.hasRole(ADMINISTRATOR, town.admins[2])).to.equal(false);
    await expect(
      town.roles.connect(town.admins[2]).grantRole(CITIZEN, town.stranger.address),
    ).to.be.revertedWithCustomError(town.roles, "RoleManagerUnauthorized");
  });

  it("and never more than 32 officers of a kind", async () => {
    const town = await loadFixture(deployed);
    const roles = await byProposal(town);
    for (let i = 0; i < 32; i++) {
      const account = ethers.toBeHex(1000 + i, 20);
      await roles.identifyOfficer(account, person(`auditor ${i}`));
      await roles.grantRole(AUDITOR, account);
    }
    expect(await town.roles.officerCount(AUDITOR)).to.equal(32n);
    await roles.identifyOfficer(town.stranger.address, person("one more"));
    await expect(roles.grantRole(AUDITOR, town.stranger.address))
      .to.be.revertedWithCustomError(roles, "RoleManagerTooManyOfficers")
      .withArgs(AUDITOR);
    // From the middle of the list and from its end.
    await roles.revokeRole(AUDITOR, ethers.toBeHex(1010, 20));
    await roles.revokeRole(AUDITOR, ethers.toBeHex(1031, 20));
    await roles.grantRole(AUDITOR, town.stranger.address);
    expect(await town.roles.officerCount(AUDITOR)).to.equal(31n);
  });
});
