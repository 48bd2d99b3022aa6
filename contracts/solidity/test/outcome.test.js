import { expect } from "chai";

import {
  activated,
  actionsHash,
  adopted,
  both,
  call,
  change,
  draft,
  harmless,
  opened,
  queued,
  toDue,
  toEnd,
} from "./support/acts.js";
import {
  acting,
  COUNTING,
  DAY,
  deployed,
  ERC165,
  ethers,
  interfaceId,
  keyOf,
  loadFixture,
  OPEN_TYPES,
  PROPOSAL,
  REASON,
  role,
  STATE,
  SUPPORT,
  time,
} from "./support/deployment.js";
import { setParam } from "./support/rules.js";

const CITIZEN = role("CITIZEN");
/** The clock's interface, on which IProposalManager builds. */
const ERC6372 = "0xda287a1d";
const now = async () => BigInt(await time.latest());

describe("ProposalManager: the outcome", () => {
  const cases = [
    ["for > against with quorum", { for: 2 }, STATE.SUCCEEDED],
    ["abstentions help the quorum", { for: 1, abstain: 1 }, STATE.SUCCEEDED],
    ["below quorum", { for: 1 }, STATE.DEFEATED],
    ["against votes don't help the quorum", { for: 1, against: 0, abstain: 0 }, STATE.DEFEATED],
    ["a tie", { for: 2, against: 2 }, STATE.DEFEATED],
    ["more against", { for: 2, against: 3 }, STATE.DEFEATED],
    ["only abstentions", { abstain: 5 }, STATE.DEFEATED],
    ["nobody", {}, STATE.DEFEATED],
  ];
  for (const [name, count, outcome] of cases) {
    it(`${name}: ${outcome === STATE.SUCCEEDED ? "adopted" : "not adopted"}`, async () => {
      const town = await loadFixture(deployed);
      const proposal = await opened(town);
      const voters = [...town.citizens];
      for (const [side, support] of [
        ["against", SUPPORT.AGAINST],
        ["for", SUPPORT.FOR],
        ["abstain", SUPPORT.ABSTAIN],
      ]) {
        for (const voter of voters.splice(0, count[side] ?? 0)) {
          await town.engine.connect(voter).castVote(proposal.id, support);
        }
      }
      await toEnd(town, proposal);
      expect(await town.manager.state(proposal.id)).to.equal(outcome);
    });
  }

  it("the quorum is rounded up and belongs to the snapshot", async () => {
    const town = await loadFixture(deployed);
    const drafted = await draft(town);
    await expect(town.manager.quorum(drafted.id))
      .to.be.revertedWithCustomError(town.manager, "ProposalManagerNotActivated")
      .withArgs(drafted.id);
    const { id } = await opened(town);
    expect(await town.manager.quorum(id)).to.equal(2n);
    await both(town, "grantRole", CITIZEN, town.stranger.address);
    expect(await town.manager.quorum(id)).to.equal(2n);
    const next = await opened(town);
    // A quarter of nine is 2.25.
    expect(await town.manager.quorum(next.id)).to.equal(3n);
    const weighted = await opened(town, { strategy: town.weighted });
    expect(await town.manager.quorum(weighted.id)).to.equal(250n * 10n ** 18n);
    const ahead = await activated(town);
    await expect(town.manager.quorum(ahead.id)).to.be.revertedWithCustomError(town.engine, "VotingEngineFutureLookup");
  });

  it("a token-weighted vote is decided by weight", async () => {
    const town = await loadFixture(deployed);
    const proposal = await opened(town, { strategy: town.weighted });
    const [a, b, c] = town.citizens;
    await town.engine.connect(a).castVote(proposal.id, SUPPORT.FOR);
    for (const voter of [b, c]) await town.engine.connect(voter).castVote(proposal.id, SUPPORT.AGAINST);
    await toEnd(town, proposal);
    expect(await town.manager.state(proposal.id)).to.equal(STATE.SUCCEEDED);
  });

  it("a token that hides its supply, or tells an absurd one, leaves the proposal defeated, never without a state", async () => {
    const town = await loadFixture(deployed);
    const token = await ethers.deployContract("TestToken");
    const [holder] = town.citizens;
    await token.setVotes(holder.address, 1000n);
    const terms = {
      counting: COUNTING.TOKEN,
      types: OPEN_TYPES,
      threshold: 1n,
      token: await token.getAddress(),
      credits: 0n,
      periodLength: 0n,
    };
    const core = town.core.connect(await acting(town.execution));
    const strategy = await ethers.getContractAt("TokenWeightedStrategy", await core.registerStrategy.staticCall(terms));
    await core.registerStrategy(terms);
    const proposal = await opened(town, { strategy });
    await town.engine.connect(holder).castVote(proposal.id, SUPPORT.FOR);
    await toEnd(town, proposal);
    expect(await town.manager.state(proposal.id)).to.equal(STATE.SUCCEEDED);
    await token.setSupplyBroken(true);
    expect(await town.manager.state(proposal.id)).to.equal(STATE.DEFEATED);
    expect(await town.manager.quorum(proposal.id)).to.be.greaterThan(2n ** 250n);
    await token.setSupplyBroken(false);
    await token.setSupply(2n ** 256n - 1n);
    expect(await town.manager.state(proposal.id)).to.equal(STATE.DEFEATED);
  });

  it("an UPGRADE or a change of roles needs 60 % of For and Against, a majority is not enough", async () => {
    const town = await loadFixture(deployed);
    const delegate = [role("DELEGATE"), town.citizens[0].address, keyOf(town.citizens[0])];
    const kinds = [
      [PROPOSAL.ROLE, await call(town.roles, "grantRole", delegate)],
      [PROPOSAL.UPGRADE, await call(town.core, "retireStrategy", [await town.weighted.getAddress()])],
      [PROPOSAL.PARAMETER, await change(town, "votingPeriod", 4n * DAY)],
    ];
    for (const [type, action] of kinds) {
      for (const [votesFor, votesAgainst] of [
        [3, 2],
        [4, 3],
        [5, 3],
      ]) {
        const text = `type ${type} by ${votesFor} to ${votesAgainst}`;
        const proposal = await opened(town, { type, actions: [action], text });
        const voters = town.citizens.slice(0, votesFor + votesAgainst);
        for (const [i, voter] of voters.entries()) {
          await town.engine.connect(voter).castVote(proposal.id, i < votesFor ? SUPPORT.FOR : SUPPORT.AGAINST);
        }
        await toEnd(town, proposal);
        const enough = type === PROPOSAL.PARAMETER || 10 * votesFor >= 6 * (votesFor + votesAgainst);
        expect(await town.manager.state(proposal.id), text).to.equal(enough ? STATE.SUCCEEDED : STATE.DEFEATED);
      }
    }
  });

  it("an adopted proposal not queued within its grace expires, whatever the parameters become", async () => {
    const town = await loadFixture(deployed);
    const proposal = await adopted(town, await harmless(town));
    await setParam(town, "gracePeriod", 90n * DAY);
    const { voteEnd } = await town.manager.getProposal(proposal.id);
    await time.increaseTo(voteEnd + 7n * DAY - 1n);
    expect(await town.manager.state(proposal.id)).to.equal(STATE.SUCCEEDED);
    await time.increaseTo(voteEnd + 7n * DAY);
    expect(await town.manager.state(proposal.id)).to.equal(STATE.EXPIRED);
    await expect(town.manager.queueProposal(proposal.id, proposal.actions))
      .to.be.revertedWithCustomError(town.manager, "ProposalManagerUnexpectedState")
      .withArgs(proposal.id, STATE.EXPIRED);
  });

  it("parameters changed during a vote, or before the queue, leave its rules alone", async () => {
    const town = await loadFixture(deployed);
    const proposal = await opened(town, await harmless(town));
    await setParam(town, "votingPeriod", DAY);
    await setParam(town, "quorumPercentage", 50n);
    for (const voter of town.citizens.slice(0, 2)) await town.engine.connect(voter).castVote(proposal.id, 1);
    await time.increase(2n * DAY);
    expect(await town.manager.state(proposal.id)).to.equal(STATE.ACTIVE);
    await toEnd(town, proposal);
    expect(await town.manager.state(proposal.id)).to.equal(STATE.SUCCEEDED);
    await setParam(town, "executionDelay", DAY);
    await setParam(town, "gracePeriod", 2n * DAY);
    await town.manager.queueProposal(proposal.id, proposal.actions);
    const { executionTime, expiresAt } = await town.execution.schedule(proposal.id);
    expect([executionTime - (await now()), expiresAt - executionTime]).to.deep.equal([2n * DAY, 7n * DAY]);
  });

  it("a decision in words is done when it is adopted: it never expires and is never queued", async () => {
    const town = await loadFixture(deployed);
    for (const type of [PROPOSAL.POLICY, PROPOSAL.BUDGET]) {
      const proposal = await adopted(town, { type });
      await time.increase(1000n * DAY);
      expect(await town.manager.state(proposal.id)).to.equal(STATE.SUCCEEDED);
      await expect(town.manager.queueProposal(proposal.id, []))
        .to.be.revertedWithCustomError(town.manager, "ProposalManagerNothingToCarryOut")
        .withArgs(proposal.id);
      await expect(town.manager.executeProposal(proposal.id, []))
        .to.be.revertedWithCustomError(town.manager, "ProposalManagerUnexpectedState")
        .withArgs(proposal.id, STATE.SUCCEEDED);
    }
  });
});

describe("ProposalManager: queue and execution", () => {
  it("anyone queues what was adopted, with the actions it was made with", async () => {
    const town = await loadFixture(deployed);
    const actions = [await change(town, "endorsementPermille", 5n)];
    const proposal = await adopted(town, { type: PROPOSAL.PARAMETER, actions });
    const manager = town.manager.connect(town.stranger);
    await expect(manager.queueProposal(proposal.id, []))
      .to.be.revertedWithCustomError(manager, "ProposalManagerActionsChanged")
      .withArgs(proposal.id);
    const sent = await manager.queueProposal(proposal.id, actions);
    const due = (await now()) + 2n * DAY;
    await expect(sent)
      .to.emit(manager, "ProposalQueued")
      .withArgs(proposal.id, due, due + 7n * DAY);
    await expect(sent)
      .to.emit(town.execution, "TransactionQueued")
      .withArgs(proposal.id, actionsHash(actions), due, due + 7n * DAY);
    expect((await manager.getProposal(proposal.id)).executionTime).to.equal(due);
    await expect(manager.queueProposal(proposal.id, actions))
      .to.be.revertedWithCustomError(manager, "ProposalManagerUnexpectedState")
      .withArgs(proposal.id, STATE.QUEUED);
    await time.increaseTo(due);
    await expect(manager.executeProposal(proposal.id, []))
      .to.be.revertedWithCustomError(manager, "ProposalManagerActionsChanged")
      .withArgs(proposal.id);
    const done = await manager.executeProposal(proposal.id, actions);
    await expect(done).to.emit(manager, "ProposalExecuted").withArgs(proposal.id, town.stranger.address);
    await expect(done).to.emit(town.execution, "TransactionExecuted").withArgs(proposal.id, actionsHash(actions));
    expect(await town.core.endorsementPermille()).to.equal(5n);
    expect(await town.execution.isExecuted(proposal.id)).to.equal(true);
    await expect(manager.executeProposal(proposal.id, actions))
      .to.be.revertedWithCustomError(manager, "ProposalManagerUnexpectedState")
      .withArgs(proposal.id, STATE.EXECUTED);
  });

  it("nothing is queued or executed out of turn", async () => {
    const town = await loadFixture(deployed);
    const proposal = await draft(town);
    const manager = town.manager.connect(town.admins[0]);
    const refused = async (current, methods = ["queueProposal", "executeProposal"]) => {
      for (const method of methods) {
        await expect(manager[method](proposal.id, []))
          .to.be.revertedWithCustomError(manager, "ProposalManagerUnexpectedState")
          .withArgs(proposal.id, current);
      }
    };
    await refused(STATE.DRAFT);
    await manager.activateProposal(proposal.id, 0);
    await refused(STATE.PENDING);
    await time.increaseTo((await manager.getProposal(proposal.id)).voteStart);
    await refused(STATE.ACTIVE);
    await toEnd(town, proposal);
    await refused(STATE.DEFEATED);
    for (const method of ["queueProposal", "executeProposal"]) {
      await expect(manager[method](99n, [])).to.be.revertedWithCustomError(manager, "ProposalManagerUnknownProposal");
    }
    for (const method of [
      "state",
      "getProposal",
      "quorum",
      "previewRulesHash",
      "sealedTerms",
      "isReady",
      "proposalSnapshot",
      "proposalDeadline",
      "proposalEta",
      "proposalProposer",
    ]) {
      await expect(manager[method](99n)).to.be.revertedWithCustomError(manager, "ProposalManagerUnknownProposal");
    }
  });

  it("a queued proposal whose grace has passed has expired for good", async () => {
    const town = await loadFixture(deployed);
    const proposal = await queued(town);
    const { executionTime, expiresAt } = await town.execution.schedule(proposal.id);
    await time.setNextBlockTimestamp(executionTime - 1n);
    await expect(town.manager.executeProposal(proposal.id, proposal.actions))
      .to.be.revertedWithCustomError(town.execution, "ExecutionModuleTooEarly")
      .withArgs(proposal.id, executionTime);
    await time.increaseTo(expiresAt - 1n);
    expect(await town.manager.state(proposal.id)).to.equal(STATE.QUEUED);
    await time.increaseTo(expiresAt);
    expect(await town.manager.state(proposal.id)).to.equal(STATE.EXPIRED);
    await expect(town.manager.executeProposal(proposal.id, proposal.actions))
      .to.be.revertedWithCustomError(town.execution, "ExecutionModuleExpired")
      .withArgs(proposal.id, expiresAt);
    await expect(town.execution.connect(town.stranger).cancelTransaction(proposal.id))
      .to.emit(town.execution, "TransactionCancelled")
      .withArgs(proposal.id, actionsHash(proposal.actions));
    expect(await town.manager.state(proposal.id)).to.equal(STATE.EXPIRED);
  });

  it("is initialised once", async () => {
    const town = await loadFixture(deployed);
    const bare = await ethers.getContractAt("ProposalManager", town.code.proposalManager);
    const a = town.stranger.address;
    for (const manager of [town.manager, bare]) {
      await expect(manager.initialize(a, a, a, a)).to.be.revertedWithCustomError(manager, "InvalidInitialization");
    }
  });
});

describe("ProposalManager: after an upgrade, and for foreign tools", () => {
  it("names itself, and its check fails when a neighbour is not the one it knows", async () => {
    const town = await loadFixture(deployed);
    expect(await town.manager.contractName()).to.equal(ethers.encodeBytes32String("ProposalManager"));
    expect(await town.manager.storageVersion()).to.equal(1n);
    await town.manager.selfCheck();
    const slot = 0x1365c860d8206e8b02b82704952446c52831a20979a7ee9f8747182e328e2600n;
    const address = await town.manager.getAddress();
    for (const [i, what] of [
      [1n, "VotingEngine"],
      [2n, "RoleManager"],
      [3n, "ExecutionModule"],
    ]) {
      const place = ethers.toBeHex(slot + i, 32);
      const before = await ethers.provider.getStorage(address, place);
      await ethers.provider.send("hardhat_setStorageAt", [address, place, ethers.toBeHex(town.stranger.address, 32)]);
      await expect(town.manager.selfCheck())
        .to.be.revertedWithCustomError(town.manager, "ProposalManagerSelfCheckFailed")
        .withArgs(ethers.encodeBytes32String(what));
      await ethers.provider.send("hardhat_setStorageAt", [address, place, before]);
    }
    const place = ethers.toBeHex(slot, 32);
    const twin = await deployed();
    await ethers.provider.send("hardhat_setStorageAt", [address, place, ethers.zeroPadValue(await twin.core.getAddress(), 32)]);
    await expect(town.manager.selfCheck())
      .to.be.revertedWithCustomError(town.manager, "ProposalManagerSelfCheckFailed")
      .withArgs(ethers.encodeBytes32String("ProposalManager"));
  });

  it("checks that its sentences answer", async () => {
    const town = await loadFixture(deployed);
    const silent = await ethers.deployContract("TestSilence");
    const code = await ethers.deployContract("ProposalManager", [await silent.getAddress()]);
    const address = await town.manager.getAddress();
    await ethers.provider.send("hardhat_setCode", [address, await ethers.provider.getCode(code)]);
    await expect(town.manager.selfCheck())
      .to.be.revertedWithCustomError(town.manager, "ProposalManagerSelfCheckFailed")
      .withArgs(ethers.encodeBytes32String("Statements"));
  });

  it("says which interfaces it has, and where its sentences are", async () => {
    const { manager, made } = await loadFixture(deployed);
    const ours = BigInt(await interfaceId("IProposalManager")) ^ BigInt(ERC6372);
    for (const id of [ERC165, ERC6372, ethers.toBeHex(ours, 4), await interfaceId("IUpgradeChecked")]) {
      expect(await manager.supportsInterface(id), id).to.equal(true);
    }
    expect(await manager.supportsInterface("0xffffffff")).to.equal(false);
    expect(await manager.statements()).to.equal(made.statements);
  });

  it("answers what a Governor is asked, at each stage of a proposal", async () => {
    const town = await loadFixture(deployed);
    const { manager } = town;
    const [voter] = town.citizens;
    const told = async ({ id }) => [
      await manager.proposalSnapshot(id),
      await manager.proposalDeadline(id),
      await manager.proposalEta(id),
      await manager.hasVoted(id, voter),
    ];
    const proposal = await draft(town, await harmless(town));
    expect(await manager.proposalProposer(proposal.id)).to.equal(proposal.proposer.address);
    expect(await told(proposal)).to.deep.equal([0n, 0n, 0n, false]);
    await manager.connect(town.admins[0]).activateProposal(proposal.id, 0);
    const { voteStart, voteEnd } = await manager.getProposal(proposal.id);
    expect(await told(proposal)).to.deep.equal([voteStart - 1n, voteEnd, 0n, false]);
    await time.increaseTo(voteStart);
    for (const each of town.citizens) await town.engine.connect(each).castVote(proposal.id, SUPPORT.FOR);
    await toEnd(town, proposal);
    await manager.queueProposal(proposal.id, proposal.actions);
    const { executionTime } = await town.execution.schedule(proposal.id);
    expect(await told(proposal)).to.deep.equal([voteStart - 1n, voteEnd, executionTime, true]);
    expect(await manager.proposalThreshold()).to.equal(1n);
    expect(await manager.COUNTING_MODE()).to.equal("support=bravo&quorum=for,abstain");
    expect(await manager.CLOCK_MODE()).to.equal("mode=timestamp");
    expect(await manager.clock()).to.equal(await now());
  });
});

describe("ProposalManager: pauses", () => {
  it("shift the end of a vote, its grace, the delay and the expiry, once each", async () => {
    const town = await loadFixture(deployed);
    const [one, two, three] = town.guardians;
    const proposal = await opened(town, await harmless(town));
    for (const voter of town.citizens) await town.engine.connect(voter).castVote(proposal.id, 1);
    const lift = async () => {
      const number = await town.core.pauseNumber();
      for (const each of [one, two]) await town.core.connect(each).unpause(number);
    };
    await town.core.connect(one).pause(REASON);
    const begun = await now();
    await time.increase(2n * DAY);
    await lift();
    const first = (await now()) - begun;
    expect(await town.manager.state(proposal.id)).to.equal(STATE.ACTIVE);
    await time.increaseTo(proposal.voteEnd + first - 1n);
    expect(await town.manager.state(proposal.id)).to.equal(STATE.ACTIVE);
    await time.increaseTo(proposal.voteEnd + first);
    expect(await town.manager.state(proposal.id)).to.equal(STATE.SUCCEEDED);
    // Queueing is allowed in a pause; carrying out is not.
    await town.manager.queueProposal(proposal.id, proposal.actions);
    const before = await town.execution.schedule(proposal.id);
    // Pauses before the queueing don't count again.
    expect(before.executionTime).to.equal((await now()) + 2n * DAY);
    expect(before.expiresAt).to.equal((await now()) + 9n * DAY);
    await town.core.connect(three).pause(REASON);
    const start = await now();
    await time.increaseTo(before.executionTime + DAY / 2n);
    await expect(town.manager.executeProposal(proposal.id, proposal.actions)).to.be.revertedWithCustomError(
      town.execution,
      "ExecutionModulePaused",
    );
    await lift();
    const second = (await now()) - start;
    const after = await town.execution.schedule(proposal.id);
    expect(after.executionTime).to.equal(before.executionTime + second);
    expect(after.expiresAt).to.equal(before.expiresAt + second);
    await expect(town.manager.executeProposal(proposal.id, proposal.actions)).to.be.revertedWithCustomError(
      town.execution,
      "ExecutionModuleTooEarly",
    );
    await time.increaseTo(after.expiresAt - 2n);
    await town.manager.executeProposal(proposal.id, proposal.actions);
  });

  it("never reopen what was over, nor bring back what expired", async () => {
    const town = await loadFixture(deployed);
    const defeated = await opened(town);
    const expired = await adopted(town, await harmless(town));
    await time.increase(8n * DAY);
    expect(await town.manager.state(defeated.id)).to.equal(STATE.DEFEATED);
    expect(await town.manager.state(expired.id)).to.equal(STATE.EXPIRED);
    await town.core.connect(town.guardians[0]).pause(REASON);
    for (const step of [1n, DAY, 2n * DAY, 5n * DAY]) {
      await time.increase(step);
      expect(await town.manager.state(defeated.id)).to.equal(STATE.DEFEATED);
      expect(await town.manager.state(expired.id)).to.equal(STATE.EXPIRED);
    }
  });

  it("do not stop creating, endorsing, opening, cancelling, delegating and changing roles", async () => {
    const town = await loadFixture(deployed);
    await town.core.connect(town.guardians[0]).pause(REASON);
    const { id, proposer } = await draft(town);
    await town.manager.connect(town.admins[0]).activateProposal(id, (await now()) + DAY);
    await town.manager.connect(proposer).cancelProposal(id, REASON);
    await town.manager.connect(town.citizens[1]).endorseProposal((await draft(town)).id);
    await both(town, "grantRole", role("DELEGATE"), town.citizens[0].address);
    await town.engine.connect(town.citizens[1]).delegate(town.citizens[0].address);
  });
});
