// Where each field of the proxied contracts' storage lies, as the compiler tells it. Layouts are committed under layouts/,
// a file a contract; a test holds a build against them, so that no field moves unseen.
// Usage: node scripts/layouts.mjs BUILD_FOLDER [OUTPUT_FOLDER]
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const FOLDER = join(dirname(dirname(fileURLToPath(import.meta.url))), "layouts");
// Variable of StorageLayouts -> contract and ERC-7201 namespace.
const NAMESPACES = {
  governanceCore: ["GovernanceCore", "civicportal.storage.GovernanceCore"],
  proposalManager: ["ProposalManager", "civicportal.storage.ProposalManager"],
  votingEngine: ["VotingEngine", "civicportal.storage.VotingEngine"],
  roleManager: ["RoleManager", "civicportal.storage.RoleManager"],
  executionModule: ["ExecutionModule", "civicportal.storage.ExecutionModule"],
  civicTokenERC20: ["CivicToken", "openzeppelin.storage.ERC20"],
  civicTokenVotes: ["CivicToken", "openzeppelin.storage.Votes"],
  civicTokenNonces: ["CivicToken", "openzeppelin.storage.Nonces"],
  civicTokenEIP712: ["CivicToken", "openzeppelin.storage.EIP712"],
};
const SOURCES = {
  GovernanceCore: "src/core",
  ProposalManager: "src/core",
  VotingEngine: "src/core",
  RoleManager: "src/core",
  ExecutionModule: "src/core",
  CivicToken: "src/token",
};

async function compiled(build, folder, name) {
  const read = async (file) => JSON.parse(await readFile(file, "utf8"));
  const { buildInfoId, inputSourceName } = await read(join(build, folder, `${name}.sol`, `${name}.json`));
  const { output } = await read(join(build, "build-info", `${buildInfoId}.output.json`));
  return output.contracts[inputSourceName][name].storageLayout;
}

/** All structs that a type reaches, by name, each as its members' places. */
function structs(types, id, found = {}) {
  const { label, key, value, base, members } = types[id];
  for (const inner of [key, value, base]) if (inner) structs(types, inner, found);
  if (!members || found[label]) return found;
  found[label] = members.map(
    ({ label: name, slot, offset, type }) => `slot ${slot}, byte ${offset}: ${types[type].label} ${name}`,
  );
  for (const { type } of members) structs(types, type, found);
  return found;
}

/** {contract: {namespace: {struct: [place of each member]}}}; `plain` holds variables outside any namespace. */
export async function layouts(build) {
  const result = {};
  for (const [name, folder] of Object.entries(SOURCES)) {
    const { storage } = await compiled(build, folder, name);
    result[name] = { plain: storage.map(({ label, slot, offset }) => `slot ${slot}, byte ${offset}: ${label}`) };
  }
  const { storage, types } = await compiled(build, "src/test", "StorageLayouts");
  for (const { label, type } of storage) {
    const [contract, namespace] = NAMESPACES[label];
    result[contract][namespace] = structs(types, type);
  }
  return result;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [build, output = FOLDER] = process.argv.slice(2);
  await mkdir(output, { recursive: true });
  for (const [name, layout] of Object.entries(await layouts(build))) {
    await writeFile(join(output, `${name}.json`), `${JSON.stringify(layout, null, 2)}\n`);
  }
}
