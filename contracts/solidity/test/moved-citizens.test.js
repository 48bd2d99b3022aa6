// A person's unit moves to another account, and nothing that the person has used is new there.
import { expect } from "chai";

import { makeDelegate, opened, packed, votesParams } from "./support/acts.js";
import {
  acting,
  DAY,
  deployed,
  ethers,
  FOREVER,
  HOUR,
  loadFixture,
  PROPOSAL,
  SUPPORT,
  time,
} from "./support/deployment.js";

const { FOR } = SUPPORT;
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

describe("VotingEngine: a moved citizen", () => {
  it("goes on with the same end under the new account; running votes stay with the old one", async () => {
    const town = await loadFixture(withDelegate);
    const [a] = town.delegators;
    const fresh = town.stranger2;
    const engine = await roles(town);
    const until = (await now()) + 30n * DAY;
    await engine.setCitizen(a.address, until);
    const running = await opened(town, { proposer: town.proposer });
    const sent = await engine.moveCitizen(a.address, fresh.address);
    const since = await now();
    await expect(sent).to.emit(engine, "CitizenChanged").withArgs(a.address, 0n, 0n, 8n, 7n);
    await expect(sent).to.emit(engine, "CitizenChanged").withArgs(fresh.address, since, until, 7n, 8n);
    await expect(sent)
      .to.emit(engine, "DelegateChanged")
      .withArgs(a.address, 0, town.delegate.address, ethers.ZeroAddress);
    expect(await town.engine.citizen(fresh)).to.deep.equal([since, until]);
    expect(await town.engine.isCitizen(a)).to.equal(false);
    expect(await town.engine.getBallotPower(running.id, a)).to.equal(1n);
    expect(await town.engine.getBallotPower(running.id, fresh)).to.equal(0n);
    const later = await opened(town, { proposer: town.proposer });
    expect(await town.engine.getBallotPower(later.id, a)).to.equal(0n);
    expect(await town.engine.getBallotPower(later.id, town.delegate)).to.equal(5n);
    // In a batch the new account is as plain as any.
    const { id, rulesHash } = later;
    await expect(town.engine.castVotesBySig(id, rulesHash, await packed(town, later, fresh, FOR)))
      .to.emit(engine, "VoteCast")
      .withArgs(fresh.address, id, FOR, 1n, ethers.ZeroHash);
    expect(await town.engine.hasVoted(id, fresh)).to.equal(true);
  });

  it("has the credits that the person has left, from whichever account they were spent", async () => {
    const town = await loadFixture(deployed);
    const [a] = town.citizens;
    const [fresh, last] = [town.stranger, town.stranger2];
    const engine = await roles(town);
    const options = { strategy: town.quadratic, proposer: town.citizens[7] };
    const cast = (voter, { id }, votes) => as(town, voter).castVoteWithParams(id, FOR, "", votesParams(votes));
    const [one, two] = [await opened(town, options), await opened(town, options)];
    await cast(a, one, 8);
    await engine.moveCitizen(a.address, fresh.address);
    await time.increase(1n);
    const three = await opened(town, options);
    expect(await town.engine.getBallotPower(three.id, fresh)).to.equal(6n);
    await expect(cast(fresh, three, 7)).to.be.revertedWithCustomError(engine, "VotingEngineCreditsExceeded");
    await cast(fresh, three, 3);
    // The old account still votes where it was a citizen, out of the same purse.
    expect(await town.engine.getBallotPower(two.id, a)).to.equal(5n);
    await expect(cast(a, two, 6)).to.be.revertedWithCustomError(engine, "VotingEngineCreditsExceeded");
    await cast(a, two, 5);
    const period = await town.quadratic.periodOf(three.voteStart);
    await engine.moveCitizen(fresh.address, last.address);
    for (const account of [a, fresh, last]) {
      expect(await town.engine.creditsSpent(town.quadratic, account, period)).to.equal(64n + 9n + 25n);
      expect(await town.engine.originOf(account)).to.equal(a.address);
    }
    expect(await town.engine.currentOf(a)).to.equal(last.address);
    expect(await town.engine.originOf(town.citizens[1])).to.equal(town.citizens[1].address);
    expect(await town.engine.currentOf(town.citizens[1])).to.equal(town.citizens[1].address);
  });

  it("who delegated for a type begins when the end of the old unit is recorded", async () => {
    const town = await loadFixture(withDelegate);
    const [a] = town.delegators;
    const fresh = town.stranger2;
    const engine = await roles(town);
    await as(town, a).delegateFor(PROPOSAL.BUDGET, town.delegate.address);
    const since = (await town.engine.citizen(a)).since;
    const sent = await engine.moveCitizen(a.address, fresh.address);
    await expect(sent).to.emit(engine, "CitizenChanged").withArgs(a.address, since, await now(), 8n, 8n);
    expect(await town.engine.isCitizen(a)).to.equal(false);
    expect(await town.engine.isCitizen(fresh)).to.equal(false);
    expect(await town.engine.unitUntil(fresh)).to.equal(FOREVER);
    expect(await town.engine.unitUntil(a)).to.equal(await now());
    // Another end while it waits, and another account, are noted; nobody votes twice meanwhile.
    const until = (await now()) + 30n * DAY;
    await engine.setCitizen(fresh.address, until);
    await engine.moveCitizen(fresh.address, a.address);
    await engine.moveCitizen(a.address, fresh.address);
    expect(await town.engine.unitUntil(fresh)).to.equal(until);
    const recorded = await engine.expireCitizen(a.address);
    const begin = await now();
    await expect(recorded).to.emit(engine, "CitizenChanged").withArgs(a.address, 0n, 0n, 8n, 7n);
    await expect(recorded).to.emit(engine, "CitizenChanged").withArgs(fresh.address, begin, until, 7n, 8n);
    expect(await town.engine.citizen(fresh)).to.deep.equal([begin, until]);
    expect(await town.engine.originOf(fresh)).to.equal(a.address);
    // Moved back: the first account is its own origin again, and has the unit at once.
    await engine.moveCitizen(fresh.address, a.address);
    expect(await town.engine.isCitizen(a)).to.equal(true);
    expect(await town.engine.currentOf(a)).to.equal(a.address);
  });

  it("whose unit waits may be revoked, and none begins whose time has passed", async () => {
    const town = await loadFixture(withDelegate);
    const [a, b] = town.delegators;
    const engine = await roles(town);
    for (const citizen of [a, b]) await as(town, citizen).delegateFor(PROPOSAL.BUDGET, town.delegate.address);
    await engine.moveCitizen(a.address, town.stranger.address);
    await engine.removeCitizen(town.stranger.address);
    expect(await town.engine.unitUntil(town.stranger)).to.equal(0n);
    await engine.expireCitizen(a.address);
    const until = (await now()) + HOUR;
    await engine.setCitizen(b.address, until);
    await engine.moveCitizen(b.address, town.stranger2.address);
    await time.increaseTo(until);
    expect(await town.engine.unitUntil(town.stranger2)).to.equal(0n);
    await engine.expireCitizen(b.address);
    for (const { address } of [a, b, town.stranger, town.stranger2]) {
      expect(await town.engine.isCitizen(address)).to.equal(false);
    }
    expect(await town.engine.citizenCount()).to.equal(6n);
  });

  it("needs a running unit, and a new account that never had one", async () => {
    const town = await loadFixture(deployed);
    const [a, b, c, d] = town.citizens.map(({ address }) => address);
    const [fresh, ranOut] = [town.stranger.address, ethers.Wallet.createRandom().address];
    const engine = await roles(town);
    await expect(engine.moveCitizen(fresh, town.stranger2.address))
      .to.be.revertedWithCustomError(engine, "VotingEngineNotCitizen")
      .withArgs(fresh);
    const until = (await now()) + HOUR;
    await engine.setCitizen(ranOut, until);
    await engine.removeCitizen(c);
    await engine.moveCitizen(b, fresh);
    await atOnce(
      (gas) => engine.setCitizen(town.stranger2.address, FOREVER, gas),
      (gas) => engine.moveCitizen(town.stranger2.address, ethers.getAddress(`0x${"12".repeat(20)}`), gas),
      (gas) => engine.removeCitizen(ethers.getAddress(`0x${"12".repeat(20)}`), gas),
    );
    await time.increaseTo(until);
    // Itself; a citizen; one revoked; one moved away; one moved to; one that ran out; one moved to and revoked at once.
    for (const used of [a, d, c, b, fresh, ranOut, ethers.getAddress(`0x${"12".repeat(20)}`)]) {
      await expect(engine.moveCitizen(a, used))
        .to.be.revertedWithCustomError(engine, "VotingEngineAccountUsed")
        .withArgs(used);
    }
  });
});
