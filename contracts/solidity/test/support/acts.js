// What people do, in short words, and the typed data they sign.
import { ethers, SUPPORT, PROPOSAL, role, time } from "./deployment.js";

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
export const rulesHash = (content, quorum, period) =>
  ethers.keccak256(
    abi.encode(
      ["bytes32", "bytes32", "uint16", "uint48"],
      [content, ethers.encodeBytes32String("voteStart-1"), quorum, period],
    ),
  );

let counter = 0;

/** Creates a proposal and gives back { id, actions, metadataHash, type }. */
export async function draft(town, { type = PROPOSAL.POLICY, actions = [], proposer, strategy, text } = {}) {
  const metadataHash = metadata(text ?? `proposal ${++counter}`);
  const by = proposer ?? town.citizens[0];
  const target = await (strategy ?? town.onePerson).getAddress();
  await town.manager.connect(by).createProposal(type, actions, metadataHash, target);
  return { id: await town.manager.proposalCount(), actions, metadataHash, type, strategy: target, proposer: by };
}

/** A proposal whose vote is open now. */
export async function opened(town, options = {}) {
  const proposal = await draft(town, options);
  await town.manager.connect(town.admins[0]).activateProposal(proposal.id, 0);
  await time.increase(2n);
  const window = await town.engine.votingWindow(proposal.id);
  return { ...proposal, rulesHash: window.rulesHash, voteStart: window.voteStart, voteEnd: window.voteEnd };
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

export async function queued(town, options = {}) {
  const proposal = await adopted(town, options);
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

/** Two administrators make the same call. */
export async function both(town, method, ...args) {
  await town.roles.connect(town.admins[0])[method](...args);
  return town.roles.connect(town.admins[1])[method](...args);
}

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
    "address proposer,uint8 proposalType,bytes32 metadataHash,bytes32 actionsHash,address strategy,uint48 deadline",
  EndorseProposal: "uint256 proposalId,bytes32 contentHash,address endorser,uint48 deadline",
  ActivateProposal: "uint256 proposalId,bytes32 rulesHash,uint48 voteStart,address administrator,uint48 deadline",
  CancelProposal: "uint256 proposalId,bytes32 contentHash,address canceller,uint48 deadline",
};
export const fields = (name) =>
  TYPES[name].split(",").map((field) => {
    const [type, label] = field.split(" ");
    return { type, name: label };
  });
const ENGINE_ACTS = ["Ballot", "Delegate", "DelegateFor"];

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
  return signer.signTypedData(await domain(town, name), { [name]: fields(name) }, message);
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
  return ethers.TypedDataEncoder.hash(await domain(town, name), { [name]: fields(name) }, message);
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
