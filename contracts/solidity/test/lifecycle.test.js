import { expect } from "chai";

import { adopted, ballot, both, call, draft, opened, packed, queued, sign, toDue, toEnd } from "./support/acts.js";
import { deployed, ethers, HOUR, loadFixture, PARAMS, PROPOSAL, role, STATE, SUPPORT } from "./support/deployment.js";

describe("a decision, end to end", () => {
  it("a PARAMETER proposal goes from draft to execution and changes the voting period", async () => {
    const town = await loadFixture(deployed);
    const params = { ...PARAMS, votingPeriod: 12n * HOUR };
    const actions = [await call(town.core, "updateGovernanceParams", [params])];
    const proposal = await draft(town, { type: PROPOSAL.PARAMETER, actions });
    expect(await town.manager.state(proposal.id)).to.equal(STATE.DRAFT);
    await town.manager.connect(town.citizens[1]).endorseProposal(proposal.id);
    await town.manager.connect(town.admins[0]).activateProposal(proposal.id, 0);
    expect(await town.manager.state(proposal.id)).to.equal(STATE.PENDING);
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
    expect(await town.core.votingPeriod()).to.equal(12n * HOUR);
  });

  it("two administrators make citizens who then vote", async () => {
    const town = await loadFixture(deployed);
    await both(town, "grantRoles", role("CITIZEN"), [town.stranger.address], 2n ** 48n - 1n);
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
    ]) {
      const code = await ethers.deployContract(name);
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
});
