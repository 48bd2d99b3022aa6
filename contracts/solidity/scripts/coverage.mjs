// Reads what a coverage run noted, prints how far the contracts' own sources are reached, names each branch not taken,
// and fails below 98 % of their lines or of their branches. Adds the branches to lcov.info.
// Usage: node scripts/coverage.mjs coverage
import { readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { conditionsOf } from "./coverage/conditions.mjs";

const LEAST = 98;
const OTHERS = ["src/test/", "src/bench/"];
// Branches that no test can take. One that is taken after all, or is gone, fails the run.
const UNREACHABLE = [
  {
    file: "src/core/voting/PackedBallots.sol",
    text: "sub(mload(0x40), 0x80)",
    value: "true",
    reason: "only a compiler that allocates memory before the first statement makes it so",
  },
  {
    file: "src/deploy/GovernanceDeployment.sol",
    text: "made == expected",
    value: "false",
    reason: "an assertion: addresses follow from the order in which the same function makes the proxies",
  },
];

const folder = process.argv[2];
const number = (record, name) => Number(new RegExp(`^${name}:(\\d+)$`, "m").exec(record)[1]);
const sum = (rows, field) => rows.reduce((total, row) => total + row[field], 0);
const percent = (hit, found) => (found === 0 ? 100 : (100 * hit) / found);

async function tagsNoted() {
  const tags = new Set();
  const data = join(folder, "data", "mocha");
  for (const file of await readdir(data)) {
    for (const tag of Object.keys(JSON.parse(await readFile(join(data, file), "utf8")))) tags.add(tag);
  }
  return tags;
}

const noted = await tagsNoted();
const lcov = join(folder, "lcov.info");
const records = [];
const rows = [];
const branches = [];
for (const part of (await readFile(lcov, "utf8")).split("end_of_record\n")) {
  const file = /^SF:(.*)$/m.exec(part)?.[1];
  if (!file) continue;
  const own = conditionsOf(file, await readFile(file, "utf8")).flatMap(({ line, text, tags }, index) =>
    Object.entries(tags).map(([value, tag], arm) => ({ file, line, text, value, index, arm, taken: noted.has(tag) })),
  );
  const lines = own.map(({ line, index, arm, taken }) => `BRDA:${line},${index},${arm},${taken ? 1 : 0}\n`);
  const hit = own.filter((branch) => branch.taken).length;
  const record = part.replace(/^BR.*\n/gm, "");
  records.push(`${record}${lines.join("")}BRF:${own.length}\nBRH:${hit}\nend_of_record\n`);
  if (OTHERS.some((other) => file.startsWith(other))) continue;
  rows.push({ file, lines: number(part, "LF"), linesHit: number(part, "LH") });
  branches.push(...own);
}
await writeFile(lcov, records.join(""));

const names = (excuse) => (branch) => ["file", "text", "value"].every((field) => branch[field] === excuse[field]);
const excused = new Set();
const stale = [];
for (const excuse of UNREACHABLE) {
  const named = branches.filter(names(excuse));
  for (const branch of named) excused.add(branch);
  if (named.length !== 1 || named[0].taken) stale.push(excuse);
}
const counted = branches.filter((branch) => !excused.has(branch));
const tally = (found) => ({ branches: found.length, branchesHit: found.filter((branch) => branch.taken).length });
for (const row of rows) Object.assign(row, tally(counted.filter((branch) => branch.file === row.file)));
rows.sort((a, b) => a.file.localeCompare(b.file));
const total = { file: "contracts", ...tally(counted), lines: sum(rows, "lines"), linesHit: sum(rows, "linesHit") };

const share = (hit, found) => (found === 0 ? "none" : `${percent(hit, found).toFixed(2)} %`);
const cell = (hit, found) => `${hit} of ${found}`.padStart(14) + share(hit, found).padStart(10);
console.log("".padEnd(44) + "lines".padStart(24) + "branches".padStart(24));
for (const row of [...rows, total]) {
  console.log(row.file.padEnd(44) + cell(row.linesHit, row.lines) + cell(row.branchesHit, row.branches));
}
for (const { file, line, text, value, taken } of counted) {
  if (!taken) console.log(`not taken: ${file}:${line}: ${text} is never ${value}`);
}
for (const { file, line, text, value } of excused) {
  const { reason } = UNREACHABLE.find((excuse) => names(excuse)({ file, text, value }));
  console.log(`not counted: ${file}:${line}: ${text} is never ${value}: ${reason}`);
}
for (const { file, text, value } of stale) console.error(`no reason to excuse ${file}: ${text} is ${value}, or gone`);
const reached = [percent(total.linesHit, total.lines), percent(total.branchesHit, total.branches)];
if (stale.length > 0 || reached.some((each) => !(each >= LEAST))) process.exitCode = 1;
