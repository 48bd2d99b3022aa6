import { expect } from "chai";

import { both, makeDelegate } from "./support/acts.js";
import { acting, DAY, deployed, ethers, FOREVER, keyOf, loadFixture, time } from "./support/deployment.js";
import { account, accounts, act, adoptedAct, CITIZEN, DELEGATE, granting, moveId, now, requestId, revoking } from "./support/roles.js";

/** Grants CITIZEN to so many new accounts, in lists of 100: by two administrators, or by proposals. */
async function add(town, count, first, byProposals = false) {
  const callers = byProposals ? [await acting(town.execution)] : town.admins.slice(0, 2);
  for (let done = 0; done < count; done += 100) {
    const list = accounts(Math.min(100, count - done), first + done);
    for (const caller of callers) {
      // With its gas given, nothing is run twice to estimate it.
      await town.roles.connect(caller).grantRoles(CITIZEN, list, list.map(keyOf), FOREVER, { gasLimit: 16_000_000n });
    }
  }
}
const allowance = async (town) => Array.from(await town.roles.censusAllowance());

/** A town of 1,208 citizens, most of them by proposals. */
async function large() {
  const town = await deployed();
  await add(town, 1200, 10_000, true);
  return town;
}

describe("RoleManager: the weekly limit of the roll", () => {
  it("is 50 removals and 1,000 additions in a small town, whatever proposals did", async () => {
    const town = await loadFixture(deployed);
    expect(await allowance(town)).to.deep.equal([1000n, 50n]);
    await add(town, 100, 10_000, true);
    expect(await allowance(town)).to.deep.equal([1000n, 50n]);
    await expect(both(town, "revokeRoles", CITIZEN, accounts(51, 10_000)))
      .to.be.revertedWithCustomError(town.roles, "RoleManagerCensusCap")
      .withArgs(51n, 50n);
    await both(town, "revokeRoles", CITIZEN, accounts(30, 10_000));
    expect(await allowance(town)).to.deep.equal([1000n, 20n]);
    await expect(both(town, "revokeRoles", CITIZEN, accounts(21, 10_030)))
      .to.be.revertedWithCustomError(town.roles, "RoleManagerCensusCap")
      .withArgs(21n, 20n);
    await adoptedAct(town, "revokeRoles", CITIZEN, accounts(60, 10_030));
    expect(await allowance(town)).to.deep.equal([1000n, 20n]);
  });

  it("is a tenth and the whole of a great roll, as it was before", async () => {
    const town = await loadFixture(large);
    expect(await allowance(town)).to.deep.equal([1208n, 120n]);
    await add(town, 1208, 20_000);
    // Twice the people do not allow for twice as many.
    expect(await allowance(town)).to.deep.equal([0n, 120n]);
    await expect(both(town, "grantRole", CITIZEN, account(1)))
      .to.be.revertedWithCustomError(town.roles, "RoleManagerCensusCap")
      .withArgs(1n, 0n);
    await both(town, "revokeRoles", CITIZEN, accounts(100, 10_000));
    expect(await allowance(town)).to.deep.equal([0n, 20n]);
  });

  it("keeps two administrators from emptying the roll of a town in an hour", async () => {
    const town = await loadFixture(large);
    let removed = 0n;
    for (const first of [10_000, 10_100, 10_200]) {
      const sent = both(town, "revokeRoles", CITIZEN, accounts(100, first));
      if (removed < 100n) removed += await sent.then(() => 100n);
      else await expect(sent).to.be.revertedWithCustomError(town.roles, "RoleManagerCensusCap");
    }
    expect(await town.engine.citizenCount()).to.equal(1108n);
  });

  it("counts over any seven days: what is older than the day a week ago is forgotten", async () => {
    const town = await loadFixture(deployed);
    await add(town, 100, 10_000, true);
    const midnight = ((await now()) / DAY + 1n) * DAY;
    await time.increaseTo(midnight + DAY - 60n);
    await both(town, "revokeRoles", CITIZEN, accounts(20, 10_000));
    await time.increaseTo(midnight + 3n * DAY);
    await both(town, "revokeRoles", CITIZEN, accounts(25, 10_020));
    await time.increaseTo(midnight + 7n * DAY + DAY - 60n);
    expect(await allowance(town)).to.deep.equal([1000n, 5n]);
    await time.increaseTo(midnight + 8n * DAY);
    expect(await allowance(town)).to.deep.equal([1000n, 25n]);
    await time.increaseTo(midnight + 11n * DAY);
    expect(await allowance(town)).to.deep.equal([1000n, 50n]);
    await both(town, "revokeRole", CITIZEN, account(10_099));
    await time.increase(300n * DAY);
    expect(await allowance(town)).to.deep.equal([1000n, 50n]);
  });

  it("counts citizens: no renewal, no other role, nobody who is one already", async () => {
    const town = await loadFixture(deployed);
    const until = (await now()) + 30n * DAY;
    await both(town, "grantRoles", CITIZEN, [account(1), account(2), town.citizens[0].address], FOREVER);
    expect(await allowance(town)).to.deep.equal([998n, 50n]);
    await both(town, "grantTemporaryRole", CITIZEN, account(3), until);
    await both(town, "grantRole", CITIZEN, account(3));
    await both(town, "grantRoles", DELEGATE, accounts(20), FOREVER);
    await both(town, "revokeRoles", DELEGATE, accounts(20));
    expect(await allowance(town)).to.deep.equal([997n, 50n]);
  });

  it("counts a move as a removal and as an addition", async () => {
    const town = await loadFixture(deployed);
    await both(town, "moveCitizen", town.citizens[0].address, account(1));
    expect(await allowance(town)).to.deep.equal([999n, 49n]);
    await add(town, 49, 10_000, true);
    await both(town, "revokeRoles", CITIZEN, accounts(49, 10_000));
    const [from, to] = [town.citizens[1].address, account(2)];
    await expect(both(town, "moveCitizen", from, to))
      .to.be.revertedWithCustomError(town.roles, "RoleManagerCensusCap")
      .withArgs(1n, 0n);
    await town.roles.connect(town.guardians[0]).approveRequest(moveId(from, to));
    await expect(act(town, town.admins[1], "moveCitizen", from, to)).to.emit(town.roles, "CitizenMoved");
    await adoptedAct(town, "moveCitizen", town.citizens[2].address, account(3));
    expect(await allowance(town)).to.deep.equal([999n, 0n]);
  });
});

describe("RoleManager: a guardian's agreement to an import of the register", () => {
  const fields = () => granting(CITIZEN, accounts(100, 30_000));
  const list = [CITIZEN, accounts(100, 30_000), FOREVER];

  async function full() {
    const town = await deployed();
    await add(town, 1000, 10_000);
    return town;
  }

  it("lifts the limit for that request, once", async () => {
    const town = await loadFixture(full);
    const [a, b] = town.admins;
    const [guardian] = town.guardians;
    const id = requestId(fields());
    await expect(town.roles.connect(guardian).approveRequest(id))
      .to.be.revertedWithCustomError(town.roles, "RoleManagerNoRequest")
      .withArgs(id);
    await act(town, a, "grantRoles", ...list);
    await expect(act(town, b, "grantRoles", ...list))
      .to.be.revertedWithCustomError(town.roles, "RoleManagerCensusCap")
      .withArgs(100n, 0n);
    for (const other of [a, b, town.citizens[0]]) {
      await expect(town.roles.connect(other).approveRequest(id))
        .to.be.revertedWithCustomError(town.roles, "RoleManagerUnauthorized")
        .withArgs(other.address);
    }
    await expect(town.roles.connect(guardian).approveRequest(id))
      .to.emit(town.roles, "RoleChangeApproved")
      .withArgs(id, guardian.address);
    await act(town, b, "grantRoles", ...list);
    expect(await town.roles.hasRole(CITIZEN, account(30_099))).to.equal(true);
    // What was approved counts for nothing, and approves nothing more.
    expect((await allowance(town))[0]).to.equal(0n);
    await adoptedAct(town, "revokeRoles", CITIZEN, accounts(100, 30_000));
    await expect(both(town, "grantRoles", ...list)).to.be.revertedWithCustomError(town.roles, "RoleManagerCensusCap");
  });

  it("ends with the half, and with the guardian's role", async () => {
    const town = await loadFixture(full);
    const [a, b] = town.admins;
    const [guardian] = town.guardians;
    const id = requestId(fields());
    const approved = async () => {
      await act(town, a, "grantRoles", ...list);
      await town.roles.connect(guardian).approveRequest(id);
    };
    const refused = () =>
      expect(act(town, b, "grantRoles", ...list)).to.be.revertedWithCustomError(town.roles, "RoleManagerCensusCap");

    await approved();
    await town.roles.connect(a).withdrawRequest(id);
    await act(town, a, "grantRoles", ...list);
    await refused();

    await town.roles.connect(guardian).approveRequest(id);
    await time.increase(9n * DAY);
    await add(town, 1000, 50_000);
    await act(town, a, "grantRoles", ...list);
    await refused();
    await town.roles.connect(a).withdrawRequest(id);

    await approved();
    await adoptedAct(town, "revokeRole", ethers.id("GUARDIAN"), guardian.address);
    await refused();
  });

  it("covers removals beyond the limit too", async () => {
    const town = await loadFixture(full);
    const out = [CITIZEN, accounts(100, 10_000)];
    await act(town, town.admins[0], "revokeRoles", ...out);
    await town.roles.connect(town.guardians[1]).approveRequest(requestId(revoking(...out)));
    await act(town, town.admins[1], "revokeRoles", ...out);
    expect(await town.engine.citizenCount()).to.equal(908n);
    expect((await allowance(town))[1]).to.equal(50n);
  });
});

describe("RoleManager: expiry after a revocation", () => {
  it("closes the records of a unit that was revoked while it had typed delegations", async () => {
    const town = await loadFixture(deployed);
    const [citizen, delegate] = town.citizens;
    await makeDelegate(town, delegate);
    await town.engine.connect(citizen).delegateFor(0, delegate.address);
    await both(town, "revokeRole", CITIZEN, citizen.address);
    expect(await town.roles.hasRole(CITIZEN, citizen)).to.equal(false);
    expect(await town.engine.citizenCount()).to.equal(8n);
    await expect(act(town, town.admins[0], "revokeRole", CITIZEN, citizen.address))
      .to.be.revertedWithCustomError(town.roles, "RoleManagerRoleNotHeld")
      .withArgs(CITIZEN, citizen.address);
    await town.roles.connect(town.relayer).expire(CITIZEN, citizen.address);
    expect(await town.engine.citizenCount()).to.equal(7n);
    expect(await town.roles.roleUntil(CITIZEN, citizen)).to.equal(0n);
  });
});
