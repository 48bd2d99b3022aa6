import { expect } from "chai";

import { ballot, both, draft, opened, packed, sign } from "./support/acts.js";
import {
  acting,
  COUNTING,
  DAY,
  deployed,
  ethers,
  FOREVER,
  HOUR,
  loadFixture,
  PROPOSAL,
  role,
  SUPPORT,
  time,
} from "./support/deployment.js";

const CITIZEN = role("CITIZEN");
const now = async () => BigInt(await time.latest());
const votes = (town, id) => town.engine.proposalVotes(id);

describe("VotingEngine: a ballot cast in person", () => {
  it("counts one unit to its side", async () => {
    const town = await loadFixture(deployed);
    const { id } = await opened(town);
    for (const [i, support] of [SUPPORT.AGAINST, SUPPORT.FOR, SUPPORT.ABSTAIN, SUPPORT.FOR].entries()) {
      const voter = town.citizens[i];
      expect(await town.engine.getBallotPower(id, voter)).to.equal(1n);
      expect(await town.engine.connect(voter).castVote.staticCall(id, support)).to.equal(1n);
      await expect(town.engine.connect(voter).castVote(id, support))
        .to.emit(town.engine, "VoteCast")
        .withArgs(voter.address, id, support, 1n, ethers.ZeroHash);
      expect(await town.engine.hasVoted(id, voter)).to.equal(true);
    }
    expect(await votes(town, id)).to.deep.equal([1n, 2n, 1n]);
    expect(await town.engine.hasVoted(id, town.citizens[5])).to.equal(false);
  });

  it("with a reason publishes it and its hash; without one neither", async () => {
    const town = await loadFixture(deployed);
    const { id } = await opened(town);
    const [a, b, c, d] = town.citizens;
    const reason = "Weil es allen nützt";
    const hash = ethers.id(reason);
    for (const [voter, sent] of [
      [a, town.engine.connect(a).castVoteWithReason(id, 1, reason)],
      [b, town.engine.connect(b).castVoteWithParams(id, 1, reason, "0x")],
    ]) {
      await expect(sent).to.emit(town.engine, "VoteCast").withArgs(voter.address, id, 1, 1n, hash);
      await expect(sent).to.emit(town.engine, "VoteReasonPublished").withArgs(voter.address, id, reason);
    }
    for (const [voter, sent] of [
      [c, town.engine.connect(c).castVoteWithReason(id, 1, "")],
      [d, town.engine.connect(d).castVoteWithParams(id, 1, "", "0x")],
    ]) {
      await expect(sent).to.emit(town.engine, "VoteCast").withArgs(voter.address, id, 1, 1n, ethers.ZeroHash);
      await expect(sent).not.to.emit(town.engine, "VoteReasonPublished");
    }
  });

  it("is refused a second time, with a strange support, with params, without power", async () => {
    const town = await loadFixture(deployed);
    const { id } = await opened(town);
    const voter = town.engine.connect(town.citizens[0]);
    await expect(voter.castVote(id, 3)).to.be.revertedWithCustomError(voter, "VotingEngineInvalidSupport");
    await expect(voter.castVoteWithParams(id, 1, "", "0x01")).to.be.revertedWithCustomError(
      voter,
      "VotingEngineParamsNotEmpty",
    );
    await voter.castVote(id, 1);
    for (const support of [0, 1, 2]) {
      await expect(voter.castVote(id, support)).to.be.revertedWithCustomError(voter, "VotingEngineAlreadyVoted");
    }
    await expect(town.engine.connect(town.stranger).castVote(id, 1)).to.be.revertedWithCustomError(
      voter,
      "VotingEngineNoPower",
    );
  });

  it("is taken from voteStart until just before voteEnd", async () => {
    const town = await loadFixture(deployed);
    const { id } = await draft(town);
    const voter = town.engine.connect(town.citizens[0]);
    await expect(voter.castVote(id, 1))
      .to.be.revertedWithCustomError(voter, "VotingEngineUnknownProposal")
      .withArgs(id);
    const start = (await now()) + DAY;
    await town.manager.connect(town.admins[0]).activateProposal(id, start);
    await time.setNextBlockTimestamp(start - 1n);
    await expect(voter.castVote(id, 1)).to.be.revertedWithCustomError(voter, "VotingEngineNotActive").withArgs(id);
    await time.setNextBlockTimestamp(start);
    await voter.castVote(id, 1);
    const { voteEnd } = await town.engine.votingWindow(id);
    expect(voteEnd).to.equal(start + 3n * DAY);
    await time.setNextBlockTimestamp(voteEnd - 1n);
    await town.engine.connect(town.citizens[1]).castVote(id, 1);
    await time.setNextBlockTimestamp(voteEnd);
    await expect(town.engine.connect(town.citizens[2]).castVote(id, 1)).to.be.revertedWithCustomError(
      voter,
      "VotingEngineNotActive",
    );
  });

  it("is not taken for a vote that was called off", async () => {
    const town = await loadFixture(deployed);
    const { id, proposer } = await draft(town);
    const start = (await now()) + 2n * HOUR;
    await town.manager.connect(town.admins[0]).activateProposal(id, start);
    await expect(town.manager.connect(proposer).cancelProposal(id, ethers.ZeroHash))
      .to.emit(town.engine, "VotingWindowClosed")
      .withArgs(id);
    await time.increaseTo(start + HOUR);
    await expect(town.engine.connect(proposer).castVote(id, 1)).to.be.revertedWithCustomError(
      town.engine,
      "VotingEngineNotActive",
    );
  });

  it("needs a unit that stood at the snapshot and has not run out since, recorded or not, renewed or not", async () => {
    const town = await loadFixture(deployed);
    const [unrecorded, recorded, renewed] = town.citizens.slice(1);
    const until = (await now()) + 2n * HOUR;
    for (const { address } of [unrecorded, recorded, renewed]) {
      await town.engine.connect(await acting(town.roles)).setCitizen(address, until);
    }
    const { id } = await opened(town);
    await both(town, "grantRole", CITIZEN, town.stranger.address);
    await time.increaseTo(until);
    await town.roles.expire(CITIZEN, recorded.address);
    await both(town, "grantRole", CITIZEN, renewed.address);
    for (const voter of [town.stranger, unrecorded, recorded, renewed]) {
      expect(await town.engine.getBallotPower(id, voter)).to.equal(0n);
      await expect(town.engine.connect(voter).castVote(id, 1)).to.be.revertedWithCustomError(
        town.engine,
        "VotingEngineNoPower",
      );
    }
  });
});

describe("VotingEngine: the edges of a unit", () => {
  it("one that began in the snapshot's second counts, a second later not; its end's second is too late", async () => {
    const town = await loadFixture(deployed);
    const roles = town.engine.connect(await acting(town.roles));
    const wallets = Array.from({ length: 6 }, () => ethers.Wallet.createRandom());
    const [atSnapshot, late, ends, atSnapshotToo, lateToo, endsToo] = wallets;
    const { id } = await draft(town);
    const voteStart = (await now()) + 2n * HOUR;
    const closing = voteStart + HOUR;
    await town.manager.connect(town.admins[0]).activateProposal(id, voteStart);
    for (const wallet of [ends, endsToo]) await roles.setCitizen(wallet.address, closing);
    const granted = [
      [voteStart - 1n, [atSnapshot, atSnapshotToo]],
      [voteStart, [late, lateToo]],
    ];
    await ethers.provider.send("evm_setAutomine", [false]);
    for (const [at, pair] of granted) {
      for (const wallet of pair) await roles.setCitizen(wallet.address, FOREVER, { gasLimit: 300_000 });
      await time.setNextBlockTimestamp(at);
      await ethers.provider.send("evm_mine", []);
    }
    await ethers.provider.send("evm_setAutomine", [true]);
    expect((await town.engine.result(id)).supply).to.equal(12n);

    const proposal = { id, rulesHash: (await town.engine.votingWindow(id)).rulesHash };
    const deadline = closing + HOUR;
    const batched = [];
    for (const wallet of [atSnapshotToo, lateToo, endsToo]) {
      batched.push(await packed(town, proposal, wallet, SUPPORT.FOR, { deadline }));
    }
    await time.setNextBlockTimestamp(closing);
    const sent = await town.engine.castVotesBySig(id, proposal.rulesHash, ethers.concat(batched));
    expect(await now()).to.equal(closing);
    await expect(sent).to.emit(town.engine, "VoteCast").withArgs(atSnapshotToo.address, id, 1, 1n, ethers.ZeroHash);
    for (const wallet of [lateToo, endsToo]) {
      expect(await town.engine.hasVoted(id, wallet)).to.equal(false);
    }
    for (const [wallet, ok] of [
      [atSnapshot, true],
      [late, false],
      [ends, false],
    ]) {
      const message = await ballot(town, proposal, wallet, SUPPORT.FOR, { deadline });
      const single = town.engine.castVoteBySig(message, await sign(town, "Ballot", wallet, message));
      if (ok) await expect(single).to.emit(town.engine, "VoteCast");
      else await expect(single).to.be.revertedWithCustomError(town.engine, "VotingEngineNoPower");
    }
    expect(await votes(town, id)).to.deep.equal([0n, 2n, 0n]);
  });

  it("a second before its end is early enough, alone and in a batch", async () => {
    const town = await loadFixture(deployed);
    const roles = town.engine.connect(await acting(town.roles));
    const wallets = [ethers.Wallet.createRandom(), ethers.Wallet.createRandom()];
    const until = (await now()) + 2n * HOUR;
    for (const wallet of wallets) await roles.setCitizen(wallet.address, until);
    const proposal = await opened(town);
    const bytes = await packed(town, proposal, wallets[0], SUPPORT.FOR);
    const message = await ballot(town, proposal, wallets[1], SUPPORT.FOR);
    const signature = await sign(town, "Ballot", wallets[1], message);
    await ethers.provider.send("evm_setAutomine", [false]);
    await town.engine.castVotesBySig(proposal.id, proposal.rulesHash, bytes, { gasLimit: 500_000 });
    await town.engine.castVoteBySig(message, signature, { gasLimit: 500_000 });
    await time.setNextBlockTimestamp(until - 1n);
    await ethers.provider.send("evm_mine", []);
    await ethers.provider.send("evm_setAutomine", [true]);
    expect(await votes(town, proposal.id)).to.deep.equal([0n, 2n, 0n]);
  });
});

describe("VotingEngine: receipts", () => {
  it("stay exact over more than 128 votes, whatever the order, and through losing CITIZEN", async () => {
    const town = await loadFixture(deployed);
    const manager = await acting(town.manager);
    const engine = town.engine.connect(manager);
    const strategy = await town.onePerson.getAddress();
    const start = (await now()) + 1000n;
    const ids = Array.from({ length: 300 }, (_, i) => BigInt(1000 + i));
    for (const id of ids) {
      const terms = [start, start + 60n * DAY, strategy, PROPOSAL.POLICY, COUNTING.ONE_PERSON];
      await engine.openWindow(id, ethers.ZeroHash, ...terms);
    }
    await time.increaseTo(start);
    const voter = town.citizens[0];
    const mine = town.engine.connect(voter);
    const voted = new Set();
    const vote = async (index) => {
      await mine.castVote(ids[index], 1);
      voted.add(index);
    };
    const check = async () => {
      for (const index of [0, 1, 5, 126, 127, 128, 129, 200, 255, 256, 257, 299]) {
        expect(await town.engine.hasVoted(ids[index], voter)).to.equal(voted.has(index), `window ${index}`);
      }
      for (const index of voted) {
        await expect(mine.castVote(ids[index], 0)).to.be.revertedWithCustomError(mine, "VotingEngineAlreadyVoted");
      }
    };
    for (const index of [5, 127, 0]) await vote(index);
    await check();
    await vote(128);
    await check();
    // Back in the first epoch, forward to the third over a used second, and again back.
    await vote(1);
    await vote(257);
    await vote(129);
    await vote(126);
    await check();
    await both(town, "revokeRole", CITIZEN, voter.address);
    await both(town, "grantRole", CITIZEN, voter.address);
    for (const index of voted) {
      await expect(mine.castVote(ids[index], 0)).to.be.revertedWithCustomError(mine, "VotingEngineAlreadyVoted");
    }
    // The same in batches: into a new epoch, within it, back into an old one, and each again in vain.
    const batched = town.citizens[2];
    const send = async (index) => {
      const proposal = { id: ids[index], rulesHash: ethers.ZeroHash };
      const bytes = await packed(town, proposal, batched, SUPPORT.FOR);
      const counted = await town.engine.castVotesBySig.staticCall(proposal.id, proposal.rulesHash, bytes);
      await town.engine.castVotesBySig(proposal.id, proposal.rulesHash, bytes);
      return counted;
    };
    for (const index of [7, 130, 131, 8, 290, 132]) {
      expect(await send(index)).to.equal(1n);
      expect(await send(index)).to.equal(0n);
      expect(await town.engine.hasVoted(ids[index], batched)).to.equal(true);
      expect((await votes(town, ids[index]))[SUPPORT.FOR]).to.equal(1n);
    }
    // Straight to the third epoch with an empty first.
    const other = town.engine.connect(town.citizens[1]);
    await other.castVote(ids[299], 1);
    await other.castVote(ids[3], 1);
    await expect(other.castVote(ids[3], 1)).to.be.revertedWithCustomError(mine, "VotingEngineAlreadyVoted");
    expect(await town.engine.hasVoted(ids[4], town.citizens[1])).to.equal(false);
  });
});

describe("VotingEngine: a token-weighted vote", () => {
  it("weighs what the token says at the snapshot, for holders who are no citizens too", async () => {
    const town = await loadFixture(deployed);
    const unit = 10n ** 18n;
    const [a, b, c] = town.citizens;
    await town.token.connect(a).transfer(town.stranger.address, 50n * unit);
    await town.token.connect(b).delegate(c.address);
    const { id } = await opened(town, { strategy: town.weighted });
    await town.token.connect(a).transfer(town.stranger2.address, 500n * unit);
    expect(await town.engine.getBallotPower(id, a)).to.equal(550n * unit);
    await expect(town.engine.connect(a).castVote(id, 1))
      .to.emit(town.engine, "VoteCast")
      .withArgs(a.address, id, 1, 550n * unit, ethers.ZeroHash);
    await town.engine.connect(town.stranger).castVote(id, 0);
    await town.engine.connect(c).castVote(id, 2);
    for (const voter of [b, town.stranger2]) {
      await expect(town.engine.connect(voter).castVote(id, 1)).to.be.revertedWithCustomError(
        town.engine,
        "VotingEngineNoPower",
      );
    }
    await expect(town.engine.connect(town.stranger).castVote(id, 0)).to.be.revertedWithCustomError(
      town.engine,
      "VotingEngineAlreadyVoted",
    );
    expect(await votes(town, id)).to.deep.equal([50n * unit, 550n * unit, 400n * unit]);
    expect((await town.engine.result(id)).supply).to.equal(1000n * unit);
    expect(await town.engine.citizen(town.stranger)).to.deep.equal([0n, 0n]);
    // A holder's receipt doesn't stand in the way of a later citizenship, nor the other way round.
    await both(town, "grantRole", CITIZEN, town.stranger.address);
    expect(await town.engine.hasVoted(id, town.stranger)).to.equal(true);
    expect(await town.engine.citizen(town.stranger)).to.deep.equal([await now(), FOREVER]);
  });
});
