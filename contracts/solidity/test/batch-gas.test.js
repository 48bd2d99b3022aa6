import { expect } from "chai";

import { ballot, opened, pack, packed, sign } from "./support/acts.js";
import { acting, DAY, deployed, ethers, FOREVER, loadFixture, measured, SUPPORT, time } from "./support/deployment.js";

const { FOR } = SUPPORT;
/** What a plain ballot of a batch without a reason costs at most; by the rules of a single one it is 1,500 more. */
const PLAIN_GAS = 10_700n;
const now = async () => BigInt(await time.latest());

describe("VotingEngine: the gas of a batch", () => {
  /** What each ballot beyond the first few adds. */
  async function each(town, proposal, ballots) {
    const spent = async (parts) => {
      const sent = await town.engine.castVotesBySig(proposal.id, proposal.rulesHash, ethers.concat(parts));
      const { gasUsed, logs } = await sent.wait();
      expect(logs.length).to.equal(parts.length);
      // Three words, and nothing behind them.
      for (const { data } of logs) expect(ethers.dataLength(data)).to.equal(96);
      return gasUsed;
    };
    const few = await spent(ballots.slice(0, 2));
    const many = await spent(ballots.slice(2));
    return (many - few) / BigInt(ballots.length - 4);
  }

  /** Wallets that are citizens, one of them from a moved account, and one with an end. */
  async function wallets(town, count) {
    const roles = town.engine.connect(await acting(town.roles));
    const made = Array.from({ length: count }, (_, i) => new ethers.Wallet(ethers.id(`wallet ${i}`)));
    for (const { address } of made.slice(1)) await roles.setCitizen(address, FOREVER);
    await roles.moveCitizen(town.citizens[7].address, made[0].address);
    await roles.setCitizen(made[1].address, (await now()) + DAY);
    return made;
  }

  measured("is that of the short way for a citizen who never delegated, moved, with an end or not", async () => {
    const town = await loadFixture(deployed);
    const people = await wallets(town, 12);
    for (let vote = 0; vote < 2; vote++) {
      const proposal = await opened(town);
      const ballots = [];
      // The moved one and the one with an end among the many, so that it shows if they go another way.
      for (const wallet of [...people.slice(10), ...people.slice(0, 10)]) {
        ballots.push(await packed(town, proposal, wallet, FOR));
      }
      expect(await each(town, proposal, ballots)).to.be.below(PLAIN_GAS);
    }
  });

  it("is the same for each quadratic ballot, however many come before it", async () => {
    const town = await loadFixture(deployed);
    const { id, rulesHash } = await opened(town, { strategy: town.quadratic });
    const message = await ballot(town, { id, rulesHash }, town.stranger, FOR, { params: ethers.toBeHex(2, 32) });
    // Refused, so that it costs the same again and again.
    const one = ethers.concat([pack(message, await sign(town, "Ballot", town.stranger, message)), "0x0002"]);
    const spent = async (count) => {
      const sent = await town.engine.castVotesBySig(id, rulesHash, ethers.concat(Array(count).fill(one)));
      return (await sent.wait()).gasUsed;
    };
    const [few, more, many] = [await spent(100), await spent(200), await spent(300)];
    // All that grows is the copy of the call that the proxy makes.
    expect(many - more - (more - few)).to.be.below(1000n);
  });
});
