#!/bin/sh
# Prints the gas table, ours beside OpenZeppelin's Governor, and writes benchmarks/results/gas.json; with GAS_CHECK=1 it
# holds the figures against that file instead. Needs contracts/solidity/node_modules and Node >= 22.13 on PATH.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
cd "$here/../../contracts/solidity"
GAS_JSON="$here/../results/gas.json" exec node node_modules/hardhat/dist/src/cli.js run scripts/gas.mjs
