import { expect } from "chai";

import { call, metadata } from "./support/acts.js";
import { DAY, ethers, HOUR, loadFixture, PROPOSAL, STATE, time } from "./support/deployment.js";

const now = async () => BigInt(await time.latest());

/** A ProposalManager whose only strategy has a ballot box of its own. */
async function boxed() {
  const [sender] = await ethers.getSigners();
  const neighbours = await ethers.deployContract("TestTown");
  const statements = await ethers.deployContract("StatementsEnglish");
  const code = await ethers.deployContract("ProposalManager", [await statements.getAddress()]);
  const address = await neighbours.getAddress();
  const initialize = code.interface.encodeFunctionData("initialize", [address, address, address, address]);
  const proxy = await ethers.deployContract("TransparentUpgradeableProxy", [
    await code.getAddress(),
    sender.address,
    initialize,
  ]);
  const manager = await ethers.getContractAt("ProposalManager", await proxy.getAddress());
  return { neighbours, manager, sender, address };
}

async function voted({ neighbours, manager, address }, tally = {}, actions = []) {
  await manager.createProposal(PROPOSAL.POLICY, actions, metadata("boxed"), address);
  await manager.activateProposal(1n, 0);
  const { voteEnd } = await manager.getProposal(1n);
  const full = { voteEnd, againstVotes: 0n, forVotes: 0n, supply: 100n, turnout: 50n, tallied: true, ...tally };
  await neighbours.publish(full);
  await time.increaseTo(voteEnd);
  return full;
}

describe("ProposalManager: a ballot box of its own", () => {
  it("is opened, asked and closed in place of the VotingEngine", async () => {
    const town = await loadFixture(boxed);
    const { manager, neighbours, address, sender } = town;
    await manager.createProposal(PROPOSAL.POLICY, [], metadata("boxed"), address);
    const start = (await now()) + HOUR;
    await expect(manager.activateProposal(1n, start))
      .to.emit(neighbours, "VotingWindowOpened")
      .withArgs(1n, await manager.previewRulesHash(1n), start, start + DAY, address);
    expect((await manager.sealedTerms(1n)).box).to.equal(await neighbours.BOX());
    expect((await manager.getProposal(1n)).voteStart).to.equal(start);
    expect(await manager.proposalDeadline(1n)).to.equal(start + DAY);
    expect(await manager.hasVoted(1n, address)).to.equal(true);
    expect(await manager.hasVoted(1n, sender.address)).to.equal(false);
    await expect(manager.cancelProposal(1n, ethers.ZeroHash)).to.emit(neighbours, "VotingWindowClosed").withArgs(1n);
  });

  it("keeps the proposal TALLYING from the end of the vote until it publishes", async () => {
    const town = await loadFixture(boxed);
    const tally = await voted(town, { forVotes: 1n, tallied: false });
    expect(await town.manager.state(1n)).to.equal(STATE.TALLYING);
    await expect(town.manager.queueProposal(1n, []))
      .to.be.revertedWithCustomError(town.manager, "ProposalManagerUnexpectedState")
      .withArgs(1n, STATE.TALLYING);
    await time.increase(100n * DAY);
    expect(await town.manager.state(1n)).to.equal(STATE.TALLYING);
    await town.neighbours.publish({ ...tally, tallied: true });
    expect(await town.manager.state(1n)).to.equal(STATE.SUCCEEDED);
  });

  it("answers with any numbers, and the proposal still has a state", async () => {
    const most = 2n ** 256n - 1n;
    for (const [tally, state] of [
      [{ forVotes: most, againstVotes: most }, STATE.DEFEATED],
      [{ forVotes: most, againstVotes: most - 1n }, STATE.SUCCEEDED],
      [{ forVotes: 1n, supply: most, turnout: most }, STATE.SUCCEEDED],
      [{ forVotes: 1n, supply: most, turnout: 10n }, STATE.DEFEATED],
      [{ forVotes: 0n, supply: 0n, turnout: 0n }, STATE.DEFEATED],
    ]) {
      const town = await loadFixture(boxed);
      await voted(town, tally);
      expect(await town.manager.state(1n)).to.equal(state);
    }
  });

  it("of a type that needs 60 % is passed by 60 % of For and Against, rounded up, and not by less", async () => {
    for (const [forVotes, againstVotes, state] of [
      [6n, 4n, STATE.SUCCEEDED],
      [59n, 41n, STATE.DEFEATED],
      [5n, 3n, STATE.SUCCEEDED],
      [7n, 5n, STATE.DEFEATED],
      [1n, 0n, STATE.SUCCEEDED],
      [0n, 0n, STATE.DEFEATED],
    ]) {
      const town = await loadFixture(boxed);
      await town.neighbours.setPassingPercentage(60);
      await voted(town, { forVotes, againstVotes });
      expect(await town.manager.state(1n), `${forVotes} to ${againstVotes}`).to.equal(state);
    }
  });

  it("with no notice at all still opens the vote a second after it was set", async () => {
    const { manager, address } = await loadFixture(boxed);
    await manager.createProposal(PROPOSAL.POLICY, [], metadata("boxed"), address);
    await manager.activateProposal(1n, 0);
    expect((await manager.getProposal(1n)).voteStart).to.equal((await now()) + 1n);
    expect(await manager.quorum.staticCall(1n)).to.equal(0n);
  });

  it("leaves the end of the grace where it belongs: with the end of the vote", async () => {
    const town = await loadFixture(boxed);
    const actions = [await call(town.neighbours, "publish", [Object.values(await voted(await loadFixture(boxed)))])];
    const fresh = await loadFixture(boxed);
    const { voteEnd } = await voted(fresh, { forVotes: 1n }, actions);
    await time.increaseTo(voteEnd + 2n * DAY - 1n);
    expect(await fresh.manager.state(1n)).to.equal(STATE.SUCCEEDED);
    await time.increaseTo(voteEnd + 2n * DAY);
    expect(await fresh.manager.state(1n)).to.equal(STATE.EXPIRED);
  });
});
