import { expect } from "chai";

import { both } from "./support/acts.js";
import { DAY, deployed, ethers, FOREVER, keyOf, loadFixture, person, time } from "./support/deployment.js";
import {
  account,
  act,
  adoptedAct,
  ADMINISTRATOR,
  CITIZEN,
  correctionId,
  DELEGATE,
  granting,
  moveId,
  now,
  requestId,
  revoking,
} from "./support/roles.js";

/** That the answer of isRequestOpen is what the second administrator's call does. */
async function isNewHalf(town, signer, fields, method, ...args) {
  expect(await town.roles.isRequestOpen(...fields)).to.equal(false);
  await expect(act(town, signer, method, ...args)).to.emit(town.roles, "RoleChangeRequested");
}

describe("RoleManager: a half", () => {
  it("that its aim overtook is void: one administrator alone never uses it", async () => {
    const town = await loadFixture(deployed);
    const [a, , c] = town.admins;
    const [x, y] = [town.stranger.address, town.stranger2.address];
    await act(town, a, "grantRole", CITIZEN, x);
    expect(await town.roles.isRequestOpen(...granting(CITIZEN, [x]))).to.equal(true);
    await both(town, "grantRoles", CITIZEN, [x, y], FOREVER);
    expect(await town.roles.isRequestOpen(...granting(CITIZEN, [x]))).to.equal(false);
    await both(town, "revokeRole", CITIZEN, x);
    await time.increase(5n * DAY);
    await isNewHalf(town, c, granting(CITIZEN, [x]), "grantRole", CITIZEN, x);
    expect(await town.roles.hasRole(CITIZEN, x)).to.equal(false);
  });

  it("is void after a change by a proposal too, in either direction, of any of its accounts", async () => {
    const town = await loadFixture(deployed);
    const [a, b] = town.admins;
    const [x, y] = [town.stranger.address, town.stranger2.address];
    const list = granting(DELEGATE, [x, y]);
    await act(town, a, "grantRoles", DELEGATE, [x, y]);
    await adoptedAct(town, "grantRole", DELEGATE, y);
    await adoptedAct(town, "revokeRole", DELEGATE, y);
    await isNewHalf(town, b, list, "grantRoles", DELEGATE, [x, y]);
    await act(town, a, "grantRoles", DELEGATE, [x, y]);

    await act(town, a, "revokeRole", DELEGATE, x);
    await adoptedAct(town, "revokeRole", DELEGATE, x);
    await adoptedAct(town, "grantRole", DELEGATE, x);
    await isNewHalf(town, b, revoking(DELEGATE, [x]), "revokeRole", DELEGATE, x);
  });

  it("outlives what changes nothing of it: other roles, the same end again, a recorded expiry", async () => {
    const town = await loadFixture(deployed);
    const [a, b] = town.admins;
    const x = town.stranger.address;
    const until = (await now()) + DAY;
    await both(town, "grantTemporaryRole", DELEGATE, x, until);
    await act(town, a, "grantRole", DELEGATE, x);
    await both(town, "grantRole", CITIZEN, x);
    await adoptedAct(town, "grantTemporaryRole", DELEGATE, x, until);
    await time.increaseTo(until);
    await town.roles.expire(DELEGATE, x);
    expect(await town.roles.isRequestOpen(...granting(DELEGATE, [x]))).to.equal(true);
    await expect(act(town, b, "grantRole", DELEGATE, x)).to.emit(town.roles, "RoleGranted");
  });

  it("is used up with an event even where nothing changes", async () => {
    const town = await loadFixture(deployed);
    const x = town.citizens[0].address;
    await expect(both(town, "grantRole", CITIZEN, x))
      .to.emit(town.roles, "RoleChangeCompleted")
      .withArgs(requestId(granting(CITIZEN, [x])), town.admins[1].address)
      .and.to.emit(town.roles, "RoleUnchanged")
      .withArgs(CITIZEN, x, FOREVER);
    expect(await town.roles.isRequestOpen(...granting(CITIZEN, [x]))).to.equal(false);
  });

  it("lapses after 7 days to the second", async () => {
    const town = await loadFixture(deployed);
    const [a, b] = town.admins;
    const x = town.stranger.address;
    await act(town, a, "grantRole", CITIZEN, x);
    const made = await now();
    await time.increaseTo(made + 7n * DAY - 1n);
    expect(await town.roles.isRequestOpen(...granting(CITIZEN, [x]))).to.equal(true);
    await time.increaseTo(made + 7n * DAY);
    await isNewHalf(town, b, granting(CITIZEN, [x]), "grantRole", CITIZEN, x);
    await expect(act(town, a, "grantRole", CITIZEN, x)).to.emit(town.roles, "RoleGranted");
  });

  it("ends with its administrator's role, and does not come back with it", async () => {
    const town = await loadFixture(deployed);
    const [a, b, c] = town.admins;
    const x = town.stranger.address;
    await act(town, a, "grantRole", CITIZEN, x);
    await adoptedAct(town, "revokeRole", ADMINISTRATOR, a.address);
    expect(await town.roles.isRequestOpen(...granting(CITIZEN, [x]))).to.equal(false);
    await adoptedAct(town, "grantRole", ADMINISTRATOR, a.address);
    await isNewHalf(town, b, granting(CITIZEN, [x]), "grantRole", CITIZEN, x);
    await expect(act(town, c, "grantRole", CITIZEN, x)).to.emit(town.roles, "RoleGranted");
  });

  it("is not completed by another account of the same person", async () => {
    const town = await loadFixture(deployed);
    await adoptedAct(town, "grantRole", ADMINISTRATOR, town.stranger.address, keyOf(town.admins[0]));
    expect(await town.roles.officerCount(ADMINISTRATOR)).to.equal(3n);
    await act(town, town.admins[0], "grantRole", CITIZEN, town.stranger2.address);
    await expect(
      act(town, town.stranger, "grantRole", CITIZEN, town.stranger2.address),
    ).to.be.revertedWithCustomError(town.roles, "TwoPersonsSecondPersonNeeded");
  });

  it("is withdrawn by who made it, open or void, and by nobody else", async () => {
    const town = await loadFixture(deployed);
    const [a, b] = town.admins;
    const x = town.stranger.address;
    const id = requestId(granting(CITIZEN, [x]));
    await act(town, a, "grantRole", CITIZEN, x);
    for (const other of [b, town.guardians[0], town.relayer]) {
      await expect(town.roles.connect(other).withdrawRequest(id)).to.be.revertedWithCustomError(
        town.roles,
        "TwoPersonsNotYours",
      );
    }
    await expect(town.roles.connect(a).withdrawRequest(id))
      .to.emit(town.roles, "RoleChangeWithdrawn")
      .withArgs(id, a.address);
    expect(await town.roles.requestOf(id)).to.deep.equal([ethers.ZeroAddress, 0n]);
    await expect(town.roles.connect(a).withdrawRequest(id)).to.be.revertedWithCustomError(
      town.roles,
      "TwoPersonsNotYours",
    );
    await isNewHalf(town, b, granting(CITIZEN, [x]), "grantRole", CITIZEN, x);
    await time.increase(8n * DAY);
    await expect(town.roles.connect(b).withdrawRequest(id)).to.emit(town.roles, "RoleChangeWithdrawn");
  });
});

describe("RoleManager: halves of corrections and moves", () => {
  it("of a correction are for two, and void once the person was corrected otherwise", async () => {
    const town = await loadFixture(deployed);
    const [a, b] = town.admins;
    const x = town.stranger.address;
    await both(town, "grantRole", DELEGATE, x);
    await both(town, "revokeRole", DELEGATE, x);
    const key = person("right");
    const id = correctionId(x, key);
    const sent = await act(town, a, "correctPerson", x, key);
    await expect(sent)
      .to.emit(town.roles, "PersonCorrectionRequested")
      .withArgs(id, a.address, x, key, (await now()) + 7n * DAY);
    expect(await town.roles.isCorrectionOpen(x, key)).to.equal(true);
    expect(await town.roles.isCorrectionOpen(x, person("wrong"))).to.equal(false);
    await expect(act(town, a, "correctPerson", x, key)).to.be.revertedWithCustomError(
      town.roles,
      "TwoPersonsSecondPersonNeeded",
    );
    await adoptedAct(town, "correctPerson", x, person("another"));
    await adoptedAct(town, "correctPerson", x, keyOf(x));
    expect(await town.roles.isCorrectionOpen(x, key)).to.equal(false);
    await expect(act(town, b, "correctPerson", x, key)).to.emit(town.roles, "PersonCorrectionRequested");
    await expect(act(town, a, "correctPerson", x, key))
      .to.emit(town.roles, "RoleChangeCompleted")
      .withArgs(id, a.address)
      .and.to.emit(town.roles, "PersonIdentified")
      .withArgs(x, keyOf(x), key, a.address);
    expect(await town.roles.personOf(x)).to.equal(key);
  });

  it("of a move are for two, and void once either account's unit changed", async () => {
    const town = await loadFixture(deployed);
    const [a, b] = town.admins;
    const [from, to] = [town.citizens[0].address, account(500)];
    const half = async (by) => {
      const sent = await act(town, by, "moveCitizen", from, to);
      await expect(sent)
        .to.emit(town.roles, "CitizenMoveRequested")
        .withArgs(moveId(from, to), by.address, from, to, (await now()) + 7n * DAY);
    };
    await half(a);
    expect(await town.roles.isMoveOpen(from, to)).to.equal(true);
    await adoptedAct(town, "revokeRole", CITIZEN, from);
    await adoptedAct(town, "grantRole", CITIZEN, from);
    expect(await town.roles.isMoveOpen(from, to)).to.equal(false);
    await half(b);
    await adoptedAct(town, "grantRole", CITIZEN, to);
    await adoptedAct(town, "revokeRole", CITIZEN, to);
    expect(await town.roles.isMoveOpen(from, to)).to.equal(false);
    await half(a);
    await town.roles.connect(a).withdrawRequest(moveId(from, to));
    expect(await town.roles.isMoveOpen(from, to)).to.equal(false);
  });
});

describe("RoleManager: the second call", () => {
  it("needs what the first needed, as things stand then", async () => {
    const town = await loadFixture(deployed);
    const [a, b] = town.admins;
    const x = town.stranger.address;
    const until = (await now()) + DAY;
    await act(town, a, "grantTemporaryRole", CITIZEN, x, until);
    await time.increaseTo(until);
    await expect(act(town, b, "grantTemporaryRole", CITIZEN, x, until))
      .to.be.revertedWithCustomError(town.roles, "RoleManagerUntilPassed")
      .withArgs(until);
  });
});

describe("RoleManager: a half that can't be agreed to", () => {
  it("names no account twice", async () => {
    const town = await loadFixture(deployed);
    const [a, b] = town.citizens.map(({ address }) => address);
    for (const args of [
      ["revokeRoles", CITIZEN, [a, b, a]],
      ["grantRoles", DELEGATE, [a, b, a]],
    ]) {
      await expect(act(town, town.admins[0], ...args))
        .to.be.revertedWithCustomError(town.roles, "RoleManagerDuplicateAccount")
        .withArgs(a);
    }
    // Other accounts may end alike.
    await act(town, town.admins[0], "grantRoles", DELEGATE, [account(0x101), account(0x201)]);
    // A proposal's list is carried out as far as it says anything.
    await expect(adoptedAct(town, "revokeRoles", CITIZEN, [a, a]))
      .to.emit(town.roles, "RoleUnchanged")
      .withArgs(CITIZEN, a, 0n);
  });

  it("is not open: its end has passed, or the role has ended", async () => {
    const town = await loadFixture(deployed);
    const a = town.citizens[0].address;
    const until = (await now()) + DAY;
    await adoptedAct(town, "grantTemporaryRole", CITIZEN, a, until);
    await act(town, town.admins[0], "grantTemporaryRole", DELEGATE, a, until);
    await act(town, town.admins[0], "revokeRole", CITIZEN, a);
    const fields = [granting(DELEGATE, [a], until), revoking(CITIZEN, [a])];
    for (const half of fields) expect(await town.roles.isRequestOpen(...half)).to.equal(true);
    await time.increaseTo(until);
    for (const half of fields) expect(await town.roles.isRequestOpen(...half)).to.equal(false);
  });
});
