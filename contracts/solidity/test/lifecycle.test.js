import { expect } from "chai";

import {
  adopted,
  ballot,
  both,
  call,
  carriedByCitizens,
  change,
  draft,
  opened,
  packed,
  queued,
  sign,
  toDue,
  toEnd,
} from "./support/acts.js";
import {
  DAY,
  deployed,
  ethers,
  HOUR,
  implementation,
  keyOf,
  loadFixture,
  PROPOSAL,
  REASON,
  role,
  STATE,
  SUPPORT,
  time,
} from "./support/deployment.js";
import { ready, setParam } from "./support/rules.js";

describe("a decision, end to end", () => {
  it("a PARAMETER proposal goes from draft to execution and changes the voting period", async () => {
    const town = await loadFixture(deployed);
    const actions = [await change(town, "votingPeriod", 36n * HOUR)];
    const proposal = await draft(town, { type: PROPOSAL.PARAMETER, actions });
    expect(await town.manager.state(proposal.id)).to.equal(STATE.DRAFT);
    await town.manager.connect(town.citizens[1]).endorseProposal(proposal.id);
    await town.manager.connect(town.admins[0]).activateProposal(proposal.id, 0);
    expect(await town.manager.state(proposal.id)).to.equal(STATE.PENDING);
    await time.increaseTo((await town.manager.getProposal(proposal.id)).voteStart);
    await town.engine.connect(town.citizens[0]).castVote(proposal.id, SUPPORT.FOR);
    expect(await town.manager.state(proposal.id)).to.equal(STATE.ACTIVE);
    await town.engine.connect(town.citizens[1]).castVoteWithReason(proposal.id, SUPPORT.AGAINST, "too short");
    const { rulesHash } = await town.engine.votingWindow(proposal.id);
    const open = { ...proposal, rulesHash };
    const signed = await ballot(town, open, town.citizens[2], SUPPORT.FOR);
    await town.engine.connect(town.relayer).castVoteBySig(signed, await sign(town, "Ballot", town.citizens[2], signed));
    const batch = ethers.concat([
      await packed(town, open, town.citizens[3], SUPPORT.ABSTAIN),
      await packed(town, open, town.citizens[4], SUPPORT.FOR),
    ]);
    await town.engine.connect(town.relayer).castVotesBySig(proposal.id, rulesHash, batch);
    expect(await town.engine.proposalVotes(proposal.id)).to.deep.equal([1n, 3n, 1n]);
    await toEnd(town, proposal);
    expect(await town.manager.state(proposal.id)).to.equal(STATE.SUCCEEDED);
    await town.manager.queueProposal(proposal.id, actions);
    expect(await town.manager.state(proposal.id)).to.equal(STATE.QUEUED);
    await expect(town.manager.executeProposal(proposal.id, actions)).to.be.revertedWithCustomError(
      town.execution,
      "ExecutionModuleTooEarly",
    );
    await toDue(town, proposal);
    await town.manager.executeProposal(proposal.id, actions);
    expect(await town.manager.state(proposal.id)).to.equal(STATE.EXECUTED);
    expect(await town.core.votingPeriod()).to.equal(36n * HOUR);
  });

  it("two administrators make citizens who then vote", async () => {
    const town = await loadFixture(deployed);
    await both(town, "grantRoles", role("CITIZEN"), [town.stranger.address]);
    const proposal = await opened(town);
    await expect(town.engine.connect(town.stranger).castVote(proposal.id, SUPPORT.FOR))
      .to.emit(town.engine, "VoteCast")
      .withArgs(town.stranger.address, proposal.id, SUPPORT.FOR, 1n, ethers.ZeroHash);
  });

  it("an UPGRADE proposal replaces an implementation through the timelock, its own included", async () => {
    const town = await loadFixture(deployed);
    for (const [name, proxy] of [
      ["VotingEngine", town.engine],
      ["ExecutionModule", town.execution],
      ["ProposalManager", town.manager],
    ]) {
      const code = await implementation(name, town.made);
      const admin = await ethers.getContractAt("ProxyAdmin", await town.execution.proxyAdminOf(proxy));
      expect(await admin.owner()).to.equal(await town.execution.getAddress());
      const actions = [await call(admin, "upgradeAndCall", [await proxy.getAddress(), await code.getAddress(), "0x"])];
      const proposal = await queued(town, { type: PROPOSAL.UPGRADE, actions });
      await toDue(town, proposal);
      await expect(town.manager.executeProposal(proposal.id, actions)).to.emit(
        await ethers.getContractAt(
          "@openzeppelin/contracts/proxy/transparent/TransparentUpgradeableProxy.sol:ITransparentUpgradeableProxy",
          proxy,
        ),
        "Upgraded",
      );
    }
    const proposal = await adopted(town);
    expect(await town.manager.state(proposal.id)).to.equal(STATE.SUCCEEDED);
  });

  it("citizens alone carry a decision from draft to execution, with no officer's help", async () => {
    const town = await loadFixture(deployed);
    await carriedByCitizens(town, { type: PROPOSAL.PARAMETER, actions: [await change(town, "quorumPercentage", 30n)] });
    expect(await town.core.quorumPercentage()).to.equal(30n);
  });

  it("from the highest threshold, quorum and endorsements citizens still vote the rules back", async () => {
    const town = await loadFixture(deployed);
    for (const [name, extreme, usual] of [
      ["proposalThreshold", 5n, 1n],
      ["quorumPercentage", 50n, 25n],
      ["endorsementPermille", 50n, 20n],
    ]) {
      await setParam(town, name, extreme);
      const voters = town.citizens.slice(0, 4);
      await carriedByCitizens(town, {
        voters,
        type: PROPOSAL.PARAMETER,
        actions: [await change(town, name, usual)],
        text: name,
      });
      expect(await town.core[name]()).to.equal(usual);
    }
  });

  it("an EMERGENCY goes from draft to execution in less than a pause of one guardian lasts", async () => {
    const town = await loadFixture(deployed);
    const [guardian] = town.guardians;
    await town.core.connect(guardian).pause(REASON);
    const begun = BigInt(await time.latest());
    const number = await town.core.pauseNumber();
    await carriedByCitizens(town, {
      type: PROPOSAL.EMERGENCY,
      actions: [
        await call(town.core, "unpause", [number]),
        await call(town.roles, "revokeRole", [role("GUARDIAN"), guardian.address, REASON]),
      ],
    });
    expect(BigInt(await time.latest()) - begun).to.be.lessThan(3n * DAY);
    expect(await town.engine.paused()).to.equal(false);
    expect(await town.roles.hasRole(role("GUARDIAN"), guardian)).to.equal(false);
  });

  it("two of eight can't pass an UPGRADE against six by spending credits, nor a token's majority by tokens", async () => {
    const town = await loadFixture(deployed);
    const actions = [await call(town.core, "retireStrategy", [await town.weighted.getAddress()])];
    for (const strategy of [town.quadratic, town.weighted]) {
      await expect(draft(town, { type: PROPOSAL.UPGRADE, actions, strategy })).to.be.revertedWithCustomError(
        town.manager,
        "ProposalManagerTypeNotCounted",
      );
    }
    const proposal = await opened(town, { type: PROPOSAL.UPGRADE, actions });
    for (const [i, voter] of town.citizens.entries()) {
      await town.engine.connect(voter).castVote(proposal.id, i < 2 ? SUPPORT.FOR : SUPPORT.AGAINST);
    }
    await toEnd(town, proposal);
    expect(await town.manager.state(proposal.id)).to.equal(STATE.DEFEATED);
  });

  it("what was signed in one town is void in its twin", async () => {
    const town = await deployed();
    const twin = await deployed();
    const [citizen] = town.citizens;
    const [here, there] = [await draft(town, { text: "same" }), await draft(twin, { text: "same" })];
    expect(here.id).to.equal(there.id);
    const message = {
      proposalId: here.id,
      contentHash: (await town.manager.getProposal(here.id)).contentHash,
      endorser: citizen.address,
      deadline: BigInt(await time.latest()) + DAY,
    };
    const signature = await sign(town, "EndorseProposal", citizen, message);
    const endorse = ({ manager }) =>
      manager.endorseProposalBySig(here.id, citizen.address, message.deadline, signature);
    await expect(endorse(twin)).to.be.revertedWithCustomError(twin.manager, "ProposalManagerInvalidSignature");
    await expect(endorse(town)).to.emit(town.manager, "ProposalEndorsed");
  });

  it("officers neither cancel nor put off an initiative against themselves that citizens endorsed", async () => {
    const town = await loadFixture(deployed);
    const [first, second, third] = town.admins;
    const actions = [
      await call(town.roles, "grantRole", [role("ADMINISTRATOR"), town.stranger.address, keyOf(town.stranger)]),
      await call(town.roles, "revokeRole", [role("ADMINISTRATOR"), first.address, REASON]),
    ];
    const proposal = await ready(town, { type: PROPOSAL.ROLE, actions });
    for (const admin of [first, second, third]) {
      await expect(town.manager.connect(admin).cancelProposal(proposal.id, REASON)).to.be.revertedWithCustomError(
        town.manager,
        "ProposalManagerNotCancellable",
      );
    }
    const far = BigInt(await time.latest()) + 8n * DAY;
    await expect(town.manager.connect(first).activateProposal(proposal.id, far)).to.be.revertedWithCustomError(
      town.manager,
      "ProposalManagerVoteStartOutOfRange",
    );
    await town.manager.connect(town.stranger).activateProposal(proposal.id, 0);
    await time.increaseTo((await town.manager.getProposal(proposal.id)).voteStart);
    for (const voter of town.citizens) await town.engine.connect(voter).castVote(proposal.id, SUPPORT.FOR);
    await toEnd(town, proposal);
    await town.manager.queueProposal(proposal.id, actions);
    await toDue(town, proposal);
    await town.manager.executeProposal(proposal.id, actions);
    expect(await town.roles.hasRole(role("ADMINISTRATOR"), first)).to.equal(false);
  });
});
