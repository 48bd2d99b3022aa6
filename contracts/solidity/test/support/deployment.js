// Deploys the suite as deploy_contracts does: implementations first, then everything else in one transaction.
import { network } from "hardhat";

export const connection = await network.create();
export const { ethers, networkHelpers } = connection;
export const { time, loadFixture } = networkHelpers;

export const role = (name) => ethers.id(name);
export const FOREVER = 2n ** 48n - 1n;
export const PROPOSAL = { POLICY: 0, BUDGET: 1, PARAMETER: 2, ROLE: 3, UPGRADE: 4, EMERGENCY: 5 };
export const STATE = {
  DRAFT: 0n,
  PENDING: 1n,
  ACTIVE: 2n,
  SUCCEEDED: 3n,
  DEFEATED: 4n,
  QUEUED: 5n,
  EXECUTED: 6n,
  CANCELLED: 7n,
  EXPIRED: 8n,
};
export const SUPPORT = { AGAINST: 0, FOR: 1, ABSTAIN: 2 };
export const HOUR = 3600n;
export const DAY = 24n * HOUR;

export const PARAMS = {
  votingPeriod: 3n * DAY,
  executionDelay: 2n * DAY,
  reviewPeriod: DAY,
  gracePeriod: 7n * DAY,
  quorumPercentage: 25n,
  proposalThreshold: 1n,
  endorsements: 2n,
};
/** Quadratic votes: credits of a citizen in each period, and its length in seconds. */
export const CREDITS = 100n;
export const CREDIT_PERIOD = 30n * DAY;
export const PARAMS_FIELDS = Object.keys(PARAMS);

export const person = (name) => ethers.id(`person:${name}`);

const IMPLEMENTATIONS = [
  "ExecutionModule",
  "VotingEngine",
  "RoleManager",
  "ProposalManager",
  "GovernanceCore",
  "CivicToken",
];

export async function implementations({ token = true } = {}) {
  const addresses = {};
  for (const name of IMPLEMENTATIONS) {
    const key = name[0].toLowerCase() + name.slice(1);
    if (name === "CivicToken" && !token) {
      addresses[key] = ethers.ZeroAddress;
    } else {
      addresses[key] = await (await ethers.deployContract(name)).getAddress();
    }
  }
  return addresses;
}

export function setup(people, overrides = {}) {
  return {
    params: PARAMS,
    administrators: people.admins.map((signer, i) => ({ account: signer.address, personHash: person(`admin ${i}`) })),
    guardians: people.guardians.map((signer, i) => ({ account: signer.address, personHash: person(`guardian ${i}`) })),
    citizens: people.citizens.map((signer) => signer.address),
    tokenName: "Town Share",
    tokenSymbol: "TOWN",
    tokenHolders: people.citizens.slice(0, 3).map((signer) => signer.address),
    tokenAmounts: [600n, 300n, 100n].map((units) => units * 10n ** 18n),
    quadraticCredits: CREDITS,
    quadraticPeriod: CREDIT_PERIOD,
    ...overrides,
  };
}

/** Everything deployed: 3 administrators, 2 guardians, 8 citizens, 3 of whom hold the token. */
export async function deployed({ token = true, overrides = {} } = {}) {
  const signers = await ethers.getSigners();
  const people = {
    deployer: signers[0],
    relayer: signers[1],
    admins: signers.slice(2, 5),
    guardians: signers.slice(5, 7),
    stranger: signers[7],
    stranger2: signers[8],
    citizens: signers.slice(10, 18),
  };
  const code = await implementations({ token });
  const deployment = await ethers.deployContract("GovernanceDeployment", [code, setup(people, overrides)]);
  const at = async (name, getter) => ethers.getContractAt(name, await deployment[getter]());
  const town = {
    ...people,
    code,
    deployment,
    core: await at("GovernanceCore", "governanceCore"),
    manager: await at("ProposalManager", "proposalManager"),
    engine: await at("VotingEngine", "votingEngine"),
    roles: await at("RoleManager", "roleManager"),
    execution: await at("ExecutionModule", "executionModule"),
    onePerson: await at("OnePersonOneVoteStrategy", "onePersonOneVoteStrategy"),
    quadratic: await at("QuadraticStrategy", "quadraticStrategy"),
  };
  if (token) {
    town.token = await at("CivicToken", "civicToken");
    town.weighted = await at("TokenWeightedStrategy", "tokenWeightedStrategy");
  }
  await time.increase(60n);
  return town;
}

/** A signer that acts as this contract of the deployment. */
export async function acting(contract) {
  const address = await contract.getAddress();
  await networkHelpers.impersonateAccount(address);
  await networkHelpers.setBalance(address, 10n ** 22n);
  return ethers.getSigner(address);
}
