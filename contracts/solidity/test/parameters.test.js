import { expect } from "chai";

import { adopted, call, carriedByCitizens, change, draft, queued, toDue, toEnd, opened } from "./support/acts.js";
import {
  acting,
  DAY,
  deployed,
  ethers,
  HOUR,
  loadFixture,
  MINUTE,
  PARAMS,
  PARAMS_FIELDS,
  PROPOSAL,
  REASON,
  STATE,
  SUPPORT,
  time,
} from "./support/deployment.js";

const named = ethers.encodeBytes32String;

/** A town whose parameters are these, whatever way it came to them. */
async function withParams(params) {
  const town = await loadFixture(deployed);
  const core = town.core.connect(await acting(town.execution));
  for (const [field, value] of Object.entries(params)) {
    await core.updateGovernanceParams(named(field), PARAMS[field], value);
  }
  return town;
}

/** The extremes of every parameter: [least, greatest]. */
async function extremes(town) {
  const bounds = {};
  for (const field of PARAMS_FIELDS) bounds[field] = await town.core.bounds(named(field));
  return bounds;
}

describe("parameters: the way back", () => {
  // Half of the roll is all that any quorum asks, and no officer lends a hand.
  const half = (town) => town.citizens.slice(0, town.citizens.length / 2);

  for (const field of PARAMS_FIELDS) {
    for (const [which, at] of [
      ["least", 0],
      ["greatest", 1],
    ]) {
      it(`citizens alone vote ${field} back in from its ${which} value`, async () => {
        const extreme = (await extremes(await loadFixture(deployed)))[field][at];
        const town = await withParams({ [field]: extreme });
        const actions = [await change(town, field, PARAMS[field])];
        await carriedByCitizens(town, { type: PROPOSAL.PARAMETER, actions, voters: half(town) });
        expect((await town.core.governanceParams()).toObject()).to.deep.equal(PARAMS);
      });
    }
  }

  for (const [which, at] of [
    ["least", 0],
    ["greatest", 1],
  ]) {
    it(`citizens alone vote all of them back in, when all stand at their ${which} values`, async () => {
      const bounds = await extremes(await loadFixture(deployed));
      const params = Object.fromEntries(PARAMS_FIELDS.map((field) => [field, bounds[field][at]]));
      const town = await withParams(params);
      const actions = await Promise.all(PARAMS_FIELDS.map((field) => change(town, field, PARAMS[field])));
      await carriedByCitizens(town, { type: PROPOSAL.PARAMETER, actions, voters: half(town) });
      expect((await town.core.governanceParams()).toObject()).to.deep.equal(PARAMS);
    });
  }

  it("one citizen of one unit drafts PARAMETER and EMERGENCY at the greatest threshold, and nothing else", async () => {
    const town = await withParams({ proposalThreshold: 5n });
    await draft(town, { type: PROPOSAL.PARAMETER, actions: [await change(town, "proposalThreshold", 1n)] });
    await town.core.connect(town.guardians[0]).pause(REASON);
    await draft(town, { type: PROPOSAL.EMERGENCY, actions: [await call(town.core, "unpause", [1n])] });
    await expect(draft(town, { type: PROPOSAL.POLICY }))
      .to.be.revertedWithCustomError(town.manager, "ProposalManagerBelowThreshold")
      .withArgs(town.citizens[0].address, 1n, 5n);
  });

  it("with all of them at their greatest values an EMERGENCY still ends a pause of one guardian before its time", async () => {
    const bounds = await extremes(await loadFixture(deployed));
    const town = await withParams(Object.fromEntries(PARAMS_FIELDS.map((field) => [field, bounds[field][1]])));
    await town.core.connect(town.guardians[0]).pause(REASON);
    const { until } = await town.engine.pauseState();
    const actions = [await call(town.core, "unpause", [1n])];
    await carriedByCitizens(town, { type: PROPOSAL.EMERGENCY, actions, voters: half(town) });
    expect(BigInt(await time.latest())).to.be.lessThan(until);
    expect(await town.engine.paused()).to.equal(false);
  });

  it("of a real town let nobody pass an UPGRADE overnight, even at their least values", async () => {
    const bounds = await extremes(await loadFixture(deployed));
    const town = await withParams(Object.fromEntries(PARAMS_FIELDS.map((field) => [field, bounds[field][0]])));
    const { reviewPeriod, noticePeriod, votingPeriod, executionDelay } = await town.core.termsFor(PROPOSAL.UPGRADE);
    expect(reviewPeriod + noticePeriod + votingPeriod + executionDelay).to.equal(3n * DAY + HOUR);
    await expect(withParams({ votingPeriod: 5n * MINUTE })).to.be.revertedWithCustomError(
      town.core,
      "GovernanceCoreParamOutOfBounds",
    );
  });
});

describe("parameters: two proposals in flight", () => {
  async function both(town, one, two) {
    const proposals = [];
    for (const actions of [one, two]) proposals.push(await opened(town, { type: PROPOSAL.PARAMETER, actions }));
    for (const { id } of proposals) {
      for (const citizen of town.citizens) await town.engine.connect(citizen).castVote(id, SUPPORT.FOR);
    }
    await toEnd(town, proposals[1]);
    for (const { id, actions } of proposals) await town.manager.queueProposal(id, actions);
    await toDue(town, proposals[1]);
    return proposals;
  }

  it("about two parameters leave each other's change alone", async () => {
    const town = await loadFixture(deployed);
    const [one, two] = await both(
      town,
      [await change(town, "quorumPercentage", 40n)],
      [await change(town, "votingPeriod", 5n * DAY)],
    );
    await town.manager.executeProposal(one.id, one.actions);
    await town.manager.executeProposal(two.id, two.actions);
    expect((await town.core.governanceParams()).toObject()).to.deep.equal({
      ...PARAMS,
      quorumPercentage: 40n,
      votingPeriod: 5n * DAY,
    });
  });

  it("about one parameter: the later is not carried out over the value that its voters never saw", async () => {
    const town = await loadFixture(deployed);
    const [one, two] = await both(
      town,
      [await change(town, "quorumPercentage", 40n)],
      [await change(town, "quorumPercentage", 10n)],
    );
    await town.manager.executeProposal(one.id, one.actions);
    await expect(town.manager.executeProposal(two.id, two.actions))
      .to.be.revertedWithCustomError(town.core, "GovernanceCoreParamChanged")
      .withArgs(named("quorumPercentage"), 25n, 40n);
    expect(await town.manager.state(two.id)).to.equal(STATE.QUEUED);
    expect(await town.core.quorumPercentage()).to.equal(40n);
  });

  it("about the same value of one parameter: the later finds it done and is carried out", async () => {
    const town = await loadFixture(deployed);
    const actions = [await change(town, "quorumPercentage", 40n)];
    const [one, two] = await both(town, actions, actions);
    await town.manager.executeProposal(one.id, one.actions);
    await expect(town.manager.executeProposal(two.id, two.actions))
      .to.emit(town.core, "GovernanceParamUnchanged")
      .withArgs(named("quorumPercentage"), 40n);
    expect(await town.manager.state(two.id)).to.equal(STATE.EXECUTED);
  });

  it("a delay and a grace changed between the vote and the queue don't reach a proposal that was opened before", async () => {
    const town = await loadFixture(deployed);
    const proposal = await adopted(town, {
      type: PROPOSAL.PARAMETER,
      actions: [await change(town, "quorumPercentage", 40n)],
    });
    const core = town.core.connect(await acting(town.execution));
    await core.updateGovernanceParams(named("executionDelay"), PARAMS.executionDelay, DAY);
    await core.updateGovernanceParams(named("gracePeriod"), PARAMS.gracePeriod, 2n * DAY);
    await town.manager.queueProposal(proposal.id, proposal.actions);
    const now = BigInt(await time.latest());
    const { executionTime, expiresAt } = await town.execution.schedule(proposal.id);
    expect(executionTime).to.equal(now + PARAMS.executionDelay);
    expect(expiresAt).to.equal(executionTime + PARAMS.gracePeriod);
    const later = await queued(town);
    const schedule = await town.execution.schedule(later.id);
    expect(schedule.expiresAt - schedule.executionTime).to.equal(2n * DAY);
  });
});
