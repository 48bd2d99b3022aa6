import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";

import { expect } from "chai";

import { FOLDER, layouts } from "../scripts/layouts.mjs";

const committed = async (name) => JSON.parse(await readFile(join(FOLDER, `${name}.json`), "utf8"));

/** Every place of a layout as one line. */
const lines = ({ plain, ...namespaces }) => [
  ...plain.map((place) => `plain: ${place}`),
  ...Object.entries(namespaces).flatMap(([namespace, structs]) =>
    Object.entries(structs).flatMap(([struct, places]) => places.map((place) => `${namespace}: ${struct}: ${place}`)),
  ),
];

describe("storage layouts", () => {
  it("are the committed ones: no field moves unseen (npm run layouts writes them anew)", async () => {
    const compiled = await layouts(process.env.CONTRACTS_BUILD ?? "build");
    const files = (await readdir(FOLDER)).map((file) => file.replace(".json", ""));
    expect(files.sort()).to.deep.equal(Object.keys(compiled).sort());
    for (const [name, layout] of Object.entries(compiled)) {
      const [then, now] = [lines(await committed(name)), lines(layout)];
      const moved = then.filter((line) => !now.includes(line));
      const added = now.filter((line) => !then.includes(line));
      expect({ name, moved, added }).to.deep.equal({ name, moved: [], added: [] });
    }
  });

  it("hold nothing outside their namespaces", async () => {
    for (const layout of Object.values(await layouts(process.env.CONTRACTS_BUILD ?? "build"))) {
      expect(layout.plain).to.deep.equal([]);
      expect(Object.keys(layout).length).to.be.above(1);
    }
  });
});
