import { expect } from "chai";

import { contentHash, draft, later, rulesHash, sign } from "./support/acts.js";
import { acting, DAY, deployed, HOUR, loadFixture, PARAMS, STATE, time } from "./support/deployment.js";

const now = async () => BigInt(await time.latest());

describe("ProposalManager: activation", () => {
  it("by an administrator opens the vote a second later, or when they say", async () => {
    const town = await loadFixture(deployed);
    const strategy = await town.onePerson.getAddress();
    const [admin] = town.admins;
    const soon = await draft(town);
    const content = contentHash(soon.proposer.address, 0, soon.metadataHash, [], strategy);
    const rules = rulesHash(content, 25n, 3n * DAY);
    const sent = await town.manager.connect(admin).activateProposal(soon.id, 0);
    const start = (await now()) + 1n;
    await expect(sent)
      .to.emit(town.manager, "ProposalActivated")
      .withArgs(soon.id, admin.address, rules, start, start + 3n * DAY, 25n);
    const told = await town.manager.getProposal(soon.id);
    expect([told.voteStart, told.voteEnd, told.rulesHash, told.quorumPercentage]).to.deep.equal([
      start,
      start + 3n * DAY,
      rules,
      25n,
    ]);
    const planned = await draft(town);
    const at = (await now()) + 20n * DAY;
    await town.manager.connect(admin).activateProposal(planned.id, at);
    expect((await town.manager.getProposal(planned.id)).voteStart).to.equal(at);
    expect(await town.manager.state(planned.id)).to.equal(STATE.PENDING);
    await time.increaseTo(at - 1n);
    expect(await town.manager.state(planned.id)).to.equal(STATE.PENDING);
    await time.increaseTo(at);
    expect(await town.manager.state(planned.id)).to.equal(STATE.ACTIVE);
  });

  it("lies ahead, at most 30 days, and happens once", async () => {
    const town = await loadFixture(deployed);
    const { id } = await draft(town);
    const manager = town.manager.connect(town.admins[0]);
    const block = (await now()) + 100n;
    for (const voteStart of [block - 1n, block, block + 30n * DAY + 1n]) {
      await time.setNextBlockTimestamp(block);
      await expect(manager.activateProposal.staticCall(id, voteStart, { blockTag: "pending" }))
        .to.be.revertedWithCustomError(manager, "ProposalManagerVoteStartOutOfRange")
        .withArgs(voteStart);
    }
    await time.setNextBlockTimestamp(block);
    await manager.activateProposal.staticCall(id, block + 1n, { blockTag: "pending" });
    await manager.activateProposal(id, block + 30n * DAY);
    await expect(manager.activateProposal(id, 0))
      .to.be.revertedWithCustomError(manager, "ProposalManagerUnexpectedState")
      .withArgs(id, STATE.PENDING);
    await expect(manager.activateProposal(77n, 0)).to.be.revertedWithCustomError(
      manager,
      "ProposalManagerUnknownProposal",
    );
  });

  it("by anyone waits for the review period and the endorsements, and sets no time", async () => {
    const town = await loadFixture(deployed);
    const { id } = await draft(town);
    const readyAt = (await now()) + DAY;
    const anyone = town.manager.connect(town.stranger);
    await town.manager.connect(town.citizens[1]).endorseProposal(id);
    await expect(anyone.activateProposal(id, 0))
      .to.be.revertedWithCustomError(anyone, "ProposalManagerNotReady")
      .withArgs(id, readyAt, 1n, 2n);
    await time.increaseTo(readyAt);
    await expect(anyone.activateProposal(id, 0)).to.be.revertedWithCustomError(anyone, "ProposalManagerNotReady");
    await town.manager.connect(town.citizens[2]).endorseProposal(id);
    await expect(anyone.activateProposal(id, (await now()) + HOUR))
      .to.be.revertedWithCustomError(anyone, "ProposalManagerUnauthorized")
      .withArgs(town.stranger.address);
    await expect(anyone.activateProposal(id, 0)).to.emit(anyone, "ProposalActivated");
  });

  it("endorsed early still waits for the review period", async () => {
    const town = await loadFixture(deployed);
    const { id } = await draft(town);
    for (const citizen of town.citizens.slice(0, 3)) await town.manager.connect(citizen).endorseProposal(id);
    await expect(town.manager.activateProposal(id, 0)).to.be.revertedWithCustomError(
      town.manager,
      "ProposalManagerNotReady",
    );
  });

  it("by signature covers the rules as they are", async () => {
    const town = await loadFixture(deployed);
    const { id } = await draft(town);
    const [admin] = town.admins;
    const rules = await town.manager.previewRulesHash(id);
    const message = {
      proposalId: id,
      rulesHash: rules,
      voteStart: 0n,
      administrator: admin.address,
      deadline: await later(DAY),
    };
    const signature = await sign(town, "ActivateProposal", admin, message);
    const send = (voteStart = 0n, administrator = admin.address) =>
      town.manager
        .connect(town.relayer)
        .activateProposalBySig(id, voteStart, administrator, message.deadline, signature);
    await expect(send((await now()) + HOUR)).to.be.revertedWithCustomError(
      town.manager,
      "ProposalManagerInvalidSignature",
    );
    await expect(send(0n, town.admins[1].address)).to.be.revertedWithCustomError(
      town.manager,
      "ProposalManagerInvalidSignature",
    );
    const core = town.core.connect(await acting(town.execution));
    await core.updateGovernanceParams({ ...PARAMS, quorumPercentage: 1n });
    await expect(send()).to.be.revertedWithCustomError(town.manager, "ProposalManagerInvalidSignature");
    await core.updateGovernanceParams(PARAMS);
    await expect(send())
      .to.emit(town.manager, "ProposalActivated")
      .withArgs(
        id,
        admin.address,
        rules,
        (value) => value > 0n,
        (value) => value > 0n,
        25n,
      );
    await expect(send()).to.be.revertedWithCustomError(town.manager, "ProposalManagerUnexpectedState");
  });
});
