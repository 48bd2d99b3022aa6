// What the tests of roles share: the names of roles, the numbers of requests, the timelock's hand.
import { abi, filled } from "./acts.js";
import { acting, ethers, FOREVER, keyOf, REASON, role, time } from "./deployment.js";

export const CITIZEN = role("CITIZEN");
export const DELEGATE = role("DELEGATE");
export const ADMINISTRATOR = role("ADMINISTRATOR");
export const AUDITOR = role("AUDITOR");
export const GUARDIAN = role("GUARDIAN");

export const now = async () => BigInt(await time.latest());

/** The fields of a request: of a grant with the usual keys, or of a revocation with the usual reason. */
export const granting = (id, accounts, until = FOREVER, keys = accounts.map(keyOf)) => [
  id,
  accounts,
  keys,
  until,
  ethers.ZeroHash,
  true,
];
export const revoking = (id, accounts, reason = REASON) => [id, accounts, [], 0n, reason, false];

/** The number of a change of roles, of a correction, of a move. */
export const requestId = (fields) =>
  ethers.keccak256(abi.encode(["bytes32", "address[]", "bytes32[]", "uint48", "bytes32", "bool"], fields));
const typedId = (word, types, values) =>
  ethers.keccak256(abi.encode(["bytes32", ...types], [ethers.id(word), ...values]));
export const correctionId = (account, key) => typedId("CORRECT_PERSON", ["address", "bytes32"], [account, key]);
export const moveId = (from, to) => typedId("MOVE_CITIZEN", ["address", "address"], [from, to]);

/** One caller's act, with the usual keys and reason filled in. */
export const act = (town, signer, method, ...args) => town.roles.connect(signer)[method](...filled(method, args));

/** RoleManager as an adopted proposal calls it, with the usual keys and reason filled in. */
export async function adoptedAct(town, method, ...args) {
  return act(town, await acting(town.execution), method, ...args);
}

/** An account that nobody else uses. */
export const account = (number) => ethers.getAddress(ethers.toBeHex(number, 20));
export const accounts = (count, first = 1000) => Array.from({ length: count }, (_, i) => account(first + i));
