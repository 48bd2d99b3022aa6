import { expect } from "chai";

import { activated, both, call, change, draft, later, opened, sign, toDue, toEnd } from "./support/acts.js";
import {
  acting,
  DAY,
  deployed,
  ethers,
  keyOf,
  loadFixture,
  PROPOSAL,
  REASON,
  role,
  STATE,
  SUPPORT,
  time,
} from "./support/deployment.js";
import { larger, setParam } from "./support/rules.js";

const ADMINISTRATOR = role("ADMINISTRATOR");
const NO_REASON = ethers.ZeroHash;
const NOBODY = [ethers.ZeroAddress, 0n];
const now = async () => BigInt(await time.latest());
const cancelling = (town, signer, id, reason = REASON) => town.manager.connect(signer).cancelProposal(id, reason);

/** The person behind administrator 0 gets a second address, the stranger's. */
async function secondAddress(town) {
  const roles = town.roles.connect(await acting(town.execution));
  await roles.grantRole(ADMINISTRATOR, town.stranger.address, keyOf(town.admins[0]));
}

describe("ProposalManager: cancellation by the proposer", () => {
  it("is theirs alone, of a draft or of a vote to come that few support, with or without a reason", async () => {
    const town = await loadFixture(deployed);
    for (const [make, reason] of [
      [draft, NO_REASON],
      [activated, REASON],
    ]) {
      const { id, proposer } = await make(town);
      await expect(cancelling(town, proposer, id, reason))
        .to.emit(town.manager, "ProposalCancelled")
        .withArgs(id, proposer.address, reason);
      expect(await town.manager.state(id)).to.equal(STATE.CANCELLED);
      await expect(cancelling(town, proposer, id))
        .to.be.revertedWithCustomError(town.manager, "ProposalManagerUnexpectedState")
        .withArgs(id, STATE.CANCELLED);
    }
  });

  it("of a draft is always theirs, of a vote that was set and has its endorsements no longer", async () => {
    const town = await loadFixture(deployed);
    const endorsed = async () => {
      const proposal = await draft(town);
      await town.manager.connect(town.citizens[1]).endorseProposal(proposal.id);
      return proposal;
    };
    const still = await endorsed();
    await expect(cancelling(town, still.proposer, still.id)).to.emit(town.manager, "ProposalCancelled");
    const set = await endorsed();
    await town.manager.connect(town.admins[0]).activateProposal(set.id, 0);
    await expect(cancelling(town, set.proposer, set.id))
      .to.be.revertedWithCustomError(town.manager, "ProposalManagerNotCancellable")
      .withArgs(set.id);
    expect(await town.manager.state(set.id)).to.equal(STATE.PENDING);
  });
});

describe("ProposalManager: cancellation by administrators", () => {
  it("takes two who are two persons, within 7 days, and a reason of each", async () => {
    const town = await loadFixture(deployed);
    await secondAddress(town);
    const { id } = await draft(town);
    const [first, second] = town.admins;
    expect(await town.manager.cancellationRequest(id)).to.deep.equal(NOBODY);
    await expect(cancelling(town, first, id, NO_REASON))
      .to.be.revertedWithCustomError(town.manager, "ProposalManagerReasonNeeded")
      .withArgs(id);
    const sent = await cancelling(town, first, id);
    const expiresAt = (await now()) + 7n * DAY;
    await expect(sent)
      .to.emit(town.manager, "ProposalCancellationRequested")
      .withArgs(id, first.address, REASON, expiresAt);
    expect(await town.manager.cancellationRequest(id)).to.deep.equal([first.address, expiresAt]);
    for (const signer of [first, town.stranger]) {
      await expect(cancelling(town, signer, id)).to.be.revertedWithCustomError(
        town.manager,
        "TwoPersonsSecondPersonNeeded",
      );
    }
    await time.increaseTo(expiresAt);
    expect(await town.manager.cancellationRequest(id)).to.deep.equal(NOBODY);
    await expect(cancelling(town, second, id)).to.emit(town.manager, "ProposalCancellationRequested");
    await expect(cancelling(town, first, id, NO_REASON)).to.be.revertedWithCustomError(
      town.manager,
      "ProposalManagerReasonNeeded",
    );
    const other = ethers.id("another reason");
    await expect(cancelling(town, first, id, other))
      .to.emit(town.manager, "ProposalCancelled")
      .withArgs(id, first.address, other);
    for (const signer of [town.citizens[1], town.guardians[0], town.deployer]) {
      const another = await draft(town);
      await expect(cancelling(town, signer, another.id))
        .to.be.revertedWithCustomError(town.manager, "ProposalManagerUnauthorized")
        .withArgs(signer.address);
    }
  });

  it("starts over when the first of them has lost the role", async () => {
    const town = await loadFixture(deployed);
    const { id } = await draft(town);
    const [first, second, third] = town.admins;
    await cancelling(town, second, id);
    const roles = town.roles.connect(await acting(town.execution));
    await roles.revokeRole(ADMINISTRATOR, second.address, REASON);
    expect(await town.manager.cancellationRequest(id)).to.deep.equal(NOBODY);
    await expect(cancelling(town, first, id)).to.emit(town.manager, "ProposalCancellationRequested");
    await expect(cancelling(town, third, id)).to.emit(town.manager, "ProposalCancelled");
  });

  it("ends a vote that was set and lacks its endorsements", async () => {
    const town = await loadFixture(deployed);
    const { id } = await activated(town);
    await cancelling(town, town.admins[0], id);
    expect((await town.manager.cancellationRequest(id))[0]).to.equal(town.admins[0].address);
    await expect(cancelling(town, town.admins[1], id)).to.emit(town.engine, "VotingWindowClosed").withArgs(id);
  });

  it("is withdrawn by who asked for it, and by nobody else", async () => {
    const town = await loadFixture(deployed);
    const { id } = await draft(town);
    const [first, second] = town.admins;
    await cancelling(town, first, id);
    for (const signer of [second, town.citizens[0]]) {
      await expect(town.manager.connect(signer).withdrawCancellation(id)).to.be.revertedWithCustomError(
        town.manager,
        "TwoPersonsNotYours",
      );
    }
    await expect(town.manager.connect(first).withdrawCancellation(id))
      .to.emit(town.manager, "ProposalCancellationWithdrawn")
      .withArgs(id, first.address);
    expect(await town.manager.cancellationRequest(id)).to.deep.equal(NOBODY);
    await expect(town.manager.connect(first).withdrawCancellation(id)).to.be.revertedWithCustomError(
      town.manager,
      "TwoPersonsNotYours",
    );
    await expect(cancelling(town, second, id)).to.emit(town.manager, "ProposalCancellationRequested");
  });

  it("stops at a proposal that has its endorsements, before its vote is set and after", async () => {
    const town = await loadFixture(larger);
    const { id } = await draft(town);
    const [first, second] = town.admins;
    const refused = async () => {
      for (const signer of [first, second]) {
        await expect(cancelling(town, signer, id))
          .to.be.revertedWithCustomError(town.manager, "ProposalManagerNotCancellable")
          .withArgs(id);
      }
      expect(await town.manager.cancellationRequest(id)).to.deep.equal(NOBODY);
    };
    const [, a, b, c] = town.citizens;
    for (const citizen of [a, b]) await town.manager.connect(citizen).endorseProposal(id);
    await cancelling(town, first, id);
    expect((await town.manager.cancellationRequest(id))[0]).to.equal(first.address);
    await town.manager.connect(c).endorseProposal(id);
    await refused();
    await town.manager.connect(first).activateProposal(id, 0);
    await refused();
  });

  it("never stops an EMERGENCY, which its proposer still may", async () => {
    const town = await loadFixture(deployed);
    for (const make of [draft, activated]) {
      const proposal = await make(town, {
        type: PROPOSAL.EMERGENCY,
        actions: [await call(town.core, "unpause", [0n])],
        text: `emergency by ${make.name}`,
      });
      await expect(cancelling(town, town.admins[0], proposal.id))
        .to.be.revertedWithCustomError(town.manager, "ProposalManagerNotCancellable")
        .withArgs(proposal.id);
      expect(await town.manager.cancellationRequest(proposal.id)).to.deep.equal(NOBODY);
      await expect(cancelling(town, proposal.proposer, proposal.id)).to.emit(town.manager, "ProposalCancelled");
    }
  });

  it("of an administrator's own proposal follows the rule for proposers first", async () => {
    const town = await loadFixture(deployed);
    const [admin, other] = town.admins;
    await both(town, "grantRole", role("CITIZEN"), admin.address);
    await time.increase(2n);
    const alone = await draft(town, { proposer: admin });
    await expect(cancelling(town, admin, alone.id, NO_REASON)).to.emit(town.manager, "ProposalCancelled");
    const { id } = await draft(town, { proposer: admin });
    await town.manager.connect(town.citizens[1]).endorseProposal(id);
    await town.manager.connect(other).activateProposal(id, 0);
    await expect(cancelling(town, admin, id)).to.be.revertedWithCustomError(
      town.manager,
      "ProposalManagerNotCancellable",
    );
  });
});

describe("ProposalManager: cancellation at any time and by signature", () => {
  it("is possible for nobody once the vote is open", async () => {
    const town = await loadFixture(deployed);
    const actions = [await change(town, "votingPeriod", 4n * DAY)];
    const proposal = await opened(town, { type: PROPOSAL.PARAMETER, actions });
    const { id } = proposal;
    const refused = async (current) => {
      for (const signer of [proposal.proposer, ...town.admins]) {
        await expect(cancelling(town, signer, id))
          .to.be.revertedWithCustomError(town.manager, "ProposalManagerUnexpectedState")
          .withArgs(id, current);
      }
      expect(await town.manager.cancellationRequest(id)).to.deep.equal(NOBODY);
    };
    await refused(STATE.ACTIVE);
    for (const voter of town.citizens) await town.engine.connect(voter).castVote(id, SUPPORT.FOR);
    await toEnd(town, proposal);
    await refused(STATE.SUCCEEDED);
    await town.manager.queueProposal(id, actions);
    await refused(STATE.QUEUED);
    await toDue(town, proposal);
    await town.manager.executeProposal(id, actions);
    await refused(STATE.EXECUTED);
    await expect(town.manager.cancellationRequest(99n)).to.be.revertedWithCustomError(
      town.manager,
      "ProposalManagerUnknownProposal",
    );
  });

  /** A cancellation that `by` signs for `canceller`. */
  async function signedCancel(town, id, canceller, { by = canceller, reason = REASON, deadline, nonce } = {}) {
    const message = {
      proposalId: id,
      contentHash: (await town.manager.getProposal(id)).contentHash,
      reasonHash: reason,
      canceller: canceller.address,
      nonce: nonce ?? (await town.manager.nonces(canceller)),
      deadline: deadline ?? (await later()),
    };
    const signature = await sign(town, "CancelProposal", by, message);
    return (reasonHash = reason) =>
      town.manager
        .connect(town.relayer)
        .cancelProposalBySig(id, reasonHash, canceller.address, message.nonce, message.deadline, signature);
  }

  it("by signature is the signer's, for the reason they signed", async () => {
    const town = await loadFixture(deployed);
    const { id } = await draft(town);
    const [first, second] = town.admins;
    const stolen = await signedCancel(town, id, first, { by: second });
    await expect(stolen()).to.be.revertedWithCustomError(town.manager, "ProposalManagerInvalidSignature");
    const late = await signedCancel(town, id, first, { deadline: (await now()) - 1n });
    await expect(late()).to.be.revertedWithCustomError(town.manager, "ProposalManagerSignatureExpired");
    const sent = await signedCancel(town, id, first);
    await expect(sent(ethers.id("words put in the mouth"))).to.be.revertedWithCustomError(
      town.manager,
      "ProposalManagerInvalidSignature",
    );
    await expect(sent())
      .to.emit(town.manager, "ProposalCancellationRequested")
      .withArgs(id, first.address, REASON, (value) => value > 0n)
      .and.to.emit(town.manager, "NonceUsed")
      .withArgs(first.address, 0n);
    await expect((await signedCancel(town, id, second))())
      .to.emit(town.manager, "ProposalCancelled")
      .withArgs(id, second.address, REASON);
    const proposal = await draft(town);
    const own = await signedCancel(town, proposal.id, proposal.proposer, { reason: NO_REASON });
    await expect(own()).to.emit(town.manager, "ProposalCancelled").withArgs(proposal.id, proposal.proposer.address, NO_REASON);
    const unknown = signedCancel(town, 99n, first);
    await expect(unknown).to.be.revertedWithCustomError(town.manager, "ProposalManagerUnknownProposal");
    await expect(
      town.manager.cancelProposalBySig(99n, REASON, first.address, 0n, await later(), "0x"),
    ).to.be.revertedWithCustomError(town.manager, "ProposalManagerUnknownProposal");
  });

  it("by signature is used once: nobody renews a wish that lapsed or was withdrawn", async () => {
    const town = await loadFixture(deployed);
    const { id } = await draft(town);
    const [first] = town.admins;
    const sent = await signedCancel(town, id, first, { deadline: await later(30n * DAY) });
    const renewed = () =>
      expect(sent())
        .to.be.revertedWithCustomError(town.manager, "ProposalManagerInvalidNonce")
        .withArgs(first.address, 1n);
    await sent();
    await renewed();
    await town.manager.connect(first).withdrawCancellation(id);
    await renewed();
    await time.increase(8n * DAY);
    await renewed();
    expect(await town.manager.cancellationRequest(id)).to.deep.equal(NOBODY);
  });

  it("signed and not sent yet is voided by who signed it, for one number alone", async () => {
    const town = await loadFixture(deployed);
    const { id } = await draft(town);
    const [first] = town.admins;
    const sent = await signedCancel(town, id, first);
    const next = await signedCancel(town, id, first, { nonce: 1n });
    await expect(next())
      .to.be.revertedWithCustomError(town.manager, "ProposalManagerInvalidNonce")
      .withArgs(first.address, 0n);
    await expect(town.manager.connect(first).invalidateNonce())
      .to.emit(town.manager, "NonceUsed")
      .withArgs(first.address, 0n);
    await expect(sent())
      .to.be.revertedWithCustomError(town.manager, "ProposalManagerInvalidNonce")
      .withArgs(first.address, 1n);
    await expect(next()).to.emit(town.manager, "ProposalCancellationRequested");
    expect(await town.manager.nonces(first)).to.equal(2n);
    expect(await town.manager.nonces(town.admins[1])).to.equal(0n);
  });

  it("is nothing for administrators once a draft was endorsed, whatever is struck or needed since", async () => {
    const town = await loadFixture(larger);
    await setParam(town, "endorsementPermille", 1n);
    const { id } = await draft(town);
    const endorser = town.citizens[1];
    expect(await town.manager.isEndorsed(id)).to.equal(false);
    await expect(town.manager.connect(endorser).endorseProposal(id))
      .to.emit(town.manager, "ProposalEndorsementReached")
      .withArgs(id, 1n, 1n);
    await expect(town.manager.connect(town.citizens[2]).endorseProposal(id)).not.to.emit(
      town.manager,
      "ProposalEndorsementReached",
    );
    await setParam(town, "endorsementPermille", 50n);
    const gone = town.citizens.slice(1, 3).map(({ address }) => address);
    await both(town, "revokeRoles", role("CITIZEN"), gone);
    await town.manager.strikeEndorsements(id, gone);
    expect((await town.manager.getProposal(id)).endorsements).to.equal(0n);
    expect(await town.manager.isEndorsed(id)).to.equal(true);
    expect(await town.manager.isReady(id)).to.equal(false);
    await expect(cancelling(town, town.admins[0], id)).to.be.revertedWithCustomError(
      town.manager,
      "ProposalManagerNotCancellable",
    );
  });
});
