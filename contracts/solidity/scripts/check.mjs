// Recompiles into a temporary folder and fails if a committed artifact differs from what comes out.
import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const committed = join(root, "..", "artifacts");
const work = await mkdtemp(join(tmpdir(), "artifacts-"));
const run = (command, args, env = {}) => {
  const { status } = spawnSync(command, args, { cwd: root, stdio: "inherit", env: { ...process.env, ...env } });
  if (status !== 0) throw new Error(`${command} ${args[0]} ended with ${status}`);
};
const listing = async (folder) => (await readdir(folder)).filter((file) => file.endsWith(".json")).sort();

try {
  const build = join(work, "build");
  const fresh = join(work, "artifacts");
  run(process.execPath, ["node_modules/hardhat/dist/src/cli.js", "build", "--quiet"], {
    CONTRACTS_CACHE: join(work, "cache"),
    CONTRACTS_BUILD: build,
  });
  run(process.execPath, ["scripts/artifacts.mjs", build, fresh]);
  const different = [];
  for (const file of new Set([...(await listing(fresh)), ...(await listing(committed))])) {
    const read = (folder) => readFile(join(folder, file), "utf8").catch(() => null);
    if ((await read(fresh)) !== (await read(committed))) different.push(file);
  }
  if (different.length > 0) {
    console.error(`committed artifacts differ from the sources: ${different.join(", ")}; run npm run build`);
    process.exitCode = 1;
  } else {
    console.log("committed artifacts equal the sources");
  }
} finally {
  await rm(work, { recursive: true, force: true });
}
