import { expect } from "chai";

import { executed } from "./support/acts.js";
import {
  deployed,
  ERC165,
  ethers,
  interfaceId,
  keyOf,
  loadFixture,
  measured,
  setup,
  time,
} from "./support/deployment.js";

const NAMESPACED = ["GovernanceCore", "ProposalManager", "VotingEngine", "RoleManager", "ExecutionModule"];
const IMPLEMENTATION_SLOT = "0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc";
const now = async () => BigInt(await time.latest());

describe("GovernanceDeployment", () => {
  it("makes proxies of the implementations it was given and tells where", async () => {
    const town = await loadFixture(deployed);
    const implementation = {
      executionModule: town.execution,
      votingEngine: town.engine,
      roleManager: town.roles,
      proposalManager: town.manager,
      governanceCore: town.core,
      civicToken: town.token,
    };
    for (const [name, proxy] of Object.entries(implementation)) {
      const stored = await ethers.provider.getStorage(await proxy.getAddress(), IMPLEMENTATION_SLOT);
      expect(ethers.getAddress(ethers.dataSlice(stored, 12))).to.equal(town.code[name]);
    }
    await expect(town.deployment.deploymentTransaction())
      .to.emit(town.deployment, "DeploymentCompleted")
      .withArgs(
        await town.core.getAddress(),
        await town.manager.getAddress(),
        await town.engine.getAddress(),
        await town.roles.getAddress(),
        await town.execution.getAddress(),
        await town.factory.getAddress(),
        await town.onePerson.getAddress(),
        await town.quadratic.getAddress(),
        await town.token.getAddress(),
        await town.weighted.getAddress(),
      );
  });

  it("does without a token", async () => {
    const town = await deployed({ token: false });
    expect(await town.deployment.civicToken()).to.equal(ethers.ZeroAddress);
    expect(await town.deployment.tokenWeightedStrategy()).to.equal(ethers.ZeroAddress);
    expect(await town.core.contractOf(ethers.encodeBytes32String("CivicToken"))).to.equal(ethers.ZeroAddress);
    expect(await town.core.strategyAt(2)).to.equal(await town.quadratic.getAddress());
    expect(await town.core.strategyAt(3)).to.equal(ethers.ZeroAddress);
    await executed(town);
  });

  it("leaves nothing behind when it can't be completed", async () => {
    const town = await loadFixture(deployed);
    const wrong = { ...setup(town), tokenAmounts: [1n] };
    await expect(ethers.deployContract("GovernanceDeployment", [town.code, wrong])).to.be.revertedWithCustomError(
      town.token,
      "CivicTokenLengthMismatch",
    );
  });

  it("refuses an implementation that calls itself by another name, or fails its own check", async () => {
    const town = await loadFixture(deployed);
    const other = await ethers.deployContract("TestImplementation", [ethers.encodeBytes32String("Other"), 1n, true]);
    const code = { ...town.code, proposalManager: await other.getAddress() };
    await expect(ethers.deployContract("GovernanceDeployment", [code, setup(town)]))
      .to.be.revertedWithCustomError(town.deployment, "GovernanceDeploymentWrongImplementation")
      .withArgs(ethers.encodeBytes32String("ProposalManager"));
    const nameless = { ...setup(town), tokenName: "" };
    await expect(ethers.deployContract("GovernanceDeployment", [town.code, nameless])).to.be.revertedWithCustomError(
      town.token,
      "CivicTokenSelfCheckFailed",
    );
  });

  it("gives the deployer nothing", async () => {
    const town = await loadFixture(deployed);
    for (const name of ["CITIZEN", "DELEGATE", "ADMINISTRATOR", "AUDITOR", "GUARDIAN"]) {
      for (const account of [town.deployer, town.deployment]) {
        expect(await town.roles.hasRole(ethers.id(name), account)).to.equal(false);
      }
    }
    expect(await town.token.balanceOf(town.deployer)).to.equal(0n);
  });

  measured("fits in one transaction with 75 citizens, 10 holders and 6 officers, as it says", async () => {
    const town = await loadFixture(deployed);
    const many = (count) => Array.from({ length: count }, (_, i) => ethers.toBeHex(0x9000_0000 + i, 20));
    const citizens = many(75).map((account) => ({ account, personKey: keyOf(account) }));
    const big = { ...setup(town), citizens, tokenHolders: many(10), tokenAmounts: Array(10).fill(1n) };
    const deployment = await ethers.deployContract("GovernanceDeployment", [town.code, big]);
    const { gasUsed } = await deployment.deploymentTransaction().wait();
    expect(gasUsed).to.be.lessThan(2n ** 24n);
  });
});

describe("storage", () => {
  for (const name of NAMESPACED) {
    it(`${name} lives where ERC-7201 puts its namespace`, async () => {
      const town = await loadFixture(deployed);
      const id = BigInt(ethers.id(`civicportal.storage.${name}`)) - 1n;
      const location = BigInt(ethers.keccak256(ethers.toBeHex(id, 32))) & ~0xffn;
      const proxy = {
        GovernanceCore: town.core,
        ProposalManager: town.manager,
        VotingEngine: town.engine,
        RoleManager: town.roles,
        ExecutionModule: town.execution,
      }[name];
      const word = await ethers.provider.getStorage(await proxy.getAddress(), location);
      expect(BigInt(word)).not.to.equal(0n);
      expect(BigInt(await ethers.provider.getStorage(await proxy.getAddress(), 0n))).to.equal(0n);
    });
  }
});

describe("CivicToken", () => {
  it("has a fixed supply, votes by itself, and the zero delegate means oneself", async () => {
    const town = await loadFixture(deployed);
    const unit = 10n ** 18n;
    const [a, b] = town.citizens;
    expect(await town.token.name()).to.equal("Town Share");
    expect(await town.token.symbol()).to.equal("TOWN");
    expect(await town.token.totalSupply()).to.equal(1000n * unit);
    expect(await town.token.clock()).to.equal(await now());
    expect(await town.token.CLOCK_MODE()).to.equal("mode=timestamp");
    expect(await town.token.delegates(a)).to.equal(a.address);
    expect(await town.token.getVotes(a)).to.equal(600n * unit);
    await town.token.connect(a).transfer(b.address, 100n * unit);
    expect(await town.token.getVotes(a)).to.equal(500n * unit);
    expect(await town.token.getVotes(b)).to.equal(400n * unit);
    await town.token.connect(a).delegate(b.address);
    expect(await town.token.getVotes(b)).to.equal(900n * unit);
    expect(await town.token.getVotes(a)).to.equal(0n);
    await town.token.connect(a).delegate(ethers.ZeroAddress);
    expect(await town.token.delegates(a)).to.equal(a.address);
    expect(await town.token.getVotes(a)).to.equal(500n * unit);
    expect(await town.token.getVotes(b)).to.equal(400n * unit);
    const at = await now();
    await time.increase(1n);
    expect(await town.weighted.getVotingPower(a, at)).to.equal(500n * unit);
    expect(await town.weighted.getPastTotalSupply(at)).to.equal(1000n * unit);
  });

  it("takes permits", async () => {
    const town = await loadFixture(deployed);
    const [owner] = town.citizens;
    const { chainId } = await ethers.provider.getNetwork();
    const domain = { name: "Town Share", version: "1", chainId, verifyingContract: await town.token.getAddress() };
    const fields = ["address owner", "address spender", "uint256 value", "uint256 nonce", "uint256 deadline"].map(
      (f) => {
        const [type, name] = f.split(" ");
        return { type, name };
      },
    );
    const message = { owner: owner.address, spender: town.stranger.address, value: 5n, nonce: 0n, deadline: 2n ** 48n };
    const { v, r, s } = ethers.Signature.from(await owner.signTypedData(domain, { Permit: fields }, message));
    await town.token.permit(message.owner, message.spender, message.value, message.deadline, v, r, s);
    expect(await town.token.allowance(owner, town.stranger)).to.equal(5n);
    expect(await town.token.nonces(owner)).to.equal(1n);
  });

  it("is initialised once", async () => {
    const town = await loadFixture(deployed);
    const bare = await ethers.getContractAt("CivicToken", town.code.civicToken);
    for (const token of [town.token, bare]) {
      await expect(token.initialize("a", "b", [], [])).to.be.revertedWithCustomError(token, "InvalidInitialization");
    }
  });
});

describe("CivicToken: its own check", () => {
  it("finds votes that no tokens stand behind", async () => {
    const town = await loadFixture(deployed);
    await town.token.selfCheck();
    const id = BigInt(ethers.id("openzeppelin.storage.ERC20")) - 1n;
    const namespace = BigInt(ethers.keccak256(ethers.toBeHex(id, 32))) & ~0xffn;
    const supply = ethers.toBeHex(namespace + 2n, 32);
    await ethers.provider.send("hardhat_setStorageAt", [town.token.target, supply, ethers.toBeHex(1n, 32)]);
    expect(await town.token.totalSupply()).to.equal(1n);
    await expect(town.token.selfCheck()).to.be.revertedWithCustomError(town.token, "CivicTokenSelfCheckFailed");
  });

  it("belongs to a token that answers for its interfaces", async () => {
    const town = await loadFixture(deployed);
    const known = [ERC165, await interfaceId("IUpgradeChecked"), "0x36372b07", "0xe90fb3f6", "0xda287a1d"];
    for (const id of known) expect(await town.token.supportsInterface(id)).to.equal(true);
    expect(await town.token.supportsInterface("0xffffffff")).to.equal(false);
  });
});

describe("LogEmitter", () => {
  it("emits distinct voters and the events of a proposal's beginning", async () => {
    const emitter = await ethers.deployContract("LogEmitter");
    const receipt = await (await emitter.emitVotes(7n, 100n, 30n)).wait();
    expect(new Set(receipt.logs.map((log) => log.topics[1])).size).to.equal(30);
    await expect(emitter.emitVotes(7n, 4n, 1n))
      .to.emit(emitter, "VoteCast")
      .withArgs(await emitter.voterAt(4n), 7n, 1n, 1n, ethers.ZeroHash);
    const sent = emitter.emitProposal(7n, await emitter.getAddress(), 10n, 20n, 25n);
    for (const event of ["ProposalCreated", "VotingWindowOpened", "ProposalActivated"]) {
      await expect(sent).to.emit(emitter, event);
    }
    await expect(emitter.emitCitizens(0n, 2n)).to.emit(emitter, "CitizenChanged");
    await expect(emitter.emitParam(ethers.encodeBytes32String("x"), 1n, 2n)).to.emit(emitter, "GovernanceParamUpdated");
    // Same signatures as the real ones.
    const town = await loadFixture(deployed);
    for (const event of ["VoteCast", "VotingWindowOpened", "CitizenChanged"]) {
      expect(emitter.interface.getEvent(event).topicHash).to.equal(town.engine.interface.getEvent(event).topicHash);
    }
    for (const event of ["ProposalCreated", "ProposalActivated"]) {
      expect(emitter.interface.getEvent(event).topicHash).to.equal(town.manager.interface.getEvent(event).topicHash);
    }
  });
});
