import { createRequire } from "node:module";

import hardhatEthers from "@nomicfoundation/hardhat-ethers";
import hardhatChaiMatchers from "@nomicfoundation/hardhat-ethers-chai-matchers";
import hardhatMocha from "@nomicfoundation/hardhat-mocha";
import hardhatNetworkHelpers from "@nomicfoundation/hardhat-network-helpers";
import { defineConfig } from "hardhat/config";

import branchCoverage from "./scripts/coverage/plugin.mjs";

const require = createRequire(import.meta.url);

export default defineConfig({
  plugins: [hardhatEthers, hardhatChaiMatchers, hardhatMocha, hardhatNetworkHelpers, branchCoverage],
  paths: {
    sources: "src",
    tests: { mocha: "test" },
    cache: process.env.CONTRACTS_CACHE ?? "cache",
    artifacts: process.env.CONTRACTS_BUILD ?? "build",
  },
  // A coverage run takes several times as long.
  test: { mocha: { timeout: 240_000 } },
  solidity: {
    npmFilesToBuild: [
      "@openzeppelin/contracts/proxy/transparent/TransparentUpgradeableProxy.sol",
      "@openzeppelin/contracts/proxy/transparent/ProxyAdmin.sol",
      // What the gas table measures ours against.
      "@openzeppelin/contracts-upgradeable/governance/TimelockControllerUpgradeable.sol",
    ],
    // The compiler is the npm package, so that a build downloads nothing.
    version: require("solc/package.json").version,
    path: require.resolve("solc/soljson.js"),
    settings: {
      optimizer: { enabled: true, runs: 200 },
      evmVersion: "cancun",
      metadata: { bytecodeHash: "none" },
      outputSelection: { "*": { "*": ["storageLayout"] } },
    },
  },
});
