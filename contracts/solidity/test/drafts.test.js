import { expect } from "chai";

import {
  actionsHash,
  both,
  call,
  change,
  contentHash,
  draft,
  later,
  metadata,
  rulesHash,
  sign,
} from "./support/acts.js";
import {
  acting,
  DAY,
  deployed,
  ethers,
  HOUR,
  keyOf,
  loadFixture,
  PROPOSAL,
  role,
  STATE,
  time,
  TOKEN_THRESHOLD,
} from "./support/deployment.js";
import { larger, ready, setParam, strangers } from "./support/rules.js";

const CITIZEN = role("CITIZEN");
const TYPES = Object.values(PROPOSAL);
const now = async () => BigInt(await time.latest());

describe("ProposalManager: creation", () => {
  it("announces the proposal with its actions and its hashes", async () => {
    const town = await loadFixture(deployed);
    const [proposer] = town.citizens;
    const actions = [await change(town, "votingPeriod", 2n * DAY)];
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
    expect(await manager.previewRulesHash(1n)).to.equal(rulesHash(content));
  });

  it("is refused for a duplicate, without text, with a strange strategy, by a non-citizen", async () => {
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
    await expect(
      manager.createProposal(PROPOSAL.POLICY, [await call(town.core, "unpause", [1n])], metadata("y"), strategy),
    ).to.be.revertedWithCustomError(town.execution, "ExecutionModuleActionCount");
  });

  it("chooses no way of counting that may not decide its type: two of eight can't pass an UPGRADE by credits", async () => {
    const town = await loadFixture(deployed);
    const manager = town.manager.connect(town.citizens[0]);
    for (const counted of [town.quadratic, town.weighted]) {
      const strategy = await counted.getAddress();
      for (const type of TYPES) {
        const made = manager.createProposal(type, [], metadata(`type ${type}`), strategy);
        if ([PROPOSAL.POLICY, PROPOSAL.BUDGET].includes(type)) {
          await expect(made).to.emit(manager, "ProposalCreated");
        } else {
          await expect(made)
            .to.be.revertedWithCustomError(manager, "ProposalManagerTypeNotCounted")
            .withArgs(type, strategy);
        }
      }
    }
    const upgrade = [await call(town.core, "retireStrategy", [await town.weighted.getAddress()])];
    await draft(town, { type: PROPOSAL.UPGRADE, actions: upgrade });
  });

  it("under a strategy of tokens needs its threshold of tokens, the smallest unit is not enough, a citizen's unit neither", async () => {
    const town = await loadFixture(deployed);
    const weighted = await town.weighted.getAddress();
    const propose = (by, text) => town.manager.connect(by).createProposal(0, [], metadata(text), weighted);
    const [holder, , , citizen] = town.citizens;
    await town.token.connect(holder).transfer(town.stranger.address, TOKEN_THRESHOLD - 1n);
    await town.token.connect(town.stranger).delegate(town.stranger.address);
    await time.increase(2n);
    await expect(propose(town.stranger, "a"))
      .to.be.revertedWithCustomError(town.manager, "ProposalManagerBelowThreshold")
      .withArgs(town.stranger.address, TOKEN_THRESHOLD - 1n, TOKEN_THRESHOLD);
    await expect(propose(citizen, "b"))
      .to.be.revertedWithCustomError(town.manager, "ProposalManagerBelowThreshold")
      .withArgs(citizen.address, 0n, TOKEN_THRESHOLD);
    await town.token.connect(holder).transfer(town.stranger.address, 1n);
    await time.increase(2n);
    await propose(town.stranger, "c");
  });

  it("needs the threshold of people one second ago, but to change a rule or in an emergency one unit always does", async () => {
    const town = await loadFixture(deployed);
    const [citizen] = town.citizens;
    await setParam(town, "proposalThreshold", 5n);
    await expect(draft(town))
      .to.be.revertedWithCustomError(town.manager, "ProposalManagerBelowThreshold")
      .withArgs(citizen.address, 1n, 5n);
    await expect(draft(town, { strategy: town.quadratic })).to.be.revertedWithCustomError(
      town.manager,
      "ProposalManagerBelowThreshold",
    );
    await draft(town, { type: PROPOSAL.PARAMETER, actions: [await change(town, "proposalThreshold", 1n)] });
    await draft(town, { type: PROPOSAL.EMERGENCY, actions: [await call(town.core, "unpause", [0n])] });
    await both(town, "grantRole", role("DELEGATE"), citizen.address);
    for (const each of town.citizens.slice(1, 5)) await town.engine.connect(each).delegate(citizen.address);
    await time.increase(2n);
    await draft(town);
  });

  it("is refused to a citizen of this very second, and open to one who gave the vote away", async () => {
    const town = await loadFixture(deployed);
    const [delegate, giver] = town.citizens;
    const strategy = await town.onePerson.getAddress();
    await ethers.provider.send("evm_setAutomine", [false]);
    const args = [CITIZEN, town.stranger.address, keyOf(town.stranger)];
    for (const admin of town.admins.slice(0, 2)) await town.roles.connect(admin).grantRole(...args, { gasLimit: 900_000n });
    await town.manager.connect(town.stranger).createProposal(0, [], metadata("now"), strategy, { gasLimit: 900_000n });
    await ethers.provider.send("evm_mine");
    await ethers.provider.send("evm_setAutomine", [true]);
    expect(await town.engine.isCitizen(town.stranger)).to.equal(true);
    expect(await town.manager.proposalCount()).to.equal(0n);
    await draft(town, { proposer: town.stranger });
    await both(town, "grantRole", role("DELEGATE"), delegate.address);
    await town.engine.connect(giver).delegate(delegate.address);
    await time.increase(2n);
    await draft(town, { proposer: giver });
    await setParam(town, "proposalThreshold", 2n);
    await expect(draft(town, { proposer: town.stranger2 }))
      .to.be.revertedWithCustomError(town.manager, "ProposalManagerNotCitizen")
      .withArgs(town.stranger2.address);
  });

  it("under a retired strategy is refused, and what was drafted under it opens no vote any more", async () => {
    const town = await loadFixture(deployed);
    const proposal = await ready(town, { strategy: town.weighted });
    expect(await town.manager.isReady(proposal.id)).to.equal(true);
    await town.core.connect(await acting(town.execution)).retireStrategy(proposal.strategy);
    await expect(draft(town, { strategy: town.weighted }))
      .to.be.revertedWithCustomError(town.manager, "ProposalManagerRetiredStrategy")
      .withArgs(proposal.strategy);
    await expect(town.manager.connect(town.admins[0]).activateProposal(proposal.id, 0))
      .to.be.revertedWithCustomError(town.manager, "ProposalManagerRetiredStrategy")
      .withArgs(proposal.strategy);
    expect(await town.manager.isReady(proposal.id)).to.equal(false);
  });

  it("by signature is the signer's, whoever sends it, and can't be taken over", async () => {
    const town = await loadFixture(deployed);
    const [proposer, thief] = town.citizens;
    const actions = [await change(town, "votingPeriod", 2n * DAY)];
    const strategy = await town.onePerson.getAddress();
    const message = {
      proposer: proposer.address,
      proposalType: PROPOSAL.PARAMETER,
      metadataHash: metadata("signed"),
      actions,
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
});

describe("ProposalManager: the life of a draft", () => {
  it("ends after 180 days: nobody endorses, opens or cancels it then, and it can't be handed in again", async () => {
    const town = await loadFixture(deployed);
    const proposal = await ready(town, { text: "old" });
    const { createdAt } = await town.manager.getProposal(proposal.id);
    await time.increaseTo(createdAt + 180n * DAY - 1n);
    expect(await town.manager.state(proposal.id)).to.equal(STATE.DRAFT);
    await time.increaseTo(createdAt + 180n * DAY);
    expect(await town.manager.state(proposal.id)).to.equal(STATE.EXPIRED);
    expect(await town.manager.isReady(proposal.id)).to.equal(false);
    const { manager } = town;
    for (const act of [
      manager.connect(town.citizens[2]).endorseProposal(proposal.id),
      manager.connect(town.stranger).activateProposal(proposal.id, 0),
      manager.connect(town.admins[0]).activateProposal(proposal.id, 0),
      manager.connect(proposal.proposer).cancelProposal(proposal.id, ethers.ZeroHash),
      manager.strikeEndorsements(proposal.id, []),
    ]) {
      await expect(act)
        .to.be.revertedWithCustomError(manager, "ProposalManagerUnexpectedState")
        .withArgs(proposal.id, STATE.EXPIRED);
    }
    await expect(draft(town, { text: "old" })).to.be.revertedWithCustomError(manager, "ProposalManagerDuplicate");
  });
});

describe("ProposalManager: endorsement", () => {
  it("is given once by each citizen, to a draft", async () => {
    const town = await loadFixture(deployed);
    const { id } = await draft(town);
    const [, a, b] = town.citizens;
    expect(await town.manager.hasEndorsed(id, a)).to.equal(false);
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

  it("is needed from a share of the roll, rounded up, at least one, as the roll stood a second before the draft", async () => {
    const town = await loadFixture(larger);
    const { id } = await draft(town);
    // 50 permille of 41 are 2.05.
    expect(await town.manager.endorsementsNeeded(id)).to.equal(3n);
    await both(town, "grantRoles", CITIZEN, strangers(80).slice(40));
    expect(await town.manager.endorsementsNeeded(id)).to.equal(3n);
    const later_ = await draft(town);
    // 50 permille of 81 are 4.05.
    expect(await town.manager.endorsementsNeeded(later_.id)).to.equal(5n);
    await setParam(town, "endorsementPermille", 1n);
    for (const each of [id, later_.id]) expect(await town.manager.endorsementsNeeded(each)).to.equal(1n);
    await expect(town.manager.endorsementsNeeded(9n)).to.be.revertedWithCustomError(
      town.manager,
      "ProposalManagerUnknownProposal",
    );
  });

  it("of who is no citizen any more is struck by anyone, and then counts no longer", async () => {
    const town = await loadFixture(larger);
    const { id } = await draft(town);
    const [proposer, a, b, c] = town.citizens;
    for (const each of [a, b, c]) await town.manager.connect(each).endorseProposal(id);
    await time.increase(DAY);
    await both(town, "revokeRoles", CITIZEN, [a.address, b.address]);
    const anyone = town.manager.connect(town.stranger);
    const list = [c, a, town.stranger2, b, a].map(({ address }) => address);
    expect(await anyone.strikeEndorsements.staticCall(id, list)).to.equal(2n);
    await expect(anyone.strikeEndorsements(id, list))
      .to.emit(anyone, "EndorsementStruck")
      .withArgs(id, a.address, 3n, 2n)
      .and.to.emit(anyone, "EndorsementStruck")
      .withArgs(id, b.address, 2n, 1n);
    expect((await anyone.getProposal(id)).endorsements).to.equal(1n);
    expect(await anyone.hasEndorsed(id, a)).to.equal(false);
    expect(await anyone.hasEndorsed(id, c)).to.equal(true);
    await expect(anyone.activateProposal(id, 0)).to.be.revertedWithCustomError(anyone, "ProposalManagerNotReady");
    // Back on the roll, a person may endorse again.
    await both(town, "grantRole", CITIZEN, a.address);
    await town.manager.connect(a).endorseProposal(id);
    await town.manager.connect(proposer).endorseProposal(id);
    await expect(anyone.activateProposal(id, 0)).to.emit(anyone, "ProposalActivated");
    await expect(anyone.strikeEndorsements(id, [b.address]))
      .to.be.revertedWithCustomError(anyone, "ProposalManagerUnexpectedState")
      .withArgs(id, STATE.PENDING);
  });

  it("of who ran out is struck as well", async () => {
    const town = await loadFixture(deployed);
    await both(town, "grantTemporaryRole", CITIZEN, town.stranger.address, (await now()) + HOUR);
    const { id } = await draft(town);
    await town.manager.connect(town.stranger).endorseProposal(id);
    await town.manager.strikeEndorsements(id, [town.stranger.address]);
    expect((await town.manager.getProposal(id)).endorsements).to.equal(1n);
    await time.increase(HOUR);
    await town.manager.strikeEndorsements(id, [town.stranger.address]);
    expect((await town.manager.getProposal(id)).endorsements).to.equal(0n);
  });

  it("goes with the person to a new account, which endorses no second time, and is struck under either", async () => {
    const town = await loadFixture(deployed);
    const { id } = await draft(town);
    const [, old] = town.citizens;
    const moved = town.stranger;
    await town.manager.connect(old).endorseProposal(id);
    await both(town, "moveCitizen", old.address, moved.address);
    expect(await town.manager.hasEndorsed(id, moved)).to.equal(true);
    await expect(town.manager.connect(moved).endorseProposal(id))
      .to.be.revertedWithCustomError(town.manager, "ProposalManagerAlreadyEndorsed")
      .withArgs(id, moved.address);
    await expect(town.manager.connect(old).endorseProposal(id)).to.be.revertedWithCustomError(
      town.manager,
      "ProposalManagerNotCitizen",
    );
    for (const account of [old, moved]) {
      expect(await town.manager.strikeEndorsements.staticCall(id, [account.address])).to.equal(0n);
    }
    await both(town, "revokeRole", CITIZEN, moved.address);
    await expect(town.manager.strikeEndorsements(id, [moved.address]))
      .to.emit(town.manager, "EndorsementStruck")
      .withArgs(id, old.address, 1n, 0n);
  });
});
