// Adopted means carried out: nobody makes an adopted proposal fail by doing first what it asks for, and no list that may
// be adopted is too long for one transaction.
import { expect } from "chai";

import { both, call, draft, makeDelegate, queued, toDue } from "./support/acts.js";
import {
  acting,
  DAY,
  deployed,
  ethers,
  FOREVER,
  keyOf,
  loadFixture,
  measured,
  PROPOSAL,
  REASON,
  role,
  STATE,
  time,
} from "./support/deployment.js";

const now = async () => BigInt(await time.latest());
const [CITIZEN, DELEGATE, ADMINISTRATOR, AUDITOR, GUARDIAN] = [
  "CITIZEN",
  "DELEGATE",
  "ADMINISTRATOR",
  "AUDITOR",
  "GUARDIAN",
].map(role);

/** Adopts the actions, lets `first` happen while they wait, and carries them out. */
async function overtaken(town, type, actions, first) {
  const proposal = await queued(town, { type, actions });
  await toDue(town, proposal);
  await first();
  const tx = await town.manager.executeProposal(proposal.id, actions);
  expect(await town.manager.state(proposal.id)).to.equal(STATE.EXECUTED);
  return tx;
}

describe("adopted means carried out: someone did it first", () => {
  const roles = (town, method, ...args) => call(town.roles, method, args);
  /** What every such proposal does besides; it must not be lost with the rest. */
  const besides = (town) => roles(town, "revokeRole", ADMINISTRATOR, town.admins[2].address, REASON);

  const cases = {
    grantRole: (town) => [CITIZEN, town.stranger.address, keyOf(town.stranger)],
    grantTemporaryRole: (town) => [DELEGATE, town.stranger.address, keyOf(town.stranger), FOREVER - 1n],
    grantRoles: (town) => [
      CITIZEN,
      [town.stranger.address, town.stranger2.address],
      [keyOf(town.stranger), keyOf(town.stranger2)],
      FOREVER,
    ],
    revokeRole: (town) => [CITIZEN, town.citizens[7].address, REASON],
    revokeRoles: (town) => [CITIZEN, town.citizens.slice(5).map(({ address }) => address), REASON],
  };
  for (const [method, argsOf] of Object.entries(cases)) {
    it(`${method}: the rest of the proposal is carried out, and each thing done before is told`, async () => {
      const town = await loadFixture(deployed);
      const args = argsOf(town);
      const actions = [await roles(town, method, ...args), await besides(town)];
      const tx = await overtaken(town, PROPOSAL.ROLE, actions, () => both(town, method, ...args));
      for (const account of [args[1]].flat()) {
        await expect(tx)
          .to.emit(town.roles, "RoleUnchanged")
          .withArgs(args[0], account, await town.roles.roleUntil(args[0], account));
      }
      expect(await town.roles.hasRole(ADMINISTRATOR, town.admins[2])).to.equal(false);
    });
  }

  it("grantRole of an AUDITOR, revokeRole of a DELEGATE: the same for every role that two administrators change", async () => {
    const town = await loadFixture(deployed);
    await makeDelegate(town, town.citizens[0]);
    const actions = [
      await roles(town, "grantRole", AUDITOR, town.stranger.address, keyOf(town.stranger)),
      await roles(town, "revokeRole", DELEGATE, town.citizens[0].address, REASON),
      await besides(town),
    ];
    await overtaken(town, PROPOSAL.ROLE, actions, async () => {
      await both(town, "grantRole", AUDITOR, town.stranger.address);
      await both(town, "revokeRole", DELEGATE, town.citizens[0].address);
    });
    expect(await town.roles.hasRole(ADMINISTRATOR, town.admins[2])).to.equal(false);
  });

  it("revokeRole of what ran out and was recorded meanwhile", async () => {
    const town = await loadFixture(deployed);
    const until = (await now()) + 10n * DAY;
    await both(town, "grantTemporaryRole", DELEGATE, town.stranger.address, until);
    const actions = [
      await roles(town, "revokeRole", DELEGATE, town.stranger.address, REASON),
      await besides(town),
    ];
    await overtaken(town, PROPOSAL.ROLE, actions, async () => {
      await time.increaseTo(until);
      await town.roles.expire(DELEGATE, town.stranger.address);
    });
    expect(await town.roles.hasRole(ADMINISTRATOR, town.admins[2])).to.equal(false);
  });

  it("a newcomer's seat: no administrator can spoil it by saying who the newcomer is", async () => {
    const town = await loadFixture(deployed);
    const fresh = town.stranger;
    const [spoiler] = town.admins;
    const actions = [
      await roles(town, "grantRole", ADMINISTRATOR, fresh.address, keyOf(fresh)),
      await roles(town, "revokeRole", ADMINISTRATOR, spoiler.address, REASON),
    ];
    await overtaken(town, PROPOSAL.ROLE, actions, async () => {
      const by = town.roles.connect(spoiler);
      await by.grantRole(AUDITOR, fresh.address, keyOf(spoiler));
      await by.grantRole(ADMINISTRATOR, fresh.address, keyOf(spoiler));
    });
    expect(await town.roles.hasRole(ADMINISTRATOR, fresh)).to.equal(true);
    expect(await town.roles.hasRole(ADMINISTRATOR, spoiler)).to.equal(false);
    expect(await town.roles.personOf(fresh)).to.equal(keyOf(fresh));
  });

  it("two administrators who make the newcomer another person are corrected by the grant itself", async () => {
    const town = await loadFixture(deployed);
    const fresh = town.stranger;
    const actions = [await roles(town, "grantRole", ADMINISTRATOR, fresh.address, keyOf(fresh))];
    await overtaken(town, PROPOSAL.ROLE, actions, () =>
      both(town, "grantRole", AUDITOR, fresh.address, keyOf(town.admins[0])),
    );
    expect(await town.roles.personOf(fresh)).to.equal(keyOf(fresh));
    expect(await town.roles.hasRole(ADMINISTRATOR, fresh)).to.equal(true);
  });

  it("correctPerson to what is recorded already", async () => {
    const town = await loadFixture(deployed);
    await both(town, "grantRole", AUDITOR, town.stranger.address);
    await both(town, "revokeRole", AUDITOR, town.stranger.address);
    const correction = [town.stranger.address, keyOf(town.stranger2)];
    const actions = [await roles(town, "correctPerson", ...correction), await besides(town)];
    await overtaken(town, PROPOSAL.ROLE, actions, () => both(town, "correctPerson", ...correction));
    expect(await town.roles.personOf(town.stranger)).to.equal(keyOf(town.stranger2));
    expect(await town.roles.hasRole(ADMINISTRATOR, town.admins[2])).to.equal(false);
  });

  it("moveCitizen to where the citizen is already", async () => {
    const town = await loadFixture(deployed);
    const move = [town.citizens[7].address, town.stranger.address];
    const actions = [await roles(town, "moveCitizen", ...move), await besides(town)];
    await overtaken(town, PROPOSAL.ROLE, actions, () => both(town, "moveCitizen", ...move));
    expect(await town.engine.isCitizen(town.stranger)).to.equal(true);
    expect(await town.roles.hasRole(ADMINISTRATOR, town.admins[2])).to.equal(false);
  });

  it("EMERGENCY: a guardian seated, a guardian unseated and the pause lifted before", async () => {
    const town = await loadFixture(deployed);
    const [first, second, third] = town.guardians;
    await town.core.connect(first).pause(REASON);
    const actions = [
      await call(town.core, "unpause", [1n]),
      await roles(town, "grantRole", GUARDIAN, town.stranger.address, keyOf(town.stranger)),
      await roles(town, "revokeRole", GUARDIAN, third.address, REASON),
    ];
    const tx = await overtaken(town, PROPOSAL.EMERGENCY, actions, async () => {
      const timelock = town.roles.connect(await acting(town.execution));
      await timelock.grantRole(GUARDIAN, town.stranger.address, keyOf(town.stranger));
      await timelock.revokeRole(GUARDIAN, third.address, REASON);
      for (const guardian of [first, second]) await town.core.connect(guardian).unpause(1n);
    });
    await expect(tx).to.emit(town.core, "UnpauseNotNeeded").withArgs(1n);
    for (const account of [town.stranger.address, third.address]) {
      await expect(tx)
        .to.emit(town.roles, "RoleUnchanged")
        .withArgs(GUARDIAN, account, await town.roles.roleUntil(GUARDIAN, account));
    }
  });
});

const addresses = (count, from = 1) =>
  Array.from({ length: count }, (_, i) => ethers.toBeHex(0x1000_0000n + BigInt(from + i), 20));

describe("adopted means carried out: a ROLE proposal fits a transaction", () => {
  const LIMIT = 2n ** 24n;
  const MAX = 1920n;
  const list = (town, method, args) => call(town.roles, method, args);

  async function gasOf(town, actions) {
    const execution = town.execution.connect(await acting(town.manager));
    await execution.queueTransaction(900n, PROPOSAL.ROLE, ethers.ZeroHash, 1n, 1000n * DAY);
    await toDue(town, { id: 900n });
    const receipt = await (await execution.executeTransaction(900n, PROPOSAL.ROLE, actions, { gasLimit: LIMIT })).wait();
    return receipt.gasUsed;
  }
  /** The manager reads and hashes the actions before it hands them on: 30 gas a byte is more than it takes. */
  const fits = (gas) => expect(gas + MAX * 30n + 60_000n).to.be.lessThan(LIMIT);

  it("more bytes than that are refused when it is created, each act counting at least its least", async () => {
    const town = await loadFixture(deployed);
    const size = (action) => BigInt(ethers.dataLength(action.data));
    const grants = async (count) =>
      list(town, "grantRoles", [CITIZEN, addresses(count), addresses(count).map(keyOf), FOREVER]);
    const small = await list(town, "grantRole", [CITIZEN, town.stranger.address, keyOf(town.stranger)]);
    const move = await list(town, "moveCitizen", [town.citizens[0].address, town.stranger.address]);
    const check = (actions) => town.execution.checkActions(PROPOSAL.ROLE, actions);
    const refused = (actions, counted) =>
      expect(check(actions))
        .to.be.revertedWithCustomError(town.execution, "ExecutionModuleTooMuchData")
        .withArgs(counted, MAX);
    await check(Array(15).fill(small));
    await refused([...Array(15).fill(move), small], 16n * 128n);
    const [most, more] = [await grants(26), await grants(27)];
    await check([most]);
    expect(size(most)).to.be.at.most(MAX);
    await refused([more], size(more));
    await expect(draft(town, { type: PROPOSAL.ROLE, actions: [more] })).to.be.revertedWithCustomError(
      town.execution,
      "ExecutionModuleTooMuchData",
    );
  });

  measured("the most new citizens", async () => {
    const town = await loadFixture(deployed);
    const fresh = addresses(26);
    const actions = [await list(town, "grantRoles", [CITIZEN, fresh, fresh.map(keyOf), FOREVER])];
    const gas = await gasOf(town, actions);
    fits(gas);
  });

  measured("the most new citizens that the bytes can be made to say, the keys being read out of the addresses", async () => {
    const town = await loadFixture(deployed);
    const fresh = addresses(54);
    // A list whose keys lie where its accounts lie: 32 bytes a citizen.
    const aliased = (accounts) => {
      const data = ethers.concat([
        town.roles.interface.getFunction("grantRoles").selector,
        CITIZEN,
        ethers.toBeHex(0x80, 32),
        ethers.toBeHex(0x80, 32),
        ethers.toBeHex(FOREVER, 32),
        ethers.toBeHex(accounts.length, 32),
        ...accounts.map((account) => ethers.zeroPadValue(account, 32)),
      ]);
      return { target: town.roles.target, value: 0n, data };
    };
    const actions = [aliased(fresh)];
    await town.execution.checkActions(PROPOSAL.ROLE, actions);
    const gas = await gasOf(town, actions);
    expect(await town.engine.citizenCount()).to.equal(8n + 54n);
    fits(gas);
  });

  measured("the most revocations of citizens who arranged all six kinds of delegation apart", async () => {
    const town = await loadFixture(deployed);
    const timelock = town.roles.connect(await acting(town.execution));
    const some = addresses(20);
    await timelock.grantRoles(CITIZEN, some, some.map(keyOf), FOREVER);
    await timelock.grantRoles(
      DELEGATE,
      some,
      some.map(() => ethers.ZeroHash),
      FOREVER,
    );
    for (const [i, account] of some.entries()) {
      const engine = town.engine.connect(await acting({ getAddress: async () => account }));
      await engine.delegate(some[(i + 1) % 20]);
      for (let type = 0; type < 6; type++) await engine.delegateFor(type, some[(i + 2 + type) % 20]);
    }
    const gas = await gasOf(town, [await list(town, "revokeRoles", [CITIZEN, some, REASON])]);
    for (const account of some) expect(await town.engine.isCitizen(account)).to.equal(false);
    // 32 bytes each: no more than 56 of them.
    fits((gas * 56n) / 20n);
  });

  /** The citizens, each of whom arranged all six kinds of delegation apart. */
  async function arranged() {
    const town = await deployed();
    for (const citizen of town.citizens) await makeDelegate(town, citizen);
    for (const [i, citizen] of town.citizens.entries()) {
      const engine = town.engine.connect(citizen);
      await engine.delegate(town.citizens[(i + 1) % 8].address);
      for (let type = 0; type < 6; type++) await engine.delegateFor(type, town.citizens[(i + 2 + type) % 8].address);
    }
    return { ...town, accounts: town.citizens.map(({ address }) => address) };
  }
  /** None of the accounts is a citizen until the ends of the old units are recorded; then all are. */
  async function beginWhenRecorded(town, olds, accounts) {
    for (const account of accounts) expect(await town.engine.isCitizen(account)).to.equal(false);
    await town.roles.connect(town.stranger).expireMany(CITIZEN, olds);
    for (const account of accounts) expect(await town.engine.isCitizen(account)).to.equal(true);
    expect(await town.engine.citizenCount()).to.equal(8n);
  }

  measured("the most moves of citizens who arranged all six kinds of delegation apart", async () => {
    const town = await loadFixture(arranged);
    const fresh = addresses(8);
    const actions = await Promise.all(town.accounts.map((old, i) => list(town, "moveCitizen", [old, fresh[i]])));
    // 128 bytes each: no more than 15 of them.
    fits(((await gasOf(town, actions)) * 15n) / 8n);
    await beginWhenRecorded(town, town.accounts, fresh);
  });

  measured("the most grants to persons who were seated elsewhere meanwhile, and arranged all six kinds apart", async () => {
    const town = await loadFixture(arranged);
    const fresh = addresses(8);
    const actions = [await list(town, "grantRoles", [CITIZEN, fresh, town.accounts.map(keyOf), FOREVER])];
    fits(((await gasOf(town, actions)) * 54n) / 8n);
    await beginWhenRecorded(town, town.accounts, fresh);
  });

  measured("the most grants of another end to such persons, revoked meanwhile and not recorded", async () => {
    const town = await loadFixture(arranged);
    const fresh = addresses(8);
    await town.roles.connect(await acting(town.execution)).revokeRoles(CITIZEN, town.accounts, REASON);
    const until = (await now()) + 100n * DAY;
    const actions = [await list(town, "grantRoles", [CITIZEN, fresh, town.accounts.map(keyOf), until])];
    fits(((await gasOf(town, actions)) * 54n) / 8n);
    await beginWhenRecorded(town, town.accounts, fresh);
  });

  measured("the most citizens whose kinds were left unsettled by their revocation, granted back", async () => {
    const town = await loadFixture(arranged);
    await town.roles.connect(await acting(town.execution)).revokeRoles(CITIZEN, town.accounts, REASON);
    const actions = [await list(town, "grantRoles", [CITIZEN, town.accounts, town.accounts.map(keyOf), FOREVER])];
    fits(((await gasOf(town, actions)) * 54n) / 8n);
    await beginWhenRecorded(town, town.accounts, town.accounts);
  });

  measured("changes of officers, as many as a proposal holds, where there are as many officers as there can be", async () => {
    const town = await loadFixture(deployed);
    const timelock = town.roles.connect(await acting(town.execution));
    const [admins, guardians] = [addresses(29), addresses(29, 100)];
    await timelock.grantRoles(ADMINISTRATOR, admins, admins.map(keyOf), FOREVER);
    await timelock.grantRoles(GUARDIAN, guardians, guardians.map(keyOf), FOREVER);
    const until = (await now()) + 100n * DAY;
    const actions = await Promise.all(
      admins.slice(0, 7).flatMap((account, i) => [
        list(town, "revokeRole", [ADMINISTRATOR, account, REASON]),
        list(town, "grantTemporaryRole", [GUARDIAN, guardians[i], keyOf(guardians[i]), until]),
      ]),
    );
    await town.execution.checkActions(PROPOSAL.ROLE, actions);
    const gas = await gasOf(town, actions);
    fits(gas);
  });
});

describe("adopted means carried out: administrators don't get in between", () => {
  const queuedRole = async (town, ...calls) =>
    queued(town, {
      type: PROPOSAL.ROLE,
      actions: await Promise.all(calls.map(([method, ...args]) => call(town.roles, method, args))),
    });
  const carryOut = async (town, proposal) => {
    await toDue(town, proposal);
    await town.manager.executeProposal(proposal.id, proposal.actions);
  };

  it("by filling the auditors: there may be any number", async () => {
    const town = await loadFixture(deployed);
    const proposal = await queuedRole(town, ["grantRole", AUDITOR, town.stranger.address, keyOf(town.stranger)]);
    await both(town, "grantRoles", AUDITOR, addresses(32));
    await carryOut(town, proposal);
    expect(await town.roles.hasRole(AUDITOR, town.stranger)).to.equal(true);
    expect(await town.roles.officerCount(AUDITOR)).to.equal(0n);
  });

  it("by moving the citizen away: the vote brings the person back to the account", async () => {
    const town = await loadFixture(deployed);
    const [account, puppet] = [town.stranger.address, town.stranger2.address];
    const proposal = await queuedRole(town, ["grantRole", CITIZEN, account, keyOf(account)]);
    await both(town, "grantRole", CITIZEN, account);
    await both(town, "moveCitizen", account, puppet);
    await carryOut(town, proposal);
    expect(await town.roles.hasRole(CITIZEN, account)).to.equal(true);
    expect(await town.roles.hasRole(CITIZEN, puppet)).to.equal(false);
    expect(await town.roles.movedTo(account)).to.equal(ethers.ZeroAddress);
    expect(await town.roles.movedTo(puppet)).to.equal(account);
    expect(await town.engine.originOf(puppet)).to.equal(account);
    expect(await town.engine.originOf(account)).to.equal(account);
    expect(await town.engine.currentOf(account)).to.equal(account);
  });

  it("by correcting the person of a revoked citizen: that is for a proposal alone", async () => {
    const town = await loadFixture(deployed);
    const [other, { address }] = town.citizens;
    await both(town, "revokeRole", CITIZEN, address);
    await expect(town.roles.connect(town.admins[0]).correctPerson(address, keyOf(other)))
      .to.be.revertedWithCustomError(town.roles, "RoleManagerPersonKnown")
      .withArgs(address, keyOf(address));
    await expect(both(town, "grantRole", DELEGATE, address, keyOf(other)))
      .to.be.revertedWithCustomError(town.roles, "RoleManagerPersonKnown")
      .withArgs(address, keyOf(address));
  });

  it("nor does an EMERGENCY give a guardian's account another person, or end a citizen's unit", async () => {
    const town = await loadFixture(deployed);
    const [guardian, victim] = town.citizens;
    const actions = [
      await call(town.roles, "grantRole", [GUARDIAN, guardian.address, keyOf(victim)]),
      await call(town.roles, "grantRole", [GUARDIAN, town.stranger.address, keyOf(town.stranger)]),
    ];
    const proposal = await queued(town, { type: PROPOSAL.EMERGENCY, actions });
    await carryOut(town, proposal);
    expect(await town.roles.personOf(guardian)).to.equal(keyOf(guardian));
    expect(await town.roles.personOf(town.stranger)).to.equal(keyOf(town.stranger));
    for (const account of [guardian, town.stranger]) {
      expect(await town.roles.hasRole(GUARDIAN, account)).to.equal(true);
    }
    expect(await town.roles.accountOf(keyOf(victim))).to.equal(victim.address);
  });
});
