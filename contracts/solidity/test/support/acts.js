// What people do, in short words, and the typed data they sign.
import { ethers, FOREVER, keyOf, PARAMS, PROPOSAL, REASON, role, SUPPORT, time } from "./deployment.js";

export const abi = ethers.AbiCoder.defaultAbiCoder();
const ACTIONS = "tuple(address target, uint256 value, bytes data)[]";
export const metadata = (text) => ethers.sha256(ethers.toUtf8Bytes(text));
export const actionsHash = (actions) => ethers.keccak256(abi.encode([ACTIONS], [actions]));
export const contentHash = (proposer, type, metadataHash, actions, strategy) =>
  ethers.keccak256(
    abi.encode(
      ["address", "uint8", "bytes32", "bytes32", "address"],
      [proposer, type, metadataHash, actionsHash(actions), strategy],
    ),
  );
/** The hash of what voters rely on; the default terms are those of a one-person POLICY of the fixture. */
export const rulesHash = (content, terms = {}) => {
  const { quorum, passing, period, delay, grace, threshold } = {
    quorum: PARAMS.quorumPercentage,
    passing: 50n,
    period: PARAMS.votingPeriod,
    delay: PARAMS.executionDelay,
    grace: PARAMS.gracePeriod,
    threshold: PARAMS.proposalThreshold,
    ...terms,
  };
  return ethers.keccak256(
    abi.encode(
      ["bytes32", "bytes32", "uint16", "uint8", "uint48", "uint48", "uint48", "uint256"],
      [content, ethers.encodeBytes32String("voteStart-1"), quorum, passing, period, delay, grace, threshold],
    ),
  );
};

let counter = 0;

/** Creates a proposal and gives back { id, actions, metadataHash, type }. */
export async function draft(town, { type = PROPOSAL.POLICY, actions = [], proposer, strategy, text } = {}) {
  const metadataHash = metadata(text ?? `proposal ${++counter}`);
  const by = proposer ?? town.citizens[0];
  const target = await (strategy ?? town.onePerson).getAddress();
  await town.manager.connect(by).createProposal(type, actions, metadataHash, target);
  return { id: await town.manager.proposalCount(), actions, metadataHash, type, strategy: target, proposer: by };
}

/** A proposal that an administrator activated; its vote opens when the notice is over. */
export async function activated(town, { voteStart = 0, ...options } = {}) {
  const proposal = await draft(town, options);
  await town.manager.connect(town.admins[0]).activateProposal(proposal.id, voteStart);
  const window = await town.engine.votingWindow(proposal.id);
  return { ...proposal, rulesHash: window.rulesHash, voteStart: window.voteStart, voteEnd: window.voteEnd };
}

/** A proposal whose vote is open now. */
export async function opened(town, options = {}) {
  const proposal = await activated(town, options);
  await time.increaseTo(proposal.voteStart);
  return proposal;
}

export async function toEnd(town, proposal) {
  const { voteEnd } = await town.engine.votingWindow(proposal.id);
  await time.increaseTo(voteEnd);
}

/** A proposal that all citizens voted for, its vote over. */
export async function adopted(town, options = {}) {
  const proposal = await opened(town, options);
  for (const voter of options.voters ?? town.citizens) {
    await town.engine.connect(voter).castVote(proposal.id, SUPPORT.FOR);
  }
  await toEnd(town, proposal);
  return proposal;
}

/** A PARAMETER proposal that changes nothing: the least there is to carry out. */
export const harmless = async (town) => ({
  type: PROPOSAL.PARAMETER,
  actions: [await change(town, "quorumPercentage", await town.core.quorumPercentage())],
});

/** An adopted proposal in the timelock; without actions a harmless one. */
export async function queued(town, options = {}) {
  const proposal = await adopted(town, { ...(options.actions ? {} : await harmless(town)), ...options });
  await town.manager.queueProposal(proposal.id, proposal.actions);
  return proposal;
}

export async function toDue(town, proposal) {
  const { executionTime } = await town.execution.schedule(proposal.id);
  await time.increaseTo(executionTime);
}

export async function executed(town, options = {}) {
  const proposal = await queued(town, options);
  await toDue(town, proposal);
  await town.manager.executeProposal(proposal.id, proposal.actions);
  return proposal;
}

/** Role changes with what most tests don't care about filled in: the keys of the persons, the reason. */
const FILLED = {
  grantRole: (name, account, key = keyOf(account)) => [name, account, key],
  grantTemporaryRole: (name, account, ...rest) => [
    name,
    account,
    ...(rest.length === 2 ? rest : [keyOf(account), rest[0]]),
  ],
  grantRoles: (name, accounts, ...rest) => [
    name,
    accounts,
    ...(rest.length === 2 ? rest : [accounts.map(keyOf), rest[0] ?? FOREVER]),
  ],
  revokeRole: (name, account, reason = REASON) => [name, account, reason],
  revokeRoles: (name, accounts, reason = REASON) => [name, accounts, reason],
};
export const filled = (method, args) => FILLED[method]?.(...args) ?? args;

/** What citizens alone bring about: a draft, its endorsements, its vote, and its execution, with no officer's help. */
export async function carriedByCitizens(town, { voters = town.citizens, ...options }) {
  const proposal = await draft(town, options);
  const needed = await town.manager.endorsementsNeeded(proposal.id);
  for (const endorser of town.citizens.slice(0, Number(needed))) {
    await town.manager.connect(endorser).endorseProposal(proposal.id);
  }
  const { reviewPeriod } = await town.core.termsFor(proposal.type);
  await time.increase(reviewPeriod);
  await town.manager.connect(proposal.proposer).activateProposal(proposal.id, 0);
  await time.increaseTo((await town.engine.votingWindow(proposal.id)).voteStart);
  for (const voter of voters) await town.engine.connect(voter).castVote(proposal.id, SUPPORT.FOR);
  await toEnd(town, proposal);
  await town.manager.queueProposal(proposal.id, proposal.actions);
  await toDue(town, proposal);
  await town.manager.executeProposal(proposal.id, proposal.actions);
  return proposal;
}

/** Two administrators make the same call. */
export async function both(town, method, ...args) {
  const full = filled(method, args);
  await town.roles.connect(town.admins[0])[method](...full);
  return town.roles.connect(town.admins[1])[method](...full);
}

/** The change of a parameter as an action. */
export const change = async (town, name, newValue, oldValue) =>
  call(town.core, "updateGovernanceParams", [
    ethers.encodeBytes32String(name),
    oldValue ?? (await town.core[name]()),
    newValue,
  ]);

export const call = async (contract, method, args, value = 0n) => ({
  target: await contract.getAddress(),
  value,
  data: contract.interface.encodeFunctionData(method, args),
});

export async function makeDelegate(town, signer) {
  await both(town, "grantRole", role("DELEGATE"), signer.address);
}

const TYPES = {
  Ballot:
    "uint256 proposalId,bytes32 rulesHash,address voter,uint8 support,bytes params,bytes32 reasonHash,uint48 deadline",
  Delegate: "address delegator,address delegatee,uint256 nonce,uint48 deadline",
  DelegateFor: "address delegator,uint8 proposalType,address delegatee,uint256 nonce,uint48 deadline",
  CreateProposal:
    "address proposer,uint8 proposalType,bytes32 metadataHash,Action[] actions,address strategy,uint48 deadline",
  EndorseProposal: "uint256 proposalId,bytes32 contentHash,address endorser,uint48 deadline",
  ActivateProposal: "uint256 proposalId,bytes32 rulesHash,uint48 voteStart,address administrator,uint48 deadline",
  CancelProposal:
    "uint256 proposalId,bytes32 contentHash,bytes32 reasonHash,address canceller,uint256 nonce,uint48 deadline",
};
const parsed = (text) =>
  text.split(",").map((field) => {
    const [type, label] = field.split(" ");
    return { type, name: label };
  });
/** The types of an act's typed data; each act begins with its sentence. */
export const types = (name) => ({
  [name]: parsed(`string statement,${TYPES[name]}`),
  ...(name === "CreateProposal" ? { Action: parsed("address target,uint256 value,bytes data") } : {}),
});
const ENGINE_ACTS = ["Ballot", "Delegate", "DelegateFor"];

/** The sentence that the deployment's statements put before each act. */
const STATEMENTS = {
  Ballot: (words, { proposalId, support, params }) =>
    params === "0x"
      ? words.ballot(proposalId, support)
      : words.quadraticBallot(proposalId, support, abi.decode(["uint256"], params)[0]),
  Delegate: (words, { delegatee }) => words.delegation(delegatee),
  DelegateFor: (words, { proposalType, delegator, delegatee }) =>
    words.delegationFor(proposalType, delegator, delegatee),
  CreateProposal: (words, { proposalType }) => words.proposal(proposalType),
  EndorseProposal: (words, { proposalId }) => words.endorsement(proposalId),
  ActivateProposal: (words, { proposalId, voteStart }) => words.activation(proposalId, voteStart),
  CancelProposal: (words, { proposalId }) => words.cancellation(proposalId),
};
/** A message with its sentence; one that brings its own keeps it. */
export const stated = async (town, name, message) => ({
  statement: await STATEMENTS[name](town.statements, message),
  ...message,
});

export async function domain(town, name) {
  const contract = ENGINE_ACTS.includes(name) ? town.engine : town.manager;
  const { chainId } = await ethers.provider.getNetwork();
  return {
    name: ENGINE_ACTS.includes(name) ? "VotingEngine" : "ProposalManager",
    version: "1",
    chainId,
    verifyingContract: await contract.getAddress(),
  };
}

export async function sign(town, name, signer, message) {
  return signer.signTypedData(await domain(town, name), types(name), await stated(town, name, message));
}

export async function later(seconds = 3600n) {
  return BigInt(await time.latest()) + seconds;
}

export async function ballot(town, proposal, voter, support, changes = {}) {
  return {
    proposalId: proposal.id,
    rulesHash: proposal.rulesHash,
    voter: voter.address,
    support,
    params: "0x",
    reasonHash: ethers.ZeroHash,
    deadline: await later(),
    ...changes,
  };
}

export async function digestOf(town, name, message) {
  return ethers.TypedDataEncoder.hash(await domain(town, name), types(name), await stated(town, name, message));
}

/** 123 bytes: voter, support, deadline, reasonHash, r, vs. */
export function pack(message, signature) {
  const { r, yParityAndS } = ethers.Signature.from(signature);
  return ethers.solidityPacked(
    ["address", "uint8", "uint48", "bytes32", "bytes32", "bytes32"],
    [message.voter, message.support, message.deadline, message.reasonHash, r, yParityAndS],
  );
}

export async function packed(town, proposal, voter, support, changes = {}) {
  const message = await ballot(town, proposal, voter, support, changes);
  return pack(message, await sign(town, "Ballot", voter, message));
}

/** What a quadratic ballot carries as params. */
export const votesParams = (votes) => abi.encode(["uint256"], [votes]);

/** A quadratic ballot: 125 bytes, the last two its votes. */
export async function packedVotes(town, proposal, voter, support, votes, changes = {}) {
  const message = await ballot(town, proposal, voter, support, { params: votesParams(votes), ...changes });
  return ethers.concat([pack(message, await sign(town, "Ballot", voter, message)), ethers.toBeHex(votes, 2)]);
}

const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

/** The malleable twin of a signature: same digest, same signer, high s. */
export function highS(signature) {
  const { r, s, v } = ethers.Signature.from(signature);
  const twin = ethers.toBeHex(ORDER - BigInt(s), 32);
  return ethers.concat([r, twin, v === 27 ? "0x1c" : "0x1b"]);
}
