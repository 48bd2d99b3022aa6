// Mutation testing of the assembly that counts packed ballots: changes one number, operator or comparison at a time in a
// scratch copy, compiles it and runs the ballot tests until one fails. A mutant that no test notices fails the run.
// Usage: node scripts/mutants.mjs [NUMBER...]   (the mutants of these numbers only)
import { spawn } from "node:child_process";
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const FILE = "src/core/voting/PackedBallots.sol";
const HARDHAT = "node_modules/hardhat/dist/src/cli.js";
const COPIED = ["src", "test", "scripts", "layouts", "hardhat.config.js", "package.json"];
const TESTS = ["packed-ballots", "signed-ballots", "batch-gas", "quadratic-batches", "ballots", "batches", "lost-roles", "one-second"];
const LONGEST = 10 * 60 * 1000;

const OPERATORS = {
  add: "sub",
  and: "or",
  gt: "lt",
  iszero: "not",
  lt: "gt",
  eq: "xor",
  mul: "add",
  or: "and",
  shl: "shr",
  shr: "shl",
  sub: "add",
  xor: "or",
};
// Changes outside the assembly, in what leads to it and out of it: each text stands in the file once.
const BY_HAND = [
  ["counting != QUADRATIC) _word", "counting == QUADRATIC) _word"],
  ["packed.length % batch.size != 0", "packed.length % batch.size == 1"],
  ["batch.tally != oldTally", "batch.tally == oldTally"],
  ["rulesHash != rulesHash) {", "rulesHash == rulesHash) {"],
  ["1 << (window.index & 127)", "1 << (window.index & 63)"],
  ["EPOCH | AccountSlot.FLAGS | bit", "EPOCH | AccountSlot.FLAGS"],
  ["EPOCH | AccountSlot.FLAGS | bit", "EPOCH | bit"],
  ["EPOCH | AccountSlot.FLAGS | bit", "FLAGS | bit"],
  ["EPOCH | AccountSlot.FLAGS | bit", "EPOCH | AccountSlot.FLAGS | AccountSlot.MOVED | bit"],
  ["(window.index >> 7) << 128", "(window.index >> 8) << 128"],
  ["(window.index >> 7) << 128", "(window.index >> 7) << 127"],
  [": 1 << 255", ": 0"],
  ["batch.size != PACKED_BALLOT;", "batch.size == PACKED_BALLOT;"],
  ["while (offset < end)", "while (offset <= end)"],
  ["(next - offset) / PACKED_BALLOT", "(next - offset) / (PACKED_BALLOT + 1)"],
  ["plain * ONE_BALLOT", "ONE_BALLOT"],
  ["counted += plain;", "counted = plain;"],
  ["if (offset >= end) break;", "if (offset > end) break;"],
  ["signed)) ++counted;", "signed)) counted += 2;"],
  ["offset += batch.size;", "offset += PACKED_BALLOT;"],
  ["block.timestamp > deadline", "block.timestamp >= deadline"],
  ["size == PACKED_BALLOT ? 0 : _votesAt", "size != PACKED_BALLOT ? 0 : _votesAt"],
  ["0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A1", "1 << 255"],
  ["0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A1", "1 << 254"],
  ["shr(48, not(0))", "shr(48, 0)"],
  ["mstore(0, not(0))", "mstore(0, 0)"],
  ["timestamp(), mload(0x180)", "add(timestamp(), 1), mload(0x180)"],
  ["shl(208, timestamp())", "shl(208, sub(timestamp(), 1))"],
];
// Mutants that do the same as the original, so that no test can tell them apart: the changed text, and why.
const EQUIVALENT = new Map([
  ["mstore(0x40, [0x3a0 -> 0x3c0])", "reserves one word more than is used"],
  ["shr([48 -> 49], not(0))", "the bit left out is a flag's place, which is 0 in every plain word"],
  ["shr(48, not([0 -> 1]))", "the bit that differs is shifted out"],
  ["mstore(0, not([0 -> 1]))", "is no address either"],
  ["and(signed, [iszero -> not](other))", "both are 0 or 1, and of their negation the lowest bit alone is asked"],
  ["[while (offset < end) -> while (offset <= end)]", "at the end nothing is left to count, and the loop is left"],
  ["lt(mload([0x260 -> 0x280]), sLimit)", "nobody can find a signature whose s lies between half the order and 2^255"],
  ["[0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A1 -> 1 << 255]", "likewise"],
  ["1, 0x200, [0x80 -> 0xa0], 0", "ecrecover reads the first 128 bytes of what it is given"],
  ["0x80, 0, [0x20 -> 0x40])", "ecrecover returns 32 bytes"],
]);

/** Where the assembly is: [begin, end) of what stands between its braces. */
function* blocks(source) {
  for (const { index, 0: head } of source.matchAll(/assembly \("memory-safe"\) \{/g)) {
    let depth = 1;
    let end = index + head.length;
    while (depth > 0) depth += { "{": 1, "}": -1 }[source[end++]] ?? 0;
    yield [index + head.length, end - 1];
  }
}

const changed = (text) => {
  if (OPERATORS[text]) return OPERATORS[text];
  return text.startsWith("0x") ? `0x${(BigInt(text) + 0x20n).toString(16)}` : String(Number(text) + 1);
};

function mutantsOf(source) {
  const mutants = [];
  const add = (at, old, made) => {
    const context = `${source.slice(Math.max(0, at - 30), at)}[${old} -> ${made}]${source.slice(at + old.length, at + old.length + 20)}`;
    const line = source.slice(0, at).split("\n").length;
    const text = context.replace(/\s+/g, " ");
    const why = [...EQUIVALENT].find(([known]) => text.includes(known))?.[1];
    mutants.push({ line, text, why, source: source.slice(0, at) + made + source.slice(at + old.length) });
  };
  for (const [begin, end] of blocks(source)) {
    const code = source.slice(begin, end).replace(/\/\/.*/g, (comment) => " ".repeat(comment.length));
    for (const { index, 0: text } of code.matchAll(/\b(?:0x[0-9a-f]+|\d+)\b|\b[a-z]+(?=\()/g)) {
      if (OPERATORS[text] || /^\d/.test(text)) add(begin + index, text, changed(text));
    }
  }
  for (const [old, made] of BY_HAND) {
    if (source.split(old).length !== 2) throw new Error(`not once in ${FILE}: ${old}`);
    add(source.indexOf(old), old, made);
  }
  for (const known of EQUIVALENT.keys()) {
    if (!mutants.some(({ text }) => text.includes(known))) throw new Error(`no such mutant: ${known}`);
  }
  return mutants.map((mutant, i) => ({ number: i + 1, ...mutant }));
}

/** Runs hardhat in the scratch copy; true if it ends well. */
function hardhat(folder, ...args) {
  const env = { ...process.env, CONTRACTS_CACHE: "cache", CONTRACTS_BUILD: "build", FUZZ_STEPS: "120" };
  const child = spawn(process.execPath, [HARDHAT, ...args], { cwd: folder, env, stdio: "ignore", timeout: LONGEST });
  return new Promise((resolve) => child.on("close", (code) => resolve(code === 0)));
}
const compiles = (folder) => hardhat(folder, "build", "--quiet", "src/core/VotingEngine.sol");
const passes = (folder) =>
  hardhat(folder, "test", "mocha", "--no-compile", "--bail", ...TESTS.map((name) => `test/${name}.test.js`));

async function scratch() {
  const folder = await mkdtemp(join(tmpdir(), "mutants-"));
  for (const name of COPIED) await cp(join(ROOT, name), join(folder, name), { recursive: true });
  await symlink(join(ROOT, "node_modules"), join(folder, "node_modules"));
  if (!(await hardhat(folder, "build", "--quiet"))) throw new Error("the contracts don't compile");
  return folder;
}

const source = await readFile(join(ROOT, FILE), "utf8");
const chosen = process.argv.slice(2).map(Number);
const every = mutantsOf(source);
const equivalent = every.filter(({ why }) => why);
const mutants = every.filter(({ number, why }) => !why && (chosen.length === 0 || chosen.includes(number)));
console.log(`${every.length} mutants of ${FILE}, ${equivalent.length} of them equivalent:`);
for (const { number, line, text, why } of equivalent) console.log(`  ${number} line ${line}: ${text}: ${why}`);

const left = [...mutants];
const wrong = [];
async function work(folder) {
  for (let mutant = left.shift(); mutant; mutant = left.shift()) {
    await writeFile(join(folder, FILE), mutant.source);
    const built = await compiles(folder);
    const survives = built && (await passes(folder));
    const outcome = built ? (survives ? "SURVIVES" : "killed") : "DOESN'T COMPILE";
    if (outcome !== "killed") wrong.push(mutant);
    console.log(`${outcome} ${mutant.number} line ${mutant.line}: ${mutant.text}`);
  }
}

const folders = [];
try {
  const count = Math.min(availableParallelism(), mutants.length);
  for (let i = 0; i < count; i++) folders.push(await scratch());
  if (!(await passes(folders[0]))) throw new Error("the ballot tests fail without any mutant");
  await Promise.all(folders.map(work));
} finally {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
}
console.log(`${mutants.length - wrong.length} of ${mutants.length} killed`);
if (wrong.length > 0) process.exitCode = 1;
