import { expect } from "chai";

import { both, call, executed, queued, toDue } from "./support/acts.js";
import {
  acting,
  DAY,
  deployed,
  ethers,
  FOREVER,
  keyOf,
  loadFixture,
  measured,
  person,
  PROPOSAL,
  REASON,
  role,
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

describe("RoleManager: two administrators", () => {
  it("one asks, the identical call of another carries it out", async () => {
    const town = await loadFixture(deployed);
    const [first, second] = town.admins;
    const a = town.stranger.address;
    const grant = granting(DELEGATE, [a]);
    const asked = await act(town, first, "grantRole", DELEGATE, a);
    const expiry = (await now()) + 7n * DAY;
    await expect(asked)
      .to.emit(town.roles, "RoleChangeRequested")
      .withArgs(requestId(grant), DELEGATE, first.address, [a], [keyOf(a)], FOREVER, ethers.ZeroHash, true, expiry);
    expect(await town.roles.requestOf(requestId(grant))).to.deep.equal([first.address, expiry]);
    expect(await town.roles.isRequestOpen(...grant)).to.equal(true);
    expect(await town.roles.hasRole(DELEGATE, a)).to.equal(false);
    await expect(act(town, first, "grantRole", DELEGATE, a)).to.be.revertedWithCustomError(
      town.roles,
      "TwoPersonsSecondPersonNeeded",
    );
    // A batch of one without an end is the identical call.
    await expect(act(town, second, "grantRoles", DELEGATE, [a], FOREVER))
      .to.emit(town.roles, "RoleChangeCompleted")
      .withArgs(requestId(grant), second.address)
      .and.to.emit(town.roles, "PersonIdentified")
      .withArgs(a, ethers.ZeroHash, keyOf(a), second.address)
      .and.to.emit(town.roles, "RoleGranted")
      .withArgs(DELEGATE, a, second.address, 0n, FOREVER);
    expect(await town.roles.hasRole(DELEGATE, a)).to.equal(true);
    expect(await town.roles.requestOf(requestId(grant))).to.deep.equal([ethers.ZeroAddress, 0n]);
    expect(await town.roles.isRequestOpen(...grant)).to.equal(false);

    const end = revoking(DELEGATE, [a]);
    const askedToEnd = await act(town, first, "revokeRole", DELEGATE, a);
    await expect(askedToEnd)
      .to.emit(town.roles, "RoleChangeRequested")
      .withArgs(requestId(end), DELEGATE, first.address, [a], [], 0n, REASON, false, (await now()) + 7n * DAY);
    await expect(act(town, second, "revokeRoles", DELEGATE, [a]))
      .to.emit(town.roles, "RoleRevoked")
      .withArgs(DELEGATE, a, second.address, FOREVER, REASON);
    expect(await town.roles.hasRole(DELEGATE, a)).to.equal(false);
  });

  it("a different end, role, account, person, reason or direction is another request", async () => {
    const town = await loadFixture(deployed);
    const [first, second] = town.admins;
    const until = (await now()) + DAY;
    const [a, b] = [town.stranger.address, town.stranger2.address];
    await act(town, first, "grantTemporaryRole", CITIZEN, a, until);
    for (const args of [
      [CITIZEN, [a], until + 1n],
      [DELEGATE, [a], until],
      [CITIZEN, [b], until],
      [CITIZEN, [a, b], until],
      [CITIZEN, [a], [person("somebody else")], until],
    ]) {
      await expect(act(town, second, "grantRoles", ...args)).to.emit(town.roles, "RoleChangeRequested");
    }
    await expect(act(town, second, "grantTemporaryRole", CITIZEN, a, until)).to.emit(town.roles, "RoleGranted");
    await act(town, first, "revokeRole", CITIZEN, a);
    await expect(act(town, second, "revokeRole", CITIZEN, a, ethers.id("another reason"))).to.emit(
      town.roles,
      "RoleChangeRequested",
    );
  });

  it("nobody else asks for anything", async () => {
    const town = await loadFixture(deployed);
    const [a, b] = [town.stranger.address, town.citizens[1].address];
    for (const signer of [town.deployer, town.guardians[0], town.citizens[0], town.relayer]) {
      for (const [method, ...args] of [
        ["grantRole", CITIZEN, a],
        ["revokeRole", CITIZEN, b],
        ["grantTemporaryRole", CITIZEN, a, FOREVER - 1n],
        ["grantRoles", CITIZEN, [a], FOREVER],
        ["revokeRoles", CITIZEN, [b]],
        ["correctPerson", a, person("x")],
        ["moveCitizen", b, a],
      ]) {
        await expect(act(town, signer, method, ...args))
          .to.be.revertedWithCustomError(town.roles, "RoleManagerUnauthorized")
          .withArgs(signer.address);
      }
    }
  });
});

describe("RoleManager: adopted proposals", () => {
  it("of type ROLE do alone what they say", async () => {
    const town = await loadFixture(deployed);
    const a = town.stranger.address;
    const key = keyOf(a);
    const actions = [
      await call(town.roles, "grantRole", [AUDITOR, a, key]),
      await call(town.roles, "grantTemporaryRole", [DELEGATE, a, key, FOREVER - 1n]),
      await call(town.roles, "grantRoles", [CITIZEN, [a], [key], FOREVER]),
      await call(town.roles, "revokeRole", [CITIZEN, town.citizens[7].address, ethers.ZeroHash]),
      await call(town.roles, "revokeRoles", [CITIZEN, [town.citizens[6].address], REASON]),
      await call(town.roles, "moveCitizen", [town.citizens[5].address, town.stranger2.address]),
      await call(town.roles, "correctPerson", [town.citizens[4].address, person("corrected")]),
    ];
    const proposal = await queued(town, { type: PROPOSAL.ROLE, actions });
    await toDue(town, proposal);
    const by = await town.execution.getAddress();
    await expect(town.manager.executeProposal(proposal.id, actions))
      .to.emit(town.roles, "RoleGranted")
      .withArgs(AUDITOR, a, by, 0n, FOREVER)
      .and.to.emit(town.roles, "RoleRevoked")
      .withArgs(CITIZEN, town.citizens[7].address, by, FOREVER, ethers.ZeroHash);
    expect(await town.roles.hasRole(AUDITOR, a)).to.equal(true);
    expect(await town.roles.hasRole(CITIZEN, a)).to.equal(true);
    expect(await town.roles.hasRole(CITIZEN, town.citizens[7])).to.equal(false);
    expect(await town.roles.hasRole(CITIZEN, town.stranger2)).to.equal(true);
    expect(await town.roles.personOf(town.citizens[4])).to.equal(person("corrected"));
  });

  it("seat newcomers and dismiss officers at once, whoever identified the newcomer before", async () => {
    const town = await loadFixture(deployed);
    const a = town.stranger.address;
    const key = person("the newcomer");
    const actions = [
      await call(town.roles, "grantRole", [ADMINISTRATOR, a, key]),
      await call(town.roles, "revokeRole", [ADMINISTRATOR, town.admins[0].address, ethers.ZeroHash]),
    ];
    const proposal = await queued(town, { type: PROPOSAL.ROLE, actions });
    // Two of those who are to go give the newcomer the person of one of them.
    await both(town, "grantRole", AUDITOR, a, keyOf(town.admins[1]));
    await toDue(town, proposal);
    await expect(town.manager.executeProposal(proposal.id, actions))
      .to.emit(town.roles, "PersonIdentified")
      .withArgs(a, keyOf(town.admins[1]), key, await town.execution.getAddress());
    expect(await town.roles.hasRole(ADMINISTRATOR, a)).to.equal(true);
    expect(await town.roles.hasRole(ADMINISTRATOR, town.admins[0])).to.equal(false);
    expect(await town.roles.officerCount(ADMINISTRATOR)).to.equal(3n);
  });

  it("are carried out though somebody did a part of them first", async () => {
    const town = await loadFixture(deployed);
    const [a, b, c] = [town.stranger.address, town.stranger2.address, account(77)];
    await both(town, "grantRole", DELEGATE, a);
    const until = (await now()) + 60n * DAY;
    const actions = [
      await call(town.roles, "revokeRole", [DELEGATE, a, ethers.ZeroHash]),
      await call(town.roles, "grantTemporaryRole", [AUDITOR, b, keyOf(b), until]),
      await call(town.roles, "moveCitizen", [town.citizens[6].address, account(78)]),
      await call(town.roles, "correctPerson", [a, person("right")]),
      await call(town.roles, "grantRole", [CITIZEN, town.citizens[7].address, keyOf(town.citizens[7])]),
      await call(town.roles, "revokeRoles", [ADMINISTRATOR, [town.admins[0].address, town.admins[0].address], REASON]),
    ];
    const proposal = await queued(town, { type: PROPOSAL.ROLE, actions });
    await both(town, "revokeRole", DELEGATE, a);
    await both(town, "grantTemporaryRole", AUDITOR, b, until);
    await both(town, "moveCitizen", town.citizens[6].address, account(78));
    await both(town, "correctPerson", a, person("right"));
    await both(town, "moveCitizen", town.citizens[7].address, c);
    await toDue(town, proposal);
    await expect(town.manager.executeProposal(proposal.id, actions))
      .to.emit(town.roles, "RoleUnchanged")
      .withArgs(DELEGATE, a, 0n)
      .and.to.emit(town.roles, "RoleUnchanged")
      .withArgs(AUDITOR, b, until)
      .and.to.emit(town.roles, "RoleUnchanged")
      .withArgs(CITIZEN, town.citizens[6].address, 0n)
      .and.to.emit(town.roles, "PersonIdentified")
      .withArgs(a, person("right"), person("right"), await town.execution.getAddress())
      .and.to.emit(town.roles, "CitizenMoved")
      .withArgs(c, town.citizens[7].address, keyOf(town.citizens[7]), await town.execution.getAddress())
      .and.to.emit(town.roles, "RoleUnchanged")
      .withArgs(ADMINISTRATOR, town.admins[0].address, 0n);
    expect(await town.roles.hasRole(ADMINISTRATOR, town.admins[0])).to.equal(false);
    expect(await town.roles.hasRole(CITIZEN, town.citizens[7])).to.equal(true);
  });

  it("end a role whose end, as adopted, passed while they waited", async () => {
    const town = await loadFixture(deployed);
    const [a, b] = [town.citizens[0].address, town.stranger.address];
    const past = await now();
    await expect(adoptedAct(town, "grantRoles", CITIZEN, [a, b], past))
      .to.emit(town.roles, "RoleRevoked")
      .withArgs(CITIZEN, a, await town.execution.getAddress(), FOREVER, ethers.ZeroHash)
      .and.to.emit(town.roles, "RoleUnchanged")
      .withArgs(CITIZEN, b, 0n);
    expect(await town.roles.hasRole(CITIZEN, a)).to.equal(false);
  });

  it("of type EMERGENCY revoke guardians below the minimum and appoint new ones; those of type ROLE keep two", async () => {
    const town = await loadFixture(deployed);
    const actions = [];
    for (const guardian of town.guardians) {
      actions.push(await call(town.roles, "revokeRole", [GUARDIAN, guardian.address, REASON]));
    }
    const slow = await queued(town, { type: PROPOSAL.ROLE, actions });
    await toDue(town, slow);
    await expect(town.manager.executeProposal(slow.id, actions))
      .to.be.revertedWithCustomError(town.roles, "RoleManagerTooFewPersons")
      .withArgs(GUARDIAN, 1n);
    await executed(town, { type: PROPOSAL.EMERGENCY, actions });
    expect(await town.roles.officerCount(GUARDIAN)).to.equal(0n);
    // One after the other they come back, though the first alone is fewer than two.
    const [a, b] = [town.stranger.address, town.stranger2.address];
    await executed(town, {
      type: PROPOSAL.EMERGENCY,
      actions: [await call(town.roles, "grantRole", [GUARDIAN, a, keyOf(a)])],
    });
    await expect(adoptedAct(town, "revokeRole", GUARDIAN, a))
      .to.be.revertedWithCustomError(town.roles, "RoleManagerTooFewPersons")
      .withArgs(GUARDIAN, 0n);
    await adoptedAct(town, "grantRole", GUARDIAN, b);
    expect(await town.roles.officerCount(GUARDIAN)).to.equal(2n);
  });

  it("of type EMERGENCY still keep two administrators, were their actions let through", async () => {
    const town = await loadFixture(deployed);
    await adoptedAct(town, "revokeRole", ADMINISTRATOR, town.admins[0].address);
    await expect(adoptedAct(town, "revokeRole", ADMINISTRATOR, town.admins[1].address))
      .to.be.revertedWithCustomError(town.roles, "RoleManagerTooFewPersons")
      .withArgs(ADMINISTRATOR, 1n);
  });
});

describe("RoleManager: what is refused before anybody signs twice", () => {
  it("unknown roles, empty, long and uneven batches, the zero account, nobody", async () => {
    const town = await loadFixture(deployed);
    const a = town.stranger.address;
    const many = accounts(101);
    const cases = [
      ["grantRole", [role("KING"), a], "RoleManagerUnknownRole", [role("KING")]],
      ["grantRoles", [CITIZEN, [], FOREVER], "RoleManagerBatchSize", [0n]],
      ["grantRoles", [CITIZEN, many, FOREVER], "RoleManagerBatchSize", [101n]],
      ["revokeRoles", [CITIZEN, []], "RoleManagerBatchSize", [0n]],
      ["grantRoles", [CITIZEN, [a], [], FOREVER], "RoleManagerLengthMismatch", [1n, 0n]],
      ["grantRole", [CITIZEN, ethers.ZeroAddress], "RoleManagerZeroAccount", []],
      ["revokeRole", [CITIZEN, ethers.ZeroAddress], "RoleManagerZeroAccount", []],
      ["grantRole", [CITIZEN, a, ethers.ZeroHash], "RoleManagerZeroPerson", [a]],
      ["grantRole", [GUARDIAN, a, ethers.ZeroHash], "RoleManagerZeroPerson", [a]],
      ["grantRole", [AUDITOR, a, ethers.ZeroHash], "RoleManagerZeroPerson", [a]],
      ["correctPerson", [ethers.ZeroAddress, person("x")], "RoleManagerZeroAccount", []],
      ["correctPerson", [a, ethers.ZeroHash], "RoleManagerZeroPerson", [a]],
      ["moveCitizen", [town.citizens[0].address, ethers.ZeroAddress], "RoleManagerZeroAccount", []],
    ];
    const timelock = await acting(town.execution);
    for (const [method, args, error, details] of cases) {
      for (const signer of [town.admins[0], timelock]) {
        await expect(act(town, signer, method, ...args))
          .to.be.revertedWithCustomError(town.roles, error)
          .withArgs(...details);
      }
    }
    expect(await town.roles.MAX_BATCH()).to.equal(100n);
  });

  it("of administrators also a past end, an unheld role, no reason, a citizen's time shortened in passing", async () => {
    const town = await loadFixture(deployed);
    const [a, b] = [town.stranger.address, town.citizens[0].address];
    const time_ = await now();
    const cases = [
      ["grantTemporaryRole", [CITIZEN, a, time_], "RoleManagerUntilPassed", [time_]],
      ["grantTemporaryRole", [CITIZEN, a, 0n], "RoleManagerUntilPassed", [0n]],
      ["revokeRole", [CITIZEN, a], "RoleManagerRoleNotHeld", [CITIZEN, a]],
      ["revokeRole", [DELEGATE, a], "RoleManagerRoleNotHeld", [DELEGATE, a]],
      ["revokeRole", [CITIZEN, b, ethers.ZeroHash], "RoleManagerReasonNeeded", []],
      ["grantTemporaryRole", [CITIZEN, b, time_ + DAY], "RoleManagerUntilShortened", [b, FOREVER]],
    ];
    for (const [method, args, error, details] of cases) {
      await expect(act(town, town.admins[0], method, ...args))
        .to.be.revertedWithCustomError(town.roles, error)
        .withArgs(...details);
    }
  });
});

describe("RoleManager: time", () => {
  it("a temporary role ends by itself; anyone records it", async () => {
    const town = await loadFixture(deployed);
    const a = town.stranger.address;
    const until = (await now()) + DAY;
    for (const id of [CITIZEN, DELEGATE]) {
      await both(town, "grantTemporaryRole", id, a, until);
      expect(await town.roles.hasRole(id, a)).to.equal(true);
      expect(await town.roles.roleUntil(id, a)).to.equal(until);
      await expect(town.roles.connect(town.stranger2).expire(id, a))
        .to.be.revertedWithCustomError(town.roles, "RoleManagerNotExpired")
        .withArgs(id, a);
    }
    await time.increaseTo(until);
    for (const id of [CITIZEN, DELEGATE]) {
      expect(await town.roles.hasRole(id, a)).to.equal(false);
      await expect(act(town, town.admins[0], "revokeRole", id, a))
        .to.be.revertedWithCustomError(town.roles, "RoleManagerRoleNotHeld")
        .withArgs(id, a);
      await expect(town.roles.connect(town.stranger2).expire(id, a))
        .to.emit(town.roles, "RoleExpired")
        .withArgs(id, a, until);
      expect(await town.roles.roleUntil(id, a)).to.equal(0n);
      await expect(town.roles.expire(id, a))
        .to.be.revertedWithCustomError(town.roles, "RoleManagerRoleNotHeld")
        .withArgs(id, a);
    }
  });

  it("many are recorded at once; who is not due is passed over, and the roll falls", async () => {
    const town = await loadFixture(deployed);
    const until = (await now()) + DAY;
    const due = accounts(3);
    await both(town, "grantRoles", CITIZEN, due, until);
    const list = [due[0], town.citizens[0].address, due[1], town.stranger.address, due[2], due[0]];
    expect(await town.roles.expireMany.staticCall(CITIZEN, list)).to.equal(0n);
    await time.increaseTo(until);
    expect(await town.engine.citizenCount()).to.equal(11n);
    expect(await town.roles.expireMany.staticCall(CITIZEN, list)).to.equal(3n);
    await expect(town.roles.connect(town.relayer).expireMany(CITIZEN, list))
      .to.emit(town.roles, "RoleExpired")
      .withArgs(CITIZEN, due[2], until);
    expect(await town.engine.citizenCount()).to.equal(8n);
    expect(await town.roles.hasRole(CITIZEN, town.citizens[0])).to.equal(true);
  });

  it("an officer's expiry empties the seat", async () => {
    const town = await loadFixture(deployed);
    const until = (await now()) + DAY;
    const a = town.stranger.address;
    await adoptedAct(town, "grantTemporaryRole", GUARDIAN, a, until);
    expect(await town.roles.officerCount(GUARDIAN)).to.equal(4n);
    await time.increaseTo(until);
    expect(await town.roles.officerCount(GUARDIAN)).to.equal(3n);
    await town.roles.expireMany(GUARDIAN, [a]);
    await adoptedAct(town, "grantRole", GUARDIAN, a);
    expect(await town.roles.officerCount(GUARDIAN)).to.equal(4n);
  });

  it("a grant moves the end and says both; the same end again changes nothing and says so", async () => {
    const town = await loadFixture(deployed);
    const until = (await now()) + 10n * DAY;
    const a = town.stranger.address;
    const second = town.admins[1].address;
    await both(town, "grantTemporaryRole", CITIZEN, a, until);
    const since = await town.roles.roleSince(CITIZEN, a);
    await expect(both(town, "grantTemporaryRole", CITIZEN, a, until))
      .to.emit(town.roles, "RoleUnchanged")
      .withArgs(CITIZEN, a, until);
    await expect(both(town, "grantRole", CITIZEN, a))
      .to.emit(town.roles, "RoleGranted")
      .withArgs(CITIZEN, a, second, until, FOREVER);
    expect(await town.roles.roleSince(CITIZEN, a)).to.equal(since);
    await expect(adoptedAct(town, "grantTemporaryRole", CITIZEN, a, until))
      .to.emit(town.roles, "RoleGranted")
      .withArgs(CITIZEN, a, await town.execution.getAddress(), FOREVER, until);
  });

  it("a role that ran out and is granted again begins anew, recorded or not", async () => {
    const town = await loadFixture(deployed);
    const a = town.stranger.address;
    for (const id of [CITIZEN, DELEGATE, AUDITOR]) {
      const until = (await now()) + DAY;
      await both(town, "grantTemporaryRole", id, a, until);
      const begun = await now();
      expect(await town.roles.roleSince(id, a)).to.equal(begun);
      expect(await town.roles.hasRoleSince(id, a, begun)).to.equal(true);
      expect(await town.roles.hasRoleSince(id, a, begun - 1n)).to.equal(false);
      await time.increaseTo(until);
      expect(await town.roles.hasRoleSince(id, a, begun)).to.equal(false);
      await both(town, "grantRole", id, a);
      expect(await town.roles.hasRoleSince(id, a, begun)).to.equal(false);
      expect(await town.roles.hasRoleSince(id, a, await now())).to.equal(true);
    }
  });

  measured("a hundred delegating citizens can be revoked in one transaction, and a hundred new ones granted", async () => {
    const town = await loadFixture(deployed);
    const people = accounts(100, 5000);
    const granted = await both(town, "grantRoles", CITIZEN, people, FOREVER);
    expect((await granted.wait()).gasUsed).to.be.lessThan(2n ** 24n);
    await both(town, "grantRole", DELEGATE, town.citizens[0].address);
    for (const one of people) {
      await town.engine.connect(await acting({ getAddress: () => one })).delegate(town.citizens[0].address);
    }
    const sent = await adoptedAct(town, "revokeRoles", CITIZEN, people);
    expect((await sent.wait()).gasUsed).to.be.lessThan(2n ** 24n);
    expect(await town.engine.isCitizen(people[99])).to.equal(false);
    await executed(town);
  });
});
