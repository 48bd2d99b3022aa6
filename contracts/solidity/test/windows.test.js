import { expect } from "chai";

import { ballot, call, draft, opened, sign } from "./support/acts.js";
import { acting, DAY, deployed, ethers, FOREVER, HOUR, loadFixture, PROPOSAL, REASON, role, time } from "./support/deployment.js";

const now = async () => BigInt(await time.latest());

describe("VotingEngine: who may move it", () => {
  it("windows only the ProposalManager, citizens only the RoleManager, the pause only the core", async () => {
    const town = await loadFixture(deployed);
    const strategy = await town.onePerson.getAddress();
    const calls = [
      ["openWindow", [1n, ethers.ZeroHash, 1n, 2n, strategy, 0, 0], town.manager],
      ["closeWindow", [1n], town.manager],
      ["setCitizen", [town.stranger.address, FOREVER], town.roles],
      ["removeCitizen", [town.citizens[0].address], town.roles],
      ["expireCitizen", [town.citizens[0].address], town.roles],
      ["moveCitizen", [town.citizens[0].address, town.stranger.address], town.roles],
      ["setPaused", [FOREVER], town.core],
      ["clearPaused", [], town.core],
    ];
    for (const [method, args, owner] of calls) {
      for (const contract of [town.core, town.manager, town.roles, town.execution]) {
        if (contract === owner) continue;
        const engine = town.engine.connect(await acting(contract));
        await expect(engine[method](...args))
          .to.be.revertedWithCustomError(engine, "VotingEngineUnauthorized")
          .withArgs(await contract.getAddress());
      }
      await expect(town.engine.connect(town.admins[0])[method](...args)).to.be.revertedWithCustomError(
        town.engine,
        "VotingEngineUnauthorized",
      );
    }
    const bare = await ethers.getContractAt("VotingEngine", town.code.votingEngine);
    for (const engine of [town.engine, bare]) {
      await expect(engine.initialize(strategy, strategy, strategy)).to.be.revertedWithCustomError(
        engine,
        "InvalidInitialization",
      );
    }
  });

  it("a window is opened once and closed only if it exists; only a citizen can be removed", async () => {
    const town = await loadFixture(deployed);
    const { id } = await opened(town);
    const engine = town.engine.connect(await acting(town.manager));
    const strategy = await town.onePerson.getAddress();
    await expect(engine.openWindow(id, ethers.ZeroHash, 1n, 2n, strategy, 0, 0))
      .to.be.revertedWithCustomError(engine, "VotingEngineWindowExists")
      .withArgs(id);
    await expect(engine.closeWindow(77n))
      .to.be.revertedWithCustomError(engine, "VotingEngineUnknownProposal")
      .withArgs(77n);
    await expect(town.engine.connect(await acting(town.roles)).removeCitizen(town.stranger.address))
      .to.be.revertedWithCustomError(engine, "VotingEngineNotCitizen")
      .withArgs(town.stranger.address);
  });

  it("an opened window is announced and told", async () => {
    const town = await loadFixture(deployed);
    const { id } = await draft(town);
    const rules = await town.manager.previewRulesHash(id);
    const sent = await town.manager.connect(town.admins[0]).activateProposal(id, 0);
    const start = (await now()) + HOUR;
    const strategy = await town.onePerson.getAddress();
    await expect(sent)
      .to.emit(town.engine, "VotingWindowOpened")
      .withArgs(id, rules, start, start + 3n * DAY, strategy);
    expect(await town.engine.votingWindow(id)).to.deep.equal([start, start + 3n * DAY, rules, strategy]);
    for (const method of ["votingWindow", "proposalVotes", "result"]) {
      await expect(town.engine[method](9n)).to.be.revertedWithCustomError(town.engine, "VotingEngineUnknownProposal");
    }
    for (const method of ["hasVoted", "getBallotPower"]) {
      await expect(town.engine[method](9n, town.stranger)).to.be.revertedWithCustomError(
        town.engine,
        "VotingEngineUnknownProposal",
      );
    }
    expect(await town.engine.clock()).to.equal(await now());
    expect(await town.engine.CLOCK_MODE()).to.equal("mode=timestamp");
  });
});

describe("VotingEngine: a pause", () => {
  it("stops ballots and gives every open vote its time back, but never moves a snapshot", async () => {
    const town = await loadFixture(deployed);
    const proposal = await opened(town);
    const dismissal = await call(town.roles, "revokeRole", [role("GUARDIAN"), town.guardians[2].address, REASON]);
    const emergency = await opened(town, { type: PROPOSAL.EMERGENCY, actions: [dismissal] });
    await town.core.connect(town.guardians[0]).pause(REASON);
    const start = await now();
    const voter = town.engine.connect(town.citizens[0]);
    await expect(voter.castVote(proposal.id, 1)).to.be.revertedWithCustomError(voter, "VotingEnginePaused");
    const message = await ballot(town, proposal, town.citizens[0], 1);
    await expect(
      voter.castVoteBySig(message, await sign(town, "Ballot", town.citizens[0], message)),
    ).to.be.revertedWithCustomError(voter, "VotingEnginePaused");
    await voter.castVote(emergency.id, 1);
    await time.increase(DAY);
    for (const guardian of town.guardians.slice(0, 2)) await town.core.connect(guardian).unpause(1n);
    const shift = (await now()) - start;
    const window = await town.engine.votingWindow(proposal.id);
    expect(window.voteEnd).to.equal(proposal.voteEnd + shift);
    expect(window.voteStart).to.equal(proposal.voteStart);
    expect((await town.engine.votingWindow(emergency.id)).voteEnd).to.equal(emergency.voteEnd);
    await time.setNextBlockTimestamp(proposal.voteEnd + shift - 1n);
    await voter.castVote(proposal.id, 1);
    await expect(town.engine.connect(town.citizens[1]).castVote(proposal.id, 1)).to.be.revertedWithCustomError(
      voter,
      "VotingEngineNotActive",
    );
    // Opened after the pause: not shifted by it.
    const later = await opened(town);
    expect(later.voteEnd - later.voteStart).to.equal(3n * DAY);
  });
});
