// Reads the report of a coverage run and fails if the contracts' own sources are reached below 98 % of their lines.
// Usage: node scripts/coverage.mjs coverage/lcov.info
import { readFile } from "node:fs/promises";

const LEAST = 98;
const OTHERS = ["src/test/", "src/bench/"];

const report = await readFile(process.argv[2], "utf8");
let [found, hit] = [0, 0];
for (const part of report.split("end_of_record")) {
  const file = /^SF:(.*)$/m.exec(part)?.[1];
  if (!file || OTHERS.some((folder) => file.startsWith(folder))) continue;
  found += Number(/^LF:(\d+)$/m.exec(part)[1]);
  hit += Number(/^LH:(\d+)$/m.exec(part)[1]);
}
const percent = (100 * hit) / found;
console.log(`contracts: ${hit} of ${found} lines reached, ${percent.toFixed(2)} %`);
if (!(percent >= LEAST)) process.exitCode = 1;
