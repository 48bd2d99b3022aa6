import { expect } from "chai";

import { actionsHash, adopted, both, call, draft, executed, opened, queued, toEnd } from "./support/acts.js";
import {
  acting,
  DAY,
  deployed,
  ethers,
  HOUR,
  loadFixture,
  PARAMS,
  PROPOSAL,
  role,
  STATE,
  SUPPORT,
  time,
} from "./support/deployment.js";

const CITIZEN = role("CITIZEN");
const now = async () => BigInt(await time.latest());

describe("ProposalManager: the outcome", () => {
  const cases = [
    ["for > against with quorum", { for: 2 }, STATE.SUCCEEDED],
    ["abstentions help the quorum", { for: 1, abstain: 1 }, STATE.SUCCEEDED],
    ["below quorum", { for: 1 }, STATE.DEFEATED],
    ["against votes don't help the quorum", { for: 1, against: 0, abstain: 0 }, STATE.DEFEATED],
    ["a tie", { for: 2, against: 2 }, STATE.DEFEATED],
    ["more against", { for: 2, against: 3 }, STATE.DEFEATED],
    ["only abstentions", { abstain: 5 }, STATE.DEFEATED],
    ["nobody", {}, STATE.DEFEATED],
  ];
  for (const [name, count, outcome] of cases) {
    it(`${name}: ${outcome === STATE.SUCCEEDED ? "adopted" : "not adopted"}`, async () => {
      const town = await loadFixture(deployed);
      const proposal = await opened(town);
      const voters = [...town.citizens];
      for (const [side, support] of [
        ["against", SUPPORT.AGAINST],
        ["for", SUPPORT.FOR],
        ["abstain", SUPPORT.ABSTAIN],
      ]) {
        for (const voter of voters.splice(0, count[side] ?? 0)) {
          await town.engine.connect(voter).castVote(proposal.id, support);
        }
      }
      await toEnd(town, proposal);
      expect(await town.manager.state(proposal.id)).to.equal(outcome);
    });
  }

  it("the quorum is rounded up and belongs to the snapshot", async () => {
    const town = await loadFixture(deployed);
    const drafted = await draft(town);
    await expect(town.manager.quorum(drafted.id))
      .to.be.revertedWithCustomError(town.manager, "ProposalManagerNotActivated")
      .withArgs(drafted.id);
    const { id } = await opened(town);
    expect(await town.manager.quorum(id)).to.equal(2n);
    await both(town, "grantRole", CITIZEN, town.stranger.address);
    expect(await town.manager.quorum(id)).to.equal(2n);
    const next = await opened(town);
    // A quarter of nine is 2.25.
    expect(await town.manager.quorum(next.id)).to.equal(3n);
    const weighted = await opened(town, { strategy: town.weighted });
    expect(await town.manager.quorum(weighted.id)).to.equal(250n * 10n ** 18n);
    const ahead = await draft(town);
    await town.manager.connect(town.admins[0]).activateProposal(ahead.id, (await now()) + DAY);
    await expect(town.manager.quorum(ahead.id)).to.be.revertedWithCustomError(town.engine, "VotingEngineFutureLookup");
  });

  it("a token-weighted vote is decided by weight", async () => {
    const town = await loadFixture(deployed);
    const proposal = await opened(town, { strategy: town.weighted });
    const [a, b, c] = town.citizens;
    await town.engine.connect(a).castVote(proposal.id, SUPPORT.FOR);
    for (const voter of [b, c]) await town.engine.connect(voter).castVote(proposal.id, SUPPORT.AGAINST);
    await toEnd(town, proposal);
    expect(await town.manager.state(proposal.id)).to.equal(STATE.SUCCEEDED);
  });

  it("an adopted proposal not queued within its grace expires, whatever the parameters become", async () => {
    const town = await loadFixture(deployed);
    const proposal = await adopted(town);
    const core = town.core.connect(await acting(town.execution));
    await core.updateGovernanceParams({ ...PARAMS, gracePeriod: 90n * DAY });
    const { voteEnd } = await town.manager.getProposal(proposal.id);
    await time.increaseTo(voteEnd + 7n * DAY - 1n);
    expect(await town.manager.state(proposal.id)).to.equal(STATE.SUCCEEDED);
    await time.increaseTo(voteEnd + 7n * DAY);
    expect(await town.manager.state(proposal.id)).to.equal(STATE.EXPIRED);
    await expect(town.manager.queueProposal(proposal.id, []))
      .to.be.revertedWithCustomError(town.manager, "ProposalManagerUnexpectedState")
      .withArgs(proposal.id, STATE.EXPIRED);
  });

  it("parameters changed during a vote leave its rules alone", async () => {
    const town = await loadFixture(deployed);
    const proposal = await opened(town);
    const core = town.core.connect(await acting(town.execution));
    await core.updateGovernanceParams({ ...PARAMS, votingPeriod: HOUR, quorumPercentage: 100n });
    for (const voter of town.citizens.slice(0, 2)) await town.engine.connect(voter).castVote(proposal.id, 1);
    await time.increase(2n * HOUR);
    expect(await town.manager.state(proposal.id)).to.equal(STATE.ACTIVE);
    await toEnd(town, proposal);
    expect(await town.manager.state(proposal.id)).to.equal(STATE.SUCCEEDED);
  });
});

describe("ProposalManager: queue and execution", () => {
  it("anyone queues what was adopted, with the actions it was made with", async () => {
    const town = await loadFixture(deployed);
    const actions = [await call(town.core, "updateGovernanceParams", [{ ...PARAMS, endorsements: 5n }])];
    const proposal = await adopted(town, { type: PROPOSAL.PARAMETER, actions });
    const manager = town.manager.connect(town.stranger);
    await expect(manager.queueProposal(proposal.id, []))
      .to.be.revertedWithCustomError(manager, "ProposalManagerActionsChanged")
      .withArgs(proposal.id);
    const sent = await manager.queueProposal(proposal.id, actions);
    const due = (await now()) + 2n * DAY;
    await expect(sent)
      .to.emit(manager, "ProposalQueued")
      .withArgs(proposal.id, due, due + 7n * DAY);
    await expect(sent)
      .to.emit(town.execution, "TransactionQueued")
      .withArgs(proposal.id, actionsHash(actions), due, due + 7n * DAY);
    expect((await manager.getProposal(proposal.id)).executionTime).to.equal(due);
    await expect(manager.queueProposal(proposal.id, actions))
      .to.be.revertedWithCustomError(manager, "ProposalManagerUnexpectedState")
      .withArgs(proposal.id, STATE.QUEUED);
    await time.increaseTo(due);
    await expect(manager.executeProposal(proposal.id, []))
      .to.be.revertedWithCustomError(manager, "ProposalManagerActionsChanged")
      .withArgs(proposal.id);
    const done = await manager.executeProposal(proposal.id, actions);
    await expect(done).to.emit(manager, "ProposalExecuted").withArgs(proposal.id, town.stranger.address);
    await expect(done).to.emit(town.execution, "TransactionExecuted").withArgs(proposal.id, actionsHash(actions));
    expect(await town.core.endorsements()).to.equal(5n);
    expect(await town.execution.isExecuted(proposal.id)).to.equal(true);
    await expect(manager.executeProposal(proposal.id, actions))
      .to.be.revertedWithCustomError(manager, "ProposalManagerUnexpectedState")
      .withArgs(proposal.id, STATE.EXECUTED);
  });

  it("nothing is queued or executed out of turn", async () => {
    const town = await loadFixture(deployed);
    const proposal = await draft(town);
    const manager = town.manager.connect(town.admins[0]);
    const refused = async (current, methods = ["queueProposal", "executeProposal"]) => {
      for (const method of methods) {
        await expect(manager[method](proposal.id, []))
          .to.be.revertedWithCustomError(manager, "ProposalManagerUnexpectedState")
          .withArgs(proposal.id, current);
      }
    };
    await refused(STATE.DRAFT);
    await manager.activateProposal(proposal.id, (await now()) + DAY);
    await refused(STATE.PENDING);
    await time.increase(DAY + 1n);
    await refused(STATE.ACTIVE);
    await toEnd(town, proposal);
    await refused(STATE.DEFEATED);
    for (const method of ["queueProposal", "executeProposal"]) {
      await expect(manager[method](99n, [])).to.be.revertedWithCustomError(manager, "ProposalManagerUnknownProposal");
    }
    for (const method of ["state", "getProposal", "quorum", "previewRulesHash"]) {
      await expect(manager[method](99n)).to.be.revertedWithCustomError(manager, "ProposalManagerUnknownProposal");
    }
  });

  it("a queued proposal whose grace has passed has expired for good", async () => {
    const town = await loadFixture(deployed);
    const proposal = await queued(town);
    const { executionTime, expiresAt } = await town.execution.schedule(proposal.id);
    await time.setNextBlockTimestamp(executionTime - 1n);
    await expect(town.manager.executeProposal(proposal.id, []))
      .to.be.revertedWithCustomError(town.execution, "ExecutionModuleTooEarly")
      .withArgs(proposal.id, executionTime);
    await time.increaseTo(expiresAt - 1n);
    expect(await town.manager.state(proposal.id)).to.equal(STATE.QUEUED);
    await time.increaseTo(expiresAt);
    expect(await town.manager.state(proposal.id)).to.equal(STATE.EXPIRED);
    await expect(town.manager.executeProposal(proposal.id, []))
      .to.be.revertedWithCustomError(town.execution, "ExecutionModuleExpired")
      .withArgs(proposal.id, expiresAt);
    await expect(town.execution.connect(town.stranger).cancelTransaction(proposal.id))
      .to.emit(town.execution, "TransactionCancelled")
      .withArgs(proposal.id, actionsHash([]));
    expect(await town.manager.state(proposal.id)).to.equal(STATE.EXPIRED);
  });

  it("a resolution without actions is carried out by being recorded", async () => {
    const town = await loadFixture(deployed);
    for (const type of [PROPOSAL.POLICY, PROPOSAL.BUDGET]) {
      const proposal = await executed(town, { type });
      expect(await town.manager.state(proposal.id)).to.equal(STATE.EXECUTED);
    }
  });

  it("is initialised once", async () => {
    const town = await loadFixture(deployed);
    const bare = await ethers.getContractAt("ProposalManager", town.code.proposalManager);
    const a = town.stranger.address;
    for (const manager of [town.manager, bare]) {
      await expect(manager.initialize(a, a, a, a)).to.be.revertedWithCustomError(manager, "InvalidInitialization");
    }
  });
});

describe("ProposalManager: pauses", () => {
  it("shift the end of a vote, its grace, the delay and the expiry, once each", async () => {
    const town = await loadFixture(deployed);
    const proposal = await opened(town);
    for (const voter of town.citizens) await town.engine.connect(voter).castVote(proposal.id, 1);
    const stop = async (guardian, length) => {
      await town.core.connect(guardian).pause();
      const start = await now();
      await time.increase(length);
      for (const each of town.guardians) await town.core.connect(each).unpause();
      return (await now()) - start;
    };
    const first = await stop(town.guardians[0], 5n * DAY);
    expect(await town.manager.state(proposal.id)).to.equal(STATE.ACTIVE);
    await time.increaseTo(proposal.voteEnd + first - 1n);
    expect(await town.manager.state(proposal.id)).to.equal(STATE.ACTIVE);
    await time.increaseTo(proposal.voteEnd + first);
    expect(await town.manager.state(proposal.id)).to.equal(STATE.SUCCEEDED);
    // Queueing is allowed in a pause; carrying out is not.
    await town.manager.queueProposal(proposal.id, []);
    const before = await town.execution.schedule(proposal.id);
    // Pauses before the queueing don't count again.
    expect(before.executionTime).to.equal((await now()) + 2n * DAY);
    expect(before.expiresAt).to.equal((await now()) + 9n * DAY);
    await town.core.connect(town.guardians[1]).pause();
    const start = await now();
    await time.increaseTo(before.executionTime + DAY);
    await expect(town.manager.executeProposal(proposal.id, [])).to.be.revertedWithCustomError(
      town.execution,
      "ExecutionModulePaused",
    );
    for (const each of town.guardians) await town.core.connect(each).unpause();
    const second = (await now()) - start;
    const after = await town.execution.schedule(proposal.id);
    expect(after.executionTime).to.equal(before.executionTime + second);
    expect(after.expiresAt).to.equal(before.expiresAt + second);
    await expect(town.manager.executeProposal(proposal.id, [])).to.be.revertedWithCustomError(
      town.execution,
      "ExecutionModuleTooEarly",
    );
    await time.increaseTo(after.expiresAt - 2n);
    await town.manager.executeProposal(proposal.id, []);
  });

  it("never reopen what was over, nor bring back what expired", async () => {
    const town = await loadFixture(deployed);
    const defeated = await opened(town);
    const expired = await adopted(town);
    await time.increase(8n * DAY);
    expect(await town.manager.state(defeated.id)).to.equal(STATE.DEFEATED);
    expect(await town.manager.state(expired.id)).to.equal(STATE.EXPIRED);
    await town.core.connect(town.guardians[0]).pause();
    for (const step of [1n, DAY, 12n * DAY, 5n * DAY]) {
      await time.increase(step);
      expect(await town.manager.state(defeated.id)).to.equal(STATE.DEFEATED);
      expect(await town.manager.state(expired.id)).to.equal(STATE.EXPIRED);
    }
  });

  it("do not stop creating, endorsing, opening, cancelling, delegating and changing roles", async () => {
    const town = await loadFixture(deployed);
    await town.core.connect(town.guardians[0]).pause();
    const { id, proposer } = await draft(town);
    await town.manager.connect(town.citizens[1]).endorseProposal(id);
    await town.manager.connect(town.admins[0]).activateProposal(id, (await now()) + DAY);
    await town.manager.connect(proposer).cancelProposal(id);
    await both(town, "grantRole", role("DELEGATE"), town.citizens[0].address);
    await town.engine.connect(town.citizens[1]).delegate(town.citizens[0].address);
  });
});
