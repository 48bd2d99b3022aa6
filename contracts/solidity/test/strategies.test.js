import { expect } from "chai";

import { adopted, call, draft, executed, opened, toEnd, votesParams } from "./support/acts.js";
import {
  acting,
  ALL_TYPES,
  COUNTING,
  CREDIT_PERIOD,
  CREDITS,
  DAY,
  deployed,
  ERC165,
  ethers,
  interfaceId,
  loadFixture,
  OPEN_TYPES,
  PROPOSAL,
  STATE,
  SUPPORT,
  time,
  TOKEN_THRESHOLD,
} from "./support/deployment.js";

const ONE_PERSON = {
  counting: COUNTING.ONE_PERSON,
  types: OPEN_TYPES,
  threshold: 0n,
  token: ethers.ZeroAddress,
  credits: 0n,
  periodLength: 0n,
};
const QUADRATIC = { ...ONE_PERSON, counting: COUNTING.QUADRATIC, credits: 50n, periodLength: 10n * DAY };
const token = async (town) => ({
  ...ONE_PERSON,
  counting: COUNTING.TOKEN,
  threshold: 7n,
  token: await town.token.getAddress(),
});
const asExecution = async (town) => town.core.connect(await acting(town.execution));

/** Admits a strategy; gives back it and the sent transaction. */
async function admitted(town, terms) {
  const core = await asExecution(town);
  const address = await core.registerStrategy.staticCall(terms);
  const tx = await core.registerStrategy(terms);
  return { address, tx };
}

/** What a proposal of each type may hold at least. */
async function actionsOf(town, type) {
  const admin = await ethers.getContractAt("ProxyAdmin", await town.execution.proxyAdminOf(town.engine));
  const engine = await town.engine.getAddress();
  const guardian = [ethers.id("GUARDIAN"), town.guardians[0].address, ethers.ZeroHash];
  return {
    [PROPOSAL.PARAMETER]: [await call(town.core, "updateGovernanceParams", [ethers.encodeBytes32String("x"), 1n, 2n])],
    [PROPOSAL.ROLE]: [await call(town.roles, "revokeRole", guardian)],
    [PROPOSAL.UPGRADE]: [await call(admin, "upgradeAndCall", [engine, town.code.votingEngine, "0x"])],
    [PROPOSAL.EMERGENCY]: [await call(town.roles, "revokeRole", guardian)],
  }[type] ?? [];
}

describe("strategies: the count is bound to the type", () => {
  for (const [name, type] of Object.entries(PROPOSAL)) {
    for (const strategy of ["onePerson", "quadratic", "weighted"]) {
      const may = strategy === "onePerson" || [PROPOSAL.POLICY, PROPOSAL.BUDGET].includes(type);
      it(`${name} ${may ? "may" : "may not"} be decided by ${strategy}`, async () => {
        const town = await loadFixture(deployed);
        const created = draft(town, { type, strategy: town[strategy], actions: await actionsOf(town, type) });
        if (may) {
          expect(await town.manager.state((await created).id)).to.equal(STATE.DRAFT);
        } else {
          await expect(created)
            .to.be.revertedWithCustomError(town.manager, "ProposalManagerTypeNotCounted")
            .withArgs(type, await town[strategy].getAddress());
        }
      });
    }
  }

  it("two of eight can't pass an UPGRADE by the quadratic count after the others spent their credits", async () => {
    const town = await loadFixture(deployed);
    const [a] = town.citizens;
    const earlier = await opened(town, { strategy: town.quadratic });
    for (const citizen of town.citizens.slice(2)) {
      await town.engine.connect(citizen).castVoteWithParams(earlier.id, SUPPORT.FOR, "", votesParams(9n));
    }
    const actions = await actionsOf(town, PROPOSAL.UPGRADE);
    await expect(
      draft(town, { type: PROPOSAL.UPGRADE, actions, strategy: town.quadratic, proposer: a }),
    ).to.be.revertedWithCustomError(town.manager, "ProposalManagerTypeNotCounted");
  });

  it("who holds most of the token but is no citizen can't draft, open or decide who governs", async () => {
    const town = await loadFixture(deployed);
    const whale = town.stranger;
    await town.token.connect(town.citizens[0]).transfer(whale.address, 600n * TOKEN_THRESHOLD);
    await time.increase(5n);
    const actions = await actionsOf(town, PROPOSAL.UPGRADE);
    for (const [strategy, error] of [
      [town.weighted, "ProposalManagerTypeNotCounted"],
      [town.onePerson, "ProposalManagerNotCitizen"],
    ]) {
      await expect(
        draft(town, { type: PROPOSAL.UPGRADE, actions, proposer: whale, strategy }),
      ).to.be.revertedWithCustomError(town.manager, error);
    }
  });

  it("a proposer needs the threshold of the token's own strategy, not the smallest unit", async () => {
    const town = await loadFixture(deployed);
    const holder = town.stranger2;
    await town.token.connect(town.citizens[0]).transfer(holder.address, TOKEN_THRESHOLD - 1n);
    await time.increase(5n);
    const attempt = { strategy: town.weighted, proposer: holder };
    await expect(draft(town, attempt))
      .to.be.revertedWithCustomError(town.manager, "ProposalManagerBelowThreshold")
      .withArgs(holder.address, TOKEN_THRESHOLD - 1n, TOKEN_THRESHOLD);
    await town.token.connect(town.citizens[0]).transfer(holder.address, 1n);
    await time.increase(5n);
    await draft(town, attempt);
  });

  it("UPGRADE and ROLE need 60 % of for and against, a PARAMETER a majority", async () => {
    const town = await loadFixture(deployed);
    const outcome = async (type, forVotes) => {
      const proposal = await opened(town, { type, actions: await actionsOf(town, type) });
      for (const [i, citizen] of town.citizens.slice(0, 7).entries()) {
        await town.engine.connect(citizen).castVote(proposal.id, i < forVotes ? SUPPORT.FOR : SUPPORT.AGAINST);
      }
      await toEnd(town, proposal);
      return town.manager.state(proposal.id);
    };
    // 4 of 7 are 57 %, 5 of 7 are 71 %.
    for (const type of [PROPOSAL.UPGRADE, PROPOSAL.ROLE]) {
      expect(await outcome(type, 4)).to.equal(STATE.DEFEATED);
      expect(await outcome(type, 5)).to.equal(STATE.SUCCEEDED);
    }
    expect(await outcome(PROPOSAL.PARAMETER, 4)).to.equal(STATE.SUCCEEDED);
    expect(await outcome(PROPOSAL.PARAMETER, 3)).to.equal(STATE.DEFEATED);
  });
});

describe("strategies: admission", () => {
  it("numbers strategies from 1, tells what each may decide, and knows no other", async () => {
    const town = await loadFixture(deployed);
    const info = async (strategy) => [...(await town.core.strategyInfo(strategy))];
    const counted = (name) => BigInt(COUNTING[name]);
    expect(await info(town.onePerson)).to.deep.equal([1n, counted("ONE_PERSON"), BigInt(ALL_TYPES), 1n, false]);
    expect(await info(town.quadratic)).to.deep.equal([2n, counted("QUADRATIC"), BigInt(OPEN_TYPES), 1n, false]);
    expect(await info(town.weighted)).to.deep.equal([
      3n,
      counted("TOKEN"),
      BigInt(OPEN_TYPES),
      TOKEN_THRESHOLD,
      false,
    ]);
    expect(await info(town.stranger)).to.deep.equal([0n, 0n, 0n, 0n, false]);
    expect(await town.core.strategyAt(0)).to.equal(ethers.ZeroAddress);
    expect(await town.core.strategyAt(3)).to.equal(await town.weighted.getAddress());
    expect(await town.core.strategyAt(4)).to.equal(ethers.ZeroAddress);
  });

  it("comes by an UPGRADE proposal alone; proposals may then choose what the factory made", async () => {
    const town = await loadFixture(deployed);
    const actions = [await call(town.core, "registerStrategy", [QUADRATIC])];
    await expect(draft(town, { type: PROPOSAL.PARAMETER, actions })).to.be.revertedWithCustomError(
      town.execution,
      "ExecutionModuleTargetNotAllowed",
    );
    for (const signer of [town.admins[0], town.guardians[0], town.citizens[0]]) {
      const core = town.core.connect(signer);
      for (const attempt of [() => core.registerStrategy(QUADRATIC), () => core.retireStrategy(town.weighted)]) {
        await expect(attempt()).to.be.revertedWithCustomError(core, "GovernanceCoreUnauthorized");
      }
    }
    await executed(town, { type: PROPOSAL.UPGRADE, actions });
    const strategy = await ethers.getContractAt("QuadraticStrategy", await town.core.strategyAt(4));
    expect([await strategy.credits(), await strategy.periodLength()]).to.deep.equal([50n, 10n * DAY]);
    expect(await strategy.votingEngine()).to.equal(await town.engine.getAddress());
    await draft(town, { strategy });
  });

  it("announces each with its kind, count, types and threshold, and a quadratic one with its credits", async () => {
    const town = await loadFixture(deployed);
    const kinds = [
      [{ ...ONE_PERSON, types: 0b100 }, "one-person-one-vote"],
      [QUADRATIC, "quadratic"],
      [await token(town), "token-weighted"],
    ];
    for (const [terms, kind] of kinds) {
      const { address, tx } = await admitted(town, terms);
      await expect(tx)
        .to.emit(town.core, "StrategyRegistered")
        .withArgs(address, kind, terms.counting, terms.types, terms.threshold);
      const credits = expect(tx);
      if (terms.counting === COUNTING.QUADRATIC) {
        await credits.to.emit(town.core, "CreditsAllotted").withArgs(address, 50n, 10n * DAY);
      } else await credits.not.to.emit(town.core, "CreditsAllotted");
    }
  });

  it("takes the same terms once: asking again is no failure and makes no second strategy", async () => {
    const town = await loadFixture(deployed);
    const terms = { ...QUADRATIC, credits: CREDITS, periodLength: CREDIT_PERIOD };
    const { address, tx } = await admitted(town, terms);
    expect(address).to.equal(await town.quadratic.getAddress());
    await expect(tx).to.emit(town.core, "StrategyUnchanged").withArgs(address);
    await expect(tx).not.to.emit(town.core, "StrategyRegistered");
    expect(await town.core.strategyAt(4)).to.equal(ethers.ZeroAddress);
  });

  it("refuses types that a count may not decide, and none at all", async () => {
    const town = await loadFixture(deployed);
    const core = await asExecution(town);
    const wrong = [
      [ONE_PERSON, 0],
      [ONE_PERSON, 0b1000000],
      [QUADRATIC, 0],
      [QUADRATIC, 0b000100],
      [await token(town), 0b010011],
      [await token(town), 0b100000],
    ];
    for (const [terms, types] of wrong) {
      await expect(core.registerStrategy({ ...terms, types }))
        .to.be.revertedWithCustomError(core, "GovernanceCoreTypesNotAllowed")
        .withArgs(terms.counting, types);
    }
  });

  it("refuses a token without a threshold or with one that no token can hold, and people with one", async () => {
    const town = await loadFixture(deployed);
    const core = await asExecution(town);
    const ofToken = await token(town);
    const wrong = [
      [ONE_PERSON, 1n],
      [QUADRATIC, 1n],
      [ofToken, 0n],
      [ofToken, 2n ** 208n],
    ];
    for (const [terms, threshold] of wrong) {
      await expect(core.registerStrategy({ ...terms, threshold }))
        .to.be.revertedWithCustomError(core, "GovernanceCoreThresholdNotAllowed")
        .withArgs(terms.counting, threshold);
    }
    const { address } = await admitted(town, { ...ofToken, threshold: 2n ** 208n - 1n });
    expect((await core.strategyInfo(address)).threshold).to.equal(2n ** 208n - 1n);
  });

  it("refuses a term that the count has no use for", async () => {
    const town = await loadFixture(deployed);
    const core = await asExecution(town);
    const ofToken = await token(town);
    const wrong = [
      { ...ONE_PERSON, token: ofToken.token },
      { ...QUADRATIC, token: ofToken.token },
      { ...ONE_PERSON, credits: 1n },
      { ...ONE_PERSON, periodLength: DAY },
      { ...ofToken, credits: 1n },
      { ...ofToken, periodLength: DAY },
    ];
    for (const terms of wrong) {
      await expect(core.registerStrategy(terms))
        .to.be.revertedWithCustomError(town.factory, "StrategyFactoryTermNotUsed")
        .withArgs(terms.counting);
    }
  });

  it("refuses a quadratic count without credits or with a period out of bounds", async () => {
    const town = await loadFixture(deployed);
    const core = await asExecution(town);
    await expect(core.registerStrategy({ ...QUADRATIC, credits: 0n })).to.be.revertedWithCustomError(
      town.quadratic,
      "QuadraticStrategyNoCredits",
    );
    for (const periodLength of [0n, DAY - 1n, 3660n * DAY + 1n]) {
      await expect(core.registerStrategy({ ...QUADRATIC, periodLength }))
        .to.be.revertedWithCustomError(town.quadratic, "QuadraticStrategyPeriodOutOfBounds")
        .withArgs(periodLength, DAY, 3660n * DAY);
    }
  });

  it("refuses a token on another clock, or one that can't answer", async () => {
    const town = await loadFixture(deployed);
    const core = await asExecution(town);
    const hostile = await ethers.deployContract("TestToken");
    const terms = { ...(await token(town)), token: await hostile.getAddress() };
    await hostile.setClockMode("mode=blocknumber&from=default");
    await expect(core.registerStrategy(terms))
      .to.be.revertedWithCustomError(town.weighted, "TokenWeightedStrategyClockUnfit")
      .withArgs(terms.token);
    await hostile.setClockMode("mode=timestamp");
    await hostile.setSupplyBroken(true);
    await expect(core.registerStrategy(terms)).to.be.revertedWith("broken");
    await hostile.setSupplyBroken(false);
    const { address } = await admitted(town, terms);
    expect((await core.strategyInfo(address)).id).to.equal(4n);
  });

  it("takes nothing that anyone else had the factory make", async () => {
    const town = await loadFixture(deployed);
    const made = await town.factory.connect(town.stranger).make.staticCall(QUADRATIC);
    await town.factory.connect(town.stranger).make(QUADRATIC);
    expect((await town.core.strategyInfo(made)).id).to.equal(0n);
    const { address } = await admitted(town, QUADRATIC);
    expect(address).not.to.equal(made);
  });

  it("of the first day begins with one person one vote for every type", async () => {
    const town = await loadFixture(deployed);
    const stranger = town.stranger.address;
    const registry = {
      proposalManager: stranger,
      votingEngine: stranger,
      roleManager: stranger,
      executionModule: stranger,
      strategyFactory: await town.factory.getAddress(),
      civicToken: ethers.ZeroAddress,
    };
    for (const strategies of [[], [ONE_PERSON], [QUADRATIC], [{ ...QUADRATIC, types: ALL_TYPES }]]) {
      const data = town.core.interface.encodeFunctionData("initialize", [
        (await town.core.governanceParams()).toObject(),
        registry,
        strategies,
      ]);
      await expect(
        ethers.deployContract("TransparentUpgradeableProxy", [town.code.governanceCore, stranger, data]),
      ).to.be.revertedWithCustomError(town.core, "GovernanceCoreFirstStrategyUnfit");
    }
  });
});

describe("strategies: retirement", () => {
  it("ends drafts and activations, leaves open votes, and is no failure when asked again", async () => {
    const town = await loadFixture(deployed);
    const open = await adopted(town, { strategy: town.weighted, voters: town.citizens.slice(0, 1) });
    const waiting = await draft(town, { strategy: town.weighted });
    const actions = [await call(town.core, "retireStrategy", [await town.weighted.getAddress()])];
    await executed(town, { type: PROPOSAL.UPGRADE, actions });
    expect((await town.core.strategyInfo(town.weighted)).retired).to.equal(true);
    expect((await town.core.openingOf(3, PROPOSAL.POLICY)).retired).to.equal(true);
    const error = "ProposalManagerRetiredStrategy";
    await expect(draft(town, { strategy: town.weighted })).to.be.revertedWithCustomError(town.manager, error);
    const activation = town.manager.connect(town.admins[0]).activateProposal(waiting.id, 0);
    await expect(activation).to.be.revertedWithCustomError(town.manager, error);
    expect(await town.manager.state(open.id)).to.equal(STATE.SUCCEEDED);
    const core = await asExecution(town);
    await expect(core.retireStrategy(town.weighted))
      .to.emit(core, "StrategyUnchanged")
      .withArgs(await town.weighted.getAddress());
  });

  it("spares number 1, knows no stranger, and lets the same terms come back as another strategy", async () => {
    const town = await loadFixture(deployed);
    const core = await asExecution(town);
    await expect(core.retireStrategy(town.onePerson))
      .to.be.revertedWithCustomError(core, "GovernanceCoreStrategyNeeded")
      .withArgs(await town.onePerson.getAddress());
    await expect(core.retireStrategy(town.stranger))
      .to.be.revertedWithCustomError(core, "GovernanceCoreStrategyUnknown")
      .withArgs(town.stranger.address);
    const first = await admitted(town, QUADRATIC);
    await expect(core.retireStrategy(first.address)).to.emit(core, "StrategyRetired").withArgs(first.address);
    const second = await admitted(town, QUADRATIC);
    expect(second.address).not.to.equal(first.address);
    expect((await core.strategyInfo(second.address)).id).to.equal(5n);
    expect((await core.strategyInfo(first.address)).retired).to.equal(true);
  });
});

describe("strategies: what they answer", () => {
  it("their interfaces", async () => {
    const town = await loadFixture(deployed);
    const common = await interfaceId("IVotingStrategy", "IERC165");
    const own = {
      onePerson: "IOnePersonStrategy",
      quadratic: "IQuadraticStrategy",
      weighted: "ITokenStrategy",
    };
    for (const [strategy, name] of Object.entries(own)) {
      // What an interface takes over from another is no part of its id.
      for (const id of [ERC165, common, await interfaceId(name, "IVotingStrategy")]) {
        expect(await town[strategy].supportsInterface(id)).to.equal(true);
      }
      expect(await town[strategy].supportsInterface("0xffffffff")).to.equal(false);
    }
  });

  it("power and supply at a time, as the engine or the token has them", async () => {
    const town = await loadFixture(deployed);
    const at = BigInt(await time.latest()) - 1n;
    const [citizen] = town.citizens;
    expect(await town.onePerson.getVotingPower(citizen, at)).to.equal(1n);
    expect(await town.onePerson.getPastTotalSupply(at)).to.equal(8n);
    expect(await town.quadratic.getVotingPower(citizen, at)).to.equal(10n);
    expect(await town.quadratic.getVotingPower(town.stranger, at)).to.equal(0n);
    expect(await town.quadratic.getPastTotalSupply(at)).to.equal(8n);
    expect(await town.weighted.getVotingPower(citizen, at)).to.equal(600n * 10n ** 18n);
    expect(await town.weighted.getPastTotalSupply(at)).to.equal(1000n * 10n ** 18n);
    expect(await town.factory.votingEngine()).to.equal(await town.engine.getAddress());
  });
});
