import { expect } from "chai";

import { call, change, contentHash, draft, later, opened, rulesHash, sign, votesParams } from "./support/acts.js";
import { DAY, deployed, ethers, HOUR, loadFixture, PARAMS, PROPOSAL, STATE, SUPPORT, time } from "./support/deployment.js";
import { ready, setParam } from "./support/rules.js";

const now = async () => BigInt(await time.latest());
const ANY = (value) => value > 0n;

/** Holds `voteStart` against the time at which a call would be made, one second after `block`. */
async function startsAt(town, signer, id, voteStart, block) {
  await time.setNextBlockTimestamp(block);
  return town.manager.connect(signer).activateProposal.staticCall(id, voteStart, { blockTag: "pending" });
}

describe("ProposalManager: activation", () => {
  it("by an administrator opens the vote once the notice has passed, or when they say", async () => {
    const town = await loadFixture(deployed);
    const strategy = await town.onePerson.getAddress();
    const [admin] = town.admins;
    const soon = await draft(town);
    const content = contentHash(soon.proposer.address, 0, soon.metadataHash, [], strategy);
    const rules = rulesHash(content);
    const sent = await town.manager.connect(admin).activateProposal(soon.id, 0);
    const start = (await now()) + PARAMS.noticePeriod;
    await expect(sent)
      .to.emit(town.manager, "ProposalActivated")
      .withArgs(soon.id, admin.address, rules, start, start + 3n * DAY, 25n, 50n, 2n * DAY, 7n * DAY, 1n);
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

  it("gives the notice, lies at most 30 days ahead, and happens once", async () => {
    const town = await loadFixture(deployed);
    const { id } = await draft(town);
    const [admin] = town.admins;
    const manager = town.manager.connect(admin);
    const block = (await now()) + 100n;
    const [earliest, latest] = [block + PARAMS.noticePeriod, block + 30n * DAY];
    for (const voteStart of [block - 1n, block, earliest - 1n, latest + 1n]) {
      await expect(startsAt(town, admin, id, voteStart, block))
        .to.be.revertedWithCustomError(manager, "ProposalManagerVoteStartOutOfRange")
        .withArgs(voteStart, earliest, latest);
    }
    await startsAt(town, admin, id, earliest, block);
    await manager.activateProposal(id, latest);
    await expect(manager.activateProposal(id, 0))
      .to.be.revertedWithCustomError(manager, "ProposalManagerUnexpectedState")
      .withArgs(id, STATE.PENDING);
    await expect(manager.activateProposal(77n, 0)).to.be.revertedWithCustomError(
      manager,
      "ProposalManagerUnknownProposal",
    );
  });

  it("of a draft that anyone could open is put off by no administrator for more than 7 days", async () => {
    const town = await loadFixture(deployed);
    const { id } = await ready(town);
    const [admin] = town.admins;
    const block = (await now()) + 100n;
    const latest = block + 7n * DAY;
    await expect(startsAt(town, admin, id, latest + 1n, block))
      .to.be.revertedWithCustomError(town.manager, "ProposalManagerVoteStartOutOfRange")
      .withArgs(latest + 1n, block + PARAMS.noticePeriod, latest);
    await town.manager.connect(admin).activateProposal(id, latest);
  });

  it("of an endorsed draft in review is put off by at most 7 days from the review's end", async () => {
    const town = await loadFixture(deployed);
    const { id } = await draft(town);
    const createdAt = await now();
    const [admin] = town.admins;
    await town.manager.connect(town.citizens[1]).endorseProposal(id);
    const block = (await now()) + 100n;
    const latest = createdAt + PARAMS.reviewPeriod + 7n * DAY;
    await expect(startsAt(town, admin, id, latest + 1n, block))
      .to.be.revertedWithCustomError(town.manager, "ProposalManagerVoteStartOutOfRange")
      .withArgs(latest + 1n, block + PARAMS.noticePeriod, latest);
    await town.manager.connect(admin).activateProposal(id, latest);
  });

  it("of an EMERGENCY is put off by nobody for more than a day, not even before it is ready", async () => {
    const town = await loadFixture(deployed);
    const actions = [await call(town.core, "unpause", [0n])];
    const [admin] = town.admins;
    for (const make of [draft, ready]) {
      const { id } = await make(town, { type: PROPOSAL.EMERGENCY, actions });
      const block = (await now()) + 100n;
      const latest = block + DAY;
      await expect(startsAt(town, admin, id, latest + 1n, block))
        .to.be.revertedWithCustomError(town.manager, "ProposalManagerVoteStartOutOfRange")
        .withArgs(latest + 1n, block + HOUR, latest);
      await town.manager.connect(admin).activateProposal(id, latest);
    }
  });

  it("never gives less than the notice, however long that is", async () => {
    const town = await loadFixture(deployed);
    await setParam(town, "noticePeriod", 10n * DAY);
    const { id } = await ready(town);
    const [admin] = town.admins;
    const block = (await now()) + 100n;
    const earliest = block + 10n * DAY;
    for (const voteStart of [earliest - 1n, earliest + 1n]) {
      await expect(startsAt(town, admin, id, voteStart, block))
        .to.be.revertedWithCustomError(town.manager, "ProposalManagerVoteStartOutOfRange")
        .withArgs(voteStart, earliest, earliest);
    }
    await town.manager.connect(town.stranger).activateProposal(id, 0);
    expect((await town.manager.getProposal(id)).voteStart).to.equal((await now()) + 10n * DAY);
  });

  it("by anyone waits for the review period and the endorsements, and sets no time", async () => {
    const town = await loadFixture(deployed);
    const { id } = await draft(town);
    const readyAt = (await now()) + DAY;
    const anyone = town.manager.connect(town.stranger);
    await expect(anyone.activateProposal(id, 0))
      .to.be.revertedWithCustomError(anyone, "ProposalManagerNotReady")
      .withArgs(id, readyAt, 0n, 1n);
    await time.increaseTo(readyAt);
    expect(await anyone.isReady(id)).to.equal(false);
    await expect(anyone.activateProposal(id, 0)).to.be.revertedWithCustomError(anyone, "ProposalManagerNotReady");
    await town.manager.connect(town.citizens[2]).endorseProposal(id);
    expect(await anyone.isReady(id)).to.equal(true);
    await expect(anyone.activateProposal(id, (await now()) + DAY))
      .to.be.revertedWithCustomError(anyone, "ProposalManagerUnauthorized")
      .withArgs(town.stranger.address);
    await expect(anyone.activateProposal(id, 0)).to.emit(anyone, "ProposalActivated");
    expect(await anyone.isReady(id)).to.equal(false);
  });

  it("endorsed early still waits for the review period", async () => {
    const town = await loadFixture(deployed);
    const { id } = await draft(town);
    for (const citizen of town.citizens.slice(0, 3)) await town.manager.connect(citizen).endorseProposal(id);
    const { createdAt } = await town.manager.getProposal(id);
    await time.increaseTo(createdAt + DAY - 1n);
    expect(await town.manager.isReady(id)).to.equal(false);
    await time.setNextBlockTimestamp(createdAt + DAY);
    await expect(town.manager.activateProposal(id, 0)).to.emit(town.manager, "ProposalActivated");
  });

  it("seals every term that a voter relies on, each of which makes another rulesHash", async () => {
    const town = await loadFixture(deployed);
    const proposal = await draft(town);
    const { id } = proposal;
    const { contentHash: content } = await town.manager.getProposal(id);
    const seen = new Set([await town.manager.previewRulesHash(id)]);
    const terms = {};
    for (const [name, term, value] of [
      ["quorumPercentage", "quorum", 30n],
      ["votingPeriod", "period", 4n * DAY],
      ["executionDelay", "delay", 3n * DAY],
      ["gracePeriod", "grace", 8n * DAY],
      ["proposalThreshold", "threshold", 2n],
    ]) {
      await setParam(town, name, value);
      terms[term] = value;
      const preview = await town.manager.previewRulesHash(id);
      expect(preview, name).to.equal(rulesHash(content, terms));
      expect(seen.has(preview), name).to.equal(false);
      seen.add(preview);
    }
    // What is not part of the rules of a vote changes nothing.
    for (const [name, value] of [
      ["reviewPeriod", 2n * DAY],
      ["noticePeriod", 2n * HOUR],
      ["officerDelay", 9n * DAY],
      ["endorsementPermille", 50n],
    ]) {
      await setParam(town, name, value);
      expect(await town.manager.previewRulesHash(id)).to.equal(rulesHash(content, terms));
    }
    expect(await town.manager.sealedTerms(id)).to.deep.equal([0n, 0n, 0n, 0n, 0n, 0n, 0n, 0n]);
    await town.manager.connect(town.admins[0]).activateProposal(id, 0);
    const start = (await now()) + 2n * HOUR;
    await setParam(town, "quorumPercentage", 50n);
    await setParam(town, "executionDelay", DAY);
    expect((await town.manager.sealedTerms(id)).toObject()).to.deep.equal({
      voteStart: start,
      votingPeriod: 4n * DAY,
      executionDelay: 3n * DAY,
      gracePeriod: 8n * DAY,
      quorumPercentage: 30n,
      passingPercentage: 50n,
      box: 0n,
      proposalThreshold: 2n,
    });
    // Asked of an opened proposal the answer is what was sealed, not what would be now.
    expect(await town.manager.previewRulesHash(id)).to.equal(rulesHash(content, terms));
    expect((await town.engine.votingWindow(id)).rulesHash).to.equal(rulesHash(content, terms));
    expect((await town.manager.getProposal(id)).rulesHash).to.equal(rulesHash(content, terms));
  });

  it("seals the terms of the type: 60 % for ROLE and UPGRADE, short periods for an EMERGENCY, the token's threshold", async () => {
    const town = await loadFixture(deployed);
    const delegate = [ethers.id("DELEGATE"), town.citizens[0].address, ethers.ZeroHash];
    for (const [options, expected] of [
      [{}, { passing: 50n, period: 3n * DAY, delay: 2n * DAY, threshold: 1n }],
      [
        { type: PROPOSAL.ROLE, actions: [await call(town.roles, "grantRole", delegate)] },
        { passing: 60n, period: 3n * DAY, delay: 2n * DAY, threshold: 1n },
      ],
      [
        {
          type: PROPOSAL.UPGRADE,
          actions: [await call(town.core, "retireStrategy", [await town.weighted.getAddress()])],
        },
        { passing: 60n, period: 3n * DAY, delay: 2n * DAY, threshold: 1n },
      ],
      [
        { type: PROPOSAL.PARAMETER, actions: [await change(town, "votingPeriod", 4n * DAY)] },
        { passing: 50n, period: 3n * DAY, delay: 2n * DAY, threshold: 1n },
      ],
      [
        { type: PROPOSAL.EMERGENCY, actions: [await call(town.core, "unpause", [0n])] },
        { passing: 50n, period: 48n * HOUR, delay: 6n * HOUR, threshold: 1n },
      ],
      [{ strategy: town.weighted }, { passing: 50n, period: 3n * DAY, delay: 2n * DAY, threshold: 10n ** 18n }],
    ]) {
      const { id } = await opened(town, options);
      const { contentHash: content, rulesHash: sealed } = await town.manager.getProposal(id);
      expect(sealed).to.equal(rulesHash(content, expected));
      expect((await town.manager.sealedTerms(id)).passingPercentage).to.equal(expected.passing);
    }
  });

  it("by signature covers the rules as they are", async () => {
    const town = await loadFixture(deployed);
    const { id } = await draft(town);
    const [admin] = town.admins;
    const rules = await town.manager.previewRulesHash(id);
    const voteStart = (await now()) + 2n * HOUR;
    const message = {
      proposalId: id,
      rulesHash: rules,
      voteStart,
      administrator: admin.address,
      deadline: await later(DAY),
    };
    const signature = await sign(town, "ActivateProposal", admin, message);
    const send = (start = voteStart, administrator = admin.address) =>
      town.manager.connect(town.relayer).activateProposalBySig(id, start, administrator, message.deadline, signature);
    for (const sent of [send(voteStart + 1n), send(0n), send(voteStart, town.admins[1].address)]) {
      await expect(sent).to.be.revertedWithCustomError(town.manager, "ProposalManagerInvalidSignature");
    }
    await setParam(town, "executionDelay", DAY);
    await expect(send()).to.be.revertedWithCustomError(town.manager, "ProposalManagerInvalidSignature");
    await setParam(town, "executionDelay", PARAMS.executionDelay);
    await expect(send())
      .to.emit(town.manager, "ProposalActivated")
      .withArgs(id, admin.address, rules, voteStart, voteStart + 3n * DAY, 25n, 50n, ANY, ANY, 1n);
    await expect(send()).to.be.revertedWithCustomError(town.manager, "ProposalManagerUnexpectedState");
  });

  it("by signature names its second, so that nobody who holds it chooses the snapshot, unless anyone may open the vote", async () => {
    const town = await loadFixture(deployed);
    const signed = async (signer, { id }) => {
      const message = {
        proposalId: id,
        rulesHash: await town.manager.previewRulesHash(id),
        voteStart: 0n,
        administrator: signer.address,
        deadline: await later(DAY),
      };
      const signature = await sign(town, "ActivateProposal", signer, message);
      return town.manager.activateProposalBySig(id, 0n, signer.address, message.deadline, signature);
    };
    const early = await draft(town);
    await expect(signed(town.admins[0], early))
      .to.be.revertedWithCustomError(town.manager, "ProposalManagerVoteStartNeeded")
      .withArgs(early.id);
    await expect(signed(town.citizens[0], early)).to.be.revertedWithCustomError(
      town.manager,
      "ProposalManagerNotReady",
    );
    for (const signer of [town.admins[0], town.citizens[0]]) {
      await expect(signed(signer, await ready(town))).to.emit(town.manager, "ProposalActivated");
    }
  });

  it("ends a wish to cancel", async () => {
    const town = await loadFixture(deployed);
    const { id } = await draft(town);
    await town.manager.connect(town.admins[0]).cancelProposal(id, ethers.id("why"));
    await town.manager.connect(town.admins[1]).activateProposal(id, 0);
    expect(await town.manager.cancellationRequest(id)).to.deep.equal([ethers.ZeroAddress, 0n]);
    await expect(town.manager.connect(town.admins[1]).cancelProposal(id, ethers.id("why"))).to.emit(
      town.manager,
      "ProposalCancellationRequested",
    );
  });

  it("hands the ballot box the way of counting that GovernanceCore recorded", async () => {
    const town = await loadFixture(deployed);
    const proposal = await opened(town, { strategy: town.quadratic });
    expect((await town.engine.votingWindow(proposal.id)).strategy).to.equal(proposal.strategy);
    const voter = town.engine.connect(town.citizens[0]);
    await expect(voter.castVoteWithParams(proposal.id, SUPPORT.FOR, "", votesParams(5)))
      .to.emit(voter, "VoteCast")
      .withArgs(town.citizens[0].address, proposal.id, SUPPORT.FOR, 5n, () => true);
  });
});
