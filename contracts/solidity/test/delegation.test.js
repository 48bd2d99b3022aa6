import { expect } from "chai";

import { both, later, makeDelegate, opened, packed, sign } from "./support/acts.js";
import {
  acting,
  DAY,
  deployed,
  ethers,
  FOREVER,
  HOUR,
  loadFixture,
  role,
  SUPPORT,
  time,
} from "./support/deployment.js";

const CITIZEN = role("CITIZEN");
const now = async () => BigInt(await time.latest());
const votes = (town, id) => town.engine.proposalVotes(id);

/** citizens[0] and the stranger are delegates. */
async function withDelegates() {
  const town = await deployed();
  await makeDelegate(town, town.citizens[0]);
  await makeDelegate(town, town.stranger);
  return { ...town, delegate: town.citizens[0] };
}

describe("VotingEngine: delegation", () => {
  it("moves a unit to a delegate, to another, and back, and says each move", async () => {
    const town = await loadFixture(withDelegates);
    const [, a] = town.citizens;
    const engine = town.engine.connect(a);
    let sent = engine.delegate(town.delegate.address);
    await expect(sent)
      .to.emit(engine, "DelegateChanged")
      .withArgs(a.address, 0, ethers.ZeroAddress, town.delegate.address);
    await expect(sent).to.emit(engine, "DelegateVotesChanged").withArgs(town.delegate.address, 0, 0n, 1n);
    expect(await engine.delegates(a)).to.equal(town.delegate.address);
    sent = engine.delegate(town.stranger.address);
    await expect(sent)
      .to.emit(engine, "DelegateChanged")
      .withArgs(a.address, 0, town.delegate.address, town.stranger.address);
    await expect(sent).to.emit(engine, "DelegateVotesChanged").withArgs(town.delegate.address, 0, 1n, 0n);
    await expect(sent).to.emit(engine, "DelegateVotesChanged").withArgs(town.stranger.address, 0, 0n, 1n);
    await expect(engine.delegate(town.stranger.address)).not.to.emit(engine, "DelegateChanged");
    sent = engine.delegate(a.address);
    await expect(sent)
      .to.emit(engine, "DelegateChanged")
      .withArgs(a.address, 0, town.stranger.address, ethers.ZeroAddress);
    expect(await engine.delegates(a)).to.equal(ethers.ZeroAddress);
    await expect(engine.delegate(ethers.ZeroAddress)).not.to.emit(engine, "DelegateChanged");
  });

  it("is for citizens, to holders of DELEGATE", async () => {
    const town = await loadFixture(withDelegates);
    await expect(town.engine.connect(town.stranger2).delegate(town.delegate.address))
      .to.be.revertedWithCustomError(town.engine, "VotingEngineNotCitizen")
      .withArgs(town.stranger2.address);
    await expect(town.engine.connect(town.citizens[1]).delegate(town.citizens[2].address))
      .to.be.revertedWithCustomError(town.engine, "VotingEngineNotDelegate")
      .withArgs(town.citizens[2].address);
    await both(town, "revokeRole", role("DELEGATE"), town.stranger.address);
    await expect(town.engine.connect(town.citizens[1]).delegate(town.stranger.address)).to.be.revertedWithCustomError(
      town.engine,
      "VotingEngineNotDelegate",
    );
  });

  it("by signature works once, in order, in time, for its signer", async () => {
    const town = await loadFixture(withDelegates);
    const [, a, b] = town.citizens;
    const message = { delegator: a.address, delegatee: town.delegate.address, nonce: 0n, deadline: await later() };
    const signature = await sign(town, "Delegate", a, message);
    const send = (changes = {}, by = signature) => {
      const { delegator, delegatee, nonce, deadline } = { ...message, ...changes };
      return town.engine.connect(town.relayer).delegateBySig(delegator, delegatee, nonce, deadline, by);
    };
    for (const changes of [
      { delegator: b.address },
      { delegatee: town.stranger.address },
      { deadline: message.deadline + 1n },
    ]) {
      await expect(send(changes)).to.be.revertedWithCustomError(town.engine, "VotingEngineInvalidSignature");
    }
    await expect(send({ nonce: 1n }))
      .to.be.revertedWithCustomError(town.engine, "VotingEngineInvalidNonce")
      .withArgs(a.address, 0n);
    await expect(send()).to.emit(town.engine, "DelegateChanged");
    expect(await town.engine.nonces(a)).to.equal(1n);
    await expect(send()).to.be.revertedWithCustomError(town.engine, "VotingEngineInvalidNonce");
    await time.increaseTo(message.deadline + 1n);
    await expect(send()).to.be.revertedWithCustomError(town.engine, "VotingEngineSignatureExpired");
  });
});

describe("VotingEngine: a delegate's ballot", () => {
  it("weighs the own unit and those received at the snapshot", async () => {
    const town = await loadFixture(withDelegates);
    const [, a, b, c] = town.citizens;
    await town.engine.connect(a).delegate(town.delegate.address);
    await town.engine.connect(b).delegate(town.delegate.address);
    const proposal = await opened(town);
    // Too late for this one, either way.
    await town.engine.connect(c).delegate(town.delegate.address);
    await town.engine.connect(b).delegate(ethers.ZeroAddress);
    expect(await town.engine.getBallotPower(proposal.id, town.delegate)).to.equal(3n);
    await expect(town.engine.connect(town.delegate).castVote(proposal.id, SUPPORT.FOR))
      .to.emit(town.engine, "VoteCast")
      .withArgs(town.delegate.address, proposal.id, SUPPORT.FOR, 3n, ethers.ZeroHash);
    expect(await votes(town, proposal.id)).to.deep.equal([0n, 3n, 0n]);
  });

  it("of one who is no citizen weighs what was received, and nothing without", async () => {
    const town = await loadFixture(withDelegates);
    const [, a] = town.citizens;
    await town.engine.connect(a).delegate(town.stranger.address);
    const first = await opened(town);
    await town.engine.connect(town.stranger).castVote(first.id, SUPPORT.AGAINST);
    expect(await votes(town, first.id)).to.deep.equal([1n, 0n, 0n]);
    await expect(town.engine.connect(town.stranger).castVote(first.id, SUPPORT.AGAINST)).to.be.revertedWithCustomError(
      town.engine,
      "VotingEngineAlreadyVoted",
    );
    await town.engine.connect(a).delegate(ethers.ZeroAddress);
    const second = await opened(town);
    await expect(town.engine.connect(town.stranger).castVote(second.id, SUPPORT.AGAINST)).to.be.revertedWithCustomError(
      town.engine,
      "VotingEngineNoPower",
    );
  });

  it("loses the unit of a delegator who votes in person before, and after, and says both", async () => {
    const town = await loadFixture(withDelegates);
    const [, a, b, c] = town.citizens;
    for (const citizen of [a, b, c]) await town.engine.connect(citizen).delegate(town.delegate.address);
    const proposal = await opened(town);
    const { id } = proposal;
    expect(await town.engine.getBallotPower(id, town.delegate)).to.equal(4n);
    await expect(town.engine.connect(a).castVote(id, SUPPORT.AGAINST))
      .to.emit(town.engine, "DelegateWeightReduced")
      .withArgs(town.delegate.address, id, a.address, 4n, 3n, false);
    await expect(town.engine.connect(town.delegate).castVote(id, SUPPORT.FOR))
      .to.emit(town.engine, "VoteCast")
      .withArgs(town.delegate.address, id, SUPPORT.FOR, 3n, ethers.ZeroHash);
    expect(await votes(town, id)).to.deep.equal([1n, 3n, 0n]);
    await expect(town.engine.connect(b).castVote(id, SUPPORT.ABSTAIN))
      .to.emit(town.engine, "DelegateWeightReduced")
      .withArgs(town.delegate.address, id, b.address, 3n, 2n, true);
    expect(await votes(town, id)).to.deep.equal([1n, 2n, 1n]);
    expect(await town.engine.getBallotPower(id, town.delegate)).to.equal(2n);
    // The rest in a batch.
    await expect(town.engine.castVotesBySig(id, proposal.rulesHash, await packed(town, proposal, c, SUPPORT.FOR)))
      .to.emit(town.engine, "DelegateWeightReduced")
      .withArgs(town.delegate.address, id, c.address, 2n, 1n, true);
    expect(await votes(town, id)).to.deep.equal([1n, 2n, 1n]);
  });

  it("and its delegators' ballots may share a batch, in either order", async () => {
    const town = await loadFixture(withDelegates);
    const [, a, b] = town.citizens;
    for (const citizen of [a, b]) await town.engine.connect(citizen).delegate(town.delegate.address);
    const proposal = await opened(town);
    const bytes = ethers.concat([
      await packed(town, proposal, a, SUPPORT.AGAINST),
      await packed(town, proposal, town.delegate, SUPPORT.FOR),
      await packed(town, proposal, b, SUPPORT.AGAINST),
    ]);
    const sent = town.engine.castVotesBySig(proposal.id, proposal.rulesHash, bytes);
    await expect(sent)
      .to.emit(town.engine, "DelegateWeightReduced")
      .withArgs(town.delegate.address, proposal.id, a.address, 3n, 2n, false);
    await expect(sent)
      .to.emit(town.engine, "DelegateWeightReduced")
      .withArgs(town.delegate.address, proposal.id, b.address, 2n, 1n, true);
    expect(await votes(town, proposal.id)).to.deep.equal([2n, 1n, 0n]);
  });

  it("can be emptied by delegators, and a delegate who gave the own unit away takes it back by voting", async () => {
    const town = await loadFixture(withDelegates);
    const [, a] = town.citizens;
    await town.engine.connect(town.delegate).delegate(town.stranger.address);
    await town.engine.connect(a).delegate(town.delegate.address);
    const { id } = await opened(town);
    expect(await town.engine.getVotingPower(town.delegate, (await now()) - 1n)).to.equal(1n);
    await expect(town.engine.connect(town.delegate).castVote(id, SUPPORT.FOR))
      .to.emit(town.engine, "DelegateWeightReduced")
      .withArgs(town.stranger.address, id, town.delegate.address, 1n, 0n, false);
    expect(await votes(town, id)).to.deep.equal([0n, 2n, 0n]);
    await expect(town.engine.connect(town.stranger).castVote(id, SUPPORT.FOR)).to.be.revertedWithCustomError(
      town.engine,
      "VotingEngineNoPower",
    );
    await expect(town.engine.connect(a).castVote(id, SUPPORT.AGAINST))
      .to.emit(town.engine, "DelegateWeightReduced")
      .withArgs(town.delegate.address, id, a.address, 2n, 1n, true);
    expect(await votes(town, id)).to.deep.equal([1n, 1n, 0n]);
  });

  it("who ceased to be a citizen casts what was received, and the own unit if the snapshot has it", async () => {
    const town = await loadFixture(withDelegates);
    const [, a, b] = town.citizens;
    for (const citizen of [a, b]) await town.engine.connect(citizen).delegate(town.delegate.address);
    const first = await opened(town);
    const second = await opened(town);
    await town.engine.connect(town.delegate).castVote(first.id, SUPPORT.FOR);
    await both(town, "revokeRole", CITIZEN, town.delegate.address);
    expect(await town.engine.getBallotPower(first.id, town.delegate)).to.equal(3n);
    expect(await town.engine.getBallotPower(second.id, town.delegate)).to.equal(3n);
    await time.increase(1n);
    const third = await opened(town, { proposer: town.citizens[4] });
    expect(await town.engine.getBallotPower(third.id, town.delegate)).to.equal(2n);
    await town.engine.connect(town.delegate).castVote(third.id, SUPPORT.FOR);
    await town.engine.connect(town.delegate).castVote(second.id, SUPPORT.FOR);
    for (const [id, was] of [
      [first.id, 3n],
      [second.id, 3n],
      [third.id, 2n],
    ]) {
      await expect(town.engine.connect(a).castVote(id, SUPPORT.AGAINST))
        .to.emit(town.engine, "DelegateWeightReduced")
        .withArgs(town.delegate.address, id, a.address, was, was - 1n, true);
    }
  });

  it("keeps the unit of a citizen revoked after the snapshot, who may still take it back, once", async () => {
    const town = await loadFixture(withDelegates);
    const [, a, b] = town.citizens;
    for (const citizen of [a, b]) await town.engine.connect(citizen).delegate(town.delegate.address);
    const { id } = await opened(town);
    for (const citizen of [a, b]) await both(town, "revokeRole", CITIZEN, citizen.address);
    await both(town, "grantRole", CITIZEN, a.address);
    await town.engine.connect(town.delegate).castVote(id, SUPPORT.FOR);
    expect(await votes(town, id)).to.deep.equal([0n, 3n, 0n]);
    for (const [citizen, was] of [
      [a, 3n],
      [b, 2n],
    ]) {
      await expect(town.engine.connect(citizen).castVote(id, SUPPORT.AGAINST))
        .to.emit(town.engine, "DelegateWeightReduced")
        .withArgs(town.delegate.address, id, citizen.address, was, was - 1n, true);
      await expect(town.engine.connect(citizen).castVote(id, SUPPORT.AGAINST)).to.be.revertedWithCustomError(
        town.engine,
        "VotingEngineAlreadyVoted",
      );
    }
    expect(await votes(town, id)).to.deep.equal([2n, 1n, 0n]);
  });
});

describe("VotingEngine: citizens", () => {
  it("come and go, each with the number of citizens before and after", async () => {
    const town = await loadFixture(deployed);
    const account = town.stranger.address;
    const granted = await both(town, "grantRole", CITIZEN, account);
    const since = await now();
    await expect(granted).to.emit(town.engine, "CitizenChanged").withArgs(account, since, FOREVER, 8n, 9n);
    expect(await town.engine.citizen(account)).to.deep.equal([since, FOREVER]);
    expect(await town.engine.isCitizen(account)).to.equal(true);
    const until = since + DAY;
    await expect(town.engine.connect(await acting(town.roles)).setCitizen(account, until))
      .to.emit(town.engine, "CitizenChanged")
      .withArgs(account, since, until, 9n, 9n);
    await expect(both(town, "revokeRole", CITIZEN, account))
      .to.emit(town.engine, "CitizenChanged")
      .withArgs(account, 0n, 0n, 9n, 8n);
    expect(await town.engine.citizen(account)).to.deep.equal([0n, 0n]);
    expect(await town.engine.isCitizen(account)).to.equal(false);
  });

  it("who run out and are granted anew begin anew", async () => {
    const town = await loadFixture(withDelegates);
    const account = town.citizens[1].address;
    await town.engine.connect(town.citizens[1]).delegate(town.delegate.address);
    const until = (await now()) + HOUR;
    await town.engine.connect(await acting(town.roles)).setCitizen(account, until);
    await time.increaseTo(until + HOUR);
    expect(await town.engine.isCitizen(account)).to.equal(false);
    const sent = await both(town, "grantRole", CITIZEN, account);
    const since = await now();
    await expect(sent).to.emit(town.engine, "CitizenChanged").withArgs(account, 0n, 0n, 8n, 7n);
    await expect(sent).to.emit(town.engine, "CitizenChanged").withArgs(account, since, FOREVER, 7n, 8n);
    await expect(sent)
      .to.emit(town.engine, "DelegateChanged")
      .withArgs(account, 0, town.delegate.address, ethers.ZeroAddress);
    await expect(sent).to.emit(town.engine, "DelegateVotesChanged").withArgs(town.delegate.address, 0, 1n, 0n);
    await time.increase(10n);
    // The hour in between stays an hour without a vote.
    expect(await town.engine.getVotingPower(account, until - 1n)).to.equal(0n);
    expect(await town.engine.getVotingPower(account, until + 1n)).to.equal(0n);
    expect(await town.engine.getVotingPower(account, since)).to.equal(1n);
  });

  it("have a past that stays, whatever comes later", async () => {
    const town = await loadFixture(withDelegates);
    const [, a] = town.citizens;
    const t0 = await now();
    await time.increase(100n);
    await both(town, "revokeRole", CITIZEN, a.address);
    const t1 = await now();
    await time.increase(100n);
    await both(town, "grantRole", CITIZEN, a.address);
    const t2 = await now();
    await time.increase(100n);
    await town.engine.connect(a).delegate(town.delegate.address);
    const t3 = await now();
    await time.increase(100n);
    for (const [timepoint, power, supply, delegatee, own = power] of [
      [t0, 1n, 8n, ethers.ZeroAddress],
      [t1 - 1n, 1n, 8n, ethers.ZeroAddress],
      [t1, 0n, 7n, ethers.ZeroAddress],
      [t2 - 1n, 0n, 7n, ethers.ZeroAddress],
      [t2, 1n, 8n, ethers.ZeroAddress],
      [t3 - 1n, 1n, 8n, ethers.ZeroAddress],
      [t3, 0n, 8n, town.delegate.address, 1n],
    ]) {
      expect(await town.engine.getVotingPower(a, timepoint)).to.equal(power);
      expect(await town.onePerson.getVotingPower(a, timepoint)).to.equal(power);
      expect(await town.engine.getPastTotalSupply(timepoint)).to.equal(supply);
      expect(await town.onePerson.getPastTotalSupply(timepoint)).to.equal(supply);
      expect(await town.engine.delegateAt(a, timepoint)).to.equal(delegatee);
      expect(await town.engine.getPastVotes(a, timepoint)).to.equal(power);
      expect(await town.engine.wasCitizen(a, timepoint)).to.equal(own === 1n);
      // Who gave the unit away may still propose.
      expect(await town.engine.standing(a, timepoint)).to.deep.equal([true, own]);
    }
    expect(await town.engine.getVotingPower(town.delegate, t3)).to.equal(2n);
    expect(await town.engine.standing(town.delegate, t3)).to.deep.equal([true, 2n]);
    expect(await town.engine.getVotes(town.delegate)).to.equal(2n);
    expect(await town.engine.getVotes(a)).to.equal(0n);
    expect(await town.engine.citizenCount()).to.equal(8n);
  });

  it("granted and revoked in one second leave no trace of power", async () => {
    const town = await loadFixture(deployed);
    const engine = town.engine.connect(await acting(town.roles));
    const account = town.stranger.address;
    await ethers.provider.send("evm_setAutomine", [false]);
    await engine.setCitizen(account, FOREVER, { gasLimit: 500_000 });
    await engine.removeCitizen(account, { gasLimit: 500_000 });
    await ethers.provider.send("evm_mine", []);
    await ethers.provider.send("evm_setAutomine", [true]);
    const at = await now();
    await time.increase(5n);
    expect(await town.engine.getVotingPower(account, at)).to.equal(0n);
    expect(await town.engine.getPastTotalSupply(at)).to.equal(8n);
  });

  it("are looked up in the past only", async () => {
    const town = await loadFixture(deployed);
    const at = await now();
    const { id } = await opened(town);
    await town.engine.getVotingPower(town.stranger, at);
    for (const [method, args] of [
      ["getVotingPower", [town.stranger]],
      ["getPastVotes", [town.stranger]],
      ["wasCitizen", [town.stranger]],
      ["holderAt", [town.stranger, 0]],
      ["standing", [town.stranger]],
      ["delegateAt", [town.stranger]],
      ["getPastTotalSupply", []],
    ]) {
      const future = (await now()) + 10n;
      await expect(town.engine[method](...args, future)).to.be.revertedWithCustomError(
        town.engine,
        "VotingEngineFutureLookup",
      );
    }
    expect(await town.engine.getBallotPower(id, town.stranger)).to.equal(0n);
  });
});

describe("VotingEngine: numbers of signed delegations", () => {
  it("are used up by every delegation, direct or signed, and can be voided", async () => {
    const town = await loadFixture(withDelegates);
    const a = town.citizens[6];
    const deadline = (await now()) + 7n * DAY;
    const held = { delegator: a.address, delegatee: town.delegate.address, nonce: 0n, deadline };
    const signature = await sign(town, "Delegate", a, held);
    const send = (nonce, by) =>
      town.engine.connect(town.relayer).delegateBySig(a.address, town.delegate.address, nonce, deadline, by);
    for (const [nonce, to] of [town.delegate.address, ethers.ZeroAddress].entries()) {
      await expect(town.engine.connect(a).delegate(to)).to.emit(town.engine, "NonceUsed").withArgs(a.address, nonce);
    }
    await expect(send(0n, signature))
      .to.be.revertedWithCustomError(town.engine, "VotingEngineInvalidNonce")
      .withArgs(a.address, 2n);
    const next = await sign(town, "Delegate", a, { ...held, nonce: 2n });
    await expect(town.engine.connect(a).invalidateNonce()).to.emit(town.engine, "NonceUsed").withArgs(a.address, 2n);
    await expect(send(2n, next)).to.be.revertedWithCustomError(town.engine, "VotingEngineInvalidNonce");
    await expect(send(3n, await sign(town, "Delegate", a, { ...held, nonce: 3n })))
      .to.emit(town.engine, "NonceUsed")
      .withArgs(a.address, 3n);
    await expect(town.engine.connect(a).delegateFor(1, ethers.ZeroAddress))
      .to.emit(town.engine, "NonceUsed")
      .withArgs(a.address, 4n);
    expect(await town.engine.nonces(a)).to.equal(5n);
  });
});
