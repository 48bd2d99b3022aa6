import { expect } from "chai";

import { both, call, later, makeDelegate, opened, sign } from "./support/acts.js";
import {
  acting,
  deployed,
  ethers,
  loadFixture,
  networkHelpers,
  PROPOSAL,
  REASON,
  role,
  SUPPORT,
  time,
} from "./support/deployment.js";

const { POLICY, BUDGET, EMERGENCY } = PROPOSAL;
const { AGAINST, FOR } = SUPPORT;
const CITIZEN = role("CITIZEN");
const ZERO = ethers.ZeroAddress;
const scope = (type) => type + 1;

/** Two delegates who are no citizens, one who is. */
async function withDelegates() {
  const town = await deployed();
  for (const signer of [town.stranger, town.stranger2, town.citizens[7]]) await makeDelegate(town, signer);
  return { ...town, x: town.stranger, y: town.stranger2, z: town.citizens[7] };
}

const as = (town, signer) => town.engine.connect(signer);
const weights = async (town, type, accounts) => {
  await time.increase(5n);
  const dismissal = await call(town.roles, "revokeRole", [role("GUARDIAN"), town.guardians[2].address, REASON]);
  const actions = type === EMERGENCY ? [dismissal] : [];
  const { id } = await opened(town, { type, actions, proposer: town.citizens[6] });
  return Promise.all(accounts.map((account) => town.engine.getBallotPower(id, account)));
};

describe("VotingEngine: delegation by type", () => {
  it("comes before the overall one in proposals of its type, and leaves the others alone", async () => {
    const town = await loadFixture(withDelegates);
    const [a, b] = town.citizens;
    const { x, y } = town;
    for (const citizen of [a, b]) await as(town, citizen).delegate(x);
    await expect(as(town, a).delegateFor(BUDGET, y))
      .to.emit(town.engine, "DelegateChanged")
      .withArgs(a.address, scope(BUDGET), ZERO, y.address)
      .and.to.emit(town.engine, "DelegateVotesChanged")
      .withArgs(x.address, scope(BUDGET), 2n, 1n)
      .and.to.emit(town.engine, "DelegateVotesChanged")
      .withArgs(y.address, scope(BUDGET), 0n, 1n);
    expect(await weights(town, POLICY, [x, y])).to.deep.equal([2n, 0n]);
    expect(await weights(town, BUDGET, [x, y])).to.deep.equal([1n, 1n]);
    expect(await town.engine.delegates(a)).to.equal(x.address);
    expect(await town.engine.delegatesFor(a, BUDGET)).to.equal(y.address);
    expect(await town.engine.delegatesFor(a, POLICY)).to.equal(ZERO);
  });

  it("stands alone without an overall one", async () => {
    const town = await loadFixture(withDelegates);
    const [a] = town.citizens;
    await as(town, a).delegateFor(EMERGENCY, town.x);
    expect(await weights(town, EMERGENCY, [town.x, a])).to.deep.equal([1n, 1n]);
    expect(await weights(town, BUDGET, [town.x, a])).to.deep.equal([0n, 1n]);
    const moment = (await time.latest()) - 1;
    expect(await town.engine.getVotingPower(a, moment)).to.equal(1n);
    expect(await town.engine.holderAt(a, EMERGENCY, moment)).to.equal(town.x.address);
    expect(await town.engine.holderAt(a, BUDGET, moment)).to.equal(ZERO);
  });

  it("to oneself keeps the vote in that type; to nobody follows the overall one again", async () => {
    const town = await loadFixture(withDelegates);
    const [a] = town.citizens;
    const { x } = town;
    await as(town, a).delegate(x);
    await as(town, a).delegateFor(BUDGET, a);
    expect(await town.engine.delegatesFor(a, BUDGET)).to.equal(a.address);
    expect(await weights(town, BUDGET, [x])).to.deep.equal([0n]);
    expect(await town.engine.holderAt(a, BUDGET, (await time.latest()) - 1)).to.equal(ZERO);
    await expect(as(town, a).delegateFor(BUDGET, ZERO))
      .to.emit(town.engine, "DelegateChanged")
      .withArgs(a.address, scope(BUDGET), a.address, ZERO);
    expect(await weights(town, BUDGET, [x])).to.deep.equal([1n]);
  });

  it("stays where it is while the overall one moves", async () => {
    const town = await loadFixture(withDelegates);
    const [a] = town.citizens;
    const { x, y, z } = town;
    await as(town, a).delegateFor(BUDGET, x);
    for (const [overall, policy] of [
      [x, [1n, 0n, 1n]],
      [y, [0n, 1n, 1n]],
      [z, [0n, 0n, 2n]],
      [a, [0n, 0n, 1n]],
    ]) {
      await as(town, a).delegate(overall);
      expect(await weights(town, POLICY, [x, y, z])).to.deep.equal(policy);
      expect(await weights(town, BUDGET, [x, y, z])).to.deep.equal([1n, 0n, 1n]);
    }
    await as(town, a).delegate(y);
    await as(town, a).delegateFor(BUDGET, y);
    await as(town, a).delegate(x);
    expect(await weights(town, BUDGET, [x, y, z])).to.deep.equal([0n, 1n, 1n]);
    await expect(as(town, a).delegateFor(BUDGET, y)).not.to.emit(town.engine, "DelegateChanged");
    await expect(as(town, a).delegateFor(BUDGET, x)).to.emit(town.engine, "DelegateVotesChanged");
    // To the very one who holds it overall: nothing moves but the arrangement.
    await as(town, a).delegateFor(BUDGET, ZERO);
    const same = await as(town, a).delegateFor(BUDGET, x);
    await expect(same).to.emit(town.engine, "DelegateChanged");
    await expect(same).not.to.emit(town.engine, "DelegateVotesChanged");
  });

  it("goes to delegates, by citizens, for types there are, and one step far", async () => {
    const town = await loadFixture(withDelegates);
    const [a, b] = town.citizens;
    const { x, z } = town;
    await expect(as(town, a).delegateFor(BUDGET, b))
      .to.be.revertedWithCustomError(town.engine, "VotingEngineNotDelegate")
      .withArgs(b.address);
    for (const to of [z, x]) {
      await expect(as(town, x).delegateFor(BUDGET, to))
        .to.be.revertedWithCustomError(town.engine, "VotingEngineNotCitizen")
        .withArgs(x.address);
    }
    await expect(as(town, a).delegateFor(6, x))
      .to.be.revertedWithCustomError(town.engine, "VotingEngineUnknownType")
      .withArgs(6);
    await expect(town.engine.delegatesFor(a, 6)).to.be.revertedWithCustomError(town.engine, "VotingEngineUnknownType");
    await expect(town.engine.holderAt(a, 255, 1n)).to.be.revertedWithCustomError(
      town.engine,
      "VotingEngineUnknownType",
    );
    // A unit that was received goes no further, not even round in a circle.
    await makeDelegate(town, a);
    await as(town, a).delegateFor(BUDGET, z);
    await as(town, z).delegateFor(BUDGET, a);
    expect(await weights(town, BUDGET, [a, z])).to.deep.equal([2n, 2n]);
    const { id } = await opened(town, { type: BUDGET, proposer: b });
    await as(town, a).castVote(id, FOR);
    await as(town, z).castVote(id, FOR);
    expect((await town.engine.result(id)).forVotes).to.equal(2n);
  });

  it("taken back before a vote opens is back at once, afterwards for the next", async () => {
    const town = await loadFixture(withDelegates);
    const [a] = town.citizens;
    const { x } = town;
    await as(town, a).delegateFor(BUDGET, x);
    const before = await opened(town, { type: BUDGET, proposer: town.citizens[6] });
    await as(town, a).delegateFor(BUDGET, ZERO);
    expect(await town.engine.getBallotPower(before.id, x)).to.equal(1n);
    expect(await weights(town, BUDGET, [x])).to.deep.equal([0n]);
  });

  for (const first of ["delegate", "citizen"]) {
    it(`a unit is taken back by voting in person, the ${first} voting first`, async () => {
      const town = await loadFixture(withDelegates);
      const [a, b] = town.citizens;
      const { x, y } = town;
      for (const citizen of [a, b]) await as(town, citizen).delegateFor(BUDGET, x);
      await as(town, a).delegate(y);
      const { id } = await opened(town, { type: BUDGET, proposer: town.citizens[6] });
      const votes = {
        delegate: () => as(town, x).castVote(id, FOR),
        citizen: () => as(town, a).castVote(id, AGAINST),
      };
      const sent = { [first]: await votes[first]() };
      const second = first === "delegate" ? "citizen" : "delegate";
      sent[second] = await votes[second]();
      await expect(sent.citizen)
        .to.emit(town.engine, "DelegateWeightReduced")
        .withArgs(x.address, id, a.address, 2n, 1n, first === "delegate");
      await expect(sent.delegate)
        .to.emit(town.engine, "VoteCast")
        .withArgs(x.address, id, FOR, first === "delegate" ? 2n : 1n, ethers.ZeroHash);
      expect(await town.engine.proposalVotes(id)).to.deep.equal([1n, 1n, 0n]);
      expect(await town.engine.getBallotPower(id, x)).to.equal(1n);
      await expect(as(town, y).castVote(id, FOR)).to.be.revertedWithCustomError(town.engine, "VotingEngineNoPower");
    });
  }

  it("ends with the citizenship, in every type, and doesn't come back with it", async () => {
    const town = await loadFixture(withDelegates);
    const [a] = town.citizens;
    const { x, y } = town;
    await as(town, a).delegate(x);
    await as(town, a).delegateFor(BUDGET, y);
    await as(town, a).delegateFor(EMERGENCY, a);
    const roles = town.engine.connect(await acting(town.roles));
    await roles.removeCitizen(a.address);
    const gone = await roles.expireCitizen(a.address);
    for (const [each, from] of [
      [scope(BUDGET), y.address],
      [scope(EMERGENCY), a.address],
      [0, x.address],
    ]) {
      await expect(gone).to.emit(town.engine, "DelegateChanged").withArgs(a.address, each, from, ZERO);
    }
    await both(town, "grantRole", CITIZEN, a.address);
    for (const type of [POLICY, BUDGET, EMERGENCY]) {
      expect(await weights(town, type, [x, y, a])).to.deep.equal([0n, 0n, 1n]);
    }
  });

  it("ends too when a unit that ran out is renewed", async () => {
    const town = await loadFixture(withDelegates);
    const [a] = town.citizens;
    const until = BigInt(await time.latest()) + 600n;
    await town.engine.connect(await acting(town.roles)).setCitizen(a.address, until);
    await as(town, a).delegateFor(BUDGET, town.x);
    await time.increaseTo(until);
    await expect(as(town, a).delegateFor(POLICY, town.x)).to.be.revertedWithCustomError(
      town.engine,
      "VotingEngineNotCitizen",
    );
    await both(town, "grantRole", CITIZEN, a.address);
    // The new unit begins when the end of the old one is recorded, and not beside what the delegate holds until then.
    expect(await town.engine.isCitizen(a)).to.equal(false);
    expect(await town.roles.hasRole(CITIZEN, a)).to.equal(false);
    await town.roles.connect(town.stranger).expire(CITIZEN, a.address);
    expect(await town.roles.roleUntil(CITIZEN, a)).to.equal(2n ** 48n - 1n);
    expect(await weights(town, BUDGET, [town.x, a])).to.deep.equal([0n, 1n]);
  });

  it("a citizen with all of them costs those who revoke no more than any other; the record has a bound", async () => {
    const town = await loadFixture(withDelegates);
    const [a] = town.citizens;
    const holders = [town.x, town.y, town.z];
    await as(town, a).delegate(town.x);
    for (let type = 0; type < 6; type++) await as(town, a).delegateFor(type, holders[(type + 1) % 3]);
    const roles = await acting(town.roles);
    const spent = async (sent) => (await (await sent).wait()).gasUsed;
    const plain = await spent(town.engine.connect(roles).removeCitizen(town.citizens[1].address));
    expect(await spent(town.engine.connect(roles).removeCitizen(a.address))).to.be.below(plain + 10_000n);
    expect(await spent(town.engine.connect(roles).expireCitizen(a.address))).to.be.below(1_000_000n);
  });
});

describe("VotingEngine: delegation by type and signature", () => {
  const message = async (town, from, to, changes = {}) => ({
    delegator: from.address,
    proposalType: BUDGET,
    delegatee: to.address,
    nonce: await town.engine.nonces(from.address),
    deadline: await later(),
    ...changes,
  });
  const send = (town, m, signature) =>
    as(town, town.relayer).delegateForBySig(
      m.delegator,
      m.proposalType,
      m.delegatee,
      m.nonce,
      m.deadline,
      signature,
    );

  it("is carried out for its signer, once, whoever sends it", async () => {
    const town = await loadFixture(withDelegates);
    const [a] = town.citizens;
    const m = await message(town, a, town.x);
    const signature = await sign(town, "DelegateFor", a, m);
    await expect(send(town, m, signature))
      .to.emit(town.engine, "DelegateChanged")
      .withArgs(a.address, scope(BUDGET), ZERO, town.x.address);
    expect(await town.engine.nonces(a)).to.equal(1n);
    await expect(send(town, m, signature))
      .to.be.revertedWithCustomError(town.engine, "VotingEngineInvalidNonce")
      .withArgs(a.address, 1n);
  });

  it("is refused for another type, another delegate, by another, late; numbers are shared with the overall one", async () => {
    const town = await loadFixture(withDelegates);
    const [a, b] = town.citizens;
    const m = await message(town, a, town.x);
    const signature = await sign(town, "DelegateFor", a, m);
    for (const changed of [{ proposalType: POLICY }, { delegatee: town.y.address }, { deadline: m.deadline + 1n }]) {
      await expect(send(town, { ...m, ...changed }, signature)).to.be.revertedWithCustomError(
        town.engine,
        "VotingEngineInvalidSignature",
      );
    }
    await expect(send(town, m, await sign(town, "DelegateFor", b, m))).to.be.revertedWithCustomError(
      town.engine,
      "VotingEngineInvalidSignature",
    );
    const strange = { ...m, proposalType: 6 };
    await expect(send(town, strange, await sign(town, "DelegateFor", a, strange))).to.be.revertedWithCustomError(
      town.engine,
      "VotingEngineUnknownType",
    );
    const overall = { delegator: a.address, delegatee: town.x.address, nonce: 0n, deadline: m.deadline };
    await town.engine.delegateBySig(
      a.address,
      town.x.address,
      0n,
      m.deadline,
      await sign(town, "Delegate", a, overall),
    );
    await expect(send(town, m, signature)).to.be.revertedWithCustomError(town.engine, "VotingEngineInvalidNonce");
    await networkHelpers.time.increaseTo(m.deadline + 1n);
    await expect(send(town, m, signature)).to.be.revertedWithCustomError(
      town.engine,
      "VotingEngineSignatureExpired",
    );
  });

  it("of a contract account holds by ERC-1271", async () => {
    const town = await loadFixture(withDelegates);
    const owner = town.citizens[0];
    const wallet = await ethers.deployContract("TestWallet", [owner.address]);
    await both(town, "grantRole", CITIZEN, await wallet.getAddress());
    const m = await message(town, { address: await wallet.getAddress() }, town.x, { nonce: 0n });
    await send(town, m, await sign(town, "DelegateFor", owner, m));
    expect(await town.engine.delegatesFor(wallet, BUDGET)).to.equal(town.x.address);
  });
});
