// The same acts on OpenZeppelin's Governor with a timelock, both and the token behind Transparent proxies: one vote a
// person, counted simply, over the same compiler and on the same node.
import { ethers, time } from "../../test/support/deployment.js";

const WAIT = 60n;
const PERIOD = 3600n;
const UNIT = 10n ** 18n;

async function proxied(name, init, args) {
  const implementation = await ethers.deployContract(name);
  const [owner] = await ethers.getSigners();
  const proxy = await ethers.deployContract("TransparentUpgradeableProxy", [
    await implementation.getAddress(),
    owner.address,
    implementation.interface.encodeFunctionData(init, args),
  ]);
  return ethers.getContractAt(name, await proxy.getAddress());
}

/** Measures the acts; `note(act, transaction)` takes each figure. */
export async function openZeppelin(note) {
  const [, sender, a, b, c, d] = await ethers.getSigners();
  const holders = [a, b, c, d].map(({ address }) => address);
  const token = await proxied("CivicToken", "initialize", ["Share", "SHR", holders, holders.map(() => UNIT)]);
  for (const holder of [a, b, c, d]) await token.connect(holder).delegate(holder.address);
  const timelock = await proxied("TimelockControllerUpgradeable", "initialize", [WAIT, [], [], a.address]);
  const governor = await proxied("BenchGovernor", "initialize", [
    await token.getAddress(),
    await timelock.getAddress(),
    WAIT,
    PERIOD,
    25n,
  ]);
  const target = await ethers.deployContract("BenchTarget", [await timelock.getAddress()]);
  for (const right of ["PROPOSER_ROLE", "EXECUTOR_ROLE", "CANCELLER_ROLE"]) {
    await timelock.connect(a).grantRole(await timelock[right](), await governor.getAddress());
  }
  const calls = [[await target.getAddress()], [0n], [target.interface.encodeFunctionData("change", [2n])]];
  const begin = async (text) => {
    const sent = governor.connect(a).propose(...calls, text);
    await sent;
    const id = await governor.hashProposal(...calls, ethers.id(text));
    await time.increase(WAIT + 1n);
    return { id, sent };
  };
  // A first proposal, so that what is written once is written.
  const first = await begin("first");
  for (const voter of [a, b, c, d]) await governor.connect(voter).castVote(first.id, 1);

  // As short as the 32 bytes that ours keeps of a text.
  const { id, sent } = await begin("0123456789abcdef0123456789abcdef");
  await note("propose, 1 action", sent);
  await governor.connect(d).castVote(id, 1);
  await note("castVote", governor.connect(a).castVote(id, 1));
  await note("castVoteWithReason", governor.connect(b).castVoteWithReason(id, 1, "because"));
  const { chainId } = await ethers.provider.getNetwork();
  const domain = { name: "BenchGovernor", version: "1", chainId, verifyingContract: await governor.getAddress() };
  const fields = ["uint256 proposalId", "uint8 support", "address voter", "uint256 nonce"].map((field) => {
    const [type, name] = field.split(" ");
    return { type, name };
  });
  const message = { proposalId: id, support: 1, voter: c.address, nonce: 0n };
  const signature = await c.signTypedData(domain, { Ballot: fields }, message);
  await note("castVoteBySig", governor.connect(sender).castVoteBySig(id, 1, c.address, signature));
  await time.increase(PERIOD + 1n);
  const digest = ethers.id("0123456789abcdef0123456789abcdef");
  await note("queue", governor.queue(...calls, digest));
  await time.increase(WAIT + 1n);
  await note("execute", governor.execute(...calls, digest));
}
