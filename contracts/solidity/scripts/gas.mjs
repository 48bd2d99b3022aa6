// Prints what each act costs, beside other governors on the same toolchain and what ours must reach; writes JSON.
// Usage: hardhat run scripts/gas.mjs (GAS_JSON names the file to write).
import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";

import { adopted, ballot, call, draft, makeDelegate, opened, pack, sign, toDue } from "../test/support/acts.js";
import { deployed, ethers, FOREVER, HOUR, PARAMS, PROPOSAL, role, SUPPORT, time } from "../test/support/deployment.js";

const BATCH = 100;
const CITIZENS = 600;

// Measured with solc 0.8.37, optimizer 200 runs, behind a Transparent proxy (docs/architecture/smart-contracts.md).
const OTHERS = {
  castVote: [78976, 79900, 60000],
  castVoteWithReason: [80156, 80984, 62000],
  castVoteBySig: [116622, 87171, 70000],
  "batch of 100, a ballot, first ever": [null, null, 20000],
  "batch of 100, a ballot, voted before": [null, null, 20000],
  "propose, 1 action": [80204, 375635, 180000],
  queue: [163912, 128909, 128909],
  execute: [128704, 129006, 128704],
};

const rows = {};
const note = async (act, sent, share = 1) => {
  const receipt = await (await sent).wait();
  rows[act] = Math.round(Number(receipt.gasUsed) / share);
  return receipt;
};

// With the lowest quorum the eight voters of the fixture decide for the whole crowd.
const town = await deployed({ overrides: { params: { ...PARAMS, quorumPercentage: 1n } } });
const receipt = await town.deployment.deploymentTransaction().wait();
rows["deployment transaction"] = Number(receipt.gasUsed);

const wallets = Array.from({ length: BATCH }, () => ethers.Wallet.createRandom());
const crowd = Array.from({ length: CITIZENS - BATCH }, () => ethers.hexlify(ethers.randomBytes(20)));
const everyone = [...crowd, ...wallets.map((wallet) => wallet.address)].sort();
for (let i = 0; i < everyone.length; i += 100) {
  const part = everyone.slice(i, i + 100);
  await town.roles.connect(town.admins[0]).grantRoles(role("CITIZEN"), part, FOREVER);
  const sent = town.roles.connect(town.admins[1]).grantRoles(role("CITIZEN"), part, FOREVER);
  await note("grant CITIZEN, in a batch of 100", sent, part.length);
}
await time.increase(10n);
const [a, b, c, d, e, f] = town.citizens;

// First round: everybody's word and the tally become what they are for ever after.
const first = await opened(town);
await note("castVote, first of a proposal", town.engine.connect(a).castVote(first.id, SUPPORT.FOR));
await note("castVote, first ever of a citizen", town.engine.connect(b).castVote(first.id, SUPPORT.FOR));
for (const voter of [c, d, e]) await town.engine.connect(voter).castVote(first.id, SUPPORT.FOR);

async function batch(proposal, reasonHash) {
  const parts = [];
  for (const wallet of wallets) {
    const message = await ballot(town, proposal, wallet, SUPPORT.FOR, { reasonHash });
    parts.push(pack(message, await sign(town, "Ballot", wallet, message)));
  }
  return ethers.concat(parts);
}
const engine = town.engine.connect(town.relayer);
const bytes = await batch(first, ethers.ZeroHash);
await note("batch of 100, a ballot, first ever", engine.castVotesBySig(first.id, first.rulesHash, bytes), BATCH);

const second = await opened(town);
await town.engine.connect(f).castVote(second.id, SUPPORT.FOR);
await note("castVote", town.engine.connect(a).castVote(second.id, SUPPORT.FOR));
await note("castVoteWithReason", town.engine.connect(b).castVoteWithReason(second.id, SUPPORT.FOR, "because"));
const single = await ballot(town, second, c, SUPPORT.AGAINST);
await note("castVoteBySig", engine.castVoteBySig(single, await sign(town, "Ballot", c, single)));
const warm = await batch(second, ethers.ZeroHash);
await note("batch of 100, a ballot, voted before", engine.castVotesBySig(second.id, second.rulesHash, warm), BATCH);
const third = await opened(town);
const reasons = await batch(third, ethers.id("a reason"));
await note("batch of 100, a ballot with a reason", engine.castVotesBySig(third.id, third.rulesHash, reasons), BATCH);

await makeDelegate(town, d);
await note("delegate, first time", town.engine.connect(e).delegate(d.address));
const fourth = await opened(town);
await town.engine.connect(f).castVote(fourth.id, SUPPORT.FOR);
await note("castVote by a delegate", town.engine.connect(d).castVote(fourth.id, SUPPORT.FOR));
await note("castVote taking a unit back", town.engine.connect(e).castVote(fourth.id, SUPPORT.AGAINST));
const tokens = await opened(town, { strategy: town.weighted });
await town.engine.connect(a).castVote(tokens.id, SUPPORT.FOR);
await note("castVote, token weighted", town.engine.connect(b).castVote(tokens.id, SUPPORT.FOR));

const params = { ...PARAMS, votingPeriod: 12n * HOUR, quorumPercentage: 1n };
const actions = [await call(town.core, "updateGovernanceParams", [params])];
const strategy = await town.onePerson.getAddress();
const metadataHash = ethers.id("gas");
await draft(town);
await note(
  "propose, 1 action",
  town.manager.connect(a).createProposal(PROPOSAL.PARAMETER, actions, metadataHash, strategy),
);
await note("propose, no action", town.manager.connect(a).createProposal(PROPOSAL.POLICY, [], metadataHash, strategy));
const id = (await town.manager.proposalCount()) - 1n;
await town.manager.connect(b).endorseProposal(id);
await note("endorse", town.manager.connect(c).endorseProposal(id));
await note("activate", town.manager.connect(town.admins[0]).activateProposal(id, 0));
const last = await adopted(town, { type: PROPOSAL.PARAMETER, actions });
await note("queue", town.manager.queueProposal(last.id, actions));
await toDue(town, last);
await note("execute", town.manager.executeProposal(last.id, actions));

const figure = (value) => (value == null ? "-" : value.toLocaleString("en")).padStart(12);
console.log(`${"act".padEnd(40)}${["ours", "OpenZeppelin", "Bravo", "at most"].map((h) => h.padStart(13)).join("")}`);
const results = [];
for (const [act, ours] of Object.entries(rows)) {
  const [openZeppelin, bravo, target] = OTHERS[act] ?? [null, null, null];
  const columns = [ours, openZeppelin, bravo, target].map((value) => ` ${figure(value)}`).join("");
  console.log(`${act.padEnd(40)}${columns}${target != null && ours > target ? "  ABOVE" : ""}`);
  results.push({ act, ours, openZeppelin, bravo, target });
}
if (process.env.GAS_JSON) {
  await mkdir(dirname(process.env.GAS_JSON), { recursive: true });
  await writeFile(process.env.GAS_JSON, `${JSON.stringify({ unit: "gas", batch: BATCH, results }, null, 2)}\n`);
}
