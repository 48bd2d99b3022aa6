import { expect } from "chai";

import { ballot, digestOf, opened, packed, packedVotes, votesParams } from "./support/acts.js";
import { CREDIT_PERIOD, deployed, ethers, loadFixture, SUPPORT, time } from "./support/deployment.js";

const { AGAINST, FOR, ABSTAIN } = SUPPORT;
const selector = (town, error) => town.engine.interface.getError(error).selector;
const priced = (town, options = {}) => opened(town, { strategy: town.quadratic, ...options });
const cast = (town, id, voter, support, votes) =>
  town.engine.connect(voter).castVoteWithParams(id, support, "", votesParams(votes));
const periodOf = (moment) => BigInt(moment) / CREDIT_PERIOD;

/** Quadratic votes that are open in one and the same period. */
async function sameTime(town, count) {
  const start = (periodOf(await time.latest()) + 1n) * CREDIT_PERIOD;
  await time.increaseTo(start);
  const votes = [];
  for (let i = 0; i < count; i++) votes.push(await priced(town));
  return { votes, period: periodOf(start) };
}

describe("VotingEngine: a batch of quadratic ballots", () => {
  it("counts what can be paid and names the rest", async () => {
    const town = await loadFixture(deployed);
    const [a, b, c, d, e] = town.citizens;
    const {
      votes: [proposal, other],
      period,
    } = await sameTime(town, 2);
    await cast(town, other.id, b, FOR, 9);
    const make = (voter, support, votes, changes) => packedVotes(town, proposal, voter, support, votes, changes);
    const wrong = ethers.concat([ethers.dataSlice(await make(d, FOR, 3), 0, 123), "0x0004"]);
    const parts = [
      await make(a, FOR, 10),
      await make(b, FOR, 5),
      await make(c, AGAINST, 3, { reasonHash: ethers.id("why") }),
      await make(d, FOR, 0),
      wrong,
      await make(e, FOR, 11),
      await make(a, FOR, 1),
      await make(town.stranger, FOR, 1),
      await make(e, ABSTAIN, 2),
    ];
    const bytes = ethers.concat(parts);
    const counted = await town.engine.castVotesBySig.staticCall(proposal.id, proposal.rulesHash, bytes);
    expect(counted).to.equal(3n);
    const sent = await town.engine.connect(town.relayer).castVotesBySig(proposal.id, proposal.rulesHash, bytes);
    await expect(sent)
      .to.emit(town.engine, "VoteCast")
      .withArgs(c.address, proposal.id, AGAINST, 3n, ethers.id("why"));
    const overspent = await ballot(town, proposal, b, FOR, { params: votesParams(5) });
    const receipt = await sent.wait();
    const skipped = receipt.logs
      .map((log) => town.engine.interface.parseLog(log))
      .filter(({ name }) => name === "BallotSkipped");
    expect(skipped.map(({ args }) => [args.voter, args.code])).to.deep.equal([
      [b.address, selector(town, "VotingEngineCreditsExceeded")],
      [d.address, selector(town, "VotingEngineInvalidParams")],
      [d.address, selector(town, "VotingEngineInvalidSignature")],
      [e.address, selector(town, "VotingEngineCreditsExceeded")],
      [a.address, selector(town, "VotingEngineAlreadyVoted")],
      [town.stranger.address, selector(town, "VotingEngineNoPower")],
    ]);
    // The digest names the very ballot, its votes included.
    const deadline = BigInt(ethers.dataSlice(parts[1], 21, 27));
    expect(skipped[0].args.digest).to.equal(await digestOf(town, "Ballot", { ...overspent, deadline }));
    expect(await town.engine.proposalVotes(proposal.id)).to.deep.equal([3n, 10n, 2n]);
    expect((await town.engine.result(proposal.id)).turnout).to.equal(2n);
    expect(await town.quadratic.creditsLeft(b, period)).to.equal(19n);
    expect(await town.quadratic.creditsLeft(e, period)).to.equal(96n);
  });

  it("has 125 bytes a ballot, and 123 elsewhere", async () => {
    const town = await loadFixture(deployed);
    const proposal = await priced(town);
    const plain = await opened(town);
    const [a] = town.citizens;
    const short = await packed(town, proposal, a, FOR);
    const long = await packedVotes(town, plain, a, FOR, 1);
    for (const [at, bytes] of [
      [proposal, short],
      [plain, long],
    ]) {
      await expect(town.engine.castVotesBySig(at.id, at.rulesHash, bytes))
        .to.be.revertedWithCustomError(town.engine, "VotingEngineBatchLength")
        .withArgs(ethers.dataLength(bytes));
    }
    const single = await packedVotes(town, proposal, a, FOR, 1);
    await town.engine.castVotesBySig(proposal.id, proposal.rulesHash, single);
    // The same ballot again, alone or by anyone: it counts once.
    expect(await town.engine.castVotesBySig.staticCall(proposal.id, proposal.rulesHash, single)).to.equal(0n);
  });
});
