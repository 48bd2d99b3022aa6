// What ends with a role, and what doesn't: received units with DELEGATE, the vote in running votes not with CITIZEN.
import { expect } from "chai";

import {
  activated,
  ballot,
  both,
  draft,
  makeDelegate,
  opened,
  packed,
  sign,
  toEnd,
  votesParams,
} from "./support/acts.js";
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
  STATE,
  SUPPORT,
  time,
} from "./support/deployment.js";

const { AGAINST, FOR, ABSTAIN } = SUPPORT;
const CITIZEN = role("CITIZEN");
const DELEGATE = role("DELEGATE");
const now = async () => BigInt(await time.latest());
const as = (town, signer) => town.engine.connect(signer);
const roles = async (town) => town.engine.connect(await acting(town.roles));

/** citizens[0] is a delegate of five citizens. */
async function withDelegate() {
  const town = await deployed();
  const [delegate, ...others] = town.citizens;
  await makeDelegate(town, delegate);
  const delegators = others.slice(0, 5);
  for (const citizen of delegators) await as(town, citizen).delegate(delegate.address);
  return { ...town, delegate, delegators, proposer: others[6] };
}

/** Sends several transactions in one second and gives that second back. */
async function atOnce(...sends) {
  await ethers.provider.send("evm_setAutomine", [false]);
  for (const send of sends) await send({ gasLimit: 1_000_000 });
  await ethers.provider.send("evm_mine", []);
  await ethers.provider.send("evm_setAutomine", [true]);
  return now();
}

describe("VotingEngine: a delegate who lost DELEGATE", () => {
  it("casts no received unit in any vote, opened before or after, and the delegators vote in person", async () => {
    const town = await loadFixture(withDelegate);
    const { delegate, delegators } = town;
    const before = await opened(town, { proposer: town.proposer });
    expect(await town.engine.getBallotPower(before.id, delegate)).to.equal(6n);
    await both(town, "revokeRole", DELEGATE, delegate.address);
    const after = await opened(town, { proposer: town.proposer });
    for (const { id } of [before, after]) {
      expect(await town.engine.getBallotPower(id, delegate)).to.equal(1n);
      const taken = await as(town, delegators[0]).castVote(id, AGAINST);
      await expect(taken).not.to.emit(town.engine, "DelegateWeightReduced");
      await expect(as(town, delegate).castVote(id, FOR))
        .to.emit(town.engine, "VoteCast")
        .withArgs(delegate.address, id, FOR, 1n, ethers.ZeroHash);
      await expect(as(town, delegators[1]).castVote(id, AGAINST)).not.to.emit(town.engine, "DelegateWeightReduced");
      expect(await town.engine.proposalVotes(id)).to.deep.equal([2n, 1n, 0n]);
      expect(await town.engine.getBallotPower(id, delegate)).to.equal(1n);
    }
  });

  it("and CITIZEN too has nothing left to cast in a vote opened later", async () => {
    const town = await loadFixture(withDelegate);
    const { delegate } = town;
    for (const each of [DELEGATE, CITIZEN]) await both(town, "revokeRole", each, delegate.address);
    await time.increase(30n * DAY);
    const proposal = await opened(town, { proposer: town.proposer });
    await expect(as(town, delegate).castVote(proposal.id, FOR)).to.be.revertedWithCustomError(
      town.engine,
      "VotingEngineNoPower",
    );
    const bytes = await packed(town, proposal, delegate, FOR);
    expect(await town.engine.castVotesBySig.staticCall(proposal.id, proposal.rulesHash, bytes)).to.equal(0n);
    await toEnd(town, proposal);
    expect(await town.manager.state(proposal.id)).to.equal(STATE.DEFEATED);
  });

  it("because it ran out is one likewise, from that second on", async () => {
    const town = await loadFixture(deployed);
    const [a, b] = town.citizens;
    const until = (await now()) + DAY;
    await both(town, "grantTemporaryRole", DELEGATE, town.stranger.address, until);
    for (const citizen of [a, b]) await as(town, citizen).delegate(town.stranger.address);
    const [one, two] = [await opened(town), await opened(town)];
    await time.setNextBlockTimestamp(until - 1n);
    await as(town, town.stranger).castVote(one.id, FOR);
    await time.setNextBlockTimestamp(until);
    await expect(as(town, town.stranger).castVote(two.id, FOR)).to.be.revertedWithCustomError(
      town.engine,
      "VotingEngineNoPower",
    );
    // Granted anew it counts in votes to come, but not where it broke off after the snapshot.
    await both(town, "grantRole", DELEGATE, town.stranger.address);
    expect(await town.engine.getBallotPower(two.id, town.stranger)).to.equal(0n);
    await time.increase(1n);
    const three = await opened(town);
    expect(await town.engine.getBallotPower(three.id, town.stranger)).to.equal(2n);
  });

  it("leaves standing what was counted, and the delegators may still take it back", async () => {
    const town = await loadFixture(withDelegate);
    const { delegate, delegators } = town;
    const { id } = await opened(town, { proposer: town.proposer });
    await as(town, delegate).castVote(id, FOR);
    await both(town, "revokeRole", DELEGATE, delegate.address);
    expect(await town.engine.getBallotPower(id, delegate)).to.equal(6n);
    await expect(as(town, delegators[0]).castVote(id, AGAINST))
      .to.emit(town.engine, "DelegateWeightReduced")
      .withArgs(delegate.address, id, delegators[0].address, 6n, 5n, true);
    expect(await town.engine.proposalVotes(id)).to.deep.equal([1n, 5n, 0n]);
  });

  it("has no more power to propose than the own unit", async () => {
    const town = await loadFixture(withDelegate);
    await time.increase(5n);
    const at = (await now()) - 1n;
    expect(await town.engine.standing(town.delegate, at)).to.deep.equal([true, 6n]);
    await both(town, "revokeRole", DELEGATE, town.delegate.address);
    expect(await town.engine.standing(town.delegate, at)).to.deep.equal([true, 1n]);
    // What the histories say stays, for readers of the past.
    expect(await town.engine.getPastVotes(town.delegate, at)).to.equal(6n);
  });
});

describe("VotingEngine: a delegator may still propose", () => {
  it("because the own unit counts for proposing even when given away", async () => {
    const town = await loadFixture(withDelegate);
    await time.increase(5n);
    await draft(town, { proposer: town.delegators[0] });
  });
});

describe("VotingEngine: a citizen who was revoked", () => {
  it("keeps the vote where the snapshot has the unit: alone, signed, in a batch, with credits; later nowhere", async () => {
    const town = await loadFixture(deployed);
    const [a, b, c, d] = town.citizens;
    const proposal = await opened(town, { proposer: d });
    const priced = await opened(town, { proposer: d, strategy: town.quadratic });
    await both(town, "revokeRoles", CITIZEN, [a, b, c].map(({ address }) => address));
    const { id, rulesHash } = proposal;
    expect(await town.engine.getBallotPower(id, a)).to.equal(1n);
    await as(town, a).castVote(id, FOR);
    const message = await ballot(town, proposal, b, AGAINST);
    await town.engine.castVoteBySig(message, await sign(town, "Ballot", b, message));
    await town.engine.castVotesBySig(id, rulesHash, await packed(town, proposal, c, ABSTAIN));
    expect(await town.engine.proposalVotes(id)).to.deep.equal([1n, 1n, 1n]);
    await as(town, a).castVoteWithParams(priced.id, FOR, "", votesParams(3));
    expect(await town.engine.proposalVotes(priced.id)).to.deep.equal([0n, 3n, 0n]);
    const later = await opened(town, { proposer: d });
    for (const citizen of [a, b, c]) {
      expect(await town.engine.getBallotPower(later.id, citizen)).to.equal(0n);
      await expect(as(town, citizen).castVote(later.id, FOR)).to.be.revertedWithCustomError(
        town.engine,
        "VotingEngineNoPower",
      );
    }
    expect((await town.engine.result(later.id)).supply).to.equal(5n);
  });

  it("can't be silenced by two administrators in the middle of a vote on them", async () => {
    const town = await loadFixture(deployed);
    const [a, ...others] = town.citizens;
    const proposal = await opened(town, { proposer: a });
    await as(town, a).castVote(proposal.id, FOR);
    await both(town, "revokeRoles", CITIZEN, others.map(({ address }) => address));
    for (const citizen of others) await as(town, citizen).castVote(proposal.id, FOR);
    await toEnd(town, proposal);
    expect(await town.manager.state(proposal.id)).to.equal(STATE.SUCCEEDED);
  });

  it("in the snapshot's second has no vote, in the next one has", async () => {
    const town = await loadFixture(deployed);
    const [a, b] = town.citizens;
    const engine = await roles(town);
    const proposal = await activated(town, { proposer: town.citizens[7] });
    await time.setNextBlockTimestamp(proposal.voteStart - 1n);
    await engine.removeCitizen(a.address);
    await time.setNextBlockTimestamp(proposal.voteStart);
    await engine.removeCitizen(b.address);
    expect(await town.engine.getBallotPower(proposal.id, a)).to.equal(0n);
    expect(await town.engine.getBallotPower(proposal.id, b)).to.equal(1n);
    expect((await town.engine.result(proposal.id)).supply).to.equal(7n);
  });

  it("and granted anew, then revoked or run out, is told apart for each unit, within one second too", async () => {
    const town = await loadFixture(deployed);
    const [revoked, ranOut, thenRevoked, twice] = town.citizens.map(({ address }) => address);
    const engine = await roles(town);
    const ends = (await now()) + 3n * HOUR;
    await engine.setCitizen(ranOut, ends);
    const { id } = await opened(town, { proposer: town.citizens[7] });
    const far = ends + DAY;
    // Revoked and granted again in one second: the old unit was revoked, the new one runs out.
    await atOnce(
      (gas) => engine.removeCitizen(revoked, gas),
      (gas) => engine.setCitizen(revoked, far, gas),
    );
    // Granted and revoked in the second of a revocation: the unit in between was nobody's.
    await atOnce(
      (gas) => engine.removeCitizen(twice, gas),
      (gas) => engine.setCitizen(twice, FOREVER, gas),
      (gas) => engine.removeCitizen(twice, gas),
    );
    await time.increaseTo(ends);
    // Ran out; granted and revoked again in the second in which that is recorded.
    const recorded = await atOnce(
      (gas) => engine.setCitizen(ranOut, FOREVER, gas),
      (gas) => engine.removeCitizen(ranOut, gas),
    );
    await engine.setCitizen(thenRevoked, far);
    const power = async (account) => town.engine.getBallotPower(id, account);
    expect(await power(revoked)).to.equal(1n);
    expect(await power(twice)).to.equal(1n);
    expect(await power(ranOut)).to.equal(0n);
    expect(await power(thenRevoked)).to.equal(1n);
    const later = await opened(town, { proposer: town.citizens[7] });
    await engine.removeCitizen(thenRevoked);
    await time.increaseTo(far);
    for (const account of [revoked, twice, ranOut]) {
      expect(await town.engine.getBallotPower(later.id, account)).to.equal(0n);
    }
    expect(await town.engine.getBallotPower(later.id, thenRevoked)).to.equal(1n);
    await engine.expireCitizen(revoked);
    expect(await town.engine.getBallotPower(later.id, revoked)).to.equal(0n);
    expect(await power(revoked)).to.equal(1n);
    for (const account of [revoked, ranOut, twice]) {
      expect(await town.engine.wasCitizen(account, recorded)).to.equal(account === revoked);
    }
  });
});

describe("VotingEngine: the record of an end", () => {
  it("of a unit that ran out takes it from the delegate and from the quorum", async () => {
    const town = await loadFixture(withDelegate);
    const { delegate, delegators } = town;
    const engine = await roles(town);
    const until = (await now()) + 2n * DAY;
    for (const { address } of delegators) await engine.setCitizen(address, until);
    const proposal = await draft(town, { proposer: town.proposer });
    await time.setNextBlockTimestamp(until);
    await town.manager.connect(town.admins[0]).activateProposal(proposal.id, 0);
    // The notice leaves the time to record them all before the snapshot.
    for (const { address } of delegators) await town.roles.expire(CITIZEN, address);
    const { voteStart } = await town.engine.votingWindow(proposal.id);
    await time.increaseTo(voteStart);
    expect(await town.engine.getBallotPower(proposal.id, delegate)).to.equal(1n);
    expect((await town.engine.result(proposal.id)).supply).to.equal(3n);
    expect(await town.engine.citizenCount()).to.equal(3n);
  });

  it("is made once, of a unit that has ended", async () => {
    const town = await loadFixture(deployed);
    const engine = await roles(town);
    const [a] = town.citizens;
    await expect(engine.expireCitizen(a.address))
      .to.be.revertedWithCustomError(engine, "VotingEngineUnitRunning")
      .withArgs(a.address);
    const until = (await now()) + HOUR;
    await engine.setCitizen(a.address, until);
    await time.increaseTo(until);
    await expect(engine.removeCitizen(a.address))
      .to.be.revertedWithCustomError(engine, "VotingEngineNotCitizen")
      .withArgs(a.address);
    await expect(engine.expireCitizen(a.address))
      .to.emit(engine, "CitizenChanged")
      .withArgs(a.address, 0n, 0n, 8n, 7n);
    await expect(engine.expireCitizen(a.address))
      .to.be.revertedWithCustomError(engine, "VotingEngineNotCitizen")
      .withArgs(a.address);
  });

  it("of a revoked citizen with delegations by type comes later, and the end counts at once all the same", async () => {
    const town = await loadFixture(withDelegate);
    const [a] = town.delegators;
    const engine = await roles(town);
    await as(town, a).delegateFor(PROPOSAL.BUDGET, town.delegate.address);
    const { since } = await town.engine.citizen(a);
    const before = await opened(town, { proposer: town.proposer });
    const sent = await both(town, "revokeRole", CITIZEN, a.address);
    const ended = await now();
    await expect(sent).to.emit(engine, "CitizenChanged").withArgs(a.address, since, ended, 8n, 8n);
    await expect(sent).not.to.emit(engine, "DelegateChanged");
    expect(await town.engine.isCitizen(a)).to.equal(false);
    expect(await town.engine.citizen(a)).to.deep.equal([since, ended]);
    expect(await town.engine.getBallotPower(before.id, a)).to.equal(1n);
    await expect(as(town, a).delegate(town.delegate.address)).to.be.revertedWithCustomError(
      engine,
      "VotingEngineNotCitizen",
    );
    const recorded = await town.roles.expire(CITIZEN, a.address);
    await expect(recorded).to.emit(engine, "CitizenChanged").withArgs(a.address, 0n, 0n, 8n, 7n);
    for (const scope of [0, PROPOSAL.BUDGET + 1]) {
      await expect(recorded)
        .to.emit(engine, "DelegateChanged")
        .withArgs(a.address, scope, town.delegate.address, ethers.ZeroAddress);
    }
    const after = await opened(town, { proposer: town.proposer });
    expect(await town.engine.getBallotPower(after.id, a)).to.equal(0n);
    expect(await town.engine.getBallotPower(after.id, town.delegate)).to.equal(5n);
    // Revoked, not run out: recorded or not.
    expect(await town.engine.getBallotPower(before.id, a)).to.equal(1n);
    expect(await town.engine.wasCitizen(a, ended - 1n)).to.equal(true);
    expect(await town.engine.wasCitizen(a, ended)).to.equal(false);
  });

  it("comes before the unit that the citizen is granted anew, even in the second of the grant", async () => {
    const town = await loadFixture(withDelegate);
    const [a] = town.delegators;
    const engine = await roles(town);
    await as(town, a).delegateFor(PROPOSAL.BUDGET, town.delegate.address);
    await atOnce(
      (gas) => engine.removeCitizen(a.address, gas),
      (gas) => engine.setCitizen(a.address, FOREVER, gas),
      (gas) => as(town, a).delegateFor(PROPOSAL.BUDGET, town.delegate.address, gas),
      (gas) => engine.removeCitizen(a.address, gas),
      (gas) => engine.setCitizen(a.address, FOREVER, gas),
    );
    expect((await town.engine.citizen(a)).until).to.equal(await now());
    expect(await town.engine.unitUntil(a)).to.equal(FOREVER);
    await engine.expireCitizen(a.address);
    const at = await now();
    expect(await town.engine.citizen(a)).to.deep.equal([at, FOREVER]);
    expect(await town.engine.citizenCount()).to.equal(8n);
    expect(await town.engine.delegates(a)).to.equal(ethers.ZeroAddress);
    expect(await town.engine.delegatesFor(a, PROPOSAL.BUDGET)).to.equal(ethers.ZeroAddress);
    await time.increase(1n);
    expect(await town.engine.getPastTotalSupply(at)).to.equal(8n);
    expect(await town.engine.getVotingPower(a, at)).to.equal(1n);
    expect(await town.engine.getVotingPower(town.delegate, at)).to.equal(5n);
  });
});
