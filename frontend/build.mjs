// Builds static/portal from frontend/. `node build.mjs` writes it; `node build.mjs --check` builds beside it, compares
// byte by byte and exits 1 on a difference (what CI runs). The same inputs give the same bytes: no times, no names of folders.
import { createHash } from "node:crypto";
import { cp, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";
import * as sass from "sass";

const HERE = dirname(fileURLToPath(import.meta.url));
const TARGET = join(HERE, "..", "static", "portal");
const MODULES = join(HERE, "node_modules");
const USWDS = join(MODULES, "@uswds", "uswds");

const FONTS = {
  "public-sans-latin-400": "@fontsource/public-sans/files/public-sans-latin-400-normal.woff2",
  "public-sans-latin-700": "@fontsource/public-sans/files/public-sans-latin-700-normal.woff2",
  "public-sans-latin-ext-400": "@fontsource/public-sans/files/public-sans-latin-ext-400-normal.woff2",
  "public-sans-latin-ext-700": "@fontsource/public-sans/files/public-sans-latin-ext-700-normal.woff2",
  "merriweather-latin-700": "@uswds/uswds/dist/fonts/merriweather/Latin-Merriweather-Bold.woff2",
};

// The icons that templates use, by their names in USWDS (a test compares this list with the templates).
const ICONS = [
  "account_balance", "account_circle", "arrow_forward", "attach_money", "check", "check_circle", "close", "content_copy", "edit",
  "error", "event", "file_download", "groups", "help", "info", "launch", "lock", "navigate_before", "navigate_next",
  "priority_high", "schedule", "search", "security", "settings", "topic", "update", "verified_user", "warning",
];

const SCRIPTS = [
  { entry: "portal.js", format: "iife" },
  { entry: "sign.js", format: "iife" },
  { entry: "demo-wallet.js", format: "iife" },
  // Loaded by demo-wallet.js when someone signs, never before.
  { entry: "demo-signer.js", format: "esm" },
];

async function styles(out) {
  await mkdir(join(out, "css"), { recursive: true });
  for (const name of ["portal", "sign"]) {
    const { css } = sass.compile(join(HERE, "scss", `${name}.scss`), {
      loadPaths: [join(USWDS, "packages")],
      style: "compressed",
      quietDeps: true,
      silenceDeprecations: ["import", "global-builtin", "if-function"],
    });
    const own = ownFontFaces(css);
    await writeFile(join(out, "css", `${name}.css`), `${own}\n`);
    await images(own, out);
  }
}

/** Leaves out USWDS's font faces (every component brings them, in folders we don't ship); ours lie in fonts/ itself. */
function ownFontFaces(css) {
  return css.replaceAll(/@font-face\{[^}]*\.\.\/fonts\/[\w-]+\/[^}]*\}/g, "");
}

/** Copies the pictures that a style sheet names, and fails on one that is missing. */
async function images(css, out) {
  const names = new Set([...css.matchAll(/url\(["']?\.\.\/img\/([^"')#?]+)/g)].map((match) => match[1]));
  for (const name of names) {
    const to = join(out, "img", name);
    await mkdir(dirname(to), { recursive: true });
    await cp(join(USWDS, "dist", "img", name), to);
  }
}

async function fonts(out) {
  await mkdir(join(out, "fonts"), { recursive: true });
  for (const [name, source] of Object.entries(FONTS)) {
    await cp(join(MODULES, source), join(out, "fonts", `${name}.woff2`));
  }
}

async function icons(out) {
  const symbols = [];
  for (const name of ICONS) {
    const source = await readFile(join(USWDS, "dist", "img", "usa-icons", `${name}.svg`), "utf8");
    const viewBox = /viewBox="([^"]+)"/.exec(source)?.[1] ?? "0 0 24 24";
    const body = source.slice(source.indexOf(">") + 1, source.lastIndexOf("</svg>")).trim();
    symbols.push(`<symbol id="${name}" viewBox="${viewBox}">${body}</symbol>`);
  }
  await mkdir(join(out, "img"), { recursive: true });
  await writeFile(join(out, "img", "icons.svg"), `<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join("\n")}\n</svg>\n`);
  await cp(join(HERE, "img", "mark.svg"), join(out, "img", "mark.svg"));
  await cp(join(USWDS, "dist", "img", "usa-icons", "close.svg"), join(out, "img", "usa-icons", "close.svg"));
}

async function scripts(out) {
  for (const { entry, format } of SCRIPTS) {
    await build({
      entryPoints: [join(HERE, "js", entry)],
      outfile: join(out, "js", entry),
      absWorkingDir: HERE,
      bundle: true,
      minify: true,
      charset: "utf8",
      format,
      target: ["es2022"],
      legalComments: "none",
      logLevel: "warning",
    });
  }
}

async function make(out) {
  await styles(out);
  await fonts(out);
  await icons(out);
  await scripts(out);
}

async function digests(root) {
  await mkdir(root, { recursive: true });
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const pairs = files.sort().map(async (file) => [
    relative(root, file),
    createHash("sha256").update(await readFile(file)).digest("hex"),
  ]);
  return new Map(await Promise.all(pairs));
}

/** Builds in a folder of its own, so that a site that is being served never meets half a build. */
async function withFresh(use) {
  const fresh = await mkdtemp(join(tmpdir(), "portal-static-"));
  try {
    await make(fresh);
    return await use(fresh, await digests(fresh), await digests(TARGET));
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

function differing(built, committed) {
  return [...new Set([...built.keys(), ...committed.keys()])].filter((name) => built.get(name) !== committed.get(name)).sort();
}

async function check(_fresh, built, committed) {
  const names = differing(built, committed);
  for (const name of names) console.error(`static/portal/${name} differs from what frontend/ builds`);
  return names.length === 0;
}

async function write(fresh, built, committed) {
  for (const name of differing(built, committed)) {
    console.log(name);
    if (built.has(name)) await cp(join(fresh, name), join(TARGET, name));
    else await rm(join(TARGET, name));
  }
  return true;
}

if (!(await withFresh(process.argv.includes("--check") ? check : write))) process.exit(1);
