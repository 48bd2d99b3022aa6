// Writes contracts/artifacts/<Name>.json from a Hardhat build: name, ABI (one entry a line) and creation bytecode.
// Usage: node scripts/artifacts.mjs BUILD_FOLDER OUTPUT_FOLDER
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

const PROXY = "@openzeppelin/contracts/proxy/transparent";
const SOURCES = {
  GovernanceCore: "src/core",
  ProposalManager: "src/core",
  VotingEngine: "src/core",
  RoleManager: "src/core",
  ExecutionModule: "src/core",
  CivicToken: "src/token",
  OnePersonOneVoteStrategy: "src/strategies",
  QuadraticStrategy: "src/strategies",
  TokenWeightedStrategy: "src/strategies",
  GovernanceDeployment: "src/deploy",
  LogEmitter: "src/test",
  TransparentUpgradeableProxy: PROXY,
  ProxyAdmin: PROXY,
};

const [build, output] = process.argv.slice(2);
await mkdir(output, { recursive: true });
const names = Object.keys(SOURCES);
for (const file of await readdir(output)) {
  if (file.endsWith(".json") && !names.includes(file.slice(0, -5))) await rm(join(output, file));
}
for (const [contractName, folder] of Object.entries(SOURCES)) {
  const source = join(build, folder, `${contractName}.sol`, `${contractName}.json`);
  const { abi, bytecode } = JSON.parse(await readFile(source, "utf8"));
  const lines = abi.map((entry) => `    ${JSON.stringify(entry)}`).join(",\n");
  const text = `{\n  "contractName": "${contractName}",\n  "abi": [\n${lines}\n  ],\n  "bytecode": "${bytecode}"\n}\n`;
  await writeFile(join(output, `${contractName}.json`), text);
}
console.log(`wrote ${names.length} artifacts`);
