// A second RoleManager in plain JavaScript: says what each call does or why it is refused, and what is so afterwards.
import { DAY, ethers, FOREVER, keyOf } from "./deployment.js";
import { ADMINISTRATOR, AUDITOR, CITIZEN, correctionId, DELEGATE, GUARDIAN, moveId, requestId } from "./roles.js";

export const ROLES = [CITIZEN, DELEGATE, ADMINISTRATOR, AUDITOR, GUARDIAN];
const OFFICES = [ADMINISTRATOR, GUARDIAN];
const ZERO = ethers.ZeroHash;
const NOBODY = ethers.ZeroAddress;
const WEEK = 7n * DAY;
const max = (a, b) => (a > b ? a : b);

class Refused extends Error {}
const refuse = (name) => {
  throw new Refused(name);
};

export class RolesModel {
  constructor({ timelock, officerDelay, time, administrators, guardians, citizens }) {
    this.timelock = timelock;
    this.officerDelay = officerDelay;
    this.time = time;
    this.state = {
      standings: new Map(),
      persons: new Map(),
      seats: new Map(),
      moved: new Map(),
      origins: new Map(),
      halves: new Map(),
      approvals: new Map(),
      schedules: new Map(),
      changes: 0n,
      added: [],
      removed: [],
    };
    const first = { since: time, until: FOREVER, changedAt: 0n, objectedAt: 0n };
    for (const [role, accounts] of [
      [ADMINISTRATOR, administrators],
      [GUARDIAN, guardians],
      [CITIZEN, citizens],
    ]) {
      for (const account of accounts) {
        this.state.standings.set(role + account, { ...first });
        this.state.persons.set(account, keyOf(account));
        if (role === CITIZEN) this.state.seats.set(keyOf(account), account);
      }
    }
  }

  /** What the call does: { events } or { error }, and nothing then. */
  attempt(caller, method, args) {
    const before = structuredClone(this.state);
    this.events = [];
    this.caller = caller;
    try {
      this[method](...args);
      return { events: this.events };
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.state = before;
      return { error: error.message };
    }
  }

  // ------------------------------------------------------------------- reads

  standing(role, account) {
    return this.state.standings.get(role + account) ?? { since: 0n, until: 0n, changedAt: 0n, objectedAt: 0n };
  }
  until = (role, account) => this.standing(role, account).until;
  held = (role, account) => this.until(role, account) > this.time;
  heldSince = (role, account, since) => this.held(role, account) && this.standing(role, account).since <= since;
  person = (account) => this.state.persons.get(account) ?? ZERO;
  movedTo = (account) => this.state.moved.get(account) ?? NOBODY;
  accountOf(key) {
    const account = this.state.seats.get(key);
    return account && this.held(CITIZEN, account) ? account : NOBODY;
  }
  holders = (role) =>
    [...this.state.standings].filter(([id, { until }]) => id.startsWith(role) && until > 0n).map(([id]) => id.slice(66));
  persons(role, time = this.time) {
    return new Set(this.holders(role).filter((a) => this.until(role, a) > time).map(this.person)).size;
  }
  lasting = (role) => this.persons(role, FOREVER - 1n);
  week(counts) {
    return counts.filter(([day]) => day + 8n > this.time / DAY).reduce((sum, [, count]) => sum + count, 0n);
  }
  allowance() {
    const [added, removed] = [this.week(this.state.added), this.week(this.state.removed)];
    const roll = max(BigInt(this.holders(CITIZEN).length) + removed - added, 0n);
    return [max(max(1000n, roll) - added, 0n), max(max(50n, roll / 10n) - removed, 0n)];
  }
  stamp = (role, accounts) => accounts.map((a) => this.standing(role, a).changedAt).reduce(max, 0n);
  isHalfOpen(id, stamp) {
    const half = this.state.halves.get(id);
    if (!half || half.stamp !== stamp || this.time >= half.expiresAt) return false;
    return this.heldSince(ADMINISTRATOR, half.first, half.expiresAt - WEEK);
  }
  objected(role, account) {
    const { objectedAt } = this.standing(role, account);
    return objectedAt > 0n && this.time < objectedAt + 90n * DAY;
  }
  isOpen(fields) {
    const [role, accounts, , until, , grant] = fields;
    if (grant && until <= this.time) return false;
    if (accounts.some((a) => this.objected(role, a) || (!grant && !this.held(role, a)))) return false;
    return this.isHalfOpen(requestId(fields), this.stamp(role, accounts));
  }
  origin = (account) => this.state.origins.get(account) ?? account;
  isCorrectable = (account) =>
    !this.holdsAny(account) && this.state.seats.get(this.person(account)) !== account;
  waits(fields) {
    const planned = this.state.schedules.get(requestId(fields));
    if (!planned || this.time >= planned.effectiveAt + WEEK) return false;
    if (planned.stamp !== this.stamp(fields[0], fields[1])) return false;
    return planned.two.every((account) => this.heldSince(ADMINISTRATOR, account, planned.at));
  }

  // -------------------------------------------------------------------- calls

  grantRoles(role, accounts, keys, until) {
    this.submit([role, accounts, keys, until, ZERO, true]);
  }
  revokeRoles(role, accounts, reason) {
    this.submit([role, accounts, [], 0n, reason, false]);
  }
  correctPerson(account, key) {
    const adopted = this.adopted();
    if (!adopted) {
      if (this.person(account) === ZERO) refuse("RoleManagerPersonUnknown");
      if (!this.isCorrectable(account)) refuse("RoleManagerPersonKnown");
      const id = correctionId(account, key);
      const request = ["PersonCorrectionRequested", id, this.caller, account, key, this.time + WEEK];
      if (!this.agree(id, this.standing("PERSON", account).changedAt, request)) return;
    }
    if (this.person(account) === key) this.emit("PersonIdentified", account, key, key, this.caller);
    else this.identify(account, key, this.caller, adopted);
  }
  moveCitizen(from, to) {
    const adopted = this.adopted();
    const held = this.held(CITIZEN, from);
    if (!held || this.held(CITIZEN, to)) {
      if (!adopted) refuse(held ? "RoleManagerAlreadyCitizen" : "RoleManagerRoleNotHeld");
      const stays = held ? to : from;
      this.emit("RoleUnchanged", CITIZEN, stays, this.until(CITIZEN, stays));
      return;
    }
    if (!adopted) {
      const id = moveId(from, to);
      const request = ["CitizenMoveRequested", id, this.caller, from, to, this.time + WEEK];
      if (!this.agree(id, this.stamp(CITIZEN, [from, to]), request)) return;
      if (!this.takeApproval(id)) this.count(1n, 1n, this.allowance());
    }
    this.identify(to, this.person(from), this.caller, adopted);
    if (this.wasMoved(to, adopted)) this.emit("RoleUnchanged", CITIZEN, to, this.until(CITIZEN, to));
    else this.move(from, to, this.caller);
  }
  withdrawRequest(id) {
    if (this.state.schedules.get(id)?.two.includes(this.caller)) {
      this.state.schedules.delete(id);
    } else {
      if (this.state.halves.get(id)?.first !== this.caller) refuse("TwoPersonsNotYours");
      this.state.halves.delete(id);
      this.state.approvals.delete(id);
    }
    this.emit("RoleChangeWithdrawn", id, this.caller);
  }
  approveRequest(id) {
    this.only(GUARDIAN);
    if (!this.isHalfOpen(id, this.state.halves.get(id)?.stamp)) refuse("RoleManagerNoRequest");
    this.state.approvals.set(id, this.caller);
    this.emit("RoleChangeApproved", id, this.caller);
  }
  objectToOfficerChange(...args) {
    const [fields, reason] = [args.slice(0, 6), args[6]];
    const id = requestId(fields);
    this.only(GUARDIAN);
    if (reason === ZERO) refuse("RoleManagerReasonNeeded");
    if (!this.waits(fields)) refuse("RoleManagerNotScheduled");
    if (this.time >= this.state.schedules.get(id).effectiveAt) refuse("RoleManagerObjectionTooLate");
    this.state.schedules.delete(id);
    this.emit("OfficerChangeObjected", id, this.caller, reason);
    for (const account of fields[1]) {
      this.touch(fields[0], account);
      this.write(fields[0], account, { objectedAt: this.time });
    }
  }
  carryOutOfficerChange(...fields) {
    const id = requestId(fields);
    if (!this.waits(fields)) refuse("RoleManagerNotScheduled");
    const planned = this.state.schedules.get(id);
    if (this.time < planned.effectiveAt) refuse("RoleManagerTooEarly");
    this.state.schedules.delete(id);
    this.emit("OfficerChangeCarriedOut", id, this.caller);
    this.validate(fields, false);
    this.apply(fields, planned.two[1], false);
  }
  expire(role, account) {
    const until = this.until(role, account);
    if (until === 0n) refuse("RoleManagerRoleNotHeld");
    if (this.time < until) refuse("RoleManagerNotExpired");
    this.expireMany(role, [account]);
  }
  expireMany(role, accounts) {
    for (const account of accounts) {
      const until = this.until(role, account);
      if (until === 0n || this.time < until) continue;
      this.write(role, account, { since: 0n, until: 0n });
      this.emit("RoleExpired", role, account, until);
    }
  }

  // -------------------------------------------------------------------- parts

  emit = (...event) => this.events.push(event);
  write = (role, account, change) =>
    this.state.standings.set(role + account, { ...this.standing(role, account), ...change });
  touch = (role, account) => this.write(role, account, { changedAt: ++this.state.changes, objectedAt: 0n });
  holdsAny = (account) => ROLES.some((role) => this.held(role, account));
  only(role) {
    if (!this.held(role, this.caller)) refuse("RoleManagerUnauthorized");
  }
  adopted() {
    if (this.caller === this.timelock) return true;
    this.only(ADMINISTRATOR);
    return false;
  }

  submit(fields) {
    const [role, accounts, keys, until, reason, grant] = fields;
    const adopted = this.adopted();
    this.validate(fields, adopted);
    if (adopted) return this.apply(fields, this.caller, true);
    const id = requestId(fields);
    if (OFFICES.includes(role)) {
      if (this.waits(fields)) refuse("RoleManagerAlreadyScheduled");
      this.state.schedules.delete(id);
    }
    const first = this.state.halves.get(id)?.first;
    const stamp = this.stamp(role, accounts);
    const lapse = this.time + WEEK;
    const request = ["RoleChangeRequested", id, role, this.caller, accounts, keys, until, reason, grant, lapse];
    if (!this.agree(id, stamp, request)) return undefined;
    if (OFFICES.includes(role)) {
      const effectiveAt = this.time + this.officerDelay;
      this.state.schedules.set(id, { two: [first, this.caller], at: this.time, effectiveAt, stamp });
      return this.emit("OfficerChangeScheduled", id, effectiveAt, effectiveAt + WEEK);
    }
    if (this.takeApproval(id) || role !== CITIZEN) return this.apply(fields, this.caller, false);
    const allowance = this.allowance();
    const changed = this.apply(fields, this.caller, false);
    return this.count(grant ? changed : 0n, grant ? 0n : changed, allowance);
  }
  validate([role, accounts, keys, until, reason, grant], adopted) {
    if (!adopted && !grant && reason === ZERO) refuse("RoleManagerReasonNeeded");
    if (!adopted && grant && until <= this.time) refuse("RoleManagerUntilPassed");
    if (!adopted && new Set(accounts).size < accounts.length) refuse("RoleManagerDuplicateAccount");
    accounts.forEach((account, i) => {
      if (grant && keys[i] === ZERO && role !== DELEGATE) refuse("RoleManagerZeroPerson");
      if (adopted) return;
      if (this.objected(role, account)) refuse("RoleManagerObjected");
      const held = this.held(role, account);
      if (!grant && !held) refuse("RoleManagerRoleNotHeld");
      if (grant && role === CITIZEN && held && until < this.until(role, account)) refuse("RoleManagerUntilShortened");
    });
  }
  agree(id, stamp, request) {
    if (!this.isHalfOpen(id, stamp)) {
      this.state.halves.set(id, { first: this.caller, expiresAt: this.time + WEEK, stamp });
      this.state.approvals.delete(id);
      this.emit(...request);
      return false;
    }
    const { first } = this.state.halves.get(id);
    if (this.person(first) === this.person(this.caller)) refuse("TwoPersonsSecondPersonNeeded");
    this.state.halves.delete(id);
    this.emit("RoleChangeCompleted", id, this.caller);
    return true;
  }
  takeApproval(id) {
    const guardian = this.state.approvals.get(id);
    this.state.approvals.delete(id);
    return guardian !== undefined && this.held(GUARDIAN, guardian);
  }
  count(adding, removing, [mayAdd, mayRemove]) {
    if (adding > mayAdd || removing > mayRemove) refuse("RoleManagerCensusCap");
    this.state.added.push([this.time / DAY, adding]);
    this.state.removed.push([this.time / DAY, removing]);
  }

  apply([role, accounts, keys, until, reason, grants], by, adopted) {
    const before = this.lasting(role);
    const grant = grants && until > this.time;
    let changed = 0n;
    accounts.forEach((account, i) => {
      const done = grant
        ? this.grant(role, account, keys[i], until, by, adopted)
        : this.revoke(role, account, reason, by);
      if (done) changed++;
    });
    if (OFFICES.includes(role)) this.requireMinimum(role, before);
    return changed;
  }
  requireMinimum(role, before) {
    if (this.lasting(role) < 2 && this.lasting(role) < before) refuse("RoleManagerTooFewPersons");
  }
  requireApart(role, key) {
    const other = role === ADMINISTRATOR ? GUARDIAN : ADMINISTRATOR;
    for (const account of this.holders(other)) {
      if (this.person(account) === key && this.held(other, account)) refuse("RoleManagerPersonHoldsOther");
    }
  }
  grant(role, account, key, until, by, adopted) {
    if (key !== ZERO) this.identify(account, key, by, adopted);
    if (OFFICES.includes(role)) this.requireApart(role, this.person(account));
    const oldUntil = this.until(role, account);
    if (oldUntil === until || (role === CITIZEN && this.wasMoved(account, adopted))) {
      this.emit("RoleUnchanged", role, account, oldUntil);
      return false;
    }
    const begins = oldUntil <= this.time;
    this.touch(role, account);
    if (role === CITIZEN) this.seat(account, until, by, adopted);
    else if (OFFICES.includes(role) && oldUntil === 0n && this.holders(role).length === 32)
      refuse("RoleManagerTooManyOfficers");
    this.unit(role, account, until);
    this.emit("RoleGranted", role, account, by, oldUntil, until);
    return begins;
  }
  unit(role, account, until) {
    this.write(role, account, { until, ...(this.held(role, account) ? {} : { since: this.time }) });
  }
  wasMoved(account, adopted) {
    if (!this.state.moved.has(account)) return false;
    if (!adopted) refuse("RoleManagerAccountMoved");
    const last = this.state.seats.get(this.person(account));
    if (last === undefined || this.origin(last) !== this.origin(account)) return true;
    this.state.moved.delete(account);
    return false;
  }
  seat(account, until, by, adopted) {
    const key = this.person(account);
    const last = this.state.seats.get(key);
    if (last === undefined) this.state.seats.set(key, account);
    if (last === undefined || last === account) return;
    if (this.held(CITIZEN, last) && !adopted) refuse("RoleManagerPersonIsCitizen");
    if (!this.held(CITIZEN, last)) this.unit(CITIZEN, last, until);
    this.move(last, account, by);
  }
  move(from, to, by) {
    const key = this.person(from);
    this.state.seats.set(key, to);
    this.state.moved.set(from, to);
    if (to !== this.origin(from)) this.state.origins.set(to, this.origin(from));
    this.touch(CITIZEN, from);
    this.touch(CITIZEN, to);
    this.write(CITIZEN, to, { since: this.time, until: this.until(CITIZEN, from) });
    this.write(CITIZEN, from, { since: 0n, until: 0n });
    this.emit("CitizenMoved", from, to, key, by);
  }
  revoke(role, account, reason, by) {
    const oldUntil = this.until(role, account);
    if (!this.held(role, account)) {
      this.emit("RoleUnchanged", role, account, oldUntil);
      return false;
    }
    this.touch(role, account);
    this.write(role, account, { since: 0n, until: 0n });
    this.emit("RoleRevoked", role, account, by, oldUntil, reason);
    return true;
  }
  identify(account, key, by, adopted) {
    const known = this.person(account);
    if (known === key) return;
    if (known !== ZERO && !adopted && !this.isCorrectable(account)) refuse("RoleManagerPersonKnown");
    const before = OFFICES.map(this.lasting);
    this.state.persons.set(account, key);
    this.emit("PersonIdentified", account, known, key, by);
    if (known === ZERO) return;
    this.touch("PERSON", account);
    for (const role of OFFICES) if (this.held(role, account)) this.requireApart(role, key);
    OFFICES.forEach((role, i) => this.requireMinimum(role, before[i]));
    this.reseat(account, known, key, by);
  }
  reseat(account, oldKey, newKey, by) {
    if (this.state.seats.get(oldKey) !== account) return;
    this.state.seats.delete(oldKey);
    const other = this.state.seats.get(newKey);
    if (other !== undefined && !this.held(CITIZEN, account)) {
      this.state.moved.set(account, other);
      return;
    }
    this.state.seats.set(newKey, account);
    if (other === undefined) return;
    this.state.moved.set(other, account);
    if (this.held(CITIZEN, other)) this.revoke(CITIZEN, other, ZERO, by);
  }
}
