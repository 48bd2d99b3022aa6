// What tells a plain ballot of a batch from every other: each part of the word of an account, at its edge.
import { expect } from "chai";

import { makeDelegate, opened, packed } from "./support/acts.js";
import { acting, COUNTING, DAY, deployed, ethers, loadFixture, PROPOSAL, SUPPORT, time } from "./support/deployment.js";

const { FOR } = SUPPORT;
const EPOCH = 128;
const now = async () => BigInt(await time.latest());
const batch = (town, { id, rulesHash }, parts) => town.engine.castVotesBySig(id, rulesHash, ethers.concat(parts));
const votesFor = async (town, { id }) => (await town.engine.proposalVotes(id))[1];
const selector = (town, name) => town.engine.interface.getError(name).selector;

async function skipped(town, sent) {
  const { logs } = await (await sent).wait();
  return logs
    .map((log) => town.engine.interface.parseLog(log))
    .filter(({ name }) => name === "BallotSkipped")
    .map(({ args }) => args.code);
}

/** Opens `count` votes that everybody can vote in at once. */
async function windows(town, count) {
  const manager = town.engine.connect(await acting(town.manager));
  const start = (await now()) + 1000n;
  const made = Array.from({ length: count }, (_, i) => ({ id: 1000n + BigInt(i), rulesHash: ethers.id(`rules ${i}`) }));
  for (const { id, rulesHash } of made) {
    await manager.openWindow(
      id,
      rulesHash,
      start,
      start + DAY,
      town.onePerson,
      PROPOSAL.POLICY,
      COUNTING.ONE_PERSON,
    );
  }
  await time.increaseTo(start);
  return made;
}

describe("VotingEngine: what makes a ballot of a batch plain", () => {
  it("a delegate's counts what it received, a delegator's takes a unit back, one of a kind's does either", async () => {
    const town = await loadFixture(deployed);
    const [delegate, overall, typed, plain, proposer] = town.citizens;
    await makeDelegate(town, delegate);
    await town.engine.connect(overall).delegate(delegate.address);
    await town.engine.connect(typed).delegateFor(PROPOSAL.POLICY, delegate.address);
    const proposal = await opened(town, { proposer });
    await batch(town, proposal, [
      await packed(town, proposal, plain, FOR),
      await packed(town, proposal, delegate, FOR),
    ]);
    expect(await votesFor(town, proposal)).to.equal(4n);
    const reduced = await batch(town, proposal, [
      await packed(town, proposal, overall, FOR),
      await packed(town, proposal, typed, FOR),
    ]);
    await expect(reduced).to.emit(town.engine, "DelegateWeightReduced");
    expect(await votesFor(town, proposal)).to.equal(4n);
  });

  it("has a receipt of its own in each of the votes of an epoch", async () => {
    const town = await loadFixture(deployed);
    const [voter, ...fresh] = town.citizens;
    const votes = await windows(town, EPOCH + 2);
    const same = [0, 1, 63, 64, 65, 127, 128, 129].map((at) => [voter, at]);
    // Whoever has no receipt yet takes the short way whichever bit it is.
    const alone = [63, 64, 65, 127, 128].map((at, i) => [fresh[i], at]);
    for (const [by, at] of [...same, ...alone]) {
      const before = await votesFor(town, votes[at]);
      const ballot = await packed(town, votes[at], by, FOR);
      expect(await skipped(town, batch(town, votes[at], [ballot]))).to.deep.equal([]);
      expect(await skipped(town, batch(town, votes[at], [ballot]))).to.deep.equal([
        selector(town, "VotingEngineAlreadyVoted"),
      ]);
      expect(await votesFor(town, votes[at])).to.equal(before + 1n);
    }
  }).timeout(120_000);

  it("is no plain one in the second in which its unit ends, whatever else its word holds", async () => {
    const town = await loadFixture(deployed);
    const voter = town.citizens[0];
    const [first, second] = await windows(town, 2);
    const ends = (await now()) + 100n;
    await town.engine.connect(await acting(town.roles)).setCitizen(voter.address, ends);
    await batch(town, first, [await packed(town, first, voter, FOR)]);
    const ballot = await packed(town, second, voter, FOR);
    await time.setNextBlockTimestamp(ends);
    expect(await skipped(town, batch(town, second, [ballot]))).to.have.length(1);
    expect(await votesFor(town, second)).to.equal(0n);
  });

  it("in the last second of its deadline fails by its signature alone", async () => {
    const town = await loadFixture(deployed);
    const [voter, other] = town.citizens;
    const proposal = await opened(town);
    const deadline = (await now()) + 50n;
    const good = await packed(town, proposal, voter, FOR, { deadline });
    const forged = ethers.concat([voter.address, ethers.dataSlice(await packed(town, proposal, other, FOR, { deadline }), 20)]);
    await time.setNextBlockTimestamp(deadline);
    expect(await skipped(town, batch(town, proposal, [forged, good]))).to.deep.equal([
      selector(town, "VotingEngineInvalidSignature"),
    ]);
    expect(await votesFor(town, proposal)).to.equal(1n);
    expect(await skipped(town, batch(town, proposal, [forged]))).to.deep.equal([
      selector(town, "VotingEngineSignatureExpired"),
    ]);
  });
});
