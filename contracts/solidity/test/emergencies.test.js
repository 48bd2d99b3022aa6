import { expect } from "chai";

import { call, draft, executed, harmless, opened, queued, toDue } from "./support/acts.js";
import {
  acting,
  DAY,
  deployed,
  HOUR,
  keyOf,
  loadFixture,
  PROPOSAL,
  REASON,
  role,
  STATE,
  time,
} from "./support/deployment.js";

const now = async () => BigInt(await time.latest());
const GUARDIAN = role("GUARDIAN");

/** A town paused by its first guardian; `until` as announced. */
async function paused() {
  const town = await deployed();
  await town.core.connect(town.guardians[0]).pause(REASON);
  const begin = await now();
  return { ...town, begin, until: begin + 72n * HOUR };
}

describe("pause: lifted by an EMERGENCY proposal", () => {
  const emergency = async (town, actions) => {
    const proposal = await queued(town, { type: PROPOSAL.EMERGENCY, actions });
    await toDue(town, proposal);
    return proposal;
  };
  const lift = (town, number) => call(town.core, "unpause", [number]);

  it("that is decided and carried out while paused, before the pause of one guardian ends", async () => {
    const town = await loadFixture(paused);
    const actions = [await lift(town, 1n)];
    const proposal = await emergency(town, actions);
    const tx = await town.manager.executeProposal(proposal.id, actions);
    const immuneUntil = (await now()) + 30n * DAY;
    await expect(tx)
      .to.emit(town.core, "GovernanceUnpaused")
      .withArgs(1n, await town.execution.getAddress(), immuneUntil);
    expect(await town.engine.paused()).to.equal(false);
    expect(await now()).to.be.lessThan(town.until);
    expect(await town.core.immuneUntil()).to.equal(immuneUntil);
  });

  it("makes 30 days in which nobody may pause", async () => {
    const town = await loadFixture(paused);
    await (await town.core.connect(await acting(town.execution)).unpause(1n)).wait();
    const immuneUntil = (await now()) + 30n * DAY;
    for (const guardian of town.guardians) {
      await expect(town.core.connect(guardian).pause(REASON))
        .to.be.revertedWithCustomError(town.core, "GovernanceCoreImmune")
        .withArgs(immuneUntil);
    }
    await time.increaseTo(immuneUntil - 2n);
    await expect(town.core.connect(town.guardians[1]).pause(REASON)).to.be.revertedWithCustomError(
      town.core,
      "GovernanceCoreImmune",
    );
    await time.setNextBlockTimestamp(immuneUntil);
    await town.core.connect(town.guardians[1]).pause(REASON);
  });

  it("lifts the pause it names and no later one", async () => {
    const town = await loadFixture(paused);
    const actions = [await lift(town, 1n)];
    const proposal = await emergency(town, actions);
    for (const guardian of town.guardians.slice(0, 2)) await town.core.connect(guardian).unpause(1n);
    await town.core.connect(town.guardians[1]).pause(REASON);
    const tx = town.manager.executeProposal(proposal.id, actions);
    await expect(tx).to.emit(town.core, "UnpauseNotNeeded").withArgs(1n);
    await expect(tx).not.to.emit(town.core, "GovernanceUnpaused");
    expect(await town.engine.paused()).to.equal(true);
    expect(await town.core.immuneUntil()).to.equal(0n);
    expect(await town.manager.state(proposal.id)).to.equal(STATE.EXECUTED);
  });

  it("that comes after its pause ran out does nothing and does not fail", async () => {
    const town = await loadFixture(paused);
    const actions = [await lift(town, 1n)];
    const proposal = await emergency(town, actions);
    await time.increaseTo(town.until);
    await expect(town.manager.executeProposal(proposal.id, actions)).to.emit(town.core, "UnpauseNotNeeded");
  });

  it("can't be made in advance of a pause", async () => {
    const town = await loadFixture(deployed);
    for (const number of [1n, 2n ** 256n - 1n]) {
      const attempt = draft(town, { type: PROPOSAL.EMERGENCY, actions: [await lift(town, number)] });
      await expect(attempt)
        .to.be.revertedWithCustomError(town.execution, "ExecutionModuleTargetNotAllowed")
        .withArgs(PROPOSAL.EMERGENCY, 0n);
    }
    await town.core.connect(town.guardians[0]).pause(REASON);
    await draft(town, { type: PROPOSAL.EMERGENCY, actions: [await lift(town, 1n)] });
  });

  it("unseats the guardian even when the guardians lift the pause in front of it", async () => {
    const town = await loadFixture(paused);
    const [first, second] = town.guardians;
    const actions = [
      await lift(town, 1n),
      await call(town.roles, "revokeRole", [GUARDIAN, first.address, REASON]),
    ];
    const proposal = await emergency(town, actions);
    await town.core.connect(first).unpause(1n);
    await town.core.connect(second).unpause(1n);
    await expect(town.manager.executeProposal(proposal.id, actions))
      .to.emit(town.core, "UnpauseNotNeeded")
      .and.to.emit(town.roles, "RoleRevoked");
    expect(await town.roles.hasRole(GUARDIAN, first)).to.equal(false);
  });

  it("takes the role from every guardian and seats others, with exactly the minimum there", async () => {
    const town = await loadFixture(deployed);
    const timelock = town.roles.connect(await acting(town.execution));
    await timelock.revokeRole(GUARDIAN, town.guardians[2].address, REASON);
    expect(await town.roles.officerCount(GUARDIAN)).to.equal(2n);
    // A ROLE proposal can't go below the minimum, an EMERGENCY can.
    await expect(timelock.revokeRole(GUARDIAN, town.guardians[0].address, REASON)).to.be.revertedWithCustomError(
      town.roles,
      "RoleManagerTooFewPersons",
    );
    await town.core.connect(town.guardians[0]).pause(REASON);
    await town.core.connect(town.guardians[1]).extendPause();
    const fresh = [town.stranger, town.stranger2];
    const actions = [
      await lift(town, 1n),
      ...(await Promise.all(
        town.guardians
          .slice(0, 2)
          .map(({ address }) => call(town.roles, "revokeRole", [GUARDIAN, address, REASON])),
      )),
      ...(await Promise.all(
        fresh.map(({ address }) => call(town.roles, "grantRole", [GUARDIAN, address, keyOf(address)])),
      )),
    ];
    const proposal = await emergency(town, actions);
    await town.manager.executeProposal(proposal.id, actions);
    for (const guardian of town.guardians) expect(await town.roles.hasRole(GUARDIAN, guardian)).to.equal(false);
    for (const guardian of fresh) expect(await town.roles.hasRole(GUARDIAN, guardian)).to.equal(true);
    expect(await town.engine.paused()).to.equal(false);
    await executed(town);
  });

  it("may leave no guardian at all, and a ROLE proposal seats new ones afterwards", async () => {
    const town = await loadFixture(paused);
    const actions = [
      await lift(town, 1n),
      ...(await Promise.all(
        town.guardians.map(({ address }) => call(town.roles, "revokeRole", [GUARDIAN, address, REASON])),
      )),
    ];
    const proposal = await emergency(town, actions);
    await town.manager.executeProposal(proposal.id, actions);
    expect(await town.roles.officerCount(GUARDIAN)).to.equal(0n);
    const seats = [town.stranger, town.stranger2].map(({ address }) => [GUARDIAN, address, keyOf(address)]);
    await executed(town, {
      type: PROPOSAL.ROLE,
      actions: await Promise.all(seats.map((args) => call(town.roles, "grantRole", args))),
    });
    expect(await town.roles.officerCount(GUARDIAN)).to.equal(2n);
  });

  it("two guardians keep a town closed no longer than citizens need for one EMERGENCY", async () => {
    const town = await loadFixture(deployed);
    const [first, second] = town.guardians;
    await town.core.connect(first).pause(REASON);
    const begin = await now();
    await town.core.connect(second).extendPause();
    await town.core.connect(first).extendPause();
    await town.core.connect(second).extendPause();
    const { reviewPeriod, noticePeriod, votingPeriod, executionDelay } = await town.core.termsFor(PROPOSAL.EMERGENCY);
    const actions = [await lift(town, 1n)];
    const proposal = await emergency(town, actions);
    await town.manager.executeProposal(proposal.id, actions);
    expect((await now()) - begin).to.be.lessThan(reviewPeriod + noticePeriod + votingPeriod + executionDelay);
    for (const guardian of town.guardians) {
      await expect(town.core.connect(guardian).pause(REASON)).to.be.revertedWithCustomError(
        town.core,
        "GovernanceCoreImmune",
      );
    }
    await executed(town);
  });

  it("a pause stops every other vote and execution, and their times go on behind it", async () => {
    const town = await loadFixture(deployed);
    const proposal = await queued(town, await harmless(town));
    const open = await opened(town);
    await town.core.connect(town.guardians[0]).pause(REASON);
    await expect(town.engine.connect(town.citizens[0]).castVote(open.id, 1)).to.be.revertedWithCustomError(
      town.engine,
      "VotingEnginePaused",
    );
    await time.increase(60n * HOUR);
    await expect(town.manager.executeProposal(proposal.id, proposal.actions)).to.be.revertedWithCustomError(
      town.execution,
      "ExecutionModulePaused",
    );
    await time.increase(12n * HOUR);
    await town.engine.connect(town.citizens[0]).castVote(open.id, 1);
    await toDue(town, proposal);
    await town.manager.executeProposal(proposal.id, proposal.actions);
  });
});
