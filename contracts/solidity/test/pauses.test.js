import { expect } from "chai";

import { acting, DAY, deployed, ethers, HOUR, keyOf, loadFixture, REASON, role, time } from "./support/deployment.js";

const now = async () => BigInt(await time.latest());
const GUARDIAN = role("GUARDIAN");

/** A town paused by its first guardian; `until` as announced. */
async function paused() {
  const town = await deployed();
  await town.core.connect(town.guardians[0]).pause(REASON);
  const begin = await now();
  return { ...town, begin, until: begin + 72n * HOUR };
}

/** Another address of the person behind a guardian. */
async function secondAddress(town, guardian) {
  const roles = town.roles.connect(await acting(town.execution));
  await roles.grantRole(GUARDIAN, town.stranger.address, keyOf(guardian));
  return town.stranger;
}

async function joined() {
  const town = await paused();
  await town.core.connect(town.guardians[1]).extendPause();
  return { ...town, until: town.begin + 14n * DAY };
}

describe("pause: by one guardian", () => {
  it("is for guardians", async () => {
    const town = await loadFixture(deployed);
    const core = town.core.connect(town.admins[0]);
    for (const attempt of [() => core.pause(REASON), () => core.extendPause(), () => core.unpause(1n)]) {
      await expect(attempt())
        .to.be.revertedWithCustomError(core, "GovernanceCoreUnauthorized")
        .withArgs(town.admins[0].address);
    }
  });

  it("needs a reason", async () => {
    const town = await loadFixture(deployed);
    await expect(town.core.connect(town.guardians[0]).pause(ethers.ZeroHash)).to.be.revertedWithCustomError(
      town.core,
      "GovernanceCoreReasonNeeded",
    );
  });

  it("lasts 72 hours and lapses by itself", async () => {
    const town = await loadFixture(deployed);
    expect(await town.core.pauseNumber()).to.equal(0n);
    const tx = await town.core.connect(town.guardians[0]).pause(REASON);
    const begin = await now();
    await expect(tx)
      .to.emit(town.core, "GovernancePaused")
      .withArgs(1n, town.guardians[0].address, begin + 72n * HOUR, REASON);
    expect(await town.core.pauseNumber()).to.equal(1n);
    expect(await town.engine.pauseState()).to.deep.equal([true, 0n, begin + 72n * HOUR]);
    await expect(town.core.connect(town.guardians[1]).pause(REASON)).to.be.revertedWithCustomError(
      town.core,
      "GovernanceCorePaused",
    );
    await time.increaseTo(begin + 72n * HOUR - 1n);
    expect(await town.engine.paused()).to.equal(true);
    await time.increaseTo(begin + 72n * HOUR);
    expect(await town.engine.paused()).to.equal(false);
    expect(await town.engine.pausedSeconds()).to.equal(72n * HOUR);
    for (const attempt of ["extendPause", "unpause"]) {
      const args = attempt === "unpause" ? [1n] : [];
      await expect(town.core.connect(town.guardians[1])[attempt](...args)).to.be.revertedWithCustomError(
        town.core,
        "GovernanceCoreNotPaused",
      );
    }
  });

  it("can't be repeated by the same person within 30 days, by any address of theirs", async () => {
    const town = await loadFixture(paused);
    const other = await secondAddress(town, town.guardians[0]);
    await time.increaseTo(town.until);
    for (const signer of [town.guardians[0], other]) {
      await expect(town.core.connect(signer).pause(REASON))
        .to.be.revertedWithCustomError(town.core, "GovernanceCorePauseTooSoon")
        .withArgs(town.begin + 30n * DAY);
    }
    await expect(town.core.connect(town.guardians[1]).pause(REASON)).to.emit(town.core, "GovernancePaused");
    await time.increaseTo(town.begin + 30n * DAY - 1n);
    await town.core.connect(town.guardians[0]).pause(REASON);
    expect(await town.core.pauseNumber()).to.equal(3n);
  });

  it("stops 72 hours of 30 days when one guardian does all they can, however often", async () => {
    const town = await loadFixture(deployed);
    for (let i = 0; i < 4; i++) {
      await town.core.connect(town.guardians[0]).pause(REASON);
      await expect(town.core.connect(town.guardians[0]).extendPause()).to.be.revertedWithCustomError(
        town.core,
        "GovernanceCoreSecondGuardianNeeded",
      );
      await time.increase(30n * DAY);
    }
    expect(await town.engine.pausedSeconds()).to.equal(4n * 72n * HOUR);
  });
});

describe("pause: by two guardians", () => {
  it("a second person joins alone and once, for 14 days from its begin", async () => {
    const town = await loadFixture(paused);
    const other = await secondAddress(town, town.guardians[0]);
    for (const signer of [town.guardians[0], other]) {
      await expect(town.core.connect(signer).extendPause()).to.be.revertedWithCustomError(
        town.core,
        "GovernanceCoreSecondGuardianNeeded",
      );
    }
    await time.increase(HOUR);
    await expect(town.core.connect(town.guardians[1]).extendPause())
      .to.emit(town.core, "PauseExtended")
      .withArgs(1n, town.guardians[1].address, town.until, town.begin + 14n * DAY);
    expect((await town.engine.pauseState()).until).to.equal(town.begin + 14n * DAY);
    await expect(town.core.connect(town.guardians[2]).extendPause()).to.emit(town.core, "PauseChangeRequested");
    expect((await town.engine.pauseState()).until).to.equal(town.begin + 14n * DAY);
  });

  it("two add 14 days, not two addresses of one, and their wish is for all to see", async () => {
    const town = await loadFixture(joined);
    const other = await secondAddress(town, town.guardians[0]);
    const [first, second] = town.guardians;
    const none = [ethers.ZeroAddress, 0n];
    expect(await town.core.pauseRequest(false)).to.deep.equal(none);
    const tx = await town.core.connect(first).extendPause();
    const expiresAt = (await now()) + 7n * DAY;
    await expect(tx).to.emit(town.core, "PauseChangeRequested").withArgs(1n, first.address, false, expiresAt);
    expect(await town.core.pauseRequest(false)).to.deep.equal([first.address, expiresAt]);
    expect(await town.core.pauseRequest(true)).to.deep.equal(none);
    for (const signer of [first, other]) {
      await expect(town.core.connect(signer).extendPause()).to.be.revertedWithCustomError(
        town.core,
        "TwoPersonsSecondPersonNeeded",
      );
    }
    await time.increase(DAY);
    await expect(town.core.connect(second).extendPause())
      .to.emit(town.core, "PauseExtended")
      .withArgs(1n, second.address, town.until, town.until + 14n * DAY);
    expect(await town.core.pauseRequest(false)).to.deep.equal(none);
  });

  it("reaches never more than 28 days ahead of now, however often it is extended", async () => {
    const town = await loadFixture(joined);
    const [first, second] = town.guardians;
    for (let i = 0; i < 5; i++) {
      await town.core.connect(first).extendPause();
      await town.core.connect(second).extendPause();
      expect((await town.engine.pauseState()).until).to.be.at.most((await now()) + 28n * DAY);
    }
    expect((await town.engine.pauseState()).until).to.equal((await now()) + 28n * DAY);
  });

  it("takes no wish to reach further in a second in which it reaches 28 days ahead", async () => {
    const town = await loadFixture(joined);
    const [first, second, third] = town.guardians;
    await time.increaseTo(town.begin + DAY);
    await town.core.connect(first).extendPause();
    await town.core.connect(second).extendPause();
    await town.core.connect(first).extendPause();
    await ethers.provider.send("evm_setAutomine", [false]);
    const sent = [];
    for (const guardian of [second, third]) {
      sent.push(await town.core.connect(guardian).extendPause({ gasLimit: 500_000 }));
    }
    await ethers.provider.send("evm_mine", []);
    await ethers.provider.send("evm_setAutomine", [true]);
    expect((await town.engine.pauseState()).until).to.equal((await now()) + 28n * DAY);
    const receipts = await Promise.all(sent.map(({ hash }) => ethers.provider.getTransactionReceipt(hash)));
    expect(receipts.map(({ status }) => status).sort()).to.deep.equal([0, 1]);
    expect(await town.core.pauseRequest(false)).to.deep.equal([ethers.ZeroAddress, 0n]);
  });

  it("is lifted by two, at the second's block, without immunity", async () => {
    const town = await loadFixture(paused);
    const [first, second, third] = town.guardians;
    const tx = await town.core.connect(first).unpause(1n);
    await expect(tx)
      .to.emit(town.core, "PauseChangeRequested")
      .withArgs(1n, first.address, true, (await now()) + 7n * DAY);
    await expect(town.core.connect(first).unpause(1n)).to.be.revertedWithCustomError(
      town.core,
      "TwoPersonsSecondPersonNeeded",
    );
    await time.increase(HOUR);
    await expect(town.core.connect(second).unpause(1n))
      .to.emit(town.core, "GovernanceUnpaused")
      .withArgs(1n, second.address, 0n);
    expect(await town.engine.paused()).to.equal(false);
    expect(await town.engine.pausedSeconds()).to.equal((await now()) - town.begin);
    expect(await town.core.immuneUntil()).to.equal(0n);
    await town.core.connect(third).pause(REASON);
  });

  it("guardians lift the pause that is on and no other", async () => {
    const town = await loadFixture(paused);
    for (const number of [0n, 2n]) {
      await expect(town.core.connect(town.guardians[1]).unpause(number))
        .to.be.revertedWithCustomError(town.core, "GovernanceCoreOtherPause")
        .withArgs(number, 1n);
    }
  });

  it("a wish to lift it outlives an extension", async () => {
    const town = await loadFixture(paused);
    const [first, second] = town.guardians;
    await town.core.connect(first).unpause(1n);
    await town.core.connect(second).extendPause();
    await expect(town.core.connect(second).unpause(1n)).to.emit(town.core, "GovernanceUnpaused");
  });

  it("a wish is taken back by who made it, and by nobody else", async () => {
    const town = await loadFixture(joined);
    const [first, second] = town.guardians;
    for (const [lift, method, args] of [
      [true, "unpause", [1n]],
      [false, "extendPause", []],
    ]) {
      await town.core.connect(first)[method](...args);
      await expect(town.core.connect(second).withdrawPauseRequest(lift)).to.be.revertedWithCustomError(
        town.core,
        "TwoPersonsNotYours",
      );
      await expect(town.core.connect(first).withdrawPauseRequest(lift))
        .to.emit(town.core, "PauseRequestWithdrawn")
        .withArgs(1n, first.address, lift);
      expect(await town.core.pauseRequest(lift)).to.deep.equal([ethers.ZeroAddress, 0n]);
      await expect(town.core.connect(second)[method](...args)).to.emit(town.core, "PauseChangeRequested");
    }
  });

  it("a wish lapses after 7 days, and with the role of who made it", async () => {
    const town = await loadFixture(joined);
    const [first, second, third] = town.guardians;
    await town.core.connect(first).unpause(1n);
    await time.increase(7n * DAY);
    expect(await town.core.pauseRequest(true)).to.deep.equal([ethers.ZeroAddress, 0n]);
    await expect(town.core.connect(second).unpause(1n)).to.emit(town.core, "PauseChangeRequested");
    const roles = town.roles.connect(await acting(town.execution));
    await roles.revokeRole(GUARDIAN, second.address, REASON);
    expect(await town.core.pauseRequest(true)).to.deep.equal([ethers.ZeroAddress, 0n]);
    await expect(town.core.connect(third).unpause(1n)).to.emit(town.core, "PauseChangeRequested");
    await expect(town.core.connect(first).unpause(1n)).to.emit(town.core, "GovernanceUnpaused");
  });

  it("a wish for one pause counts for no later one", async () => {
    const town = await loadFixture(paused);
    const [first, second, third] = town.guardians;
    await town.core.connect(first).unpause(1n);
    await time.increaseTo(town.until);
    expect(await town.core.pauseRequest(true)).to.deep.equal([ethers.ZeroAddress, 0n]);
    await town.core.connect(second).pause(REASON);
    expect(await town.core.pauseRequest(true)).to.deep.equal([ethers.ZeroAddress, 0n]);
    await expect(town.core.connect(third).unpause(2n)).to.emit(town.core, "PauseChangeRequested");
    expect(await town.engine.paused()).to.equal(true);
    await town.core.connect(first).unpause(2n);
    expect(await town.engine.paused()).to.equal(false);
  });
});
