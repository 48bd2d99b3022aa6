import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";

import { expect } from "chai";

import { FOLDER, layouts } from "../scripts/layouts.mjs";
import { adopted, call, executed, opened, toDue } from "./support/acts.js";
import { deployed, ethers, loadFixture, PROPOSAL, STATE, SUPPORT } from "./support/deployment.js";

const IMPLEMENTATION_SLOT = "0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc";
const committed = async (name) => JSON.parse(await readFile(join(FOLDER, `${name}.json`), "utf8"));

/** Every place of a layout as one line. */
const lines = ({ plain, ...namespaces }) => [
  ...plain.map((place) => `plain: ${place}`),
  ...Object.entries(namespaces).flatMap(([namespace, structs]) =>
    Object.entries(structs).flatMap(([struct, places]) => places.map((place) => `${namespace}: ${struct}: ${place}`)),
  ),
];

describe("storage layouts", () => {
  it("are the committed ones: no field moves unseen (npm run layouts writes them anew)", async () => {
    const compiled = await layouts(process.env.CONTRACTS_BUILD ?? "build");
    const files = (await readdir(FOLDER)).map((file) => file.replace(".json", ""));
    expect(files.sort()).to.deep.equal(Object.keys(compiled).sort());
    for (const [name, layout] of Object.entries(compiled)) {
      const [then, now] = [lines(await committed(name)), lines(layout)];
      const moved = then.filter((line) => !now.includes(line));
      const added = now.filter((line) => !then.includes(line));
      expect({ name, moved, added }).to.deep.equal({ name, moved: [], added: [] });
    }
  });

  it("hold nothing outside their namespaces", async () => {
    for (const layout of Object.values(await layouts(process.env.CONTRACTS_BUILD ?? "build"))) {
      expect(layout.plain).to.deep.equal([]);
      expect(Object.keys(layout).length).to.be.above(1);
    }
  });
});

describe("upgrades", () => {
  const PROXIES = {
    GovernanceCore: "core",
    ProposalManager: "manager",
    VotingEngine: "engine",
    RoleManager: "roles",
    ExecutionModule: "execution",
    CivicToken: "token",
  };

  async function replacement(town, name) {
    const proxy = await town[PROXIES[name]].getAddress();
    const fresh = await (await ethers.deployContract(name)).getAddress();
    const admin = await ethers.getContractAt("ProxyAdmin", await town.execution.proxyAdminOf(proxy));
    return { proxy, fresh, action: await call(admin, "upgradeAndCall", [proxy, fresh, "0x"]) };
  }
  const implementationOf = async (proxy) =>
    ethers.getAddress(ethers.dataSlice(await ethers.provider.getStorage(proxy, IMPLEMENTATION_SLOT), 12));

  /** What each contract remembers, in a few answers. */
  async function memory(town, voteId) {
    const [a] = town.citizens;
    return [
      await town.core.governanceParams(),
      await town.core.strategyAt(2),
      (await town.manager.getProposal(voteId)).metadataHash,
      await town.manager.proposalOf((await town.manager.getProposal(voteId)).contentHash),
      await town.engine.proposalVotes(voteId),
      await town.engine.hasVoted(voteId, a),
      await town.engine.delegates(town.citizens[1]),
      await town.roles.hasRole(ethers.id("ADMINISTRATOR"), town.admins[0]),
      await town.roles.personOf(town.guardians[0]),
      await town.execution.proxyAdminOf(await town.engine.getAddress()),
      await town.token.balanceOf(a),
    ];
  }

  async function lived() {
    const town = await deployed();
    const vote = await opened(town);
    await town.engine.connect(town.citizens[0]).castVote(vote.id, SUPPORT.FOR);
    return { ...town, vote };
  }

  for (const name of Object.keys(PROXIES)) {
    it(`of ${name} come through an UPGRADE proposal and forget nothing`, async () => {
      const town = await loadFixture(lived);
      const before = await memory(town, town.vote.id);
      const { proxy, fresh, action } = await replacement(town, name);
      await executed(town, { type: PROPOSAL.UPGRADE, actions: [action] });
      expect(await implementationOf(proxy)).to.equal(fresh);
      expect(await memory(town, town.vote.id)).to.deep.equal(before);
      // And the town goes on.
      await executed(town);
    });
  }

  it("of all at once come through one proposal, and a failing one leaves it queued, its reason told", async () => {
    const town = await loadFixture(lived);
    const parts = await Promise.all(Object.keys(PROXIES).map((name) => replacement(town, name)));
    const actions = parts.map(({ action }) => action);
    await executed(town, { type: PROPOSAL.UPGRADE, actions });
    for (const { proxy, fresh } of parts) expect(await implementationOf(proxy)).to.equal(fresh);

    const admin = await ethers.getContractAt("ProxyAdmin", parts[0].action.target);
    const nothing = await call(admin, "upgradeAndCall", [parts[0].proxy, town.stranger.address, "0x"]);
    const proposal = await adopted(town, { type: PROPOSAL.UPGRADE, actions: [parts[1].action, nothing] });
    await town.manager.queueProposal(proposal.id, proposal.actions);
    await toDue(town, proposal);
    const proxy = await ethers.getContractAt("TransparentUpgradeableProxy", parts[0].proxy);
    await expect(town.manager.executeProposal(proposal.id, proposal.actions))
      .to.be.revertedWithCustomError(proxy, "ERC1967InvalidImplementation")
      .withArgs(town.stranger.address);
    expect(await town.manager.state(proposal.id)).to.equal(STATE.QUEUED);
    expect(await implementationOf(parts[1].proxy)).to.equal(parts[1].fresh);
  });

  it("are for the timelock alone", async () => {
    const town = await loadFixture(lived);
    const { proxy, fresh, action } = await replacement(town, "VotingEngine");
    const admin = await ethers.getContractAt("ProxyAdmin", action.target);
    for (const caller of [town.deployer, town.admins[0], town.guardians[0], town.citizens[0]]) {
      await expect(admin.connect(caller).upgradeAndCall(proxy, fresh, "0x"))
        .to.be.revertedWithCustomError(admin, "OwnableUnauthorizedAccount")
        .withArgs(caller.address);
    }
  });
});
