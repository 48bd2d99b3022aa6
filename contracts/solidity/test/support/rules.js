// Rules set without a vote, and drafts brought as far as anyone may open them.
import { draft } from "./acts.js";
import { acting, deployed, ethers, keyOf, member, time } from "./deployment.js";

/** Sets one parameter as an adopted proposal would. */
export async function setParam(town, name, value) {
  const core = town.core.connect(await acting(town.execution));
  return core.updateGovernanceParams(ethers.encodeBytes32String(name), await town.core[name](), value);
}

/** A draft with the endorsement it needs in the fixture, its review over: anyone may open its vote. */
export async function ready(town, options = {}) {
  const proposal = await draft(town, options);
  await town.manager.connect(town.citizens[1]).endorseProposal(proposal.id);
  const { reviewPeriod } = await town.core.termsFor(proposal.type);
  await time.increase(reviewPeriod);
  return proposal;
}

/** Accounts that nobody here can sign for. */
export const strangers = (count) =>
  Array.from({ length: count }, (_, i) => ethers.getAddress(ethers.dataSlice(ethers.id(`resident ${i}`), 12)));

/** The fixture with 41 citizens, of whom 8 can act: at 50 permille a draft needs three of them. */
export async function larger() {
  const signers = (await ethers.getSigners()).slice(10, 18);
  const others = strangers(33).map((account) => ({ account, personKey: keyOf(account) }));
  const town = await deployed({ overrides: { citizens: [...signers.map(member), ...others] } });
  await setParam(town, "endorsementPermille", 50n);
  return town;
}
