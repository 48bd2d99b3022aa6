import { expect } from "chai";

import { ballot, both, digestOf, draft, highS, opened, pack, packed, sign, toEnd } from "./support/acts.js";
import {
  acting,
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
const selector = (town, name) => town.engine.interface.getError(name).selector;

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
    const start = (await now()) + HOUR;
    await town.manager.connect(town.admins[0]).activateProposal(id, start);
    await expect(town.manager.connect(proposer).cancelProposal(id))
      .to.emit(town.engine, "VotingWindowClosed")
      .withArgs(id);
    await time.increaseTo(start + HOUR);
    await expect(town.engine.connect(proposer).castVote(id, 1)).to.be.revertedWithCustomError(
      town.engine,
      "VotingEngineNotActive",
    );
  });

  it("needs a unit that stood at the snapshot and stands now", async () => {
    const town = await loadFixture(deployed);
    const { id } = await opened(town);
    await both(town, "grantRole", CITIZEN, town.stranger.address);
    await both(town, "revokeRole", CITIZEN, town.citizens[0].address);
    await both(town, "grantTemporaryRole", CITIZEN, town.citizens[1].address, (await now()) + HOUR);
    await both(town, "revokeRole", CITIZEN, town.citizens[2].address);
    await both(town, "grantRole", CITIZEN, town.citizens[2].address);
    await time.increase(HOUR);
    for (const voter of [town.stranger, ...town.citizens.slice(0, 3)]) {
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
    const voteStart = (await now()) + HOUR;
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
    const until = (await now()) + HOUR;
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
      await engine.openWindow(id, ethers.ZeroHash, start, start + 60n * DAY, strategy, PROPOSAL.POLICY);
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

describe("VotingEngine: a signed ballot", () => {
  it("counts for its signer, whoever sends it", async () => {
    const town = await loadFixture(deployed);
    const proposal = await opened(town);
    const [voter] = town.citizens;
    const reasonHash = ethers.id("because");
    const message = await ballot(town, proposal, voter, SUPPORT.ABSTAIN, { reasonHash });
    await expect(town.engine.connect(town.relayer).castVoteBySig(message, await sign(town, "Ballot", voter, message)))
      .to.emit(town.engine, "VoteCast")
      .withArgs(voter.address, proposal.id, SUPPORT.ABSTAIN, 1n, reasonHash);
    expect(await votes(town, proposal.id)).to.deep.equal([0n, 0n, 1n]);
  });

  it("is refused replayed, late, by a stranger, changed, malleated, cut, for other rules, with params", async () => {
    const town = await loadFixture(deployed);
    const proposal = await opened(town);
    const other = await opened(town);
    const [voter, second] = town.citizens;
    const engine = town.engine.connect(town.relayer);
    const message = await ballot(town, proposal, voter, SUPPORT.FOR);
    const signature = await sign(town, "Ballot", voter, message);
    const refuse = (changed, by, error) =>
      expect(engine.castVoteBySig({ ...message, ...changed }, by)).to.be.revertedWithCustomError(engine, error);

    await refuse({}, await sign(town, "Ballot", second, message), "VotingEngineInvalidSignature");
    for (const changed of [
      { voter: second.address },
      { support: SUPPORT.AGAINST },
      { reasonHash: ethers.id("x") },
      { deadline: message.deadline + 1n },
      { proposalId: other.id, rulesHash: other.rulesHash },
    ]) {
      await refuse(changed, signature, "VotingEngineInvalidSignature");
    }
    await refuse({}, highS(signature), "VotingEngineInvalidSignature");
    await refuse({}, ethers.dataSlice(signature, 0, 64), "VotingEngineInvalidSignature");
    await refuse({}, "0x", "VotingEngineInvalidSignature");
    await refuse({ params: "0x01" }, signature, "VotingEngineParamsNotEmpty");
    await expect(engine.castVoteBySig({ ...message, rulesHash: other.rulesHash }, signature))
      .to.be.revertedWithCustomError(engine, "VotingEngineRulesChanged")
      .withArgs(proposal.id, proposal.rulesHash);
    const strange = await ballot(town, proposal, voter, 3);
    await expect(
      engine.castVoteBySig(strange, await sign(town, "Ballot", voter, strange)),
    ).to.be.revertedWithCustomError(engine, "VotingEngineInvalidSupport");

    await engine.castVoteBySig(message, signature);
    await refuse({}, signature, "VotingEngineAlreadyVoted");
    await refuse({}, highS(signature), "VotingEngineInvalidSignature");
    await time.increaseTo(message.deadline + 1n);
    await refuse({}, signature, "VotingEngineSignatureExpired");
  });

  it("is good to its deadline's last second", async () => {
    const town = await loadFixture(deployed);
    const proposal = await opened(town);
    const [a, b] = town.citizens;
    const deadline = (await now()) + HOUR;
    for (const [voter, at, ok] of [
      [a, deadline, true],
      [b, deadline + 1n, false],
    ]) {
      const message = await ballot(town, proposal, voter, 1, { deadline });
      const signature = await sign(town, "Ballot", voter, message);
      await time.setNextBlockTimestamp(at);
      const sent = town.engine.castVoteBySig(message, signature);
      if (ok) await sent;
      else await expect(sent).to.be.revertedWithCustomError(town.engine, "VotingEngineSignatureExpired");
    }
  });

  it("of a contract account counts by ERC-1271, alone and not in a batch", async () => {
    const town = await loadFixture(deployed);
    const wallet = await ethers.deployContract("TestWallet", [town.stranger.address]);
    const address = await wallet.getAddress();
    await both(town, "grantRole", CITIZEN, address);
    const proposal = await opened(town);
    const message = await ballot(town, proposal, { address }, SUPPORT.FOR);
    const wrong = await sign(town, "Ballot", town.stranger2, message);
    await expect(town.engine.castVoteBySig(message, wrong)).to.be.revertedWithCustomError(
      town.engine,
      "VotingEngineInvalidSignature",
    );
    const signature = await sign(town, "Ballot", town.stranger, message);
    await expect(town.engine.castVotesBySig(proposal.id, proposal.rulesHash, pack(message, signature)))
      .to.emit(town.engine, "BallotSkipped")
      .withArgs(
        await digestOf(town, "Ballot", message),
        address,
        proposal.id,
        selector(town, "VotingEngineInvalidSignature"),
      );
    await expect(town.engine.castVoteBySig(message, signature)).to.emit(town.engine, "VoteCast");
  });

  it("of an account with delegated code (EIP-7702) still counts by its key", async () => {
    const town = await loadFixture(deployed);
    const [voter] = town.citizens;
    const proposal = await opened(town);
    const code = await ethers.provider.getCode(town.code.roleManager);
    await ethers.provider.send("hardhat_setCode", [voter.address, code]);
    const message = await ballot(town, proposal, voter, SUPPORT.FOR);
    await town.engine.castVoteBySig(message, await sign(town, "Ballot", voter, message));
    expect(await town.engine.hasVoted(proposal.id, voter)).to.equal(true);
  });

  it("tells its domain", async () => {
    const town = await loadFixture(deployed);
    const { chainId } = await ethers.provider.getNetwork();
    for (const [contract, name] of [
      [town.engine, "VotingEngine"],
      [town.manager, "ProposalManager"],
    ]) {
      expect(await contract.eip712Domain()).to.deep.equal([
        "0x0f",
        name,
        "1",
        chainId,
        await contract.getAddress(),
        ethers.ZeroHash,
        [],
      ]);
    }
  });
});

describe("VotingEngine: a batch", () => {
  it("counts the good ballots, names each bad one by digest and reason, reverts for none", async () => {
    const town = await loadFixture(deployed);
    const proposal = await opened(town);
    const [a, b, c, d, e, f] = town.citizens;
    await town.engine.connect(f).castVote(proposal.id, SUPPORT.AGAINST);
    const past = (await now()) - 1n;
    const make = async (voter, support, changes, by = voter) => {
      const message = await ballot(town, proposal, voter, support, changes);
      return { message, signature: await sign(town, "Ballot", by, message) };
    };
    const good = [await make(a, 1), await make(b, 0), await make(c, 2, { reasonHash: ethers.id("r") })];
    const bad = [
      [await make(d, 3), "VotingEngineInvalidSupport"],
      [await make(d, 1, { deadline: past }), "VotingEngineSignatureExpired"],
      [await make(d, 1, {}, e), "VotingEngineInvalidSignature"],
      [await make(f, 1), "VotingEngineAlreadyVoted"],
      [await make(town.stranger, 1), "VotingEngineNoPower"],
      [good[0], "VotingEngineAlreadyVoted"],
    ];
    const bytes = ethers.concat(
      [good[0], ...bad.slice(0, 3).map(([x]) => x), good[1], ...bad.slice(3).map(([x]) => x), good[2]].map((x) =>
        pack(x.message, x.signature),
      ),
    );
    expect(await town.engine.castVotesBySig.staticCall(proposal.id, proposal.rulesHash, bytes)).to.equal(3n);
    const sent = await town.engine.connect(town.relayer).castVotesBySig(proposal.id, proposal.rulesHash, bytes);
    for (const { message } of good) {
      await expect(sent)
        .to.emit(town.engine, "VoteCast")
        .withArgs(message.voter, proposal.id, message.support, 1n, message.reasonHash);
    }
    for (const [{ message }, error] of bad) {
      await expect(sent)
        .to.emit(town.engine, "BallotSkipped")
        .withArgs(await digestOf(town, "Ballot", message), message.voter, proposal.id, selector(town, error));
    }
    const receipt = await sent.wait();
    expect(receipt.logs.length).to.equal(9);
    expect(await votes(town, proposal.id)).to.deep.equal([2n, 1n, 1n]);
    expect(await town.engine.hasVoted(proposal.id, d)).to.equal(false);
  });

  it("is refused whole for other rules, an odd length, an unknown, closed or paused vote", async () => {
    const town = await loadFixture(deployed);
    const proposal = await opened(town);
    const bytes = await packed(town, proposal, town.citizens[0], 1);
    const send = (id, rules, data) => town.engine.castVotesBySig(id, rules, data);
    await expect(send(proposal.id, ethers.id("x"), bytes))
      .to.be.revertedWithCustomError(town.engine, "VotingEngineRulesChanged")
      .withArgs(proposal.id, proposal.rulesHash);
    for (const data of [ethers.dataSlice(bytes, 1), ethers.concat([bytes, "0x00"]), "0x01"]) {
      await expect(send(proposal.id, proposal.rulesHash, data))
        .to.be.revertedWithCustomError(town.engine, "VotingEngineBatchLength")
        .withArgs(ethers.dataLength(data));
    }
    await expect(send(99n, proposal.rulesHash, bytes)).to.be.revertedWithCustomError(
      town.engine,
      "VotingEngineUnknownProposal",
    );
    await town.core.connect(town.guardians[0]).pause();
    await expect(send(proposal.id, proposal.rulesHash, bytes)).to.be.revertedWithCustomError(
      town.engine,
      "VotingEnginePaused",
    );
    await town.core.connect(town.guardians[0]).unpause();
    await town.core.connect(town.guardians[1]).unpause();
    await send(proposal.id, proposal.rulesHash, "0x");
    expect(await votes(town, proposal.id)).to.deep.equal([0n, 0n, 0n]);
    await toEnd(town, proposal);
    await expect(send(proposal.id, proposal.rulesHash, bytes)).to.be.revertedWithCustomError(
      town.engine,
      "VotingEngineNotActive",
    );
  });

  it("takes no signature of the zero address, no high s, no garbage", async () => {
    const town = await loadFixture(deployed);
    const proposal = await opened(town);
    const message = await ballot(town, proposal, { address: ethers.ZeroAddress }, 1);
    const words = {
      garbage: [ethers.id("r"), ethers.id("s")],
      // Between half the order and 2^255: a high s that the packed form could still carry.
      high: [ethers.id("r"), "0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a1"],
      zero: [ethers.ZeroHash, ethers.ZeroHash],
    };
    for (const [r, vs] of Object.values(words)) {
      const bytes = ethers.solidityPacked(
        ["address", "uint8", "uint48", "bytes32", "bytes32", "bytes32"],
        [message.voter, 1, message.deadline, ethers.ZeroHash, r, vs],
      );
      await expect(town.engine.castVotesBySig(proposal.id, proposal.rulesHash, bytes))
        .to.emit(town.engine, "BallotSkipped")
        .withArgs(
          await digestOf(town, "Ballot", message),
          ethers.ZeroAddress,
          proposal.id,
          selector(town, "VotingEngineInvalidSignature"),
        );
    }
  });

  it("holds a token-weighted vote as well", async () => {
    const town = await loadFixture(deployed);
    const proposal = await opened(town, { strategy: town.weighted });
    const [a, b] = town.citizens;
    const bytes = ethers.concat([
      await packed(town, proposal, a, 1),
      await packed(town, proposal, b, 0),
      await packed(town, proposal, town.citizens[4], 0),
    ]);
    await expect(town.engine.castVotesBySig(proposal.id, proposal.rulesHash, bytes))
      .to.emit(town.engine, "BallotSkipped")
      .withArgs(
        (value) => value !== ethers.ZeroHash,
        town.citizens[4].address,
        proposal.id,
        selector(town, "VotingEngineNoPower"),
      );
    expect(await votes(town, proposal.id)).to.deep.equal([300n * 10n ** 18n, 600n * 10n ** 18n, 0n]);
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

describe("VotingEngine: who may move it", () => {
  it("windows only the ProposalManager, citizens only the RoleManager, the pause only the core", async () => {
    const town = await loadFixture(deployed);
    const strategy = await town.onePerson.getAddress();
    const calls = [
      ["openWindow", [1n, ethers.ZeroHash, 1n, 2n, strategy, 0], town.manager],
      ["closeWindow", [1n], town.manager],
      ["setCitizen", [town.stranger.address, FOREVER], town.roles],
      ["removeCitizen", [town.citizens[0].address], town.roles],
      ["setPaused", [FOREVER], town.core],
      ["clearPaused", [], town.core],
    ];
    for (const [method, args, owner] of calls) {
      for (const contract of [town.core, town.manager, town.roles, town.execution]) {
        if (contract === owner) continue;
        const engine = town.engine.connect(await acting(contract));
        await expect(engine[method](...args))
          .to.be.revertedWithCustomError(engine, "VotingEngineUnauthorized")
          .withArgs(await contract.getAddress());
      }
      await expect(town.engine.connect(town.admins[0])[method](...args)).to.be.revertedWithCustomError(
        town.engine,
        "VotingEngineUnauthorized",
      );
    }
    const bare = await ethers.getContractAt("VotingEngine", town.code.votingEngine);
    for (const engine of [town.engine, bare]) {
      await expect(engine.initialize(strategy, strategy, strategy)).to.be.revertedWithCustomError(
        engine,
        "InvalidInitialization",
      );
    }
  });

  it("a window is opened once and closed only if it exists; only a citizen can be removed", async () => {
    const town = await loadFixture(deployed);
    const { id } = await opened(town);
    const engine = town.engine.connect(await acting(town.manager));
    const strategy = await town.onePerson.getAddress();
    await expect(engine.openWindow(id, ethers.ZeroHash, 1n, 2n, strategy, 0))
      .to.be.revertedWithCustomError(engine, "VotingEngineWindowExists")
      .withArgs(id);
    await expect(engine.closeWindow(77n))
      .to.be.revertedWithCustomError(engine, "VotingEngineUnknownProposal")
      .withArgs(77n);
    await expect(town.engine.connect(await acting(town.roles)).removeCitizen(town.stranger.address))
      .to.be.revertedWithCustomError(engine, "VotingEngineNotCitizen")
      .withArgs(town.stranger.address);
  });

  it("an opened window is announced and told", async () => {
    const town = await loadFixture(deployed);
    const { id } = await draft(town);
    const rules = await town.manager.previewRulesHash(id);
    const sent = await town.manager.connect(town.admins[0]).activateProposal(id, 0);
    const start = (await now()) + 1n;
    const strategy = await town.onePerson.getAddress();
    await expect(sent)
      .to.emit(town.engine, "VotingWindowOpened")
      .withArgs(id, rules, start, start + 3n * DAY, strategy);
    expect(await town.engine.votingWindow(id)).to.deep.equal([start, start + 3n * DAY, rules, strategy]);
    for (const method of ["votingWindow", "proposalVotes", "result"]) {
      await expect(town.engine[method](9n)).to.be.revertedWithCustomError(town.engine, "VotingEngineUnknownProposal");
    }
    for (const method of ["hasVoted", "getBallotPower"]) {
      await expect(town.engine[method](9n, town.stranger)).to.be.revertedWithCustomError(
        town.engine,
        "VotingEngineUnknownProposal",
      );
    }
    expect(await town.engine.clock()).to.equal(await now());
    expect(await town.engine.CLOCK_MODE()).to.equal("mode=timestamp");
  });
});

describe("VotingEngine: a pause", () => {
  it("stops ballots and gives every open vote its time back, but never moves a snapshot", async () => {
    const town = await loadFixture(deployed);
    const proposal = await opened(town);
    const emergency = await opened(town, {
      type: PROPOSAL.EMERGENCY,
      actions: [
        { target: await town.core.getAddress(), value: 0n, data: town.core.interface.encodeFunctionData("unpause") },
      ],
    });
    await town.core.connect(town.guardians[0]).pause();
    const start = await now();
    const voter = town.engine.connect(town.citizens[0]);
    await expect(voter.castVote(proposal.id, 1)).to.be.revertedWithCustomError(voter, "VotingEnginePaused");
    const message = await ballot(town, proposal, town.citizens[0], 1);
    await expect(
      voter.castVoteBySig(message, await sign(town, "Ballot", town.citizens[0], message)),
    ).to.be.revertedWithCustomError(voter, "VotingEnginePaused");
    await voter.castVote(emergency.id, 1);
    await time.increase(2n * DAY);
    await town.core.connect(town.guardians[0]).unpause();
    await town.core.connect(town.guardians[1]).unpause();
    const shift = (await now()) - start;
    const window = await town.engine.votingWindow(proposal.id);
    expect(window.voteEnd).to.equal(proposal.voteEnd + shift);
    expect(window.voteStart).to.equal(proposal.voteStart);
    expect((await town.engine.votingWindow(emergency.id)).voteEnd).to.equal(emergency.voteEnd);
    await time.setNextBlockTimestamp(proposal.voteEnd + shift - 1n);
    await voter.castVote(proposal.id, 1);
    await expect(town.engine.connect(town.citizens[1]).castVote(proposal.id, 1)).to.be.revertedWithCustomError(
      voter,
      "VotingEngineNotActive",
    );
    // Opened after the pause: not shifted by it.
    const later = await opened(town);
    expect(later.voteEnd - later.voteStart).to.equal(3n * DAY);
  });
});
