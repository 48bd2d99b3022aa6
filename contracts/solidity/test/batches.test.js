// What a sender, a voter or a token could do to a batch, and to single ballots.
import { expect } from "chai";

import { ballot, both, digestOf, makeDelegate, opened, pack, packed, sign, stated } from "./support/acts.js";
import {
  acting,
  COUNTING,
  DAY,
  deployed,
  ethers,
  loadFixture,
  PROPOSAL,
  role,
  SUPPORT,
  time,
} from "./support/deployment.js";

const { AGAINST, FOR } = SUPPORT;
const CITIZEN = role("CITIZEN");
const WAY = { ANSWERS: 0, REVERTS: 1, BURNS: 2, FLOODS: 3, SAYS_NOTHING: 4 };
const MAX = 2n ** 256n - 1n;
const LOOKUP_GAS = 500_000n;
const now = async () => BigInt(await time.latest());
const selector = (town, name) => town.engine.interface.getError(name).selector;

/** A vote by a token that does as it is told. */
async function withToken() {
  const town = await deployed();
  const token = await ethers.deployContract("TestHostileToken");
  const strategy = await ethers.deployContract("TokenWeightedStrategy", [await token.getAddress()]);
  for (const [i, { address }] of town.citizens.entries()) await token.set(address, BigInt(i + 1), WAY.ANSWERS);
  const proposal = { id: 700n, rulesHash: ethers.id("rules") };
  const start = (await now()) + 10n;
  await town.engine
    .connect(await acting(town.manager))
    .openWindow(proposal.id, proposal.rulesHash, start, start + DAY, strategy, PROPOSAL.POLICY, COUNTING.TOKEN);
  await time.increaseTo(start);
  return { ...town, hostile: token, proposal };
}

const skips = (town, receipt) =>
  receipt.logs
    .map((log) => town.engine.interface.parseLog(log))
    .filter(({ name }) => name === "BallotSkipped")
    .map(({ args }) => [args.voter, args.code]);

/** What the call gives under gas limits from 60,000 to what is more than enough, and how often. */
async function sweep(town, { id, rulesHash }, bytes, enough, count = 150n) {
  const low = 60_000n;
  const results = new Map();
  for (let i = 0n; i <= count; i++) {
    const gasLimit = low + ((enough - low) * i) / count;
    const counted = await town.engine.castVotesBySig
      .staticCall(id, rulesHash, bytes, { gasLimit })
      .catch(() => "reverted");
    results.set(counted, (results.get(counted) ?? 0) + 1);
  }
  return results;
}

describe("VotingEngine: whatever gas a sender gives a batch", () => {
  it("all good ballots are counted, or none and the transaction reverts", async () => {
    const town = await loadFixture(deployed);
    const [delegate, delegator] = town.citizens;
    await makeDelegate(town, delegate);
    await town.engine.connect(delegator).delegate(delegate.address);
    const proposal = await opened(town, { proposer: town.citizens[5] });
    const parts = [];
    for (const citizen of town.citizens) parts.push(await packed(town, proposal, citizen, FOR));
    const results = await sweep(town, proposal, ethers.concat(parts), 400_000n);
    expect([...results.keys()].sort()).to.deep.equal([8n, "reverted"]);
    for (const times of results.values()) expect(times).to.be.above(10);
  }).timeout(120_000);

  it("a token's holders are all weighed, or none, even if the token burns the gas of one", async () => {
    const town = await loadFixture(withToken);
    await town.hostile.set(town.citizens[1].address, 2n, WAY.BURNS);
    const parts = [];
    for (const citizen of town.citizens.slice(0, 4)) parts.push(await packed(town, town.proposal, citizen, FOR));
    const bytes = ethers.concat(parts);
    const results = await sweep(town, town.proposal, bytes, 1_500_000n);
    expect([...results.keys()].sort()).to.deep.equal([3n, "reverted"]);
    // Enough for the call to fail and for the ballot to be skipped, but not to be sure that the token is to blame.
    await expect(
      town.engine.castVotesBySig(town.proposal.id, town.proposal.rulesHash, parts[1], { gasLimit: LOOKUP_GAS }),
    ).to.be.revertedWithCustomError(town.engine, "VotingEngineTooLittleGas");
  }).timeout(120_000);
});

describe("VotingEngine: a hostile token", () => {
  it("loses its holders their votes, one by one, and never a batch", async () => {
    const town = await loadFixture(withToken);
    const { proposal, hostile, citizens } = town;
    const ways = [WAY.REVERTS, WAY.BURNS, WAY.FLOODS, WAY.SAYS_NOTHING];
    for (const [i, way] of ways.entries()) await hostile.set(citizens[i].address, 1n, way);
    await hostile.set(citizens[4].address, 2n ** 208n, WAY.ANSWERS);
    await hostile.set(citizens[5].address, 0n, WAY.ANSWERS);
    const parts = [];
    for (const citizen of citizens) parts.push(await packed(town, proposal, citizen, FOR));
    const sent = await town.engine.castVotesBySig(proposal.id, proposal.rulesHash, ethers.concat(parts));
    const failed = selector(town, "VotingEngineStrategyFailed");
    expect(skips(town, await sent.wait())).to.deep.equal([
      ...citizens.slice(0, 5).map(({ address }) => [address, failed]),
      [citizens[5].address, selector(town, "VotingEngineNoPower")],
    ]);
    expect(await town.engine.proposalVotes(proposal.id)).to.deep.equal([0n, 7n + 8n, 0n]);
    for (const citizen of citizens.slice(0, 5)) {
      expect(await town.engine.getBallotPower(proposal.id, citizen)).to.equal(0n);
      expect(await town.engine.hasVoted(proposal.id, citizen)).to.equal(false);
      await expect(town.engine.connect(citizen).castVote(proposal.id, FOR)).to.be.revertedWithCustomError(
        town.engine,
        "VotingEngineStrategyFailed",
      );
    }
    // A holder whom the token lets go votes after all, with as much as any token has.
    await hostile.set(citizens[0].address, 2n ** 208n - 1n, WAY.ANSWERS);
    await town.engine.connect(citizens[0]).castVote(proposal.id, AGAINST);
    expect((await town.engine.proposalVotes(proposal.id))[AGAINST]).to.equal(2n ** 208n - 1n);
  });

  it("that doesn't tell its supply leaves a result, with a supply that no quorum reaches", async () => {
    const town = await loadFixture(withToken);
    const { proposal, hostile } = town;
    await town.engine.connect(town.citizens[2]).castVote(proposal.id, FOR);
    for (const [supply, way, told] of [
      [50n, WAY.ANSWERS, 50n],
      [50n, WAY.REVERTS, MAX],
      [50n, WAY.BURNS, MAX],
      [50n, WAY.FLOODS, MAX],
      [50n, WAY.SAYS_NOTHING, MAX],
      [2n ** 255n, WAY.ANSWERS, 2n ** 255n],
    ]) {
      await hostile.setSupply(supply, way);
      const result = await town.engine.result(proposal.id);
      expect([result.forVotes, result.supply, result.turnout, result.tallied]).to.deep.equal([3n, told, 3n, true]);
    }
  });
});

describe("VotingEngine: an account that burns all gas when asked for its signature", () => {
  it("has no ballot, and costs a batch nothing", async () => {
    const town = await loadFixture(deployed);
    const burner = await ethers.deployContract("TestBurner");
    const address = await burner.getAddress();
    await both(town, "grantRole", CITIZEN, address);
    const proposal = await opened(town);
    const message = await ballot(town, proposal, { address }, FOR);
    const signature = await sign(town, "Ballot", town.stranger, message);
    await expect(
      town.engine.castVoteBySig(message, signature, { gasLimit: 2_000_000 }),
    ).to.be.revertedWithCustomError(town.engine, "VotingEngineInvalidSignature");
    const bytes = ethers.concat([
      await packed(town, proposal, town.citizens[0], FOR),
      pack(message, signature),
      await packed(town, proposal, town.citizens[1], FOR),
    ]);
    const sent = await town.engine.castVotesBySig(proposal.id, proposal.rulesHash, bytes, { gasLimit: 250_000 });
    expect(skips(town, await sent.wait())).to.deep.equal([[address, selector(town, "VotingEngineInvalidSignature")]]);
    expect(await town.engine.proposalVotes(proposal.id)).to.deep.equal([0n, 2n, 0n]);
  });
});

describe("VotingEngine: what is signed reads as words", () => {
  it("and a ballot signed over other words, or none, counts nowhere", async () => {
    const town = await loadFixture(deployed);
    const proposal = await opened(town);
    const priced = await opened(town, { strategy: town.quadratic });
    const [a] = town.citizens;
    const against = await town.statements.ballot(proposal.id, AGAINST);
    for (const statement of [against, "", `${await town.statements.ballot(proposal.id, FOR)} `]) {
      const message = await ballot(town, proposal, a, FOR);
      const signature = await sign(town, "Ballot", a, { ...message, statement });
      await expect(town.engine.castVoteBySig(message, signature)).to.be.revertedWithCustomError(
        town.engine,
        "VotingEngineInvalidSignature",
      );
      const sent = await town.engine.castVotesBySig(proposal.id, proposal.rulesHash, pack(message, signature));
      expect(skips(town, await sent.wait())).to.deep.equal([
        [a.address, selector(town, "VotingEngineInvalidSignature")],
      ]);
    }
    const params = ethers.toBeHex(5, 32);
    const message = await ballot(town, priced, a, FOR, { params });
    const statement = await town.statements.quadraticBallot(priced.id, FOR, 6n);
    const signature = await sign(town, "Ballot", a, { ...message, statement });
    await expect(town.engine.castVoteBySig(message, signature)).to.be.revertedWithCustomError(
      town.engine,
      "VotingEngineInvalidSignature",
    );
    const bytes = ethers.concat([pack(message, signature), "0x0005"]);
    expect(await town.engine.castVotesBySig.staticCall(priced.id, priced.rulesHash, bytes)).to.equal(0n);
    expect((await stated(town, "Ballot", message)).statement).to.equal("I cast 5 votes FOR proposal 2.");
  });

  it("and a delegation signed over other words is refused", async () => {
    const town = await loadFixture(deployed);
    const [a, b] = town.citizens;
    await makeDelegate(town, b);
    const deadline = (await now()) + DAY;
    const delegatee = b.address;
    const overall = { delegator: a.address, delegatee, nonce: 0n, deadline };
    const back = await town.statements.delegation(ethers.ZeroAddress);
    const lied = await sign(town, "Delegate", a, { ...overall, statement: back });
    await expect(
      town.engine.delegateBySig(a.address, delegatee, 0n, deadline, lied),
    ).to.be.revertedWithCustomError(town.engine, "VotingEngineInvalidSignature");
    const typed = { delegator: a.address, proposalType: PROPOSAL.BUDGET, delegatee, nonce: 0n, deadline };
    const policy = await town.statements.delegationFor(PROPOSAL.POLICY, a.address, delegatee);
    const moved = await sign(town, "DelegateFor", a, { ...typed, statement: policy });
    await expect(
      town.engine.delegateForBySig(a.address, PROPOSAL.BUDGET, delegatee, 0n, deadline, moved),
    ).to.be.revertedWithCustomError(town.engine, "VotingEngineInvalidSignature");
    expect(await town.engine.statements()).to.equal(await town.statements.getAddress());
  });

  it("a skipped ballot is named by anyone who likes, and stays good", async () => {
    const town = await loadFixture(deployed);
    const proposal = await opened(town);
    const [voter] = town.citizens;
    const message = await ballot(town, proposal, voter, FOR);
    const good = pack(message, await sign(town, "Ballot", voter, message));
    const garbage = pack(message, await sign(town, "Ballot", town.stranger, message));
    await expect(town.engine.connect(town.stranger).castVotesBySig(proposal.id, proposal.rulesHash, garbage))
      .to.emit(town.engine, "BallotSkipped")
      .withArgs(
        await digestOf(town, "Ballot", message),
        voter.address,
        proposal.id,
        selector(town, "VotingEngineInvalidSignature"),
      );
    expect(await town.engine.hasVoted(proposal.id, voter)).to.equal(false);
    await expect(town.engine.castVotesBySig(proposal.id, proposal.rulesHash, good)).to.emit(town.engine, "VoteCast");
  });
});

describe("VotingEngine: a support that there isn't", () => {
  it("is refused by name from 3 to 255, signed with the empty statement, in a batch too", async () => {
    const town = await loadFixture(deployed);
    const [voter] = town.citizens;
    for (const strategy of [town.onePerson, town.quadratic, town.weighted]) {
      const proposal = await opened(town, { strategy });
      for (const support of [3, 4, 5, 255]) {
        const params = strategy === town.quadratic ? ethers.toBeHex(1, 32) : "0x";
        const message = await ballot(town, proposal, voter, support, { params });
        expect((await stated(town, "Ballot", message)).statement).to.equal("");
        const signature = await sign(town, "Ballot", voter, message);
        await expect(town.engine.castVoteBySig(message, signature)).to.be.revertedWithCustomError(
          town.engine,
          "VotingEngineInvalidSupport",
        );
        const bytes = ethers.concat([pack(message, signature), strategy === town.quadratic ? "0x0001" : "0x"]);
        await expect(town.engine.castVotesBySig(proposal.id, proposal.rulesHash, bytes))
          .to.emit(town.engine, "BallotSkipped")
          .withArgs(
            await digestOf(town, "Ballot", message),
            voter.address,
            proposal.id,
            selector(town, "VotingEngineInvalidSupport"),
          );
      }
    }
  });
});

describe("VotingEngine: a ballot's encoding", () => {
  it("has one form: no other v, no compact form, nothing appended, no dirty word", async () => {
    const town = await loadFixture(deployed);
    const proposal = await opened(town);
    const [voter] = town.citizens;
    const message = await ballot(town, proposal, voter, FOR);
    const signature = await sign(town, "Ballot", voter, message);
    const { r, s, v, compactSerialized } = ethers.Signature.from(signature);
    const lowV = v === 27 ? "0x00" : "0x01";
    for (const other of [ethers.concat([r, s, lowV]), compactSerialized, ethers.concat([signature, "0x00"])]) {
      await expect(town.engine.castVoteBySig(message, other)).to.be.revertedWithCustomError(
        town.engine,
        "VotingEngineInvalidSignature",
      );
    }
    const data = town.engine.interface.encodeFunctionData("castVoteBySig", [message, signature]);
    const voterAt = 2 + 2 * (4 + 64 + 64);
    const dirty = `${data.slice(0, voterAt)}ff${data.slice(voterAt + 2)}`;
    const to = await town.engine.getAddress();
    await expect(town.stranger.sendTransaction({ to, data: dirty })).to.be.revert(ethers);
    await town.engine.castVoteBySig(message, signature);
  });
});
