import { expect } from "chai";

import { both } from "./support/acts.js";
import {
  DAY,
  deployed,
  ethers,
  FOREVER,
  keyOf,
  loadFixture,
  member,
  person,
  REASON,
  setup,
  time,
} from "./support/deployment.js";
import {
  account,
  accounts,
  act,
  adoptedAct,
  ADMINISTRATOR,
  AUDITOR,
  CITIZEN,
  DELEGATE,
  granting,
  GUARDIAN,
  now,
  requestId,
  revoking,
} from "./support/roles.js";

const WEEK = 7n * DAY;

/** Two administrators agree on a change of officers; its fields and its number. */
async function scheduled(town, fields) {
  const [id, list, keys, until, reason, grant] = fields;
  const args = grant ? ["grantRoles", id, list, keys, until] : ["revokeRoles", id, list, reason];
  const sent = await both(town, ...args);
  return { fields, id: requestId(fields), at: await now(), sent };
}
const carryOut = (town, change, signer = town.relayer) =>
  town.roles.connect(signer).carryOutOfficerChange(...change.fields);
/** The whole way of a change of officers that nobody objects to. */
async function carried(town, fields) {
  const change = await scheduled(town, fields);
  await time.increaseTo(change.at + WEEK);
  return carryOut(town, change);
}

describe("RoleManager: the first day", () => {
  it("seats officers, their persons and citizens, each with its event", async () => {
    const town = await loadFixture(deployed);
    const tx = town.deployment.deploymentTransaction();
    const by = await town.deployment.getAddress();
    const seats = [
      [ADMINISTRATOR, town.admins],
      [GUARDIAN, town.guardians],
      [CITIZEN, town.citizens],
    ];
    for (const [id, holders] of seats) {
      for (const holder of holders) {
        expect(await town.roles.hasRole(id, holder)).to.equal(true);
        expect(await town.roles.roleUntil(id, holder)).to.equal(FOREVER);
        expect(await town.roles.personOf(holder)).to.equal(keyOf(holder));
        await expect(tx)
          .to.emit(town.roles, "PersonIdentified")
          .withArgs(holder.address, ethers.ZeroHash, keyOf(holder), by);
        await expect(tx).to.emit(town.roles, "RoleGranted").withArgs(id, holder.address, by, 0n, FOREVER);
      }
    }
    for (const id of [ADMINISTRATOR, GUARDIAN]) expect(await town.roles.officerCount(id)).to.equal(3n);
    for (const id of [CITIZEN, DELEGATE, ADMINISTRATOR, AUDITOR, GUARDIAN]) {
      expect(await town.roles.hasRole(id, town.deployer)).to.equal(false);
      expect(await town.roles.hasRole(id, by)).to.equal(false);
    }
    expect(await town.roles.officerCount(AUDITOR)).to.equal(0n);
    expect(Array.from(await town.roles.censusAllowance())).to.deep.equal([1000n, 50n]);
  });

  it("can't be relived, nor by an implementation", async () => {
    const town = await loadFixture(deployed);
    const bare = await ethers.getContractAt("RoleManager", town.code.roleManager);
    const a = town.stranger;
    for (const roles of [town.roles, bare]) {
      await expect(roles.initialize(a, a, a, [], [], [])).to.be.revertedWithCustomError(
        roles,
        "InvalidInitialization",
      );
    }
  });

  it("needs three persons in each of the two offices, nobody in both, each known, each citizen once", async () => {
    const town = await loadFixture(deployed);
    const good = setup(town);
    const same = (list) => list.map((seat) => ({ ...seat, personKey: list[0].personKey }));
    const [admin] = good.administrators;
    const [guardian] = good.guardians;
    const [citizen] = good.citizens;
    const wrong = [
      [{ administrators: good.administrators.slice(0, 2) }, "RoleManagerTooFewPersons", [ADMINISTRATOR, 2n]],
      [{ administrators: same(good.administrators) }, "RoleManagerTooFewPersons", [ADMINISTRATOR, 1n]],
      [{ guardians: good.guardians.slice(0, 2) }, "RoleManagerTooFewPersons", [GUARDIAN, 2n]],
      [{ guardians: same(good.guardians) }, "RoleManagerTooFewPersons", [GUARDIAN, 1n]],
      [{ guardians: [] }, "RoleManagerTooFewPersons", [GUARDIAN, 0n]],
      [{ guardians: good.administrators }, "RoleManagerPersonHoldsOther", [ADMINISTRATOR, admin.personKey]],
      [
        { guardians: [{ ...guardian, personKey: admin.personKey }] },
        "RoleManagerPersonHoldsOther",
        [ADMINISTRATOR, admin.personKey],
      ],
      [{ guardians: [{ ...guardian, personKey: ethers.ZeroHash }] }, "RoleManagerZeroPerson", [guardian.account]],
      [
        { citizens: [{ ...citizen, account: admin.account }] },
        "RoleManagerPersonKnown",
        [admin.account, admin.personKey],
      ],
      [
        { citizens: [citizen, { ...citizen, account: account(1) }] },
        "RoleManagerPersonIsCitizen",
        [citizen.personKey, citizen.account],
      ],
      [{ citizens: [{ ...citizen, account: ethers.ZeroAddress }] }, "RoleManagerZeroAccount", []],
    ];
    for (const [change, error, args] of wrong) {
      await expect(ethers.deployContract("GovernanceDeployment", [town.code, { ...good, ...change }]))
        .to.be.revertedWithCustomError(town.roles, error)
        .withArgs(...args);
    }
  });

  it("lets an officer be a citizen under the same account, and one person hold two seats of an office", async () => {
    const town = await loadFixture(deployed);
    const good = setup(town);
    await ethers.deployContract("GovernanceDeployment", [
      town.code,
      {
        ...good,
        citizens: [...good.citizens, member(town.admins[0])],
        guardians: [...good.guardians, { ...member(town.stranger), personKey: keyOf(town.guardians[0]) }],
      },
    ]);
  });
});

describe("RoleManager: changes of officers by two administrators", () => {
  it("wait the officers' delay, then anyone carries them out", async () => {
    const town = await loadFixture(deployed);
    const a = town.stranger.address;
    const change = await scheduled(town, granting(GUARDIAN, [a]));
    await expect(change.sent)
      .to.emit(town.roles, "RoleChangeCompleted")
      .withArgs(change.id, town.admins[1].address)
      .and.to.emit(town.roles, "OfficerChangeScheduled")
      .withArgs(change.id, change.at + WEEK, change.at + 2n * WEEK);
    expect(await town.roles.scheduledChange(change.id)).to.deep.equal([change.at + WEEK, change.at + 2n * WEEK]);
    expect(await town.roles.hasRole(GUARDIAN, a)).to.equal(false);
    await expect(act(town, town.admins[2], "grantRole", GUARDIAN, a))
      .to.be.revertedWithCustomError(town.roles, "RoleManagerAlreadyScheduled")
      .withArgs(change.id);
    await time.increaseTo(change.at + WEEK - 2n);
    await expect(carryOut(town, change))
      .to.be.revertedWithCustomError(town.roles, "RoleManagerTooEarly")
      .withArgs(change.id, change.at + WEEK);
    await time.increaseTo(change.at + WEEK);
    await expect(carryOut(town, change))
      .to.emit(town.roles, "OfficerChangeCarriedOut")
      .withArgs(change.id, town.relayer.address)
      .and.to.emit(town.roles, "RoleGranted")
      .withArgs(GUARDIAN, a, town.admins[1].address, 0n, FOREVER);
    expect(await town.roles.scheduledChange(change.id)).to.deep.equal([0n, 0n]);
    await expect(carryOut(town, change))
      .to.be.revertedWithCustomError(town.roles, "RoleManagerNotScheduled")
      .withArgs(change.id);
  });

  it("are revocations too, with their reason; auditors change at once", async () => {
    const town = await loadFixture(deployed);
    const third = town.admins[2].address;
    await expect(carried(town, revoking(ADMINISTRATOR, [third])))
      .to.emit(town.roles, "RoleRevoked")
      .withArgs(ADMINISTRATOR, third, town.admins[1].address, FOREVER, REASON);
    await both(town, "grantRole", AUDITOR, town.stranger.address);
    expect(await town.roles.hasRole(AUDITOR, town.stranger)).to.equal(true);
    await both(town, "revokeRole", AUDITOR, town.stranger.address);
    expect(await town.roles.hasRole(AUDITOR, town.stranger)).to.equal(false);
  });

  it("lapse a week after they are due, to the second, and may be agreed on again", async () => {
    const town = await loadFixture(deployed);
    const fields = revoking(GUARDIAN, [town.guardians[2].address]);
    const first = await scheduled(town, fields);
    await time.increaseTo(first.at + 2n * WEEK - 1n);
    await expect(carryOut(town, first))
      .to.be.revertedWithCustomError(town.roles, "RoleManagerNotScheduled")
      .withArgs(first.id);
    const second = await scheduled(town, fields);
    await time.setNextBlockTimestamp(second.at + 2n * WEEK - 1n);
    await carryOut(town, second);
    expect(await town.roles.hasRole(GUARDIAN, town.guardians[2])).to.equal(false);
  });

  it("are stopped by one guardian with a reason, before they are due", async () => {
    const town = await loadFixture(deployed);
    const [guardian] = town.guardians;
    const change = await scheduled(town, revoking(GUARDIAN, [guardian.address]));
    const object = (signer, { fields }, reason = REASON) =>
      town.roles.connect(signer).objectToOfficerChange(...fields, reason);
    await expect(object(town.admins[2], change))
      .to.be.revertedWithCustomError(town.roles, "RoleManagerUnauthorized")
      .withArgs(town.admins[2].address);
    await expect(object(guardian, change, ethers.ZeroHash)).to.be.revertedWithCustomError(
      town.roles,
      "RoleManagerReasonNeeded",
    );
    const none = granting(GUARDIAN, [guardian.address]);
    await expect(object(guardian, { fields: none }))
      .to.be.revertedWithCustomError(town.roles, "RoleManagerNotScheduled")
      .withArgs(requestId(none));
    // Who is to go may object as well.
    await expect(object(guardian, change))
      .to.emit(town.roles, "OfficerChangeObjected")
      .withArgs(change.id, guardian.address, REASON);
    await time.increase(WEEK);
    await expect(carryOut(town, change)).to.be.revertedWithCustomError(town.roles, "RoleManagerNotScheduled");

    const again = await scheduled(town, revoking(GUARDIAN, [town.guardians[1].address]));
    await time.increaseTo(again.at + WEEK - 1n);
    await expect(object(guardian, again))
      .to.be.revertedWithCustomError(town.roles, "RoleManagerObjectionTooLate")
      .withArgs(again.id, again.at + WEEK);
    // A ROLE proposal needs no such patience.
    await adoptedAct(town, "revokeRole", GUARDIAN, guardian.address);
    expect(await town.roles.hasRole(GUARDIAN, guardian)).to.equal(false);
  });

  it("objected to are for a proposal alone, for 90 days to the second", async () => {
    const town = await loadFixture(deployed);
    const [guardian] = town.guardians;
    const [x, y] = accounts(2);
    const change = await scheduled(town, granting(ADMINISTRATOR, [x, y]));
    // What was agreed on or asked about one of them otherwise is void with the objection.
    const beside = await scheduled(town, granting(ADMINISTRATOR, [y]));
    const until = (await now()) + 200n * DAY;
    const half = granting(ADMINISTRATOR, [x], until);
    await act(town, town.admins[0], "grantTemporaryRole", ADMINISTRATOR, x, until);
    await town.roles.connect(guardian).objectToOfficerChange(...change.fields, REASON);
    const end = (await now()) + 90n * DAY;
    expect(await town.roles.isRequestOpen(...half)).to.equal(false);
    await time.increase(WEEK);
    for (const dead of [change, beside]) {
      await expect(carryOut(town, dead)).to.be.revertedWithCustomError(town.roles, "RoleManagerNotScheduled");
    }
    for (const [fields, named] of [
      [["grantTemporaryRole", ADMINISTRATOR, x, until], x],
      [["grantRoles", ADMINISTRATOR, [account(1), y]], y],
    ]) {
      await expect(act(town, town.admins[0], ...fields))
        .to.be.revertedWithCustomError(town.roles, "RoleManagerObjected")
        .withArgs(ADMINISTRATOR, named, end);
    }
    // The other office, and the other accounts, are not concerned.
    await act(town, town.admins[0], "grantRole", GUARDIAN, x);
    expect(await town.roles.objectedUntil(ADMINISTRATOR, x)).to.equal(end);
    expect(await town.roles.objectedUntil(GUARDIAN, x)).to.equal(0n);

    // A proposal is free, and lifts the objection to what it changes.
    await adoptedAct(town, "grantRole", ADMINISTRATOR, x);
    expect(await town.roles.objectedUntil(ADMINISTRATOR, x)).to.equal(0n);
    await act(town, town.admins[0], "revokeRole", ADMINISTRATOR, x);
    await time.setNextBlockTimestamp(end - 1n);
    await expect(act(town, town.admins[0], "grantRole", ADMINISTRATOR, y)).to.be.revertedWithCustomError(
      town.roles,
      "RoleManagerObjected",
    );
    await time.setNextBlockTimestamp(end);
    await expect(act(town, town.admins[0], "grantRole", ADMINISTRATOR, y)).to.emit(town.roles, "RoleChangeRequested");
  });

  it("are withdrawn by either of the two who agreed", async () => {
    const town = await loadFixture(deployed);
    const fields = granting(GUARDIAN, [town.stranger.address]);
    for (const by of town.admins.slice(0, 2)) {
      const change = await scheduled(town, fields);
      await expect(town.roles.connect(town.admins[2]).withdrawRequest(change.id)).to.be.revertedWithCustomError(
        town.roles,
        "TwoPersonsNotYours",
      );
      await expect(town.roles.connect(by).withdrawRequest(change.id))
        .to.emit(town.roles, "RoleChangeWithdrawn")
        .withArgs(change.id, by.address);
      expect(await town.roles.scheduledChange(change.id)).to.deep.equal([0n, 0n]);
    }
  });

  it("are void once the role changed otherwise, or one of the two was dismissed, even if seated again", async () => {
    const town = await loadFixture(deployed);
    const a = town.stranger.address;
    const fields = granting(GUARDIAN, [a]);
    const upset = [
      async () => {
        await adoptedAct(town, "grantRole", GUARDIAN, a);
        await adoptedAct(town, "revokeRole", GUARDIAN, a);
      },
      async () => {
        await adoptedAct(town, "revokeRole", ADMINISTRATOR, town.admins[0].address);
        await adoptedAct(town, "grantRole", ADMINISTRATOR, town.admins[0].address);
      },
      async () => {
        await adoptedAct(town, "revokeRole", ADMINISTRATOR, town.admins[1].address);
      },
    ];
    for (const happens of upset) {
      const change = await scheduled(town, fields);
      await happens();
      await time.increaseTo(change.at + WEEK);
      await expect(carryOut(town, change))
        .to.be.revertedWithCustomError(town.roles, "RoleManagerNotScheduled")
        .withArgs(change.id);
    }
    // Void, it is no hindrance to another two.
    await expect(act(town, town.admins[0], "grantRole", GUARDIAN, a)).to.emit(town.roles, "RoleChangeRequested");
    await expect(act(town, town.admins[2], "grantRole", GUARDIAN, a)).to.emit(town.roles, "OfficerChangeScheduled");
  });

  it("need when carried out what they needed when asked for", async () => {
    const town = await loadFixture(deployed);
    const until = (await now()) + 8n * DAY;
    const change = await scheduled(town, granting(GUARDIAN, [town.stranger.address], until));
    await time.increaseTo(change.at + 8n * DAY);
    await expect(carryOut(town, change))
      .to.be.revertedWithCustomError(town.roles, "RoleManagerUntilPassed")
      .withArgs(until);
  });

  it("seat nobody in both offices, under any account", async () => {
    const town = await loadFixture(deployed);
    const [admin] = town.admins;
    const [guardian] = town.guardians;
    for (const [id, list, keys, other, key] of [
      [GUARDIAN, [admin.address], [keyOf(admin)], ADMINISTRATOR, keyOf(admin)],
      [GUARDIAN, [account(1)], [keyOf(admin)], ADMINISTRATOR, keyOf(admin)],
      [ADMINISTRATOR, [account(2)], [keyOf(guardian)], GUARDIAN, keyOf(guardian)],
    ]) {
      await expect(carried(town, granting(id, list, FOREVER, keys)))
        .to.be.revertedWithCustomError(town.roles, "RoleManagerPersonHoldsOther")
        .withArgs(other, key);
      await expect(adoptedAct(town, "grantRoles", id, list, keys, FOREVER))
        .to.be.revertedWithCustomError(town.roles, "RoleManagerPersonHoldsOther")
        .withArgs(other, key);
    }
    // Who left the one office may take the other, recorded or run out.
    const until = (await now()) + DAY;
    await adoptedAct(town, "grantTemporaryRole", ADMINISTRATOR, account(3), until);
    await time.increaseTo(until);
    await adoptedAct(town, "grantRole", GUARDIAN, account(3));
    expect(await town.roles.hasRole(GUARDIAN, account(3))).to.equal(true);
  });

  it("leave two administrators no way to take the guardians' seats or the town in an hour", async () => {
    const town = await loadFixture(deployed);
    const puppets = [town.stranger.address, town.stranger2.address];
    await both(town, "grantRoles", GUARDIAN, puppets, FOREVER);
    await both(town, "revokeRoles", GUARDIAN, town.guardians.map((guardian) => guardian.address));
    await both(town, "revokeRole", ADMINISTRATOR, town.admins[2].address);
    await time.increase(3600n);
    expect(await town.roles.officerCount(GUARDIAN)).to.equal(3n);
    expect(await town.roles.officerCount(ADMINISTRATOR)).to.equal(3n);
    for (const puppet of puppets) expect(await town.roles.hasRole(GUARDIAN, puppet)).to.equal(false);
  });
});

describe("RoleManager: never fewer than two persons", () => {
  it("of administrators", async () => {
    const town = await loadFixture(deployed);
    await carried(town, revoking(ADMINISTRATOR, [town.admins[2].address]));
    await expect(carried(town, revoking(ADMINISTRATOR, [town.admins[1].address])))
      .to.be.revertedWithCustomError(town.roles, "RoleManagerTooFewPersons")
      .withArgs(ADMINISTRATOR, 1n);
  });

  it("counting on no role that time will end", async () => {
    const town = await loadFixture(deployed);
    const until = (await now()) + 30n * DAY;
    // Of three, one may be made temporary, a second may not.
    await carried(town, granting(ADMINISTRATOR, [town.admins[2].address], until));
    expect(await town.roles.officerCount(ADMINISTRATOR)).to.equal(3n);
    await expect(carried(town, granting(ADMINISTRATOR, [town.admins[1].address], until)))
      .to.be.revertedWithCustomError(town.roles, "RoleManagerTooFewPersons")
      .withArgs(ADMINISTRATOR, 1n);
    await time.increaseTo(until);
    expect(await town.roles.officerCount(ADMINISTRATOR)).to.equal(2n);
    expect(await town.roles.hasRole(ADMINISTRATOR, town.admins[2])).to.equal(false);
    await expect(act(town, town.admins[2], "grantRole", CITIZEN, account(1)))
      .to.be.revertedWithCustomError(town.roles, "RoleManagerUnauthorized")
      .withArgs(town.admins[2].address);
  });

  it("and never more than 32 of an office", async () => {
    const town = await loadFixture(deployed);
    await adoptedAct(town, "grantRoles", GUARDIAN, accounts(29));
    expect(await town.roles.officerCount(GUARDIAN)).to.equal(32n);
    await expect(adoptedAct(town, "grantRole", GUARDIAN, town.stranger.address))
      .to.be.revertedWithCustomError(town.roles, "RoleManagerTooManyOfficers")
      .withArgs(GUARDIAN);
    // From the middle of the list and from its end.
    await adoptedAct(town, "revokeRole", GUARDIAN, account(1010));
    await adoptedAct(town, "revokeRole", GUARDIAN, account(1028));
    await adoptedAct(town, "grantRole", GUARDIAN, town.stranger.address, person("one more"));
    expect(await town.roles.officerCount(GUARDIAN)).to.equal(31n);
  });
});

describe("RoleManager: what it says of itself", () => {
  it("its name, its storage, its interfaces", async () => {
    const town = await loadFixture(deployed);
    expect(ethers.decodeBytes32String(await town.roles.contractName())).to.equal("RoleManager");
    expect(await town.roles.storageVersion()).to.equal(1n);
    const interfaceId = async (name) => {
      let id = 0n;
      (await ethers.getContractAt(name, ethers.ZeroAddress)).interface.forEachFunction(({ selector }) => {
        id ^= BigInt(selector);
      });
      return ethers.toBeHex(id, 4);
    };
    for (const id of [await interfaceId("IRoleManager"), await interfaceId("IUpgradeChecked"), "0x01ffc9a7"]) {
      expect(await town.roles.supportsInterface(id)).to.equal(true);
    }
    expect(await town.roles.supportsInterface("0xffffffff")).to.equal(false);
  });

  it("after an upgrade: that its neighbours answer and two administrators are left", async () => {
    const town = await loadFixture(deployed);
    await town.roles.selfCheck();
    const bare = await ethers.getContractAt("RoleManager", town.code.roleManager);
    await expect(bare.selfCheck())
      .to.be.revertedWithCustomError(bare, "RoleManagerTooFewPersons")
      .withArgs(ADMINISTRATOR, 0n);
    const proxy = await ethers.deployContract("TransparentUpgradeableProxy", [
      town.code.roleManager,
      town.stranger.address,
      bare.interface.encodeFunctionData("initialize", [
        await town.core.getAddress(),
        await town.engine.getAddress(),
        await town.execution.getAddress(),
        town.admins.map(member),
        town.guardians.map(member),
        [],
      ]),
    ]);
    const other = await ethers.getContractAt("RoleManager", await proxy.getAddress());
    await expect(other.selfCheck())
      .to.be.revertedWithCustomError(other, "RoleManagerUnauthorized")
      .withArgs(await town.core.getAddress());
  });
});
