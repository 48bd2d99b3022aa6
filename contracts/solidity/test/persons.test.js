import { expect } from "chai";

import { both, draft, makeDelegate, opened, votesParams } from "./support/acts.js";
import { DAY, deployed, ethers, FOREVER, keyOf, loadFixture, person, REASON, SUPPORT, time } from "./support/deployment.js";
import { account, act, adoptedAct, ADMINISTRATOR, AUDITOR, CITIZEN, DELEGATE, GUARDIAN, now } from "./support/roles.js";

describe("RoleManager: persons", () => {
  it("are set by two administrators with the role, not by one, and kept by any further grant", async () => {
    const town = await loadFixture(deployed);
    const a = town.stranger.address;
    await act(town, town.admins[0], "grantRole", AUDITOR, a);
    expect(await town.roles.personOf(a)).to.equal(ethers.ZeroHash);
    await act(town, town.admins[1], "grantRole", AUDITOR, a);
    expect(await town.roles.personOf(a)).to.equal(keyOf(a));
    await expect(both(town, "grantRole", CITIZEN, a)).not.to.emit(town.roles, "PersonIdentified");
    expect(await town.roles.accountOf(keyOf(a))).to.equal(a);
  });

  it("of a delegate may stay unknown or as known", async () => {
    const town = await loadFixture(deployed);
    for (const a of [town.stranger.address, town.citizens[0].address]) {
      const known = await town.roles.personOf(a);
      await both(town, "grantRole", DELEGATE, a, ethers.ZeroHash);
      expect(await town.roles.hasRole(DELEGATE, a)).to.equal(true);
      expect(await town.roles.personOf(a)).to.equal(known);
    }
  });

  it("of an account that holds a role are corrected by a proposal alone", async () => {
    const town = await loadFixture(deployed);
    const [a, unknown, key] = [account(1), account(2), person("right")];
    await expect(act(town, town.admins[0], "correctPerson", unknown, key))
      .to.be.revertedWithCustomError(town.roles, "RoleManagerPersonUnknown")
      .withArgs(unknown);
    for (const [i, id] of [DELEGATE, AUDITOR, ADMINISTRATOR, GUARDIAN].entries()) {
      await adoptedAct(town, "grantRole", id, a, keyOf(a));
      await expect(act(town, town.admins[0], "correctPerson", a, key))
        .to.be.revertedWithCustomError(town.roles, "RoleManagerPersonKnown")
        .withArgs(a, keyOf(a));
      await expect(both(town, "grantTemporaryRole", AUDITOR, a, key, FOREVER - BigInt(i + 1)))
        .to.be.revertedWithCustomError(town.roles, "RoleManagerPersonKnown")
        .withArgs(a, keyOf(a));
      await adoptedAct(town, "revokeRole", id, a);
    }
    const citizen = town.citizens[0].address;
    await expect(act(town, town.admins[0], "correctPerson", citizen, key))
      .to.be.revertedWithCustomError(town.roles, "RoleManagerPersonKnown")
      .withArgs(citizen, keyOf(citizen));
    await both(town, "correctPerson", a, key);
    expect(await town.roles.personOf(a)).to.equal(key);
    // A grant to an account without a role corrects as well; a proposal may, whatever the account holds.
    await both(town, "grantRole", AUDITOR, a, keyOf(a));
    expect(await town.roles.personOf(a)).to.equal(keyOf(a));
    await adoptedAct(town, "grantRole", DELEGATE, a, key);
    expect(await town.roles.personOf(a)).to.equal(key);
    await adoptedAct(town, "correctPerson", unknown, key);
    expect(await town.roles.personOf(unknown)).to.equal(key);
  });

  it("corrected by a proposal leave two of each office, and nobody in both", async () => {
    const town = await loadFixture(deployed);
    const [a, b, c] = town.admins;
    const [g, h, i] = town.guardians;
    await adoptedAct(town, "correctPerson", b.address, keyOf(a));
    await expect(adoptedAct(town, "correctPerson", c.address, keyOf(a)))
      .to.be.revertedWithCustomError(town.roles, "RoleManagerTooFewPersons")
      .withArgs(ADMINISTRATOR, 1n);
    await adoptedAct(town, "correctPerson", h.address, keyOf(g));
    await expect(adoptedAct(town, "correctPerson", i.address, keyOf(g)))
      .to.be.revertedWithCustomError(town.roles, "RoleManagerTooFewPersons")
      .withArgs(GUARDIAN, 1n);
    await expect(adoptedAct(town, "correctPerson", c.address, keyOf(g)))
      .to.be.revertedWithCustomError(town.roles, "RoleManagerPersonHoldsOther")
      .withArgs(GUARDIAN, keyOf(g));
    await expect(adoptedAct(town, "correctPerson", i.address, keyOf(a)))
      .to.be.revertedWithCustomError(town.roles, "RoleManagerPersonHoldsOther")
      .withArgs(ADMINISTRATOR, keyOf(a));
  });
});

describe("RoleManager: one person is one citizen", () => {
  it("whoever made the mistake: a second account of a citizen is refused, within a list too", async () => {
    const town = await loadFixture(deployed);
    const [a, b] = [account(1), account(2)];
    const key = keyOf(town.citizens[0]);
    await expect(both(town, "grantRole", CITIZEN, a, key))
      .to.be.revertedWithCustomError(town.roles, "RoleManagerPersonIsCitizen")
      .withArgs(key, town.citizens[0].address);
    await expect(both(town, "grantRoles", CITIZEN, [a, b], [person("p"), person("p")], FOREVER))
      .to.be.revertedWithCustomError(town.roles, "RoleManagerPersonIsCitizen")
      .withArgs(person("p"), a);
    // The person may hold other roles under other accounts.
    await both(town, "grantRole", AUDITOR, a, key);
    expect(await town.roles.accountOf(key)).to.equal(town.citizens[0].address);
    expect(await town.roles.accountOf(person("nobody"))).to.equal(ethers.ZeroAddress);
  });

  it("a proposal's grant to another account of a citizen moves the unit", async () => {
    const town = await loadFixture(deployed);
    const from = town.citizens[0].address;
    const [to, further] = [account(1), account(2)];
    const by = await town.execution.getAddress();
    await expect(adoptedAct(town, "grantRole", CITIZEN, to, keyOf(from)))
      .to.emit(town.roles, "CitizenMoved")
      .withArgs(from, to, keyOf(from), by)
      .and.to.emit(town.roles, "RoleGranted")
      .withArgs(CITIZEN, to, by, 0n, FOREVER);
    const until = (await now()) + DAY;
    await adoptedAct(town, "grantTemporaryRole", CITIZEN, further, keyOf(from), until);
    expect(await town.roles.accountOf(keyOf(from))).to.equal(further);
    expect(await town.roles.roleUntil(CITIZEN, further)).to.equal(until);
    expect(await town.engine.citizenCount()).to.equal(8n);
  });

  it("who was a citizen under another account before takes from there what was spent", async () => {
    const town = await loadFixture(deployed);
    const from = town.citizens[0].address;
    const to = account(1);
    await both(town, "revokeRole", CITIZEN, from);
    const until = (await now()) + DAY;
    await expect(both(town, "grantTemporaryRole", CITIZEN, to, keyOf(from), until))
      .to.emit(town.roles, "CitizenMoved")
      .withArgs(from, to, keyOf(from), town.admins[1].address)
      .and.to.emit(town.roles, "RoleGranted")
      .withArgs(CITIZEN, to, town.admins[1].address, 0n, until);
    expect(await town.engine.originOf(to)).to.equal(from);
    expect(await town.roles.hasRole(CITIZEN, from)).to.equal(false);
    expect(await town.engine.citizenCount()).to.equal(8n);
    await expect(both(town, "grantRole", CITIZEN, from))
      .to.be.revertedWithCustomError(town.roles, "RoleManagerAccountMoved")
      .withArgs(from, to);
  });

  it("a person corrected takes the citizen's place along; where it is taken, one unit ends", async () => {
    const town = await loadFixture(deployed);
    const [a, b, c] = town.citizens.map((citizen) => citizen.address);
    const by = await town.execution.getAddress();
    await adoptedAct(town, "correctPerson", a, person("free"));
    expect(await town.roles.accountOf(person("free"))).to.equal(a);
    expect(await town.roles.accountOf(keyOf(a))).to.equal(ethers.ZeroAddress);

    // a is b's person too: b's unit ends.
    await expect(adoptedAct(town, "correctPerson", a, keyOf(b)))
      .to.emit(town.roles, "RoleRevoked")
      .withArgs(CITIZEN, b, by, FOREVER, ethers.ZeroHash);
    expect(await town.roles.accountOf(keyOf(b))).to.equal(a);
    expect(await town.roles.movedTo(b)).to.equal(a);

    // c was a citizen once and is a's person: it gives up its place.
    await both(town, "revokeRole", CITIZEN, c);
    await adoptedAct(town, "correctPerson", c, keyOf(b));
    expect(await town.roles.movedTo(c)).to.equal(a);
    expect(await town.roles.accountOf(keyOf(b))).to.equal(a);
    for (const gone of [b, c]) {
      await expect(both(town, "grantRole", CITIZEN, gone, keyOf(b)))
        .to.be.revertedWithCustomError(town.roles, "RoleManagerAccountMoved")
        .withArgs(gone, a);
      // Nor does a proposal bring back what was given up as the same person's: there is nothing to take along.
      await expect(adoptedAct(town, "grantRole", CITIZEN, gone, keyOf(b)))
        .to.emit(town.roles, "RoleUnchanged")
        .withArgs(CITIZEN, gone, 0n);
    }
    expect(await town.engine.citizenCount()).to.equal(6n);
  });

  it("a corrected person who was a citizen under an account that is none any more leaves it behind", async () => {
    const town = await loadFixture(deployed);
    const [a, b] = town.citizens.map((citizen) => citizen.address);
    await both(town, "revokeRole", CITIZEN, b);
    await expect(adoptedAct(town, "correctPerson", a, keyOf(b))).not.to.emit(town.roles, "RoleRevoked");
    expect(await town.roles.accountOf(keyOf(b))).to.equal(a);
    expect(await town.roles.movedTo(b)).to.equal(a);
    // Persons of accounts that never were citizens have no place to take along.
    await adoptedAct(town, "correctPerson", town.admins[0].address, keyOf(a));
    expect(await town.roles.accountOf(keyOf(a))).to.equal(ethers.ZeroAddress);
  });
});

describe("RoleManager: a citizen's new account", () => {
  it("by two administrators takes the unit with its end; only a proposal goes back", async () => {
    const town = await loadFixture(deployed);
    const from = town.citizens[0].address;
    const to = town.stranger.address;
    const until = (await now()) + 30n * DAY;
    await adoptedAct(town, "grantTemporaryRole", CITIZEN, from, until);
    await expect(both(town, "moveCitizen", from, to))
      .to.emit(town.roles, "CitizenMoved")
      .withArgs(from, to, keyOf(from), town.admins[1].address);
    expect(await town.roles.hasRole(CITIZEN, from)).to.equal(false);
    expect(await town.roles.roleUntil(CITIZEN, to)).to.equal(until);
    expect(await town.roles.personOf(to)).to.equal(keyOf(from));
    expect(await town.roles.movedTo(from)).to.equal(to);
    expect(await town.engine.currentOf(from)).to.equal(to);
    expect(await town.engine.citizenCount()).to.equal(8n);
    await expect(both(town, "grantRole", CITIZEN, from))
      .to.be.revertedWithCustomError(town.roles, "RoleManagerAccountMoved")
      .withArgs(from, to);
    await expect(both(town, "moveCitizen", to, from))
      .to.be.revertedWithCustomError(town.roles, "RoleManagerAccountMoved")
      .withArgs(from, to);
    await expect(adoptedAct(town, "moveCitizen", to, from))
      .to.emit(town.roles, "CitizenMoved")
      .withArgs(to, from, keyOf(from), await town.execution.getAddress());
    expect(await town.roles.roleUntil(CITIZEN, from)).to.equal(until);
    expect(await town.roles.movedTo(from)).to.equal(ethers.ZeroAddress);
    await both(town, "moveCitizen", from, account(1));
    expect(await town.engine.originOf(account(1))).to.equal(from);
  });

  it("brings no second endorsement and no fresh credits", async () => {
    const town = await loadFixture(deployed);
    const old = town.citizens[1];
    const fresh = town.stranger;
    const proposal = await draft(town);
    await town.manager.connect(old).endorseProposal(proposal.id);
    const first = await opened(town, { strategy: town.quadratic });
    await town.engine.connect(old).castVoteWithParams(first.id, SUPPORT.FOR, "", votesParams(10n));
    await both(town, "moveCitizen", old.address, fresh.address);
    await time.increase(2n);
    const second = await opened(town, { strategy: town.quadratic });
    await expect(
      town.engine.connect(fresh).castVoteWithParams(second.id, SUPPORT.FOR, "", votesParams(10n)),
    ).to.be.revertedWithCustomError(town.engine, "VotingEngineCreditsExceeded");
    await expect(town.manager.connect(fresh).endorseProposal(proposal.id)).to.be.revert(ethers);
  });

  it("needs a citizen on one side, none on the other, and one person behind both", async () => {
    const town = await loadFixture(deployed);
    const [a, b] = town.citizens.map((citizen) => citizen.address);
    const [free, taken] = [account(1), town.admins[2].address];
    const cases = [
      [free, account(2), "RoleManagerRoleNotHeld", [CITIZEN, free]],
      [a, b, "RoleManagerAlreadyCitizen", [b]],
      [a, a, "RoleManagerAlreadyCitizen", [a]],
    ];
    for (const [from, to, error, args] of cases) {
      await expect(act(town, town.admins[0], "moveCitizen", from, to))
        .to.be.revertedWithCustomError(town.roles, error)
        .withArgs(...args);
    }
    await expect(both(town, "moveCitizen", a, taken))
      .to.be.revertedWithCustomError(town.roles, "RoleManagerPersonKnown")
      .withArgs(taken, keyOf(taken));
    await expect(adoptedAct(town, "moveCitizen", free, account(2)))
      .to.emit(town.roles, "RoleUnchanged")
      .withArgs(CITIZEN, free, 0n);
    await expect(adoptedAct(town, "moveCitizen", a, b))
      .to.emit(town.roles, "RoleUnchanged")
      .withArgs(CITIZEN, b, FOREVER);
  });

  it("is not one that was a citizen of its own", async () => {
    const town = await loadFixture(deployed);
    const [a, b] = town.citizens.map((citizen) => citizen.address);
    await both(town, "revokeRole", CITIZEN, b, REASON);
    await expect(both(town, "moveCitizen", a, b))
      .to.be.revertedWithCustomError(town.roles, "RoleManagerPersonKnown")
      .withArgs(b, keyOf(b));
    await expect(adoptedAct(town, "moveCitizen", a, b))
      .to.emit(town.roles, "RoleUnchanged")
      .withArgs(CITIZEN, b, 0n);
    expect(await town.roles.hasRole(CITIZEN, a)).to.equal(true);
  });

  it("takes no other role along", async () => {
    const town = await loadFixture(deployed);
    const from = town.citizens[0];
    await makeDelegate(town, from);
    await both(town, "moveCitizen", from.address, account(1));
    expect(await town.roles.hasRole(DELEGATE, account(1))).to.equal(false);
    expect(await town.roles.hasRole(DELEGATE, from)).to.equal(true);
  });
});
