// What each act costs on our contracts. Accounts are made from fixed words, so that two runs agree to the gas.
import { adopted, ballot, change, makeDelegate, opened, pack, packedVotes, sign, toDue, votesParams } from "../../test/support/acts.js";
import { acting, DAY, deployed, ethers, FOREVER, keyOf, PROPOSAL, role, SUPPORT, time } from "../../test/support/deployment.js";

export const BATCH = 100;

const wallets = Array.from({ length: BATCH }, (_, i) => new ethers.Wallet(ethers.id(`citizen ${i}`)));
const neighbour = (i) => ethers.dataSlice(ethers.id(`neighbour ${i}`), 12);

/** A town with `size` citizens, the wallets scattered among them. */
async function crowded(note, size) {
  const town = await deployed();
  const crowd = Array.from({ length: size - BATCH }, (_, i) => neighbour(i));
  const everyone = [...crowd, ...wallets.map((wallet) => wallet.address)].sort();
  const first = everyone.splice(0, BATCH);
  const grant = (accounts) => [role("CITIZEN"), accounts, accounts.map(keyOf), FOREVER];
  await town.roles.connect(town.admins[0]).grantRoles(...grant(first));
  const second = town.roles.connect(town.admins[1]).grantRoles(...grant(first));
  await note("grant CITIZEN, in a batch of 100", second, first.length);
  // The rest as an adopted proposal would, without asking first what it costs: this is the long part.
  const roles = town.roles.connect(await acting(town.execution));
  for (let i = 0; i < everyone.length; i += BATCH) {
    await roles.grantRoles(...grant(everyone.slice(i, i + BATCH)), { gasLimit: 16_000_000n });
  }
  await time.increase(10n);
  return town;
}

async function batch(town, proposal, reasonHash) {
  const parts = [];
  for (const wallet of wallets) {
    const message = await ballot(town, proposal, wallet, SUPPORT.FOR, { reasonHash });
    parts.push(pack(message, await sign(town, "Ballot", wallet, message)));
  }
  return ethers.concat(parts);
}

/** Ballots of one person each: first ever, and as they are for ever after. */
async function ballots(note, town) {
  const [a, b, c, d, e, f] = town.citizens;
  const engine = town.engine.connect(town.relayer);
  const send = (proposal, bytes) => engine.castVotesBySig(proposal.id, proposal.rulesHash, bytes);

  const first = await opened(town);
  await note("castVote, first of a proposal", town.engine.connect(a).castVote(first.id, SUPPORT.FOR));
  await note("castVote, first ever of a citizen", town.engine.connect(b).castVote(first.id, SUPPORT.FOR));
  for (const voter of [c, d, e]) await town.engine.connect(voter).castVote(first.id, SUPPORT.FOR);
  await note("batch of 100, a ballot, first ever", send(first, await batch(town, first, ethers.ZeroHash)), BATCH);

  const second = await opened(town);
  await town.engine.connect(f).castVote(second.id, SUPPORT.FOR);
  await note("castVote", town.engine.connect(a).castVote(second.id, SUPPORT.FOR));
  await note("castVoteWithReason", town.engine.connect(b).castVoteWithReason(second.id, SUPPORT.FOR, "because"));
  const single = await ballot(town, second, c, SUPPORT.AGAINST);
  await note("castVoteBySig", engine.castVoteBySig(single, await sign(town, "Ballot", c, single)));
  await note("batch of 100, a ballot, voted before", send(second, await batch(town, second, ethers.ZeroHash)), BATCH);

  const third = await opened(town);
  const reasons = await batch(town, third, ethers.id("a reason"));
  await note("batch of 100, a ballot with a reason", send(third, reasons), BATCH);
}

/** Other ways of counting, and delegates. */
async function otherWays(note, town) {
  const [a, b, , d, e, f] = town.citizens;
  const cast = (voter, id, votes) =>
    town.engine.connect(voter).castVoteWithParams(id, SUPPORT.FOR, "", votesParams(votes));
  const priced = await opened(town, { strategy: town.quadratic });
  await cast(a, priced.id, 3);
  await note("quadratic ballot, first of a period", cast(b, priced.id, 3));
  const again = await opened(town, { strategy: town.quadratic });
  await cast(a, again.id, 3);
  await note("quadratic ballot, later", cast(b, again.id, 3));
  const parts = [];
  for (const wallet of wallets) parts.push(await packedVotes(town, again, wallet, SUPPORT.FOR, 5));
  const sent = town.engine.castVotesBySig(again.id, again.rulesHash, ethers.concat(parts));
  await note("batch of 100, a quadratic ballot", sent, BATCH);

  const tokens = await opened(town, { strategy: town.weighted });
  await town.engine.connect(a).castVote(tokens.id, SUPPORT.FOR);
  await note("castVote, token weighted", town.engine.connect(b).castVote(tokens.id, SUPPORT.FOR));

  await makeDelegate(town, d);
  await note("delegate, first time", town.engine.connect(e).delegate(d.address));
  await note("delegate for one type", town.engine.connect(e).delegateFor(PROPOSAL.BUDGET, d.address));
  const vote = await opened(town);
  await town.engine.connect(f).castVote(vote.id, SUPPORT.FOR);
  await note("castVote by a delegate", town.engine.connect(d).castVote(vote.id, SUPPORT.FOR));
  await note("castVote taking a unit back", town.engine.connect(e).castVote(vote.id, SUPPORT.AGAINST));
}

/** From a proposal to its execution. */
async function decisions(note, town) {
  const [a, b, c] = town.citizens;
  const actions = [await change(town, "votingPeriod", 2n * DAY)];
  const strategy = await town.onePerson.getAddress();
  const create = (type, calls) => town.manager.connect(a).createProposal(type, calls, ethers.id("gas"), strategy);
  // What a town's first proposal and first vote write for all later ones is not counted.
  await opened(town);
  await note("propose, 1 action", create(PROPOSAL.PARAMETER, actions));
  await note("propose, no action", create(PROPOSAL.POLICY, []));
  const id = (await town.manager.proposalCount()) - 1n;
  await town.manager.connect(b).endorseProposal(id);
  await note("endorse", town.manager.connect(c).endorseProposal(id));
  await note("activate", town.manager.connect(town.admins[0]).activateProposal(id, 0));
  const last = await adopted(town, { type: PROPOSAL.PARAMETER, actions });
  await note("queue", town.manager.queueProposal(last.id, actions));
  await toDue(town, last);
  await note("execute", town.manager.executeProposal(last.id, actions));
}

/** Measures everything; `note(act, transaction, share)` takes each figure. */
export async function ours(note, size) {
  const town = await deployed();
  await note("deployment transaction", town.deployment.deploymentTransaction());
  await decisions(note, town);
  const large = await crowded(note, size);
  await ballots(note, large);
  await otherWays(note, large);
}
