import { expect } from "chai";

import { deployed, ethers, loadFixture, PROPOSAL, SUPPORT } from "./support/deployment.js";
import { later, opened, stated, types, votesParams } from "./support/acts.js";

const ACCOUNT = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
const OTHER = "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359";
const AT = BigInt(Date.UTC(2026, 10, 30, 18, 5, 9) / 1000);

const ENGLISH = {
  ballots: ["I vote AGAINST proposal 10.", "I vote FOR proposal 10.", "I abstain on proposal 10."],
  one: ["I cast 1 vote AGAINST proposal 10.", "I cast 1 vote FOR proposal 10.", "I abstain with 1 vote on proposal 10."],
  five: [
    "I cast 5 votes AGAINST proposal 10.",
    "I cast 5 votes FOR proposal 10.",
    "I abstain with 5 votes on proposal 10.",
  ],
  give: `I give my vote to ${ACCOUNT}.`,
  back: "I take my vote back.",
  giveFor: (kind) => `I give my vote on ${kind} proposals to ${ACCOUNT}.`,
  keepFor: (kind) => `I keep my own vote on ${kind} proposals.`,
  generalFor: (kind) => `My vote on ${kind} proposals follows my general choice again.`,
  proposal: (kind) => `I make this ${kind} proposal.`,
  kinds: ["DECISION", "BUDGET", "RULES", "ROLES", "SOFTWARE", "EMERGENCY"],
  endorsement: "I support proposal 15.",
  activation: "I open the vote on proposal 15.",
  activationAt: "I open the vote on proposal 15 at 2026-11-30 18:05:09 UTC.",
  cancellation: "I cancel proposal 15.",
  profile: "I publish this profile.",
};
const SPANISH = {
  ballots: [
    "Voto EN CONTRA de la propuesta 10.",
    "Voto A FAVOR de la propuesta 10.",
    "Me abstengo en la propuesta 10.",
  ],
  one: [
    "Doy 1 voto EN CONTRA de la propuesta 10.",
    "Doy 1 voto A FAVOR de la propuesta 10.",
    "Me abstengo con 1 voto en la propuesta 10.",
  ],
  five: [
    "Doy 5 votos EN CONTRA de la propuesta 10.",
    "Doy 5 votos A FAVOR de la propuesta 10.",
    "Me abstengo con 5 votos en la propuesta 10.",
  ],
  give: `Cedo mi voto a ${ACCOUNT}.`,
  back: "Recupero mi voto.",
  giveFor: (kind) => `Cedo mi voto en las propuestas de ${kind} a ${ACCOUNT}.`,
  keepFor: (kind) => `Conservo mi voto en las propuestas de ${kind}.`,
  generalFor: (kind) => `Mi voto en las propuestas de ${kind} vuelve a seguir mi elección general.`,
  proposal: (kind) => `Presento esta propuesta de ${kind}.`,
  kinds: ["DECISIÓN", "PRESUPUESTO", "REGLAS", "FUNCIONES", "PROGRAMA", "EMERGENCIA"],
  endorsement: "Apoyo la propuesta 15.",
  activation: "Abro la votación de la propuesta 15.",
  activationAt: "Abro la votación de la propuesta 15 el 2026-11-30 18:05:09 UTC.",
  cancellation: "Cancelo la propuesta 15.",
  profile: "Publico este perfil.",
};

for (const [name, code, words] of [
  ["StatementsEnglish", "en", ENGLISH],
  ["StatementsSpanish", "es", SPANISH],
]) {
  describe(name, () => {
    const made = async () => ethers.deployContract(name);

    it("names its language and says which interface it has", async () => {
      const statements = await loadFixture(made);
      expect(await statements.language()).to.equal(code);
      const functions = statements.interface.fragments.filter(
        (each) => each.type === "function" && each.name !== "supportsInterface",
      );
      const id = functions.reduce((sum, each) => sum ^ BigInt(each.selector), 0n);
      expect(await statements.supportsInterface(ethers.toBeHex(id, 4))).to.equal(true);
      expect(await statements.supportsInterface("0x01ffc9a7")).to.equal(true);
      expect(await statements.supportsInterface("0xffffffff")).to.equal(false);
    });

    it("says what a ballot says, and its hashes are those of these sentences", async () => {
      const statements = await loadFixture(made);
      for (const support of Object.values(SUPPORT)) {
        expect(await statements.ballot(10, support)).to.equal(words.ballots[support]);
        expect(await statements.quadraticBallot(10, support, 1)).to.equal(words.one[support]);
        expect(await statements.quadraticBallot(10, support, 5)).to.equal(words.five[support]);
      }
      expect(await statements.ballotHashes(10)).to.deep.equal(words.ballots.map(ethers.id));
    });

    it("says nothing of a support that is none", async () => {
      const statements = await loadFixture(made);
      expect(await statements.ballot(10, 3)).to.equal("");
      expect(await statements.quadraticBallot(10, 255, 1)).to.equal("");
    });

    it("says whom a vote is given to, for all proposals or for one type", async () => {
      const statements = await loadFixture(made);
      expect(await statements.delegation(ACCOUNT)).to.equal(words.give);
      expect(await statements.delegation(ethers.ZeroAddress)).to.equal(words.back);
      for (const [type, kind] of words.kinds.entries()) {
        expect(await statements.delegationFor(type, OTHER, ACCOUNT)).to.equal(words.giveFor(kind));
        expect(await statements.delegationFor(type, ACCOUNT, ACCOUNT)).to.equal(words.keepFor(kind));
        expect(await statements.delegationFor(type, ACCOUNT, ethers.ZeroAddress)).to.equal(words.generalFor(kind));
      }
      expect(await statements.delegationFor(6, OTHER, ACCOUNT)).to.equal("");
    });

    it("says what is proposed, supported, opened, cancelled and published", async () => {
      const statements = await loadFixture(made);
      expect(words.kinds).to.have.length(Object.keys(PROPOSAL).length);
      for (const [type, kind] of words.kinds.entries()) {
        expect(await statements.proposal(type)).to.equal(words.proposal(kind));
      }
      expect(await statements.proposal(6)).to.equal("");
      expect(await statements.endorsement(15)).to.equal(words.endorsement);
      expect(await statements.activation(15, 0)).to.equal(words.activation);
      expect(await statements.activation(15, AT)).to.equal(words.activationAt);
      expect(await statements.cancellation(15)).to.equal(words.cancellation);
      expect(await statements.profile()).to.equal(words.profile);
    });

    it("names every sentence, and each is its pieces with the arguments between them", async () => {
      const statements = await loadFixture(made);
      const names = (await statements.sentences()).map(ethers.decodeBytes32String);
      const bySupport = ["against", "for", "abstain"];
      const said = {
        ...Object.fromEntries(bySupport.map((side, i) => [`ballot.${side}`, [words.ballots[i], "10"]])),
        ...Object.fromEntries(bySupport.map((side, i) => [`vote.${side}`, [words.one[i], "1", "10"]])),
        ...Object.fromEntries(bySupport.map((side, i) => [`votes.${side}`, [words.five[i], "5", "10"]])),
        "delegation.give": [words.give, ACCOUNT],
        "delegation.back": [words.back],
        "delegationFor.give": [words.giveFor(words.kinds[2]), words.kinds[2], ACCOUNT],
        "delegationFor.keep": [words.keepFor(words.kinds[2]), words.kinds[2]],
        "delegationFor.general": [words.generalFor(words.kinds[2]), words.kinds[2]],
        proposal: [words.proposal(words.kinds[2]), words.kinds[2]],
        endorsement: [words.endorsement, "15"],
        activation: [words.activation, "15"],
        "activation.at": [words.activationAt, "15", "2026-11-30 18:05:09 UTC"],
        cancellation: [words.cancellation, "15"],
        profile: [words.profile],
      };
      expect(names).to.deep.equal([...Object.keys(said), "kinds"]);
      for (const [name, [sentence, ...values]] of Object.entries(said)) {
        const pieces = await statements.pieces(ethers.encodeBytes32String(name));
        expect(pieces).to.have.length(values.length + 1);
        expect(pieces.map((piece, i) => piece + (values[i] ?? "")).join(""), name).to.equal(sentence);
      }
      expect(await statements.pieces(ethers.encodeBytes32String("kinds"))).to.deep.equal(words.kinds);
      expect(await statements.pieces(ethers.encodeBytes32String("no such"))).to.deep.equal([]);
    });
  });
}

describe("statements: times", () => {
  it("are days of the calendar, at its edges and anywhere", async () => {
    const statements = await ethers.deployContract("StatementsEnglish");
    const times = [
      1n,
      59n,
      3600n,
      86399n,
      86400n,
      ...["1972-02-29", "1999-12-31", "2000-02-28", "2000-02-29", "2000-03-01", "2027-12-31"].map(
        (day) => BigInt(Date.parse(`${day}T23:59:59Z`)) / 1000n,
      ),
      ...["2028-02-29", "2100-02-28", "2100-03-01", "2400-02-29", "9999-12-31"].map(
        (day) => BigInt(Date.parse(`${day}T00:00:00Z`)) / 1000n,
      ),
      ...Array.from({ length: 40 }, (_, i) => (BigInt(ethers.id(`time ${i}`)) % 250_000_000_000n) + 1n),
    ];
    for (const time of times) {
      const [, day, clock] = /^(.*)T(.*)\.000Z$/.exec(new Date(Number(time) * 1000).toISOString());
      expect(await statements.activation(1, time)).to.equal(`I open the vote on proposal 1 at ${day} ${clock} UTC.`);
    }
    expect(await statements.activation(1, 253402300800n)).to.contain(" at 10000-01-01 00:00:00 UTC");
  });
});

const ACTIONS = [
  { target: ACCOUNT, value: 0n, data: "0x" },
  { target: OTHER, value: 7n, data: "0x12345678" },
];
const HASH = ethers.id("any");

/** Every typed data of a person: its contract, name, fields, and the call that checks its signature. */
function signedActs({ manager, engine, draft, plain, quadratic }, signer, deadline) {
  const ballots = [plain, quadratic].flatMap(({ id, rulesHash }, i) =>
    Object.values(SUPPORT).map((support) => ({
      proposalId: id,
      rulesHash,
      voter: signer,
      support,
      params: i === 0 ? "0x" : votesParams(support + 1),
      reasonHash: HASH,
      deadline,
    })),
  );
  return [
    ...ballots.map((fields) => [engine, "Ballot", fields, (signature) => engine.castVoteBySig.staticCall(fields, signature)]),
    ...[ethers.ZeroAddress, signer, ACCOUNT].flatMap((delegatee) => [
      [
        engine,
        "Delegate",
        { delegator: signer, delegatee, nonce: 0n, deadline },
        (signature) => engine.delegateBySig.staticCall(signer, delegatee, 0n, deadline, signature),
      ],
      [
        engine,
        "DelegateFor",
        { delegator: signer, proposalType: 1, delegatee, nonce: 0n, deadline },
        (signature) => engine.delegateForBySig.staticCall(signer, 1, delegatee, 0n, deadline, signature),
      ],
    ]),
    ...[[], ACTIONS].map((actions) => [
      manager,
      "CreateProposal",
      { proposer: signer, proposalType: 0, metadataHash: HASH, actions, strategy: ACCOUNT, deadline },
      (signature) => manager.createProposalBySig.staticCall(signer, 0, actions, HASH, ACCOUNT, deadline, signature),
    ]),
    [
      manager,
      "EndorseProposal",
      { proposalId: draft.id, contentHash: draft.contentHash, endorser: signer, deadline },
      (signature) => manager.endorseProposalBySig.staticCall(draft.id, signer, deadline, signature),
    ],
    ...[0n, AT].map((voteStart) => [
      manager,
      "ActivateProposal",
      { proposalId: draft.id, rulesHash: draft.rulesHash, voteStart, administrator: signer, deadline },
      (signature) => manager.activateProposalBySig.staticCall(draft.id, voteStart, signer, deadline, signature),
    ]),
    [
      manager,
      "CancelProposal",
      { proposalId: draft.id, contentHash: draft.contentHash, reasonHash: HASH, canceller: signer, nonce: 0n, deadline },
      (signature) => manager.cancelProposalBySig.staticCall(draft.id, HASH, signer, 0n, deadline, signature),
    ],
  ];
}

/** The town in a language, with a draft, two open votes, and an account of code that agrees to one digest alone. */
async function speaking(statements) {
  const town = await deployed({ statements });
  const plain = await opened(town);
  const quadratic = await opened(town, { strategy: town.quadratic });
  const strategy = await town.onePerson.getAddress();
  await town.manager.connect(town.citizens[0]).createProposal(PROPOSAL.POLICY, [], HASH, strategy);
  const id = await town.manager.proposalCount();
  const { contentHash } = await town.manager.getProposal(id);
  const draft = { id, contentHash, rulesHash: await town.manager.previewRulesHash(id) };
  return { ...town, plain, quadratic, draft, digests: await ethers.deployContract("TestDigests") };
}
const inEnglish = () => speaking("StatementsEnglish");
const inSpanish = () => speaking("StatementsSpanish");

/** The data of the error that a call ends with; empty if it ends well. */
const outcome = (sent) => sent.then(() => "0x", (error) => error.data ?? error.cause?.data ?? String(error));

for (const [language, fixture] of [
  ["English", inEnglish],
  ["Spanish", inSpanish],
]) {
  describe(`typed data with its sentence in ${language}`, () => {
    it("is hashed by the contracts as ethers hashes it, and other words are another text", async () => {
      const town = await loadFixture(fixture);
      const { digests } = town;
      const signer = await digests.getAddress();
      const { chainId } = await ethers.provider.getNetwork();
      for (const [contract, name, message, send] of signedActs(town, signer, await later())) {
        const verifyingContract = await contract.getAddress();
        const contractName = contract === town.engine ? "VotingEngine" : "ProposalManager";
        const domain = { name: contractName, version: "1", chainId, verifyingContract };
        const hashed = (fields) => ethers.TypedDataEncoder.hash(domain, types(name), fields);
        const full = await stated(town, name, message);
        expect(full.statement, name).to.match(/^\p{Lu}.*\.$/u);
        const refusal = contract.interface.getError(`${contractName}InvalidSignature`).selector;
        for (const [digest, refused] of [
          [ethers.ZeroHash, true],
          [hashed(full), false],
          [hashed({ ...full, statement: "I agree." }), true],
        ]) {
          await digests.agree(digest);
          expect((await outcome(send("0x"))) === refusal, `${name}: ${full.statement}`).to.equal(refused);
        }
      }
    });
  });
}
