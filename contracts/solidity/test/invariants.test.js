// A town where everybody does something at random, held against a small model and against the contracts' own events.
// The seed is fixed for repeatable runs; FUZZ_SEED and FUZZ_STEPS choose others.
import { expect } from "chai";

import { ballot, both, change, highS, makeDelegate, opened, pack, sign, toEnd } from "./support/acts.js";
import { acting, DAY, deployed, ethers, HOUR, PROPOSAL, REASON, role, STATE, time } from "./support/deployment.js";

const CITIZEN = role("CITIZEN");
const SEED = Number(process.env.FUZZ_SEED ?? 20261124);
const STEPS = Number(process.env.FUZZ_STEPS ?? 160);
const now = async () => BigInt(await time.latest());

/** mulberry32: small, seeded, good enough to shuffle a town. */
function random(seed) {
  let a = seed >>> 0;
  const next = () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = a;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  return { below: (n) => Math.floor(next() * n), pick: (list) => list[Math.floor(next() * list.length)] };
}

/** What should be true of the ballots, kept apart from the contracts. */
class Model {
  constructor(town, delegates) {
    this.town = town;
    this.citizens = new Map(town.citizens.map((c, i) => [c.address, { since: -i, delegate: null }]));
    this.revoked = new Set();
    this.delegates = delegates;
    this.proposals = new Map();
    this.ticks = 1;
  }

  open(id) {
    const units = new Map();
    for (const [address, unit] of this.citizens) units.set(address, { ...unit });
    this.proposals.set(id, { units, weights: new Map(), taken: new Map() });
  }

  /** The weight of a ballot, or null if it must be refused; counts it. */
  cast(id, address, support) {
    const proposal = this.proposals.get(id);
    if (proposal.weights.has(address) || support > 2) return null;
    const unit = proposal.units.get(address);
    const today = this.citizens.get(address);
    // What was revoked since still counts, what ran out doesn't.
    const own = unit && (today?.since === unit.since || this.revoked.has(unit.since)) ? 1 : 0;
    const received = [...proposal.units.values()].filter((u) => u.delegate === address).length;
    const weight = own + received - (proposal.taken.get(address) ?? 0);
    if (weight === 0) return null;
    if (own && unit.delegate) {
      proposal.taken.set(unit.delegate, (proposal.taken.get(unit.delegate) ?? 0) + 1);
      const counted = proposal.weights.get(unit.delegate);
      if (counted) counted.weight -= 1;
    }
    proposal.weights.set(address, { support, weight });
    return weight;
  }

  tally(id) {
    const sides = [0n, 0n, 0n];
    for (const { support, weight } of this.proposals.get(id).weights.values()) sides[support] += BigInt(weight);
    return sides;
  }

  delegate(address, to) {
    this.citizens.get(address).delegate = to === address ? null : to;
  }

  remove(address, revoked) {
    if (revoked) this.revoked.add(this.citizens.get(address).since);
    this.citizens.delete(address);
  }

  add(address) {
    this.citizens.set(address, { since: ++this.ticks, delegate: null });
  }
}

async function fromEvents(town, id) {
  const sides = [0n, 0n, 0n];
  const side = new Map();
  for (const { args } of await town.engine.queryFilter(town.engine.filters.VoteCast(null, id))) {
    expect(side.has(args.voter)).to.equal(false, "one ballot each");
    side.set(args.voter, Number(args.support));
    sides[Number(args.support)] += args.weight;
  }
  for (const { args } of await town.engine.queryFilter(town.engine.filters.DelegateWeightReduced(null, id))) {
    if (args.counted) sides[side.get(args.delegate)] -= args.oldWeight - args.newWeight;
  }
  return { sides, voters: side };
}

describe(`invariants (seed ${SEED}, ${STEPS} steps)`, function () {
  this.timeout(300_000);

  it("a tally is the sum of its ballots, nobody votes twice by any path, no more votes than units", async () => {
    const town = await deployed();
    const dice = random(SEED);
    const delegates = [town.citizens[0], town.citizens[1], town.stranger];
    for (const signer of delegates) await makeDelegate(town, signer);
    const everyone = [...town.citizens, town.stranger, town.stranger2];
    const model = new Model(town, delegates);
    const signed = [];
    const open = [];
    const engine = town.engine;

    const begin = async () => {
      let proposer;
      for (const person of everyone) {
        const { citizenNow, power } = await engine.standing(person, (await now()) - 1n);
        if (citizenNow && power > 0n) proposer ??= person;
      }
      if (!proposer) return;
      const proposal = await opened(town, { proposer });
      model.open(proposal.id);
      open.push(proposal);
      if (open.length > 3) open.shift();
    };
    const check = async (id) => {
      const stored = [...(await engine.proposalVotes(id))];
      expect(stored).to.deep.equal(model.tally(id), `tally of ${id}`);
      const { sides, voters } = await fromEvents(town, id);
      expect(stored).to.deep.equal(sides, `events of ${id}`);
      const { supply } = await engine.result(id);
      expect(stored.reduce((a, b) => a + b)).to.be.at.most(supply);
      for (const person of everyone) {
        expect(await engine.hasVoted(id, person)).to.equal(voters.has(person.address));
      }
    };
    const sign_ = async (proposal, voter, support) => {
      const message = await ballot(town, proposal, voter, support, { deadline: (await now()) + 90n * DAY });
      const signature = await sign(town, "Ballot", voter, message);
      const entry = { message, signature };
      signed.push(entry);
      return entry;
    };

    const acts = {
      direct: async () => {
        const proposal = dice.pick(open);
        const voter = dice.pick(everyone);
        const support = dice.below(4);
        const weight = model.cast(proposal.id, voter.address, support);
        const sent = engine.connect(voter).castVote(proposal.id, support);
        if (weight == null) await expect(sent).to.be.revert(ethers);
        else
          await expect(sent)
            .to.emit(engine, "VoteCast")
            .withArgs(voter.address, proposal.id, support, weight, ethers.ZeroHash);
      },
      signature: async () => {
        const proposal = dice.pick(open);
        const voter = dice.pick(everyone);
        const { message, signature } = await sign_(proposal, voter, dice.below(3));
        await expect(engine.castVoteBySig(message, highS(signature))).to.be.revert(ethers);
        const weight = model.cast(proposal.id, voter.address, message.support);
        const sent = engine.connect(town.relayer).castVoteBySig(message, signature);
        if (weight == null) await expect(sent).to.be.revert(ethers);
        else await sent;
      },
      replay: async () => {
        if (signed.length === 0) return;
        const { message, signature } = dice.pick(signed);
        if (!open.some(({ id }) => id === message.proposalId)) return;
        const weight = model.cast(message.proposalId, message.voter, Number(message.support));
        const sent = engine.castVoteBySig(message, signature);
        if (weight == null) await expect(sent).to.be.revert(ethers);
        else await sent;
      },
      batch: async () => {
        const proposal = dice.pick(open);
        const parts = [];
        let expected = 0n;
        for (let i = 0; i < 1 + dice.below(6); i++) {
          const old = signed.filter(({ message }) => message.proposalId === proposal.id);
          const entry =
            old.length > 0 && dice.below(3) === 0
              ? dice.pick(old)
              : await sign_(proposal, dice.pick(everyone), dice.below(3));
          if (dice.below(5) === 0) {
            const stranger = dice.pick(everyone);
            const wrong = { ...entry.message, voter: stranger.address };
            parts.push(pack(wrong, entry.signature));
            if (
              stranger.address === entry.message.voter &&
              model.cast(proposal.id, stranger.address, entry.message.support) != null
            )
              expected++;
          }
          parts.push(pack(entry.message, entry.signature));
          if (model.cast(proposal.id, entry.message.voter, entry.message.support) != null) expected++;
        }
        const bytes = ethers.concat(parts);
        expect(await engine.castVotesBySig.staticCall(proposal.id, proposal.rulesHash, bytes)).to.equal(expected);
        await engine.connect(town.relayer).castVotesBySig(proposal.id, proposal.rulesHash, bytes);
      },
      delegate: async () => {
        const citizen = dice.pick(everyone.filter(({ address }) => model.citizens.has(address)));
        const to = dice.pick([...delegates, citizen]);
        await engine.connect(citizen).delegate(to.address);
        model.delegate(citizen.address, to.address);
      },
      revoke: async () => {
        if (model.citizens.size < 4) return;
        const address = dice.pick([...model.citizens.keys()]);
        await both(town, "revokeRole", CITIZEN, address);
        model.remove(address, true);
      },
      grant: async () => {
        const person = dice.pick(everyone.filter(({ address }) => !model.citizens.has(address)));
        if (!person) return;
        await both(town, "grantRole", CITIZEN, person.address);
        model.add(person.address);
      },
      lapse: async () => {
        const address = dice.pick([...model.citizens.keys()]);
        if (model.citizens.size < 4) return;
        const until = (await now()) + 60n;
        await town.engine.connect(await acting(town.roles)).setCitizen(address, until);
        await time.increaseTo(until);
        await town.roles.expire(CITIZEN, address);
        model.remove(address, false);
      },
      wait: async () => time.increase(BigInt(1 + dice.below(600))),
      begin,
    };
    const weighted = [
      ...Array(6).fill("direct"),
      ...Array(4).fill("signature"),
      ...Array(3).fill("replay"),
      ...Array(5).fill("batch"),
      ...Array(5).fill("delegate"),
      ...["revoke", "grant", "grant", "lapse", "wait", "wait", "begin"],
    ];
    await begin();
    for (let step = 0; step < STEPS; step++) {
      await acts[dice.pick(weighted)]();
      if (step % 20 === 0) for (const { id } of open) await check(id);
    }
    for (const id of model.proposals.keys()) await check(id);
  });

  it("nothing executes before its delay nor after its grace, whatever is paused in between", async () => {
    const town = await deployed();
    const dice = random(SEED + 1);
    const unpause = async () => {
      const number = await town.core.pauseNumber();
      for (const each of town.guardians.slice(0, 2)) await town.core.connect(each).unpause(number);
    };
    for (let round = 0; round < Math.max(4, STEPS / 20); round++) {
      const actions = [await change(town, "quorumPercentage", dice.pick([24n, 25n]))];
      const proposal = await opened(town, { type: PROPOSAL.PARAMETER, actions });
      for (const voter of town.citizens) await town.engine.connect(voter).castVote(proposal.id, 1);
      await toEnd(town, proposal);
      await town.manager.queueProposal(proposal.id, actions);
      const queuedAt = await now();
      const before = await town.engine.pausedSeconds();
      const guardian = town.guardians[round % 2];
      let due = queuedAt + 2n * DAY;
      while ((await now()) < due - 1n) {
        const act = dice.below(3);
        if (act === 0) {
          await town.core
            .connect(guardian)
            .pause(REASON)
            .catch(() => {});
        } else if (act === 1 && (await town.engine.paused())) {
          await unpause();
        }
        due = queuedAt + 2n * DAY + (await town.engine.pausedSeconds()) - before;
        if ((await now()) >= due - 1n) break;
        await expect(town.manager.executeProposal(proposal.id, actions)).to.be.revert(ethers);
        const step = BigInt(1 + dice.below(Number(10n * HOUR)));
        const room = due - 1n - (await now());
        await time.increase(step < room && room > 0n ? step : 1n);
        due = queuedAt + 2n * DAY + (await town.engine.pausedSeconds()) - before;
      }
      expect(await town.manager.state(proposal.id)).to.equal(STATE.QUEUED);
      if (await town.engine.paused()) {
        await unpause();
      }
      const { executionTime, expiresAt } = await town.execution.schedule(proposal.id);
      expect(executionTime).to.equal(queuedAt + 2n * DAY + (await town.engine.pausedSeconds()) - before);
      expect(expiresAt - executionTime).to.equal(7n * DAY);
      if ((await now()) < executionTime - 1n) {
        await time.setNextBlockTimestamp(executionTime - 1n);
        await expect(town.manager.executeProposal(proposal.id, actions)).to.be.revert(ethers);
      }
      if (dice.below(2) === 0) {
        await time.increaseTo(expiresAt);
        await expect(town.manager.executeProposal(proposal.id, actions)).to.be.revert(ethers);
        expect(await town.manager.state(proposal.id)).to.equal(STATE.EXPIRED);
      } else {
        await town.manager.executeProposal(proposal.id, actions);
        expect(await now()).to.be.at.least(executionTime);
      }
      await time.increase(31n * DAY);
    }
  });
});
