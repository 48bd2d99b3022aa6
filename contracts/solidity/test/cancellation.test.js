import { expect } from "chai";

import { both, draft, later, opened, sign, toDue, toEnd } from "./support/acts.js";
import { acting, DAY, deployed, loadFixture, person, role, STATE, time } from "./support/deployment.js";

const ADMINISTRATOR = role("ADMINISTRATOR");
const now = async () => BigInt(await time.latest());

/** The person behind administrator 0 gets a second address, the stranger's. */
async function secondAddress(town) {
  const roles = town.roles.connect(await acting(town.execution));
  await roles.identifyOfficer(town.stranger.address, person("admin 0"));
  await roles.grantRole(ADMINISTRATOR, town.stranger.address);
}

describe("ProposalManager: cancellation", () => {
  it("by the proposer alone, of a draft or a vote to come", async () => {
    const town = await loadFixture(deployed);
    for (const activated of [false, true]) {
      const { id, proposer } = await draft(town);
      if (activated) await town.manager.connect(town.admins[0]).activateProposal(id, (await now()) + DAY);
      await expect(town.manager.connect(proposer).cancelProposal(id))
        .to.emit(town.manager, "ProposalCancelled")
        .withArgs(id, proposer.address);
      expect(await town.manager.state(id)).to.equal(STATE.CANCELLED);
      await expect(town.manager.connect(proposer).cancelProposal(id))
        .to.be.revertedWithCustomError(town.manager, "ProposalManagerUnexpectedState")
        .withArgs(id, STATE.CANCELLED);
    }
  });

  it("by two administrators who are two persons, within 7 days", async () => {
    const town = await loadFixture(deployed);
    await secondAddress(town);
    const { id } = await draft(town);
    const [first, second, third] = town.admins;
    const cancel = (signer) => town.manager.connect(signer).cancelProposal(id);
    await expect(cancel(first)).to.emit(town.manager, "ProposalCancellationRequested").withArgs(id, first.address);
    for (const signer of [first, town.stranger]) {
      await expect(cancel(signer))
        .to.be.revertedWithCustomError(town.manager, "ProposalManagerSecondPersonNeeded")
        .withArgs(id);
    }
    await time.increase(7n * DAY);
    await expect(cancel(second)).to.emit(town.manager, "ProposalCancellationRequested");
    await both(town, "revokeRole", ADMINISTRATOR, second.address);
    await expect(cancel(first)).to.emit(town.manager, "ProposalCancellationRequested");
    await expect(cancel(third)).to.emit(town.manager, "ProposalCancelled").withArgs(id, third.address);
    for (const signer of [town.citizens[1], town.guardians[0], town.deployer]) {
      const other = await draft(town);
      await expect(town.manager.connect(signer).cancelProposal(other.id))
        .to.be.revertedWithCustomError(town.manager, "ProposalManagerUnauthorized")
        .withArgs(signer.address);
    }
  });

  it("is possible for nobody once the vote is open", async () => {
    const town = await loadFixture(deployed);
    const proposal = await opened(town);
    const { id } = proposal;
    const refused = async (current) => {
      for (const signer of [proposal.proposer, ...town.admins]) {
        await expect(town.manager.connect(signer).cancelProposal(id))
          .to.be.revertedWithCustomError(town.manager, "ProposalManagerUnexpectedState")
          .withArgs(id, current);
      }
    };
    await refused(STATE.ACTIVE);
    for (const voter of town.citizens) await town.engine.connect(voter).castVote(id, 1);
    await toEnd(town, proposal);
    await refused(STATE.SUCCEEDED);
    await town.manager.queueProposal(id, []);
    await refused(STATE.QUEUED);
    await toDue(town, proposal);
    await town.manager.executeProposal(id, []);
    await refused(STATE.EXECUTED);
  });

  it("by signature is the signer's", async () => {
    const town = await loadFixture(deployed);
    const { id } = await draft(town);
    const { contentHash: content } = await town.manager.getProposal(id);
    const send = async (canceller, by = canceller, deadline = null) => {
      const message = {
        proposalId: id,
        contentHash: content,
        canceller: canceller.address,
        deadline: deadline ?? (await later()),
      };
      const signature = await sign(town, "CancelProposal", by, message);
      return town.manager.connect(town.relayer).cancelProposalBySig(id, canceller.address, message.deadline, signature);
    };
    const [first, second] = town.admins;
    await expect(send(first, second)).to.be.revertedWithCustomError(town.manager, "ProposalManagerInvalidSignature");
    await expect(send(first, first, (await now()) - 1n)).to.be.revertedWithCustomError(
      town.manager,
      "ProposalManagerSignatureExpired",
    );
    await expect(send(first)).to.emit(town.manager, "ProposalCancellationRequested").withArgs(id, first.address);
    await expect(send(second)).to.emit(town.manager, "ProposalCancelled").withArgs(id, second.address);
    const proposal = await draft(town);
    const hash = (await town.manager.getProposal(proposal.id)).contentHash;
    const message = {
      proposalId: proposal.id,
      contentHash: hash,
      canceller: proposal.proposer.address,
      deadline: await later(),
    };
    await expect(
      town.manager.cancelProposalBySig(
        proposal.id,
        message.canceller,
        message.deadline,
        await sign(town, "CancelProposal", proposal.proposer, message),
      ),
    ).to.emit(town.manager, "ProposalCancelled");
  });
});
