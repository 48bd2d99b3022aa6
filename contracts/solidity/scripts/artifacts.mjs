// Writes contracts/artifacts/<Name>.json from a Hardhat build: name, ABI (one entry a line) and creation bytecode.
// A contract that calls external libraries has `linkReferences`: for each library the places (bytes from the start of
// the bytecode) that its address is to be written to. Statements have their `language` and the `pieces` of their
// sentences, asked of the compiled contract itself.
// Usage: node scripts/artifacts.mjs BUILD_FOLDER OUTPUT_FOLDER
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { network } from "hardhat";

const PROXY = "@openzeppelin/contracts/proxy/transparent";
const SOURCES = {
  GovernanceCore: "src/core",
  ProposalManager: "src/core",
  VotingEngine: "src/core",
  DelegationLib: "src/core/voting",
  RoleManager: "src/core",
  ExecutionModule: "src/core",
  CivicToken: "src/token",
  OnePersonOneVoteStrategy: "src/strategies",
  QuadraticStrategy: "src/strategies",
  TokenWeightedStrategy: "src/strategies",
  StrategyFactory: "src/strategies",
  StatementsEnglish: "src/statements",
  StatementsSpanish: "src/statements",
  GovernanceDeployment: "src/deploy",
  LogEmitter: "src/test",
  TestPledges: "src/test",
  TransparentUpgradeableProxy: PROXY,
  ProxyAdmin: PROXY,
};

/** The library's name -> the places of its address; undefined if the contract is linked to none. */
function links(references) {
  const libraries = Object.assign({}, ...Object.values(references));
  if (Object.keys(libraries).length === 0) return undefined;
  return Object.fromEntries(Object.entries(libraries).map(([name, places]) => [name, places.map(({ start }) => start)]));
}

/** What a contract of statements answers on a chain of its own. */
async function spoken({ abi, bytecode }) {
  const { ethers, close } = await network.create();
  const [signer] = await ethers.getSigners();
  const contract = await new ethers.ContractFactory(abi, bytecode, signer).deploy();
  const pieces = {};
  for (const name of await contract.sentences()) {
    pieces[ethers.decodeBytes32String(name)] = [...(await contract.pieces(name))];
  }
  const language = await contract.language();
  await close();
  return { language, pieces };
}

/** JSON with each member of a list, or of an object, on a line of its own. */
function lines(value) {
  if (typeof value === "string") return JSON.stringify(value);
  const entries = Array.isArray(value)
    ? value.map((entry) => JSON.stringify(entry))
    : Object.entries(value).map(([key, entry]) => `${JSON.stringify(key)}: ${JSON.stringify(entry)}`);
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  return `${open}\n${entries.map((entry) => `    ${entry}`).join(",\n")}\n  ${close}`;
}

const [build, output] = process.argv.slice(2);
await mkdir(output, { recursive: true });
const names = Object.keys(SOURCES);
for (const file of await readdir(output)) {
  if (file.endsWith(".json") && !names.includes(file.slice(0, -5))) await rm(join(output, file));
}
for (const [contractName, folder] of Object.entries(SOURCES)) {
  const source = join(build, folder, `${contractName}.sol`, `${contractName}.json`);
  const compiled = JSON.parse(await readFile(source, "utf8"));
  const members = {
    contractName,
    abi: compiled.abi,
    bytecode: compiled.bytecode,
    linkReferences: links(compiled.linkReferences),
    ...(folder === "src/statements" ? await spoken(compiled) : {}),
  };
  const written = Object.entries(members)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `  ${JSON.stringify(key)}: ${lines(value)}`);
  await writeFile(join(output, `${contractName}.json`), `{\n${written.join(",\n")}\n}\n`);
}
console.log(`wrote ${names.length} artifacts`);
