import { expect } from "chai";

import {
  actionsHash,
  adopted,
  both,
  call,
  contentHash,
  draft,
  executed,
  later,
  metadata,
  opened,
  queued,
  rulesHash,
  sign,
  toDue,
  toEnd,
} from "./support/acts.js";
import {
  acting,
  DAY,
  deployed,
  ethers,
  HOUR,
  loadFixture,
  PARAMS,
  person,
  PROPOSAL,
  role,
  STATE,
  SUPPORT,
  time,
} from "./support/deployment.js";

const CITIZEN = role("CITIZEN");
const ADMINISTRATOR = role("ADMINISTRATOR");
const now = async () => BigInt(await time.latest());

/** The person behind administrator 0 gets a second address, the stranger's. */
async function secondAddress(town) {
  const roles = town.roles.connect(await acting(town.execution));
  await roles.identifyOfficer(town.stranger.address, person("admin 0"));
  await roles.grantRole(ADMINISTRATOR, town.stranger.address);
}

describe("ProposalManager: creation", () => {
  it("announces the proposal with its actions and its hashes", async () => {
    const town = await loadFixture(deployed);
    const [proposer] = town.citizens;
    const actions = [await call(town.core, "updateGovernanceParams", [PARAMS])];
    const strategy = await town.onePerson.getAddress();
    const hash = metadata("a new rule");
    const content = contentHash(proposer.address, PROPOSAL.PARAMETER, hash, actions, strategy);
    const manager = town.manager.connect(proposer);
    await expect(manager.createProposal(PROPOSAL.PARAMETER, actions, hash, strategy))
      .to.emit(manager, "ProposalCreated")
      .withArgs(1n, proposer.address, PROPOSAL.PARAMETER, strategy, hash, content, (value) => value.length === 1);
    expect(await manager.proposalCount()).to.equal(1n);
    expect(await manager.proposalOf(content)).to.equal(1n);
    expect(await manager.proposalOf(ethers.id("x"))).to.equal(0n);
    const proposal = (await manager.getProposal(1n)).toObject();
    expect(proposal).to.deep.equal({
      id: 1n,
      proposer: proposer.address,
      proposalType: BigInt(PROPOSAL.PARAMETER),
      state: STATE.DRAFT,
      createdAt: await now(),
      voteStart: 0n,
      voteEnd: 0n,
      executionTime: 0n,
      metadataHash: hash,
      actionsHash: actionsHash(actions),
      contentHash: content,
      rulesHash: ethers.ZeroHash,
      strategy,
      quorumPercentage: 0n,
      endorsements: 0n,
      forVotes: 0n,
      againstVotes: 0n,
      abstainVotes: 0n,
    });
    expect(await manager.previewRulesHash(1n)).to.equal(rulesHash(content, 25n, 3n * DAY));
  });

  it("is refused for a duplicate, without text, with a strange strategy, by a non-citizen, below the threshold", async () => {
    const town = await loadFixture(deployed);
    const strategy = await town.onePerson.getAddress();
    const weighted = await town.weighted.getAddress();
    const manager = town.manager.connect(town.citizens[0]);
    const hash = metadata("x");
    await manager.createProposal(0, [], hash, strategy);
    await expect(manager.createProposal(0, [], hash, strategy))
      .to.be.revertedWithCustomError(manager, "ProposalManagerDuplicate")
      .withArgs(1n);
    // The same text of somebody else, of another type or strategy is another proposal.
    await town.manager.connect(town.citizens[1]).createProposal(0, [], hash, strategy);
    await manager.createProposal(PROPOSAL.BUDGET, [], hash, strategy);
    await manager.createProposal(0, [], hash, weighted);
    await expect(manager.createProposal(0, [], ethers.ZeroHash, strategy)).to.be.revertedWithCustomError(
      manager,
      "ProposalManagerZeroMetadata",
    );
    await expect(manager.createProposal(0, [], hash, town.stranger.address))
      .to.be.revertedWithCustomError(manager, "ProposalManagerUnknownStrategy")
      .withArgs(town.stranger.address);
    await expect(town.manager.connect(town.stranger).createProposal(0, [], hash, strategy))
      .to.be.revertedWithCustomError(manager, "ProposalManagerNotCitizen")
      .withArgs(town.stranger.address);
    await expect(town.manager.connect(town.stranger).createProposal(0, [], hash, weighted))
      .to.be.revertedWithCustomError(manager, "ProposalManagerBelowThreshold")
      .withArgs(town.stranger.address, 0n, 1n);
    await expect(
      manager.createProposal(PROPOSAL.POLICY, [await call(town.core, "unpause", [])], hash, strategy),
    ).to.be.revertedWithCustomError(town.execution, "ExecutionModuleActionCount");
    await both(town, "grantRole", CITIZEN, town.stranger.address);
    await town.core.connect(await acting(town.execution)).updateGovernanceParams({ ...PARAMS, proposalThreshold: 2n });
    await expect(town.manager.connect(town.stranger).createProposal(0, [], hash, strategy))
      .to.be.revertedWithCustomError(manager, "ProposalManagerBelowThreshold")
      .withArgs(town.stranger.address, 1n, 2n);
  });

  it("by signature is the signer's, whoever sends it, and can't be taken over", async () => {
    const town = await loadFixture(deployed);
    const [proposer, thief] = town.citizens;
    const actions = [await call(town.core, "updateGovernanceParams", [PARAMS])];
    const strategy = await town.onePerson.getAddress();
    const message = {
      proposer: proposer.address,
      proposalType: PROPOSAL.PARAMETER,
      metadataHash: metadata("signed"),
      actionsHash: actionsHash(actions),
      strategy,
      deadline: await later(),
    };
    const signature = await sign(town, "CreateProposal", proposer, message);
    const send = (changes = {}, list = actions) => {
      const m = { ...message, ...changes };
      return town.manager
        .connect(town.relayer)
        .createProposalBySig(m.proposer, m.proposalType, list, m.metadataHash, m.strategy, m.deadline, signature);
    };
    for (const [changes, list] of [
      [{ proposer: thief.address }, actions],
      [{ proposalType: PROPOSAL.ROLE }, actions],
      [{ metadataHash: metadata("other") }, actions],
      [{ strategy: await town.weighted.getAddress() }, actions],
      [{ deadline: message.deadline + 1n }, actions],
      [{}, [...actions, ...actions]],
    ]) {
      await expect(send(changes, list)).to.be.revertedWithCustomError(town.manager, "ProposalManagerInvalidSignature");
    }
    await expect(send()).to.emit(town.manager, "ProposalCreated");
    expect((await town.manager.getProposal(1n)).proposer).to.equal(proposer.address);
    await expect(send()).to.be.revertedWithCustomError(town.manager, "ProposalManagerDuplicate");
    await time.increaseTo(message.deadline + 1n);
    await expect(send())
      .to.be.revertedWithCustomError(town.manager, "ProposalManagerSignatureExpired")
      .withArgs(message.deadline);
  });

  it("by a delegate counts the units received", async () => {
    const town = await loadFixture(deployed);
    await both(town, "grantRole", role("DELEGATE"), town.citizens[0].address);
    await town.core.connect(await acting(town.execution)).updateGovernanceParams({ ...PARAMS, proposalThreshold: 2n });
    await town.engine.connect(town.citizens[1]).delegate(town.citizens[0].address);
    await draft(town);
    expect(await town.manager.proposalCount()).to.equal(1n);
  });
});

describe("ProposalManager: endorsement", () => {
  it("is given once by each citizen, to a draft", async () => {
    const town = await loadFixture(deployed);
    const { id } = await draft(town);
    const [, a, b] = town.citizens;
    await expect(town.manager.connect(a).endorseProposal(id))
      .to.emit(town.manager, "ProposalEndorsed")
      .withArgs(id, a.address, 0n, 1n);
    await expect(town.manager.connect(b).endorseProposal(id))
      .to.emit(town.manager, "ProposalEndorsed")
      .withArgs(id, b.address, 1n, 2n);
    expect(await town.manager.hasEndorsed(id, a)).to.equal(true);
    expect(await town.manager.hasEndorsed(id, town.stranger)).to.equal(false);
    expect((await town.manager.getProposal(id)).endorsements).to.equal(2n);
    await expect(town.manager.connect(a).endorseProposal(id))
      .to.be.revertedWithCustomError(town.manager, "ProposalManagerAlreadyEndorsed")
      .withArgs(id, a.address);
    await expect(town.manager.connect(town.stranger).endorseProposal(id))
      .to.be.revertedWithCustomError(town.manager, "ProposalManagerNotCitizen")
      .withArgs(town.stranger.address);
    await expect(town.manager.connect(a).endorseProposal(9n))
      .to.be.revertedWithCustomError(town.manager, "ProposalManagerUnknownProposal")
      .withArgs(9n);
    await town.manager.connect(town.admins[0]).activateProposal(id, (await now()) + DAY);
    await expect(town.manager.connect(town.citizens[3]).endorseProposal(id))
      .to.be.revertedWithCustomError(town.manager, "ProposalManagerUnexpectedState")
      .withArgs(id, STATE.PENDING);
  });

  it("by signature names the text, not only the number", async () => {
    const town = await loadFixture(deployed);
    const first = await draft(town);
    const second = await draft(town);
    const [, a, b] = town.citizens;
    const { contentHash: content } = await town.manager.getProposal(first.id);
    const message = { proposalId: first.id, contentHash: content, endorser: a.address, deadline: await later() };
    const signature = await sign(town, "EndorseProposal", a, message);
    const send = (id, endorser, deadline = message.deadline) =>
      town.manager.connect(town.relayer).endorseProposalBySig(id, endorser, deadline, signature);
    for (const args of [
      [second.id, a.address],
      [first.id, b.address],
      [first.id, a.address, message.deadline + 1n],
    ]) {
      await expect(send(...args)).to.be.revertedWithCustomError(town.manager, "ProposalManagerInvalidSignature");
    }
    await expect(send(first.id, a.address)).to.emit(town.manager, "ProposalEndorsed");
    await expect(send(first.id, a.address)).to.be.revertedWithCustomError(
      town.manager,
      "ProposalManagerAlreadyEndorsed",
    );
    await expect(send(9n, a.address)).to.be.revertedWithCustomError(town.manager, "ProposalManagerUnknownProposal");
  });
});

describe("ProposalManager: activation", () => {
  it("by an administrator opens the vote a second later, or when they say", async () => {
    const town = await loadFixture(deployed);
    const strategy = await town.onePerson.getAddress();
    const [admin] = town.admins;
    const soon = await draft(town);
    const content = contentHash(soon.proposer.address, 0, soon.metadataHash, [], strategy);
    const rules = rulesHash(content, 25n, 3n * DAY);
    const sent = await town.manager.connect(admin).activateProposal(soon.id, 0);
    const start = (await now()) + 1n;
    await expect(sent)
      .to.emit(town.manager, "ProposalActivated")
      .withArgs(soon.id, admin.address, rules, start, start + 3n * DAY, 25n);
    const told = await town.manager.getProposal(soon.id);
    expect([told.voteStart, told.voteEnd, told.rulesHash, told.quorumPercentage]).to.deep.equal([
      start,
      start + 3n * DAY,
      rules,
      25n,
    ]);
    const planned = await draft(town);
    const at = (await now()) + 20n * DAY;
    await town.manager.connect(admin).activateProposal(planned.id, at);
    expect((await town.manager.getProposal(planned.id)).voteStart).to.equal(at);
    expect(await town.manager.state(planned.id)).to.equal(STATE.PENDING);
    await time.increaseTo(at - 1n);
    expect(await town.manager.state(planned.id)).to.equal(STATE.PENDING);
    await time.increaseTo(at);
    expect(await town.manager.state(planned.id)).to.equal(STATE.ACTIVE);
  });

  it("lies ahead, at most 30 days, and happens once", async () => {
    const town = await loadFixture(deployed);
    const { id } = await draft(town);
    const manager = town.manager.connect(town.admins[0]);
    const block = (await now()) + 100n;
    for (const voteStart of [block - 1n, block, block + 30n * DAY + 1n]) {
      await time.setNextBlockTimestamp(block);
      await expect(manager.activateProposal.staticCall(id, voteStart, { blockTag: "pending" }))
        .to.be.revertedWithCustomError(manager, "ProposalManagerVoteStartOutOfRange")
        .withArgs(voteStart);
    }
    await time.setNextBlockTimestamp(block);
    await manager.activateProposal.staticCall(id, block + 1n, { blockTag: "pending" });
    await manager.activateProposal(id, block + 30n * DAY);
    await expect(manager.activateProposal(id, 0))
      .to.be.revertedWithCustomError(manager, "ProposalManagerUnexpectedState")
      .withArgs(id, STATE.PENDING);
    await expect(manager.activateProposal(77n, 0)).to.be.revertedWithCustomError(
      manager,
      "ProposalManagerUnknownProposal",
    );
  });

  it("by anyone waits for the review period and the endorsements, and sets no time", async () => {
    const town = await loadFixture(deployed);
    const { id } = await draft(town);
    const readyAt = (await now()) + DAY;
    const anyone = town.manager.connect(town.stranger);
    await town.manager.connect(town.citizens[1]).endorseProposal(id);
    await expect(anyone.activateProposal(id, 0))
      .to.be.revertedWithCustomError(anyone, "ProposalManagerNotReady")
      .withArgs(id, readyAt, 1n, 2n);
    await time.increaseTo(readyAt);
    await expect(anyone.activateProposal(id, 0)).to.be.revertedWithCustomError(anyone, "ProposalManagerNotReady");
    await town.manager.connect(town.citizens[2]).endorseProposal(id);
    await expect(anyone.activateProposal(id, (await now()) + HOUR))
      .to.be.revertedWithCustomError(anyone, "ProposalManagerUnauthorized")
      .withArgs(town.stranger.address);
    await expect(anyone.activateProposal(id, 0)).to.emit(anyone, "ProposalActivated");
  });

  it("endorsed early still waits for the review period", async () => {
    const town = await loadFixture(deployed);
    const { id } = await draft(town);
    for (const citizen of town.citizens.slice(0, 3)) await town.manager.connect(citizen).endorseProposal(id);
    await expect(town.manager.activateProposal(id, 0)).to.be.revertedWithCustomError(
      town.manager,
      "ProposalManagerNotReady",
    );
  });

  it("by signature covers the rules as they are", async () => {
    const town = await loadFixture(deployed);
    const { id } = await draft(town);
    const [admin] = town.admins;
    const rules = await town.manager.previewRulesHash(id);
    const message = {
      proposalId: id,
      rulesHash: rules,
      voteStart: 0n,
      administrator: admin.address,
      deadline: await later(DAY),
    };
    const signature = await sign(town, "ActivateProposal", admin, message);
    const send = (voteStart = 0n, administrator = admin.address) =>
      town.manager
        .connect(town.relayer)
        .activateProposalBySig(id, voteStart, administrator, message.deadline, signature);
    await expect(send((await now()) + HOUR)).to.be.revertedWithCustomError(
      town.manager,
      "ProposalManagerInvalidSignature",
    );
    await expect(send(0n, town.admins[1].address)).to.be.revertedWithCustomError(
      town.manager,
      "ProposalManagerInvalidSignature",
    );
    const core = town.core.connect(await acting(town.execution));
    await core.updateGovernanceParams({ ...PARAMS, quorumPercentage: 1n });
    await expect(send()).to.be.revertedWithCustomError(town.manager, "ProposalManagerInvalidSignature");
    await core.updateGovernanceParams(PARAMS);
    await expect(send())
      .to.emit(town.manager, "ProposalActivated")
      .withArgs(
        id,
        admin.address,
        rules,
        (value) => value > 0n,
        (value) => value > 0n,
        25n,
      );
    await expect(send()).to.be.revertedWithCustomError(town.manager, "ProposalManagerUnexpectedState");
  });
});

describe("ProposalManager: cancellation", () => {
  it("by the proposer alone, of a draft or a vote to come", async () => {
    const town = await loadFixture(deployed);
    for (const activated of [false, true]) {
      const { id, proposer } = await draft(town);
      if (activated) await town.manager.connect(town.admins[0]).activateProposal(id, (await now()) + DAY);
      await expect(town.manager.connect(proposer).cancelProposal(id))
        .to.emit(town.manager, "ProposalCancelled")
        .withArgs(id, proposer.address);
      expect(await town.manager.state(id)).to.equal(STATE.CANCELLED);
      await expect(town.manager.connect(proposer).cancelProposal(id))
        .to.be.revertedWithCustomError(town.manager, "ProposalManagerUnexpectedState")
        .withArgs(id, STATE.CANCELLED);
    }
  });

  it("by two administrators who are two persons, within 7 days", async () => {
    const town = await loadFixture(deployed);
    await secondAddress(town);
    const { id } = await draft(town);
    const [first, second, third] = town.admins;
    const cancel = (signer) => town.manager.connect(signer).cancelProposal(id);
    await expect(cancel(first)).to.emit(town.manager, "ProposalCancellationRequested").withArgs(id, first.address);
    for (const signer of [first, town.stranger]) {
      await expect(cancel(signer))
        .to.be.revertedWithCustomError(town.manager, "ProposalManagerSecondPersonNeeded")
        .withArgs(id);
    }
    await time.increase(7n * DAY);
    await expect(cancel(second)).to.emit(town.manager, "ProposalCancellationRequested");
    await both(town, "revokeRole", ADMINISTRATOR, second.address);
    await expect(cancel(first)).to.emit(town.manager, "ProposalCancellationRequested");
    await expect(cancel(third)).to.emit(town.manager, "ProposalCancelled").withArgs(id, third.address);
    for (const signer of [town.citizens[1], town.guardians[0], town.deployer]) {
      const other = await draft(town);
      await expect(town.manager.connect(signer).cancelProposal(other.id))
        .to.be.revertedWithCustomError(town.manager, "ProposalManagerUnauthorized")
        .withArgs(signer.address);
    }
  });

  it("is possible for nobody once the vote is open", async () => {
    const town = await loadFixture(deployed);
    const proposal = await opened(town);
    const { id } = proposal;
    const refused = async (current) => {
      for (const signer of [proposal.proposer, ...town.admins]) {
        await expect(town.manager.connect(signer).cancelProposal(id))
          .to.be.revertedWithCustomError(town.manager, "ProposalManagerUnexpectedState")
          .withArgs(id, current);
      }
    };
    await refused(STATE.ACTIVE);
    for (const voter of town.citizens) await town.engine.connect(voter).castVote(id, 1);
    await toEnd(town, proposal);
    await refused(STATE.SUCCEEDED);
    await town.manager.queueProposal(id, []);
    await refused(STATE.QUEUED);
    await toDue(town, proposal);
    await town.manager.executeProposal(id, []);
    await refused(STATE.EXECUTED);
  });

  it("by signature is the signer's", async () => {
    const town = await loadFixture(deployed);
    const { id } = await draft(town);
    const { contentHash: content } = await town.manager.getProposal(id);
    const send = async (canceller, by = canceller, deadline = null) => {
      const message = {
        proposalId: id,
        contentHash: content,
        canceller: canceller.address,
        deadline: deadline ?? (await later()),
      };
      const signature = await sign(town, "CancelProposal", by, message);
      return town.manager.connect(town.relayer).cancelProposalBySig(id, canceller.address, message.deadline, signature);
    };
    const [first, second] = town.admins;
    await expect(send(first, second)).to.be.revertedWithCustomError(town.manager, "ProposalManagerInvalidSignature");
    await expect(send(first, first, (await now()) - 1n)).to.be.revertedWithCustomError(
      town.manager,
      "ProposalManagerSignatureExpired",
    );
    await expect(send(first)).to.emit(town.manager, "ProposalCancellationRequested").withArgs(id, first.address);
    await expect(send(second)).to.emit(town.manager, "ProposalCancelled").withArgs(id, second.address);
    const proposal = await draft(town);
    const hash = (await town.manager.getProposal(proposal.id)).contentHash;
    const message = {
      proposalId: proposal.id,
      contentHash: hash,
      canceller: proposal.proposer.address,
      deadline: await later(),
    };
    await expect(
      town.manager.cancelProposalBySig(
        proposal.id,
        message.canceller,
        message.deadline,
        await sign(town, "CancelProposal", proposal.proposer, message),
      ),
    ).to.emit(town.manager, "ProposalCancelled");
  });
});

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
