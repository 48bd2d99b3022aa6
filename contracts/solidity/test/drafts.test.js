import { expect } from "chai";

import { actionsHash, both, call, contentHash, draft, later, metadata, rulesHash, sign } from "./support/acts.js";
import {
  acting,
  DAY,
  deployed,
  ethers,
  loadFixture,
  PARAMS,
  PROPOSAL,
  role,
  STATE,
  time,
} from "./support/deployment.js";

const CITIZEN = role("CITIZEN");
const now = async () => BigInt(await time.latest());

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
