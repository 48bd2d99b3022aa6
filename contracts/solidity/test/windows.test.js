import { expect } from "chai";

import { activated, ballot, call, draft, opened, sign } from "./support/acts.js";
import {
  acting,
  DAY,
  deployed,
  ERC165,
  ethers,
  FOREVER,
  HOUR,
  interfaceId,
  loadFixture,
  PROPOSAL,
  REASON,
  role,
  time,
} from "./support/deployment.js";

const ERC6372 = "0xda287a1d";
const ERC5267 = "0x84b0196e";
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

  it("lengthens a vote by its part after voteStart alone, however many there were", async () => {
    const town = await loadFixture(deployed);
    const core = town.engine.connect(await acting(town.core));
    const start = (await now()) + 20n * DAY;
    const proposal = await activated(town, { voteStart: start });
    const end = start + 3n * DAY;
    const endNow = async () => (await town.engine.votingWindow(proposal.id)).voteEnd;
    const at = async (moment, act) => {
      await time.setNextBlockTimestamp(moment);
      await act();
    };
    // Wholly before: one that lapses, one that is ended.
    await at(start - 15n * DAY, () => core.setPaused(start - 14n * DAY));
    expect(await endNow()).to.equal(end);
    await time.increaseTo(start - 10n * DAY);
    expect(await endNow()).to.equal(end);
    await at(start - 9n * DAY, () => core.setPaused(start - DAY));
    await at(start - 8n * DAY, () => core.clearPaused());
    expect(await town.engine.pausedSeconds()).to.equal(2n * DAY);
    // Over the opening.
    await at(start - HOUR, () => core.setPaused(start + DAY));
    await time.increaseTo(start);
    expect(await endNow()).to.equal(end);
    await time.increaseTo(start + HOUR);
    expect(await endNow()).to.equal(end + HOUR);
    await at(start + 2n * HOUR, () => core.setPaused(start + 3n * HOUR));
    await time.increaseTo(start + DAY);
    expect(await endNow()).to.equal(end + 3n * HOUR);
    // And two after: the first is looked up behind the second.
    await at(start + 2n * DAY, () => core.setPaused(start + 2n * DAY + HOUR));
    await time.increaseTo(start + 2n * DAY + 2n * HOUR);
    expect(await endNow()).to.equal(end + 4n * HOUR);
    await at(start + 3n * DAY, () => core.setPaused(start + 3n * DAY + HOUR));
    await time.increaseTo(start + 3n * DAY + 2n * HOUR);
    expect(await endNow()).to.equal(end + 5n * HOUR);
    const [a, b] = town.citizens;
    await at(end + 5n * HOUR - 1n, () => town.engine.connect(a).castVote(proposal.id, 1));
    await time.setNextBlockTimestamp(end + 5n * HOUR);
    await expect(town.engine.connect(b).castVote(proposal.id, 1)).to.be.revertedWithCustomError(
      town.engine,
      "VotingEngineNotActive",
    );
    expect((await town.engine.result(proposal.id)).voteEnd).to.equal(end + 5n * HOUR);
  });

  it("between two others, all before voteStart, is found in the history", async () => {
    const town = await loadFixture(deployed);
    const core = town.engine.connect(await acting(town.core));
    const begun = (await now()) + HOUR;
    const proposal = await activated(town, { voteStart: begun + 10n * HOUR });
    for (const hour of [0n, 4n, 8n, 12n]) {
      await time.setNextBlockTimestamp(begun + hour * HOUR);
      await core.setPaused(begun + (hour + 1n) * HOUR);
    }
    await time.increaseTo(begun + 14n * HOUR);
    expect((await town.engine.votingWindow(proposal.id)).voteEnd).to.equal(proposal.voteEnd + HOUR);
    // A second window, opened meanwhile over a pause that was ended early and begun again at once.
    const next = await activated(town);
    await time.increaseTo(next.voteStart);
    await core.setPaused((await now()) + DAY);
    await time.increase(HOUR);
    await ethers.provider.send("evm_setAutomine", [false]);
    await core.clearPaused({ gasLimit: 200_000 });
    await core.setPaused((await now()) + DAY, { gasLimit: 200_000 });
    await ethers.provider.send("evm_mine", []);
    await ethers.provider.send("evm_setAutomine", [true]);
    const before = await town.engine.pausedSeconds();
    await time.increase(HOUR);
    await core.clearPaused();
    const total = await town.engine.pausedSeconds();
    expect(total - before).to.equal(HOUR + 1n);
    expect((await town.engine.votingWindow(next.id)).voteEnd).to.equal(next.voteEnd + total - 4n * HOUR);
    // Ending what has ended changes nothing.
    await time.increase(HOUR);
    await core.clearPaused();
    expect(await town.engine.pausedSeconds()).to.equal(total);
    expect(await town.engine.pauseState()).to.deep.equal([false, total, 0n]);
  });
});

describe("VotingEngine: what is left of the votes", () => {
  it("is the time until the last one, pending or open, is over; it stands still in a pause", async () => {
    const town = await loadFixture(deployed);
    const left = () => town.engine.remainingVotingTime();
    expect(await left()).to.equal(0n);
    const first = await opened(town);
    expect(await left()).to.equal(first.voteEnd - (await now()));
    const pending = await activated(town, { voteStart: (await now()) + 20n * DAY });
    expect(await left()).to.equal(pending.voteEnd - (await now()));
    // A window that ends earlier changes nothing.
    await activated(town);
    expect(await left()).to.equal(pending.voteEnd - (await now()));
    await time.increaseTo(pending.voteStart + DAY);
    const core = town.engine.connect(await acting(town.core));
    await core.setPaused((await now()) + 5n * DAY);
    const before = await left();
    await time.increase(2n * DAY);
    expect(await left()).to.equal(before);
    expect((await town.engine.votingWindow(pending.id)).voteEnd - (await now())).to.equal(before);
    await core.clearPaused();
    await time.increase(before - 2n);
    expect(await left()).to.be.at.least(1n);
    await time.increase(2n);
    expect(await left()).to.equal(0n);
  });
});

describe("VotingEngine: what other tools ask", () => {
  it("it says which interfaces it has, and its name to an upgrade", async () => {
    const town = await loadFixture(deployed);
    const ids = [
      ERC165,
      ethers.toBeHex(BigInt(await interfaceId("IVotingEngine", "IBallotBox")) ^ BigInt(ERC6372), 4),
      await interfaceId("IBallotBox"),
      await interfaceId("IUpgradeChecked"),
      ERC6372,
      ERC5267,
    ];
    for (const id of ids) expect(await town.engine.supportsInterface(id)).to.equal(true, id);
    for (const id of ["0xffffffff", "0x00000000"]) expect(await town.engine.supportsInterface(id)).to.equal(false, id);
    expect(ethers.decodeBytes32String(await town.engine.contractName())).to.equal("VotingEngine");
    expect(await town.engine.storageVersion()).to.equal(1n);
  });

  it("its check of itself asks each neighbour by name", async () => {
    const town = await loadFixture(deployed);
    await town.engine.selfCheck();
    const addresses = await Promise.all([town.core, town.manager, town.roles].map((each) => each.getAddress()));
    const make = async (neighbours) => {
      const proxy = await ethers.deployContract("TransparentUpgradeableProxy", [
        town.code.votingEngine,
        town.stranger.address,
        town.engine.interface.encodeFunctionData("initialize", neighbours),
      ]);
      return ethers.getContractAt("VotingEngine", await proxy.getAddress());
    };
    await (await make(addresses)).selfCheck();
    for (let i = 0; i < 3; i++) {
      const wrong = [...addresses];
      wrong[i] = addresses[(i + 1) % 3];
      const engine = await make(wrong);
      await expect(engine.selfCheck()).to.be.revertedWithCustomError(engine, "VotingEngineSelfCheckFailed");
    }
  });
});
