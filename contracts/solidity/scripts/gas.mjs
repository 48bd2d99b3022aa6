// Measures what each act costs on ours and on OpenZeppelin's Governor, on one node, and prints both with their ratio.
// Usage: hardhat run scripts/gas.mjs
//   GAS_JSON      the file to write (or, with GAS_CHECK, to hold the figures against)
//   GAS_CHECK=1   write nothing; fail if a figure is over 2 % above the file's, or above what it must reach
//   GAS_CITIZENS  citizens of the town in which ballots are cast (100,000; the figures don't depend on it)
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";

import { openZeppelin } from "./gas/openzeppelin.mjs";
import { BATCH, ours } from "./gas/ours.mjs";

const TOLERANCE = 1.02;
const CITIZENS = Number(process.env.GAS_CITIZENS ?? 100_000);
// What ours must stay under; for queue and execute what a Compound-style Bravo needs, as measured once.
const AT_MOST = {
  castVote: 60000,
  castVoteWithReason: 62000,
  castVoteBySig: 70000,
  "batch of 100, a ballot, first ever": 13300,
  "batch of 100, a ballot, voted before": 13300,
  "propose, 1 action": 180000,
  queue: 128909,
  execute: 128704,
};

const noting = (rows) => async (act, sent, share = 1) => {
  const receipt = await (await sent).wait();
  rows[act] = Math.round(Number(receipt.gasUsed) / share);
};
const [mine, theirs] = [{}, {}];
await openZeppelin(noting(theirs));
await ours(noting(mine), CITIZENS);

const results = Object.entries(mine).map(([act, gas]) => ({
  act,
  ours: gas,
  openZeppelin: theirs[act] ?? null,
  ratio: theirs[act] ? Math.round((100 * gas) / theirs[act]) / 100 : null,
  atMost: AT_MOST[act] ?? null,
}));
const show = (value) => (value == null ? "-" : value.toLocaleString("en")).padStart(14);
console.log(`${"act".padEnd(38)}${["ours", "OpenZeppelin", "ratio", "at most"].map((head) => head.padStart(14)).join("")}`);
for (const row of results) {
  const above = row.atMost != null && row.ours > row.atMost ? "  ABOVE" : "";
  console.log(`${row.act.padEnd(38)}${[row.ours, row.openZeppelin, row.ratio, row.atMost].map(show).join("")}${above}`);
}

const file = process.env.GAS_JSON;
const worse = results.filter(({ ours: gas, atMost }) => atMost != null && gas > atMost).map(({ act }) => act);
if (process.env.GAS_CHECK) {
  const known = new Map(JSON.parse(await readFile(file, "utf8")).results.map((row) => [row.act, row.ours]));
  for (const { act, ours: gas } of results) {
    if (!known.has(act)) worse.push(`${act}: not in the file`);
    else if (gas > known.get(act) * TOLERANCE) worse.push(`${act}: ${known.get(act)} -> ${gas}`);
  }
} else if (file) {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify({ unit: "gas", batch: BATCH, citizens: CITIZENS, results }, null, 2)}\n`);
}
if (worse.length > 0) {
  console.error(`gas grew: ${worse.join("; ")}\nmake bench-gas writes the figures anew, if that is meant`);
  process.exitCode = 1;
}
