import { expect } from "chai";

import { acting, DAY, deployed, ethers, FOREVER, HOUR, keyOf, loadFixture, PARAMS, REASON, time } from "./support/deployment.js";
import {
  accounts,
  ADMINISTRATOR,
  CITIZEN,
  correctionId,
  GUARDIAN,
  moveId,
  now,
  requestId,
} from "./support/roles.js";
import { ROLES, RolesModel } from "./support/roles-model.js";

const STEPS = 300;
const OFFICES = [ADMINISTRATOR, GUARDIAN];
const ZERO = ethers.ZeroHash;

/** Numbers from 0 up to 1 that a seed determines (mulberry32). */
function randomOf(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** A town, its model, and the dice. */
async function played(seed) {
  const town = await loadFixture(deployed);
  const random = randomOf(seed);
  const pick = (list) => list[Math.floor(random() * list.length)];
  const signers = [...town.admins, ...town.guardians, ...town.citizens.slice(0, 4), town.stranger, town.stranger2];
  const timelock = await acting(town.execution);
  const { timestamp } = await town.deployment.deploymentTransaction().getBlock();
  const begun = await now();
  const model = new RolesModel({
    timelock: timelock.address,
    officerDelay: PARAMS.officerDelay,
    time: BigInt(timestamp),
    administrators: town.admins.map(({ address }) => address),
    guardians: town.guardians.map(({ address }) => address),
    citizens: town.citizens.map(({ address }) => address),
  });
  const people = signers.map(({ address }) => address);
  model.time = begun;
  return { town, random, pick, signers, timelock, model, people, crowd: accounts(60, 7000), made: [], seen: new Set() };
}

const COMMANDS = [
  [14, "grant"],
  [10, "revoke"],
  [24, "again"],
  [5, "correct"],
  [6, "move"],
  [5, "crowd"],
  [4, "withdraw"],
  [3, "approve"],
  [4, "object"],
  [10, "carryOut"],
  [6, "expire"],
];
const TOTAL = COMMANDS.reduce((sum, [weight]) => sum + weight, 0);

function command({ random }) {
  let at = random() * TOTAL;
  return COMMANDS.find(([weight]) => (at -= weight) < 0)[1];
}

/** Who calls: mostly an administrator, at times the timelock or anybody. */
function caller({ random, pick, signers, timelock, model }) {
  const dice = random();
  if (dice < 0.15) return timelock;
  if (dice < 0.25) return pick(signers);
  return pick(signers.filter(({ address }) => model.held(ADMINISTRATOR, address)));
}
const some = ({ pick, people, random }) => Array.from({ length: random() < 0.7 ? 1 : 2 }, () => pick(people));
function end({ random, model }) {
  if (random() < 0.5) return FOREVER;
  return model.time + BigInt(Math.floor(random() * 20 * Number(DAY))) - HOUR;
}
const keyFor = ({ random, pick, people, model }, account) => {
  if (random() < 0.15) return keyOf(pick(people));
  const known = model.person(account);
  return known === ZERO ? keyOf(account) : known;
};
const guardian = ({ pick, signers, model, random }) =>
  random() < 0.1 ? pick(signers) : pick(signers.filter(({ address }) => model.held(GUARDIAN, address)));

/** The next call: [signer, method, args]. */
const NEXT = {
  grant(play) {
    const list = some(play);
    return [caller(play), "grantRoles", [play.pick(ROLES), list, list.map((a) => keyFor(play, a)), end(play)]];
  },
  revoke(play) {
    const role = play.pick(ROLES);
    const held = play.people.filter((a) => play.model.held(role, a));
    const list = held.length > 0 && play.random() < 0.9 ? [play.pick(held)] : some(play);
    return [caller(play), "revokeRoles", [role, list, play.random() < 0.95 ? REASON : ZERO]];
  },
  again(play) {
    if (play.made.length === 0) return NEXT.grant(play);
    const [method, args] = play.random() < 0.7 ? play.made[play.made.length - 1] : play.pick(play.made);
    return [caller(play), method, args];
  },
  correct(play) {
    const account = play.pick(play.people);
    return [caller(play), "correctPerson", [account, keyFor(play, play.pick(play.people))]];
  },
  move(play) {
    const held = play.people.filter((a) => play.model.held(CITIZEN, a));
    return [caller(play), "moveCitizen", [play.pick(held.length > 0 ? held : play.people), play.pick(play.people)]];
  },
  crowd(play) {
    const grant = play.random() < 0.5;
    const list = play.crowd.filter((a) => play.model.held(CITIZEN, a) !== grant).slice(0, 35);
    if (list.length === 0) return NEXT.revoke(play);
    if (grant) return [play.timelock, "grantRoles", [CITIZEN, list, list.map(keyOf), FOREVER]];
    return [caller(play), "revokeRoles", [CITIZEN, list, REASON]];
  },
  withdraw(play) {
    return [caller(play), "withdrawRequest", [play.pick([ZERO, ...play.seen])]];
  },
  approve(play) {
    return [guardian(play), "approveRequest", [play.pick([ZERO, ...[...play.seen].slice(-4)])]];
  },
  object(play) {
    const fields = scheduledOrNot(play);
    if (!fields) return NEXT.grant(play);
    return [guardian(play), "objectToOfficerChange", [...fields, play.random() < 0.9 ? REASON : ZERO]];
  },
  carryOut(play) {
    const fields = scheduledOrNot(play);
    return fields ? [play.pick(play.signers), "carryOutOfficerChange", fields] : NEXT.grant(play);
  },
  expire(play) {
    const role = play.pick(ROLES);
    if (play.random() < 0.3) return [play.pick(play.signers), "expire", [role, play.pick(play.people)]];
    return [play.pick(play.signers), "expireMany", [role, play.people]];
  },
};

/** The fields of a change of officers, one that is scheduled if there is any; nothing if none was asked for. */
function scheduledOrNot(play) {
  const changes = play.made.filter(([, [role, list]]) => OFFICES.includes(role) && Array.isArray(list));
  const due = changes.filter(([method, args]) => play.model.state.schedules.has(requestId(fieldsOf(method, args))));
  const list = due.length > 0 ? due : changes;
  return list.length > 0 ? fieldsOf(...play.pick(list)) : undefined;
}
function fieldsOf(method, args) {
  if (method === "grantRoles") return [...args, ZERO, true];
  const [role, list, reason] = args;
  return [role, list, [], 0n, reason, false];
}
const idOf = (method, args) => {
  if (method === "correctPerson") return correctionId(...args);
  return method === "moveCitizen" ? moveId(...args) : requestId(fieldsOf(method, args));
};

/** Seconds, hours or days until the next call; a scheduled change is often awaited. */
function pass({ random, model }, method, args) {
  const dice = random();
  if (method === "carryOutOfficerChange" && dice < 0.6) {
    const { effectiveAt } = model.state.schedules.get(requestId(args)) ?? {};
    if (effectiveAt > model.time) return effectiveAt - model.time;
  }
  if (dice < 0.7) return 1n + BigInt(Math.floor(random() * 600));
  if (dice < 0.9) return BigInt(Math.floor(random() * 40)) * HOUR + 1n;
  return BigInt(Math.floor(random() * 8)) * DAY + 1n;
}

/** What the contract did: { events } or { error }. */
async function sent(town, signer, method, args) {
  try {
    const transaction = await town.roles.connect(signer)[method](...args, { gasLimit: 15_000_000n });
    const address = await town.roles.getAddress();
    const { logs } = await transaction.wait();
    const events = logs
      .filter((log) => log.address === address)
      .map((log) => town.roles.interface.parseLog(log))
      .map((event) => [event.name, ...event.args.toArray(true)]);
    return { events };
  } catch (error) {
    const [, name] = /custom error '(\w+)\(/.exec(error.message) ?? [];
    if (name === undefined) throw error;
    return { error: name };
  }
}

/** What is asked after each call. */
async function compareShort({ town, model, made, pick }) {
  for (const role of OFFICES) expect(await town.roles.officerCount(role)).to.equal(BigInt(model.persons(role)));
  expect(Array.from(await town.roles.censusAllowance())).to.deep.equal(model.allowance());
  if (made.length === 0) return;
  const [method, args] = pick(made);
  if (method === "correctPerson") {
    const stamp = model.standing("PERSON", args[0]).changedAt;
    expect(await town.roles.isCorrectionOpen(...args)).to.equal(model.isHalfOpen(correctionId(...args), stamp));
  } else if (method === "moveCitizen") {
    const open = model.isHalfOpen(moveId(...args), model.stamp(CITIZEN, args));
    expect(await town.roles.isMoveOpen(...args)).to.equal(open);
  } else {
    const fields = fieldsOf(method, args);
    expect(await town.roles.isRequestOpen(...fields)).to.equal(model.isOpen(fields));
  }
}

/** Everything, and the laws that hold whatever the model says. */
async function compareAll({ town, model, people }) {
  const officers = { [ADMINISTRATOR]: new Set(), [GUARDIAN]: new Set() };
  const lasting = { [ADMINISTRATOR]: new Set(), [GUARDIAN]: new Set() };
  const citizens = [];
  for (const account of people) {
    const person = await town.roles.personOf(account);
    expect(person).to.equal(model.person(account));
    expect(await town.roles.movedTo(account)).to.equal(model.movedTo(account));
    expect(await town.roles.accountOf(keyOf(account))).to.equal(model.accountOf(keyOf(account)));
    for (const role of ROLES) {
      const standing = model.standing(role, account);
      expect(await town.roles.roleUntil(role, account)).to.equal(standing.until);
      expect(await town.roles.roleSince(role, account)).to.equal(standing.since);
      if (!(await town.roles.hasRole(role, account))) continue;
      if (role === CITIZEN) citizens.push(person);
      officers[role]?.add(person);
      if (standing.until === FOREVER) lasting[role]?.add(person);
    }
  }
  for (const role of OFFICES) expect(lasting[role].size).to.be.at.least(2);
  expect([...officers[ADMINISTRATOR]].filter((person) => officers[GUARDIAN].has(person))).to.deep.equal([]);
  expect(new Set(citizens).size).to.equal(citizens.length);
  expect(await town.engine.citizenCount()).to.equal(BigInt(model.holders(CITIZEN).length));
}

describe("RoleManager against a second one in JavaScript", () => {
  const told = {};

  for (const seed of [7, 11, 2026]) {
    it(`does and refuses the same in ${STEPS} random calls (seed ${seed})`, async () => {
      const play = await played(seed);
      const { town, model } = play;
      for (let step = 0; step < STEPS; step++) {
        const [signer, method, args] = NEXT[command(play)](play);
        model.time += pass(play, method, args);
        await time.setNextBlockTimestamp(model.time);
        const expected = model.attempt(signer.address, method, args);
        const actual = await sent(town, signer, method, args);
        expect(actual, `step ${step}: ${method}`).to.deep.equal(expected);
        if (["grantRoles", "revokeRoles", "correctPerson", "moveCitizen"].includes(method) && !expected.error) {
          play.made.push([method, args]);
          play.seen.add(idOf(method, args));
          if (play.made.length > 12) play.made.shift();
        }
        for (const name of expected.error ? [expected.error] : expected.events.map(([event]) => event)) {
          told[name] = (told[name] ?? 0) + 1;
        }
        await compareShort(play);
        if (step % 25 === 24) await compareAll(play);
      }
    });
  }

  it("and the dice reached the rules that matter", () => {
    for (const name of [
      "RoleChangeCompleted",
      "OfficerChangeScheduled",
      "OfficerChangeObjected",
      "OfficerChangeCarriedOut",
      "RoleChangeWithdrawn",
      "RoleExpired",
      "CitizenMoved",
      "RoleManagerTooFewPersons",
      "RoleManagerPersonHoldsOther",
      "TwoPersonsSecondPersonNeeded",
    ]) {
      expect(told[name] ?? 0, name).to.be.above(0);
    }
  });
});
