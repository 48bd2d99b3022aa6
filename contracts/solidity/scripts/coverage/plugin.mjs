// Adds branches to what `hardhat test --coverage` notes of statements.
import { relative } from "node:path";

async function preprocessProjectFileBeforeBuilding(context, sourceName, fsPath, source, version, next) {
  const instrumented = await next(context, sourceName, fsPath, source, version);
  if (!context.globalOptions.coverage) return instrumented;
  const { noteConditions } = await import("./conditions.mjs");
  return noteConditions(relative(context.config.paths.root, fsPath), source, instrumented);
}

export default {
  id: "branch-coverage",
  hookHandlers: { solidity: async () => ({ default: async () => ({ preprocessProjectFileBeforeBuilding }) }) },
};
