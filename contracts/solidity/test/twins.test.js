import { expect } from "chai";

import { ballot, later, opened, pack, sign } from "./support/acts.js";
import { deployed, ethers } from "./support/deployment.js";

describe("Two towns with the same people, texts and numbers", () => {
  it("share no signature: ballots and delegations of one are void in the other", async () => {
    const [one, two] = [await deployed(), await deployed()];
    const [p, q] = [await opened(one, { text: "same" }), await opened(two, { text: "same" })];
    expect(p.id).to.equal(q.id);
    const voter = one.citizens[2];
    const message = await ballot(one, p, voter, 1);
    const signature = await sign(one, "Ballot", voter, message);
    await expect(
      two.engine.castVoteBySig({ ...message, rulesHash: q.rulesHash }, signature),
    ).to.be.revertedWithCustomError(two.engine, "VotingEngineInvalidSignature");
    expect(await two.engine.castVotesBySig.staticCall(q.id, q.rulesHash, pack(message, signature))).to.equal(0n);
    await one.engine.castVoteBySig(message, signature);

    const deadline = await later();
    const back = { delegator: voter.address, delegatee: ethers.ZeroAddress, nonce: 0n, deadline };
    const signed = await sign(one, "Delegate", voter, back);
    const typed = await sign(one, "DelegateFor", voter, { ...back, proposalType: 1 });
    const sends = (engine) => [
      () => engine.delegateBySig(back.delegator, back.delegatee, 0n, deadline, signed),
      () => engine.delegateForBySig(back.delegator, 1, back.delegatee, 0n, deadline, typed),
    ];
    for (const send of sends(two.engine)) {
      await expect(send()).to.be.revertedWithCustomError(two.engine, "VotingEngineInvalidSignature");
    }
    await sends(one.engine)[0]();
  });
});
