// Many acts in one second: a town whose blocks share their time, held against a brute-force model that knows intervals
// and lists alone. The seed is fixed for repeatable runs; FUZZ_SEED and FUZZ_STEPS choose others.
import { expect } from "chai";
import { network } from "hardhat";

import { pack, sign } from "./support/acts.js";
import { COUNTING, DAY, FOREVER } from "./support/deployment.js";

const SEED = Number(process.env.FUZZ_SEED ?? 7);
const STEPS = Number(process.env.FUZZ_STEPS ?? 400);
const TYPES = [0, 1, 2, 3, 4, 5];
const ZERO = `0x${"00".repeat(20)}`;
const GAS = { gasLimit: 5_000_000 };

/** mulberry32. */
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

/** A value and when it was set; of two in one second the later stands. */
class History {
  entries = [];
  set(time, value) {
    this.entries.push([time, value]);
  }
  at(time, otherwise) {
    return this.entries.findLast(([since]) => since <= time)?.[1] ?? otherwise;
  }
  last(otherwise) {
    return this.entries.at(-1)?.[1] ?? otherwise;
  }
}

/** The rules, by brute force. */
class Model {
  units = new Map(); // account -> { since, until }, the running or unrecorded one
  past = []; // { account, since, end, revoked }
  waiting = new Set(); // accounts whose revoked unit waits to be recorded
  ever = new Set(); // accounts that ever had a unit
  origins = new Map(); // account -> first account of the person, where that is another
  newest = new Map(); // first account -> newest account
  next = new Map(); // first account -> { from, to, until }: a unit for `to` once that of `from` is recorded
  choices = new Map(); // `account/scope` -> History of accounts
  standing = new Map(); // delegate -> since when it holds DELEGATE
  supply = new History();

  constructor(people) {
    this.people = people;
  }

  choice(account, scope) {
    const key = `${account}/${scope}`;
    if (!this.choices.has(key)) this.choices.set(key, new History());
    return this.choices.get(key);
  }

  isCitizen(account, now) {
    const unit = this.units.get(account);
    return !!unit && !this.waiting.has(account) && now < unit.until;
  }

  origin = (account) => this.origins.get(account) ?? account;
  current = (account) => this.newest.get(this.origin(account)) ?? this.origin(account);
  waits(account, now) {
    const next = this.next.get(this.origin(account));
    return !!next && next.to === account && now < next.until;
  }
  /** A unit for `to` after that of `last`: begun already, or when the end of that is recorded. */
  succeed(last, to, now, until, begun) {
    const origin = this.origin(last);
    if (begun) {
      if (this.units.has(last)) this.record(last, now);
      return this.begin(to, now, until);
    }
    if (this.isCitizen(last, now)) {
      this.end(last, now);
      this.waiting.add(last);
    }
    return this.next.set(origin, { from: last, ...this.next.get(origin), to, until });
  }
  /** Whether the account never had a unit, or is an earlier one of the person and has none now. */
  fits(account, from, now) {
    if (!this.ever.has(account) && !this.origins.has(account)) return true;
    return this.origin(account) === this.origin(from) && !this.isCitizen(account, now);
  }

  begin(account, now, until) {
    this.units.set(account, { since: now, until });
    this.ever.add(account);
    this.supply.set(now, this.supply.last(0) + 1);
  }

  /** The unit ends: revoked now, or at its own end. */
  end(account, now) {
    const { since, until } = this.units.get(account);
    this.past.push({ account, since, end: now < until ? now : until, revoked: now < until });
  }

  /** Its end is told the delegates and the roll. */
  record(account, now) {
    if (!this.waiting.delete(account)) this.end(account, now);
    this.units.delete(account);
    for (const scope of [0, ...TYPES.map((type) => type + 1)]) {
      if (this.choice(account, scope).last()) this.choice(account, scope).set(now, null);
    }
    this.supply.set(now, this.supply.last(0) - 1);
  }

  had(account, time) {
    const unit = this.units.get(account);
    const running = unit && !this.waiting.has(account) && unit.since <= time && time < unit.until;
    return running || this.past.some((u) => u.account === account && u.since <= time && time < u.end);
  }

  /** Own units that may be cast now in a vote with this snapshot: 0 or 1. */
  own(account, snapshot, now) {
    if (this.isCitizen(account, now) && this.units.get(account).since <= snapshot) return 1;
    const kept = (u) => u.account === account && u.since <= snapshot && snapshot < u.end && u.revoked;
    return this.past.some(kept) ? 1 : 0;
  }

  holder(account, type, time) {
    const typed = this.choice(account, type + 1).at(time, null);
    if (typed === account) return null;
    return typed ?? this.choice(account, 0).at(time, null);
  }

  received(delegate, type, time) {
    return this.people.filter((account) => this.holder(account, type, time) === delegate).length;
  }

  stands(delegate, snapshot) {
    return (this.standing.get(delegate) ?? Infinity) <= snapshot;
  }

  /** What an account would cast. */
  weight(window, account, now) {
    const snapshot = window.start - 1n;
    const own = this.own(account, snapshot, now);
    const left = this.received(account, window.type, snapshot) - (window.taken.get(account) ?? 0);
    return { own, received: this.stands(account, snapshot) ? left : 0 };
  }

  cast(window, account, support, now) {
    if (window.ballots.has(account) || support > 2) return null;
    const { own, received } = this.weight(window, account, now);
    if (own + received === 0) return null;
    const holder = own ? this.holder(account, window.type, window.start - 1n) : null;
    if (holder) {
      window.taken.set(holder, (window.taken.get(holder) ?? 0) + 1);
      const ballot = window.ballots.get(holder);
      if (ballot?.received) ballot.weight -= 1;
    }
    window.ballots.set(account, { support, weight: own + received, received: received > 0 });
    return own + received;
  }

  tally(window) {
    const sides = [0n, 0n, 0n];
    for (const { support, weight } of window.ballots.values()) sides[support] += BigInt(weight);
    return sides;
  }
}

/** The engine between two accounts that play its neighbours, on a chain whose blocks may share a time. */
async function town() {
  const { ethers, networkHelpers } = await network.create({ override: { allowBlocksWithSameTimestamp: true } });
  const [core, manager, roles, ...signers] = await ethers.getSigners();
  const statements = await ethers.deployContract("StatementsEnglish");
  const libraries = { DelegationLib: await (await ethers.deployContract("DelegationLib")).getAddress() };
  const code = await ethers.deployContract("VotingEngine", [await statements.getAddress()], { libraries });
  const keeper = await ethers.deployContract("TestRoles", [], roles);
  const proxy = await ethers.deployContract("TransparentUpgradeableProxy", [
    await code.getAddress(),
    core.address,
    code.interface.encodeFunctionData("initialize", [core.address, manager.address, await keeper.getAddress()]),
  ]);
  const engine = await ethers.getContractAt("VotingEngine", await proxy.getAddress());
  await keeper.setEngine(await engine.getAddress());
  const onePerson = await ethers.deployContract("OnePersonOneVoteStrategy", [await engine.getAddress()]);
  return { ethers, networkHelpers, signers, statements, keeper, engine, manager, onePerson };
}

describe(`many acts in one second (seed ${SEED}, ${STEPS} steps)`, function () {
  this.timeout(3_000_000);

  it("tallies, power, histories and the roll agree with the model", async () => {
    const place = await town();
    const { ethers, networkHelpers, engine, keeper } = place;
    const dice = random(SEED);
    const signers = place.signers.slice(0, 12);
    const people = signers.map(({ address }) => address);
    const delegates = people.slice(4, 8);
    const model = new Model(people);
    const windows = [];
    let now = BigInt((await ethers.provider.getBlock("latest")).timestamp) + 10n;
    let id = 1000n;
    let counted = 0;

    const next = async () => {
      now += dice.pick([0n, 0n, 0n, 0n, 1n, 1n, 2n, 60n, 3600n]);
      await networkHelpers.time.setNextBlockTimestamp(now);
    };
    const agreed = async (sent, expected, what) => {
      const done = await sent.then((tx) => tx.wait()).then(
        () => true,
        () => false,
      );
      expect(done).to.equal(expected, what);
      return done;
    };
    const open = () => windows.filter(({ start, end }) => start <= now && now < end - 8n * 3600n);

    const acts = {
      delegate: async () => {
        const by = dice.pick(signers);
        const to = dice.pick([...delegates, ZERO, by.address]);
        const scope = dice.below(3) === 0 ? 1 + dice.below(6) : 0;
        await next();
        const target = scope === 0 && to === by.address ? ZERO : to;
        const known = target === ZERO || target === by.address || model.standing.has(target);
        const expected = target === ZERO || (model.isCitizen(by.address, now) && known);
        const mine = engine.connect(by);
        const sent = scope === 0 ? mine.delegate(to, GAS) : mine.delegateFor(scope - 1, to, GAS);
        if (!(await agreed(sent, expected, "delegate"))) return;
        model.choice(by.address, scope).set(now, target === ZERO ? null : target);
      },
      grant: async () => {
        const account = model.current(dice.pick(people));
        await next();
        const until = dice.below(2) ? FOREVER : now + BigInt(1 + dice.below(5000));
        await agreed(keeper.setCitizen(account, until, GAS), true, "grant");
        if (model.isCitizen(account, now)) {
          model.units.get(account).until = until;
        } else {
          model.succeed(account, account, now, until, await engine.isCitizen(account));
        }
      },
      revoke: async () => {
        const account = dice.pick(people);
        await next();
        const waits = model.waits(account, now);
        const expected = waits || model.isCitizen(account, now);
        if (!(await agreed(keeper.removeCitizen(account, GAS), expected, "revoke"))) return;
        if (waits) return model.next.delete(model.origin(account));
        // Whether the record waits is the engine's choice; that it makes no difference to the vote is the law.
        if ((await engine.citizen(account)).since === 0n) return model.record(account, now);
        model.end(account, now);
        model.waiting.add(account);
      },
      expire: async () => {
        const account = dice.pick(people);
        await next();
        const due = model.units.has(account) && !model.isCitizen(account, now);
        if (!(await agreed(keeper.expireCitizen(account, GAS), due, "expire"))) return;
        model.record(account, now);
        const { to, until } = model.next.get(model.origin(account)) ?? {};
        model.next.delete(model.origin(account));
        if (now < until) model.begin(to, now, until);
      },
      move: async () => {
        const [from, to] = [dice.pick(people), dice.pick(people)];
        await next();
        const expected = (model.isCitizen(from, now) || model.waits(from, now)) && model.fits(to, from, now);
        if (!(await agreed(keeper.moveCitizen(from, to, GAS), expected, "move"))) return;
        const { until } = model.waits(from, now) ? model.next.get(model.origin(from)) : model.units.get(from);
        const origin = model.origin(from);
        if (to !== origin) model.origins.set(to, origin);
        model.newest.set(origin, to);
        model.succeed(from, to, now, until, await engine.isCitizen(to));
      },
      seat: async () => {
        const delegate = dice.pick(delegates);
        await next();
        const holds = !model.standing.has(delegate);
        await agreed(keeper.setDelegate(delegate, holds, GAS), true, "seat");
        if (holds) model.standing.set(delegate, now);
        else model.standing.delete(delegate);
      },
      open: async () => {
        await next();
        const start = now + 1n + BigInt(dice.below(3));
        const window = { id: ++id, type: dice.below(6), start, end: start + 3n * DAY };
        Object.assign(window, { ballots: new Map(), taken: new Map() });
        window.rulesHash = ethers.id(`rules ${id}`);
        const mine = engine.connect(place.manager);
        const { type, end, rulesHash } = window;
        await mine.openWindow(id, rulesHash, start, end, place.onePerson, type, COUNTING.ONE_PERSON);
        windows.push(window);
        if (windows.length > 4 && dice.below(3)) windows.splice(dice.below(3), 1);
      },
      vote: async () => {
        if (windows.length === 0) return;
        const [window, by, support] = [dice.pick(windows), dice.pick(signers), dice.below(4)];
        await next();
        const runs = window.start <= now && now < window.end;
        const weight = runs ? model.cast(window, by.address, support, now) : null;
        await agreed(engine.connect(by).castVote(window.id, support, GAS), weight != null, "vote");
        if (weight != null) counted += 1;
      },
      batch: async () => {
        if (open().length === 0) return;
        const window = dice.pick(open());
        const ballots = [];
        for (let i = 0; i < 1 + dice.below(6); i++) {
          const [by, support] = [dice.pick(signers), dice.below(4)];
          const deadline = now + 3600n * BigInt(dice.below(4));
          const reasonHash = dice.below(2) ? ethers.ZeroHash : ethers.id("why");
          const { id: proposalId, rulesHash } = window;
          const message = { proposalId, rulesHash, voter: by.address, support, params: "0x", reasonHash, deadline };
          const signer = dice.below(6) === 0 ? dice.pick(signers) : by;
          const bytes = pack(message, await sign(place, "Ballot", signer, message));
          ballots.push({ bytes, voter: by.address, support, deadline, good: signer === by });
        }
        await next();
        const expected = ballots.filter(
          ({ voter, support, deadline, good }) =>
            good && now <= deadline && model.cast(window, voter, support, now) != null,
        ).length;
        const bytes = ethers.concat(ballots.map((ballot) => ballot.bytes));
        const receipt = await (await engine.castVotesBySig(window.id, window.rulesHash, bytes, GAS)).wait();
        const casts = receipt.logs.filter((log) => engine.interface.parseLog(log).name === "VoteCast");
        expect(casts.length).to.equal(expected);
        counted += expected;
      },
    };

    const past = async () => {
      now += 1n;
      await networkHelpers.time.increaseTo(now);
      const at = now - 1n - BigInt(dice.below(3));
      expect(await engine.getPastTotalSupply(at)).to.equal(BigInt(model.supply.at(at, 0)));
      for (const account of people) {
        expect(await engine.wasCitizen(account, at)).to.equal(model.had(account, at), `${account} at ${at}`);
        for (const type of TYPES) {
          expect(await engine.holderAt(account, type, at)).to.equal(model.holder(account, type, at) ?? ZERO);
        }
      }
      for (const window of windows.filter(({ start }) => start <= now)) {
        const total = model.tally(window).reduce((a, b) => a + b);
        expect(total).to.be.at.most(BigInt(model.supply.at(window.start - 1n, 0)), "no more votes than units");
        for (const account of people) {
          const ballot = window.ballots.get(account);
          if (ballot && !ballot.received) continue;
          const { own, received } = model.weight(window, account, now);
          expect(await engine.getBallotPower(window.id, account)).to.equal(BigInt(ballot?.weight ?? own + received));
        }
      }
    };

    for (const account of people.slice(0, 6)) {
      await next();
      await keeper.setCitizen(account, FOREVER);
      model.begin(account, now, FOREVER);
    }
    for (const delegate of delegates) {
      await next();
      await keeper.setDelegate(delegate, true);
      model.standing.set(delegate, now);
    }
    const often = { delegate: 8, grant: 6, revoke: 2, expire: 2, move: 1, seat: 1, open: 4, vote: 16, batch: 6 };
    const bag = Object.entries(often).flatMap(([act, times]) => Array(times).fill(act));
    for (let step = 0; step < STEPS; step++) {
      const act = dice.pick(bag);
      await acts[act]();
      for (const window of windows) {
        expect([...(await engine.proposalVotes(window.id))]).to.deep.equal(model.tally(window), `step ${step}: ${act}`);
      }
      if (step % 40 === 0) await past();
    }
    expect(counted).to.be.above(STEPS / 20);
  });
});
