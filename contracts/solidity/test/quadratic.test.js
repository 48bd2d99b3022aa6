import { expect } from "chai";

import {
  ballot,
  both,
  draft,
  makeDelegate,
  opened,
  sign,
  toEnd,
  votesParams,
} from "./support/acts.js";
import {
  acting,
  COUNTING,
  CREDITS,
  CREDIT_PERIOD,
  DAY,
  deployed,
  ethers,
  HOUR,
  loadFixture,
  OPEN_TYPES,
  role,
  STATE,
  SUPPORT,
  time,
} from "./support/deployment.js";

const { AGAINST, FOR, ABSTAIN } = SUPPORT;
const CITIZEN = role("CITIZEN");
const priced = (town, options = {}) => opened(town, { strategy: town.quadratic, ...options });
const cast = (town, id, voter, support, votes) =>
  town.engine.connect(voter).castVoteWithParams(id, support, "", votesParams(votes));
const periodOf = (moment) => BigInt(moment) / CREDIT_PERIOD;

/** Another quadratic strategy of the town. */
async function admitted(town, credits, periodLength) {
  const terms = {
    counting: COUNTING.QUADRATIC,
    types: OPEN_TYPES,
    threshold: 0n,
    token: ethers.ZeroAddress,
    credits,
    periodLength,
  };
  const core = town.core.connect(await acting(town.execution));
  const address = await core.registerStrategy.staticCall(terms);
  await core.registerStrategy(terms);
  return ethers.getContractAt("QuadraticStrategy", address);
}

/** Quadratic votes that are open in one and the same period. */
async function sameTime(town, count) {
  const start = (periodOf(await time.latest()) + 1n) * CREDIT_PERIOD;
  await time.increaseTo(start);
  const votes = [];
  for (let i = 0; i < count; i++) votes.push(await priced(town));
  return { votes, period: periodOf(start) };
}

describe("QuadraticStrategy", () => {
  it("fixes its terms for good and says them", async () => {
    const town = await loadFixture(deployed);
    expect(await town.quadratic.kind()).to.equal("quadratic");
    expect(await town.quadratic.votingEngine()).to.equal(await town.engine.getAddress());
    expect(await town.quadratic.credits()).to.equal(CREDITS);
    expect(await town.quadratic.periodLength()).to.equal(CREDIT_PERIOD);
    for (const moment of [0n, CREDIT_PERIOD - 1n, CREDIT_PERIOD, 7n * CREDIT_PERIOD + 5n]) {
      expect(await town.quadratic.periodOf(moment)).to.equal(periodOf(moment));
    }
  });

  it("can't be made without credits, nor with a period below a day or above ten years", async () => {
    const town = await loadFixture(deployed);
    const engine = await town.engine.getAddress();
    const make = (credits, period) => ethers.deployContract("QuadraticStrategy", [engine, credits, period]);
    await expect(make(0n, DAY)).to.be.revertedWithCustomError(town.quadratic, "QuadraticStrategyNoCredits");
    for (const period of [DAY - 1n, 3660n * DAY + 1n, 0n]) {
      await expect(make(1n, period))
        .to.be.revertedWithCustomError(town.quadratic, "QuadraticStrategyPeriodOutOfBounds")
        .withArgs(period, DAY, 3660n * DAY);
    }
    await make(1n, DAY);
    await make(2n ** 32n - 1n, 3660n * DAY);
  });

  it("is admitted on its terms, with credits of its own", async () => {
    const town = await loadFixture(deployed);
    const another = await admitted(town, 9n, DAY);
    const [event] = await town.core.queryFilter(town.core.filters.CreditsAllotted(another));
    expect(event.args.toArray()).to.deep.equal([await another.getAddress(), 9n, DAY]);
    const proposal = await priced(town, { strategy: another });
    await expect(cast(town, proposal.id, town.citizens[0], FOR, 4)).to.be.revertedWithCustomError(
      town.engine,
      "VotingEngineCreditsExceeded",
    );
    await cast(town, proposal.id, town.citizens[0], FOR, 3);
    await cast(town, (await priced(town)).id, town.citizens[0], FOR, 10);
  });

  it("tells the most votes of a citizen, of others none, and the number of people", async () => {
    const town = await loadFixture(deployed);
    const [a] = town.citizens;
    const {
      votes: [one],
      period,
    } = await sameTime(town, 1);
    const snapshot = one.voteStart - 1n;
    const power = (account) => town.quadratic.getVotingPower(account, snapshot);
    expect(await power(a)).to.equal(10n);
    expect(await power(town.stranger)).to.equal(0n);
    expect(await town.quadratic.getPastTotalSupply(snapshot)).to.equal(8n);
    expect(await town.engine.getBallotPower(one.id, a)).to.equal(10n);
    expect(await town.engine.getBallotPower(one.id, town.stranger)).to.equal(0n);
    await cast(town, one.id, a, FOR, 6);
    expect(await town.quadratic.creditsLeft(a, period)).to.equal(64n);
    expect(await town.engine.creditsSpent(town.quadratic, a, period)).to.equal(36n);
    expect(await power(a)).to.equal(8n);
    expect(await town.quadratic.getVotingPower(a, period * CREDIT_PERIOD - 2n)).to.equal(10n);
    await expect(town.quadratic.getVotingPower(a, (await time.latest()) + 1000)).to.be.revertedWithCustomError(
      town.engine,
      "VotingEngineFutureLookup",
    );
  });
});

describe("VotingEngine: a quadratic vote", () => {
  it("counts n votes for n squared credits, directly, with a reason, by signature", async () => {
    const town = await loadFixture(deployed);
    const {
      votes: [proposal],
      period,
    } = await sameTime(town, 1);
    const [a, b, c] = town.citizens;
    await expect(cast(town, proposal.id, a, FOR, 7))
      .to.emit(town.engine, "VoteCast")
      .withArgs(a.address, proposal.id, FOR, 7n, ethers.ZeroHash);
    const sent = town.engine.connect(b).castVoteWithParams(proposal.id, AGAINST, "too dear", votesParams(5));
    await expect(sent)
      .to.emit(town.engine, "VoteCast")
      .withArgs(b.address, proposal.id, AGAINST, 5n, ethers.id("too dear"));
    await expect(sent).to.emit(town.engine, "VoteReasonPublished").withArgs(b.address, proposal.id, "too dear");
    const message = await ballot(town, proposal, c, ABSTAIN, { params: votesParams(10) });
    const signature = await sign(town, "Ballot", c, message);
    await expect(
      town.engine.castVoteBySig({ ...message, params: votesParams(9) }, signature),
    ).to.be.revertedWithCustomError(town.engine, "VotingEngineInvalidSignature");
    await expect(town.engine.connect(town.relayer).castVoteBySig(message, signature))
      .to.emit(town.engine, "VoteCast")
      .withArgs(c.address, proposal.id, ABSTAIN, 10n, ethers.ZeroHash);
    expect(await town.engine.proposalVotes(proposal.id)).to.deep.equal([5n, 7n, 10n]);
    for (const [voter, spent] of [
      [a, 49n],
      [b, 25n],
      [c, 100n],
    ]) {
      expect(await town.engine.creditsSpent(town.quadratic, voter, period)).to.equal(spent);
      expect(await town.engine.hasVoted(proposal.id, voter)).to.equal(true);
      await expect(cast(town, proposal.id, voter, FOR, 1)).to.be.revertedWithCustomError(
        town.engine,
        "VotingEngineAlreadyVoted",
      );
    }
  });

  it("takes a ballot that says from 1 to 65,535 votes in one word, and no other", async () => {
    const town = await loadFixture(deployed);
    const engine = town.engine.connect(town.citizens[0]);
    const rich = await admitted(town, 2n ** 32n - 1n, DAY);
    const proposal = await priced(town, { strategy: rich });
    const bad = [votesParams(0), votesParams(65536), votesParams(2n ** 256n - 1n), "0x05", "0x", `${votesParams(5)}00`];
    for (const params of bad) {
      await expect(engine.castVoteWithParams(proposal.id, FOR, "", params)).to.be.revertedWithCustomError(
        engine,
        "VotingEngineInvalidParams",
      );
    }
    for (const sent of [
      () => engine.castVote(proposal.id, FOR),
      () => engine.castVoteWithReason(proposal.id, FOR, "because"),
    ]) {
      await expect(sent()).to.be.revertedWithCustomError(engine, "VotingEngineInvalidParams");
    }
    await engine.castVoteWithParams(proposal.id, FOR, "", votesParams(65535));
    expect(await town.engine.getBallotPower(proposal.id, town.citizens[0])).to.equal(362n);
    for (const strategy of [town.onePerson, town.weighted]) {
      const { id } = await opened(town, { strategy });
      for (const params of [votesParams(1), votesParams(0), "0x01"]) {
        await expect(engine.castVoteWithParams(id, FOR, "", params)).to.be.revertedWithCustomError(
          engine,
          "VotingEngineParamsNotEmpty",
        );
      }
    }
  });

  it("refuses overspending across open votes, and gives new credits in the next period alone", async () => {
    const town = await loadFixture(deployed);
    const [a] = town.citizens;
    const {
      votes: [one, two, three],
      period,
    } = await sameTime(town, 3);
    await cast(town, one.id, a, FOR, 8);
    await expect(cast(town, two.id, a, AGAINST, 7)).to.be.revertedWithCustomError(
      town.engine,
      "VotingEngineCreditsExceeded",
    );
    expect(await town.engine.hasVoted(two.id, a)).to.equal(false);
    await cast(town, two.id, a, AGAINST, 6);
    expect(await town.quadratic.creditsLeft(a, period)).to.equal(0n);
    expect(await town.engine.getBallotPower(three.id, a)).to.equal(0n);
    await expect(cast(town, three.id, a, FOR, 1)).to.be.revertedWithCustomError(
      town.engine,
      "VotingEngineCreditsExceeded",
    );
    await time.increaseTo((period + 1n) * CREDIT_PERIOD);
    const next = await priced(town);
    expect(await town.quadratic.creditsLeft(a, period + 1n)).to.equal(CREDITS);
    await cast(town, next.id, a, FOR, 10);
  });

  it("is paid from the period in which it began, however late the ballot", async () => {
    const town = await loadFixture(deployed);
    const [a] = town.citizens;
    const edge = (periodOf(await time.latest()) + 1n) * CREDIT_PERIOD;
    await time.increaseTo(edge - 2n * HOUR);
    const before = await priced(town);
    await time.increaseTo(edge + 10n);
    const after = await priced(town);
    await cast(town, before.id, a, FOR, 10);
    await cast(town, after.id, a, FOR, 10);
    const period = periodOf(edge);
    expect(await town.engine.creditsSpent(town.quadratic, a, period - 1n)).to.equal(100n);
    expect(await town.engine.creditsSpent(town.quadratic, a, period)).to.equal(100n);
  });

  it("is paid from the period of its opening, though it was set in the one before", async () => {
    const town = await loadFixture(deployed);
    const [a] = town.citizens;
    const edge = (periodOf(await time.latest()) + 1n) * CREDIT_PERIOD;
    await time.increaseTo(edge - DAY);
    const { id } = await draft(town, { strategy: town.quadratic });
    await town.manager.connect(town.admins[0]).activateProposal(id, edge);
    await time.increaseTo(edge);
    await cast(town, id, a, FOR, 10);
    expect(await town.quadratic.creditsLeft(a, periodOf(edge))).to.equal(0n);
    expect(await town.quadratic.creditsLeft(a, periodOf(edge) - 1n)).to.equal(CREDITS);
  });

  it("is for citizens in their own name: delegation counts for nothing, and nothing is taken back", async () => {
    const town = await loadFixture(deployed);
    const [a, b] = town.citizens;
    await makeDelegate(town, town.stranger);
    await makeDelegate(town, b);
    await town.engine.connect(a).delegate(b.address);
    await time.increase(10n);
    const { id } = await priced(town, { proposer: b });
    expect(await town.engine.getBallotPower(id, b)).to.equal(10n);
    await expect(cast(town, id, town.stranger, FOR, 1)).to.be.revertedWithCustomError(
      town.engine,
      "VotingEngineNoPower",
    );
    await cast(town, id, b, FOR, 3);
    const sent = await cast(town, id, a, AGAINST, 4);
    await expect(sent).not.to.emit(town.engine, "DelegateWeightReduced");
    expect(await town.engine.proposalVotes(id)).to.deep.equal([4n, 3n, 0n]);
  });

  it("is not for who became a citizen later, but for who was revoked since; coming back gives no credits", async () => {
    const town = await loadFixture(deployed);
    const [a, b] = town.citizens;
    const {
      votes: [one],
      period,
    } = await sameTime(town, 1);
    await both(town, "grantRole", CITIZEN, town.stranger.address);
    await cast(town, one.id, a, FOR, 9);
    for (const gone of [a, b]) await both(town, "revokeRole", CITIZEN, gone.address);
    await expect(cast(town, one.id, town.stranger, FOR, 1)).to.be.revertedWithCustomError(
      town.engine,
      "VotingEngineNoPower",
    );
    expect(await town.engine.getBallotPower(one.id, b)).to.equal(10n);
    await cast(town, one.id, b, FOR, 2);
    await both(town, "grantRole", CITIZEN, a.address);
    await time.increase(10n);
    const two = await priced(town);
    expect(await town.quadratic.creditsLeft(a, period)).to.equal(19n);
    await expect(cast(town, two.id, a, FOR, 5)).to.be.revertedWithCustomError(
      town.engine,
      "VotingEngineCreditsExceeded",
    );
    await cast(town, two.id, a, FOR, 4);
  });

  it("has a quorum of people: those for or abstaining, of the citizens at the snapshot", async () => {
    const town = await loadFixture(deployed);
    const [a, b, c, d] = town.citizens;
    // A quarter of eight: two people.
    const loud = await priced(town);
    expect(await town.manager.quorum(loud.id)).to.equal(2n);
    await cast(town, loud.id, a, FOR, 7);
    for (const voter of [b, c, d]) await cast(town, loud.id, voter, AGAINST, 1);
    const { forVotes, supply, turnout } = await town.engine.result(loud.id);
    expect([forVotes, supply, turnout]).to.deep.equal([7n, 8n, 1n]);
    const met = await priced(town);
    await cast(town, met.id, a, FOR, 2);
    await cast(town, met.id, b, ABSTAIN, 1);
    await cast(town, met.id, c, AGAINST, 1);
    expect((await town.engine.result(met.id)).turnout).to.equal(2n);
    const lost = await priced(town);
    for (const voter of [a, b]) await cast(town, lost.id, voter, FOR, 1);
    await cast(town, lost.id, d, AGAINST, 2);
    await toEnd(town, lost);
    expect(await town.manager.state(loud.id)).to.equal(STATE.DEFEATED);
    expect(await town.manager.state(met.id)).to.equal(STATE.SUCCEEDED);
    expect(await town.manager.state(lost.id)).to.equal(STATE.DEFEATED);
  });

  it("is proposed by citizens, spent credits or not", async () => {
    const town = await loadFixture(deployed);
    const [a] = town.citizens;
    await cast(town, (await priced(town)).id, a, FOR, 10);
    await draft(town, { strategy: town.quadratic, proposer: a });
    await expect(draft(town, { strategy: town.quadratic, proposer: town.stranger })).to.be.revertedWithCustomError(
      town.manager,
      "ProposalManagerNotCitizen",
    );
  });
});
