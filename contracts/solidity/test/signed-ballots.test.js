import { expect } from "chai";

import {
  ballot,
  both,
  digestOf,
  domain,
  highS,
  opened,
  pack,
  packed,
  sign,
  stated,
  toEnd,
  types,
} from "./support/acts.js";
import { acting, deployed, ethers, HOUR, loadFixture, REASON, role, SUPPORT, time } from "./support/deployment.js";

const CITIZEN = role("CITIZEN");
const now = async () => BigInt(await time.latest());
const votes = (town, id) => town.engine.proposalVotes(id);
const selector = (town, name) => town.engine.interface.getError(name).selector;

describe("VotingEngine: a signed ballot", () => {
  it("counts for its signer, whoever sends it", async () => {
    const town = await loadFixture(deployed);
    const proposal = await opened(town);
    const [voter] = town.citizens;
    const reasonHash = ethers.id("because");
    const message = await ballot(town, proposal, voter, SUPPORT.ABSTAIN, { reasonHash });
    await expect(town.engine.connect(town.relayer).castVoteBySig(message, await sign(town, "Ballot", voter, message)))
      .to.emit(town.engine, "VoteCast")
      .withArgs(voter.address, proposal.id, SUPPORT.ABSTAIN, 1n, reasonHash);
    expect(await votes(town, proposal.id)).to.deep.equal([0n, 0n, 1n]);
  });

  it("is refused replayed, late, by a stranger, changed, malleated, cut, for other rules, with params", async () => {
    const town = await loadFixture(deployed);
    const proposal = await opened(town);
    const other = await opened(town);
    const [voter, second] = town.citizens;
    const engine = town.engine.connect(town.relayer);
    const message = await ballot(town, proposal, voter, SUPPORT.FOR);
    const signature = await sign(town, "Ballot", voter, message);
    const refuse = (changed, by, error) =>
      expect(engine.castVoteBySig({ ...message, ...changed }, by)).to.be.revertedWithCustomError(engine, error);

    await refuse({}, await sign(town, "Ballot", second, message), "VotingEngineInvalidSignature");
    for (const changed of [
      { voter: second.address },
      { support: SUPPORT.AGAINST },
      { reasonHash: ethers.id("x") },
      { deadline: message.deadline + 1n },
      { proposalId: other.id, rulesHash: other.rulesHash },
    ]) {
      await refuse(changed, signature, "VotingEngineInvalidSignature");
    }
    await refuse({}, highS(signature), "VotingEngineInvalidSignature");
    await refuse({}, ethers.dataSlice(signature, 0, 64), "VotingEngineInvalidSignature");
    await refuse({}, "0x", "VotingEngineInvalidSignature");
    await refuse({ params: "0x01" }, signature, "VotingEngineInvalidSignature");
    const extra = { params: "0x01" };
    const withParams = await voter.signTypedData(await domain(town, "Ballot"), types("Ballot"), {
      ...(await stated(town, "Ballot", message)),
      ...extra,
    });
    await refuse(extra, withParams, "VotingEngineParamsNotEmpty");
    await expect(engine.castVoteBySig({ ...message, rulesHash: other.rulesHash }, signature))
      .to.be.revertedWithCustomError(engine, "VotingEngineRulesChanged")
      .withArgs(proposal.id, proposal.rulesHash);
    const strange = await ballot(town, proposal, voter, 3);
    await expect(
      engine.castVoteBySig(strange, await sign(town, "Ballot", voter, strange)),
    ).to.be.revertedWithCustomError(engine, "VotingEngineInvalidSupport");

    await engine.castVoteBySig(message, signature);
    await refuse({}, signature, "VotingEngineAlreadyVoted");
    await refuse({}, highS(signature), "VotingEngineInvalidSignature");
    await time.increaseTo(message.deadline + 1n);
    await refuse({}, signature, "VotingEngineSignatureExpired");
  });

  it("is good to its deadline's last second", async () => {
    const town = await loadFixture(deployed);
    const proposal = await opened(town);
    const [a, b] = town.citizens;
    const deadline = (await now()) + HOUR;
    for (const [voter, at, ok] of [
      [a, deadline, true],
      [b, deadline + 1n, false],
    ]) {
      const message = await ballot(town, proposal, voter, 1, { deadline });
      const signature = await sign(town, "Ballot", voter, message);
      await time.setNextBlockTimestamp(at);
      const sent = town.engine.castVoteBySig(message, signature);
      if (ok) await sent;
      else await expect(sent).to.be.revertedWithCustomError(town.engine, "VotingEngineSignatureExpired");
    }
  });

  it("of a contract account counts by ERC-1271, alone and not in a batch", async () => {
    const town = await loadFixture(deployed);
    const wallet = await ethers.deployContract("TestWallet", [town.stranger.address]);
    const address = await wallet.getAddress();
    await both(town, "grantRole", CITIZEN, address);
    const proposal = await opened(town);
    const message = await ballot(town, proposal, { address }, SUPPORT.FOR);
    const wrong = await sign(town, "Ballot", town.stranger2, message);
    await expect(town.engine.castVoteBySig(message, wrong)).to.be.revertedWithCustomError(
      town.engine,
      "VotingEngineInvalidSignature",
    );
    const signature = await sign(town, "Ballot", town.stranger, message);
    await expect(town.engine.castVotesBySig(proposal.id, proposal.rulesHash, pack(message, signature)))
      .to.emit(town.engine, "BallotSkipped")
      .withArgs(
        await digestOf(town, "Ballot", message),
        address,
        proposal.id,
        selector(town, "VotingEngineInvalidSignature"),
      );
    await expect(town.engine.castVoteBySig(message, signature)).to.emit(town.engine, "VoteCast");
  });

  it("of an account with delegated code (EIP-7702) still counts by its key", async () => {
    const town = await loadFixture(deployed);
    const [voter] = town.citizens;
    const proposal = await opened(town);
    const code = await ethers.provider.getCode(town.code.roleManager);
    await ethers.provider.send("hardhat_setCode", [voter.address, code]);
    const message = await ballot(town, proposal, voter, SUPPORT.FOR);
    await town.engine.castVoteBySig(message, await sign(town, "Ballot", voter, message));
    expect(await town.engine.hasVoted(proposal.id, voter)).to.equal(true);
  });

  it("tells its domain", async () => {
    const town = await loadFixture(deployed);
    const { chainId } = await ethers.provider.getNetwork();
    for (const [contract, name] of [
      [town.engine, "VotingEngine"],
      [town.manager, "ProposalManager"],
    ]) {
      expect(await contract.eip712Domain()).to.deep.equal([
        "0x0f",
        name,
        "1",
        chainId,
        await contract.getAddress(),
        ethers.ZeroHash,
        [],
      ]);
    }
  });
});

describe("VotingEngine: a batch", () => {
  it("counts the good ballots, names each bad one by digest and reason, reverts for none", async () => {
    const town = await loadFixture(deployed);
    const proposal = await opened(town);
    const [a, b, c, d, e, f] = town.citizens;
    await town.engine.connect(f).castVote(proposal.id, SUPPORT.AGAINST);
    const past = (await now()) - 1n;
    const make = async (voter, support, changes, by = voter) => {
      const message = await ballot(town, proposal, voter, support, changes);
      return { message, signature: await sign(town, "Ballot", by, message) };
    };
    const good = [await make(a, 1), await make(b, 0), await make(c, 2, { reasonHash: ethers.id("r") })];
    const bad = [
      [await make(d, 3), "VotingEngineInvalidSupport"],
      [await make(d, 1, { deadline: past }), "VotingEngineSignatureExpired"],
      [await make(d, 1, {}, e), "VotingEngineInvalidSignature"],
      [await make(f, 1), "VotingEngineAlreadyVoted"],
      [await make(town.stranger, 1), "VotingEngineNoPower"],
      [good[0], "VotingEngineAlreadyVoted"],
    ];
    const bytes = ethers.concat(
      [good[0], ...bad.slice(0, 3).map(([x]) => x), good[1], ...bad.slice(3).map(([x]) => x), good[2]].map((x) =>
        pack(x.message, x.signature),
      ),
    );
    expect(await town.engine.castVotesBySig.staticCall(proposal.id, proposal.rulesHash, bytes)).to.equal(3n);
    const sent = await town.engine.connect(town.relayer).castVotesBySig(proposal.id, proposal.rulesHash, bytes);
    for (const { message } of good) {
      await expect(sent)
        .to.emit(town.engine, "VoteCast")
        .withArgs(message.voter, proposal.id, message.support, 1n, message.reasonHash);
    }
    for (const [{ message }, error] of bad) {
      await expect(sent)
        .to.emit(town.engine, "BallotSkipped")
        .withArgs(await digestOf(town, "Ballot", message), message.voter, proposal.id, selector(town, error));
    }
    const receipt = await sent.wait();
    expect(receipt.logs.length).to.equal(9);
    expect(await votes(town, proposal.id)).to.deep.equal([2n, 1n, 1n]);
    expect(await town.engine.hasVoted(proposal.id, d)).to.equal(false);
  });

  it("asks of each voter what a single ballot does: a unit at the snapshot that has not run out since", async () => {
    const town = await loadFixture(deployed);
    const [a, lapsing, gone] = town.citizens;
    const until = BigInt(await time.latest()) + 2n * HOUR;
    await town.engine.connect(await acting(town.roles)).setCitizen(lapsing.address, until);
    const proposal = await opened(town);
    await both(town, "grantRole", role("CITIZEN"), town.stranger.address);
    await both(town, "revokeRole", role("CITIZEN"), gone.address);
    await time.increaseTo(until);
    const parts = [];
    for (const voter of [lapsing, town.stranger, gone, a]) parts.push(await packed(town, proposal, voter, SUPPORT.FOR));
    const sent = await town.engine.castVotesBySig(proposal.id, proposal.rulesHash, ethers.concat(parts));
    const logs = (await sent.wait()).logs.map((log) => town.engine.interface.parseLog(log));
    const refused = selector(town, "VotingEngineNoPower");
    expect(logs.map(({ args }) => [args.voter, args.code ?? args.weight])).to.deep.equal([
      [lapsing.address, refused],
      [town.stranger.address, refused],
      [gone.address, 1n],
      [a.address, 1n],
    ]);
    expect(await votes(town, proposal.id)).to.deep.equal([0n, 2n, 0n]);
  });

  it("is refused whole for other rules, an odd length, an unknown, closed or paused vote", async () => {
    const town = await loadFixture(deployed);
    const proposal = await opened(town);
    const bytes = await packed(town, proposal, town.citizens[0], 1);
    const send = (id, rules, data) => town.engine.castVotesBySig(id, rules, data);
    await expect(send(proposal.id, ethers.id("x"), bytes))
      .to.be.revertedWithCustomError(town.engine, "VotingEngineRulesChanged")
      .withArgs(proposal.id, proposal.rulesHash);
    for (const data of [ethers.dataSlice(bytes, 1), ethers.concat([bytes, "0x00"]), "0x01"]) {
      await expect(send(proposal.id, proposal.rulesHash, data))
        .to.be.revertedWithCustomError(town.engine, "VotingEngineBatchLength")
        .withArgs(ethers.dataLength(data));
    }
    await expect(send(99n, proposal.rulesHash, bytes)).to.be.revertedWithCustomError(
      town.engine,
      "VotingEngineUnknownProposal",
    );
    await town.core.connect(town.guardians[0]).pause(REASON);
    await expect(send(proposal.id, proposal.rulesHash, bytes)).to.be.revertedWithCustomError(
      town.engine,
      "VotingEnginePaused",
    );
    for (const guardian of town.guardians.slice(0, 2)) await town.core.connect(guardian).unpause(1n);
    await send(proposal.id, proposal.rulesHash, "0x");
    expect(await votes(town, proposal.id)).to.deep.equal([0n, 0n, 0n]);
    await toEnd(town, proposal);
    await expect(send(proposal.id, proposal.rulesHash, bytes)).to.be.revertedWithCustomError(
      town.engine,
      "VotingEngineNotActive",
    );
  });

  it("takes no signature of the zero address, no high s, no garbage", async () => {
    const town = await loadFixture(deployed);
    const proposal = await opened(town);
    const message = await ballot(town, proposal, { address: ethers.ZeroAddress }, 1);
    const words = {
      garbage: [ethers.id("r"), ethers.id("s")],
      // Between half the order and 2^255: a high s that the packed form could still carry.
      high: [ethers.id("r"), "0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a1"],
      zero: [ethers.ZeroHash, ethers.ZeroHash],
    };
    for (const [r, vs] of Object.values(words)) {
      const bytes = ethers.solidityPacked(
        ["address", "uint8", "uint48", "bytes32", "bytes32", "bytes32"],
        [message.voter, 1, message.deadline, ethers.ZeroHash, r, vs],
      );
      await expect(town.engine.castVotesBySig(proposal.id, proposal.rulesHash, bytes))
        .to.emit(town.engine, "BallotSkipped")
        .withArgs(
          await digestOf(town, "Ballot", message),
          ethers.ZeroAddress,
          proposal.id,
          selector(town, "VotingEngineInvalidSignature"),
        );
    }
  });

  it("holds a token-weighted vote as well", async () => {
    const town = await loadFixture(deployed);
    const proposal = await opened(town, { strategy: town.weighted });
    const [a, b] = town.citizens;
    const bytes = ethers.concat([
      await packed(town, proposal, a, 1),
      await packed(town, proposal, b, 0),
      await packed(town, proposal, town.citizens[4], 0),
    ]);
    await expect(town.engine.castVotesBySig(proposal.id, proposal.rulesHash, bytes))
      .to.emit(town.engine, "BallotSkipped")
      .withArgs(
        (value) => value !== ethers.ZeroHash,
        town.citizens[4].address,
        proposal.id,
        selector(town, "VotingEngineNoPower"),
      );
    expect(await votes(town, proposal.id)).to.deep.equal([300n * 10n ** 18n, 600n * 10n ** 18n, 0n]);
  });
});
