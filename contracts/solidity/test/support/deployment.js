// Deploys the suite as deploy_contracts does: implementations first, then everything else in one transaction.
import hre, { network } from "hardhat";

export const connection = await network.create();
export const { ethers, networkHelpers } = connection;
export const { time, loadFixture } = networkHelpers;

/** A test of gas figures: in a coverage run the code is another, and they mean nothing. */
export const measured = (title, test) => (hre.globalOptions.coverage ? it.skip : it)(title, test);

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
  TALLYING: 9n,
};
export const SUPPORT = { AGAINST: 0, FOR: 1, ABSTAIN: 2 };
export const COUNTING = { ONE_PERSON: 0, TOKEN: 1, QUADRATIC: 2 };
/** The hash of a reason, whatever it is. */
export const REASON = ethers.id("reason");
export const MINUTE = 60n;
export const HOUR = 60n * MINUTE;
export const DAY = 24n * HOUR;

export const PARAMS = {
  votingPeriod: 3n * DAY,
  executionDelay: 2n * DAY,
  reviewPeriod: DAY,
  gracePeriod: 7n * DAY,
  noticePeriod: HOUR,
  officerDelay: 7n * DAY,
  quorumPercentage: 25n,
  endorsementPermille: 20n,
  proposalThreshold: 1n,
};
/** Least values of a real town's parameters, and of a demonstration's. */
export const FLOORS = {
  votingPeriod: DAY,
  executionDelay: DAY,
  reviewPeriod: DAY,
  noticePeriod: HOUR,
  officerDelay: 2n * DAY,
};
export const DEMO_FLOORS = {
  votingPeriod: 5n * MINUTE,
  executionDelay: MINUTE,
  reviewPeriod: MINUTE,
  noticePeriod: 1n,
  officerDelay: MINUTE,
};
/** All proposal types, and those that every way of counting may decide; bit n stands for type n. */
export const ALL_TYPES = 0b111111;
export const OPEN_TYPES = 0b000011;
/** What a proposer needs of the token. */
export const TOKEN_THRESHOLD = 10n ** 18n;
/** Quadratic votes: credits of a citizen in each period, and its length in seconds. */
export const CREDITS = 100n;
export const CREDIT_PERIOD = 30n * DAY;
export const PARAMS_FIELDS = Object.keys(PARAMS);

/** The keyed hash of a person, by any name the person goes by here. */
export const person = (name) => ethers.id(`person:${name}`);
/** The key of the person behind an account, unless a test says otherwise. */
export const keyOf = (account) => person(ethers.getAddress(account.address ?? account));

const IMPLEMENTATIONS = [
  "ExecutionModule",
  "VotingEngine",
  "RoleManager",
  "ProposalManager",
  "GovernanceCore",
  "CivicToken",
];

/** What the constructor of an implementation takes, and the libraries it is linked to, given the address of each part. */
const MADE_OF = {
  VotingEngine: ({ statements, delegationLib }) => [[statements], { libraries: { DelegationLib: delegationLib } }],
  ProposalManager: ({ statements }) => [[statements]],
  GovernanceCore: ({ floors }) => [[floors]],
};

/** The parts that implementations are made of. */
export async function parts({ statements = "StatementsEnglish", floors = FLOORS } = {}) {
  return {
    floors,
    statements: await (await ethers.deployContract(statements)).getAddress(),
    delegationLib: await (await ethers.deployContract("DelegationLib")).getAddress(),
  };
}

/** A fresh implementation of a contract. */
export const implementation = (name, made) => ethers.deployContract(name, ...(MADE_OF[name]?.(made) ?? []));

export async function implementations(made, { token = true } = {}) {
  const addresses = {};
  for (const name of IMPLEMENTATIONS) {
    const key = name[0].toLowerCase() + name.slice(1);
    const left = name === "CivicToken" && !token;
    addresses[key] = left ? ethers.ZeroAddress : await (await implementation(name, made)).getAddress();
  }
  return addresses;
}

export const member = (signer) => ({ account: signer.address, personKey: keyOf(signer) });

export function setup(people, overrides = {}) {
  return {
    params: PARAMS,
    administrators: people.admins.map(member),
    guardians: people.guardians.map(member),
    citizens: people.citizens.map(member),
    tokenName: "Town Share",
    tokenSymbol: "TOWN",
    tokenHolders: people.citizens.slice(0, 3).map((signer) => signer.address),
    tokenAmounts: [600n, 300n, 100n].map((units) => units * 10n ** 18n),
    quadraticCredits: CREDITS,
    quadraticPeriod: CREDIT_PERIOD,
    tokenThreshold: TOKEN_THRESHOLD,
    ...overrides,
  };
}

/** Everything deployed: 3 administrators, 3 guardians, 8 citizens, 3 of whom hold the token. */
export async function deployed({ token = true, statements, floors, overrides = {} } = {}) {
  const signers = await ethers.getSigners();
  const people = {
    deployer: signers[0],
    relayer: signers[1],
    admins: signers.slice(2, 5),
    guardians: [...signers.slice(5, 7), signers[9]],
    stranger: signers[7],
    stranger2: signers[8],
    citizens: signers.slice(10, 18),
  };
  const made = await parts({ statements, floors });
  const code = await implementations(made, { token });
  const deployment = await ethers.deployContract("GovernanceDeployment", [code, setup(people, overrides)]);
  const at = async (name, getter) => ethers.getContractAt(name, await deployment[getter]());
  const town = {
    ...people,
    made,
    code,
    deployment,
    statements: await ethers.getContractAt("IStatements", made.statements),
    factory: await at("StrategyFactory", "strategyFactory"),
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

export const ERC165 = "0x01ffc9a7";

/** The ERC-165 id of an interface, without the functions of the interfaces (one beside the other) that it builds on. */
export async function interfaceId(name, ...bases) {
  let id = 0n;
  for (const each of [name, ...bases]) {
    if (each === "IERC165") id ^= BigInt(ERC165);
    else {
      const { interface: functions } = await ethers.getContractAt(each, ethers.ZeroAddress);
      functions.forEachFunction(({ selector }) => (id ^= BigInt(selector)));
    }
  }
  return ethers.toBeHex(id, 4);
}
