import { expect } from "chai";

import { conditionsOf } from "../scripts/coverage/conditions.mjs";

const contract = (body) => `// SPDX-License-Identifier: MIT
contract Asked {
    function f(uint256 a, bool b) external returns (bool) {
        ${body}
    }
}`;

const asked = (body) => conditionsOf("Asked.sol", contract(body)).map(({ text }) => text);

describe("coverage: what counts as a condition", () => {
  const LAWS = [
    ["if (a == 1) return b;", ["a == 1"]],
    ["if (a == 1 && !(b || a > 2)) return b;", ["a == 1", "b", "a > 2"]],
    ["return (b ? a : 2) == 2 || b;", ["(b ? a : 2) == 2", "b", "b"]],
    ["for (uint256 i; i < a; ++i) b = !b;", ["i < a"]],
    ["for (;;) { do ++a; while (b); while (a > 3) --a; }", ["b", "a > 3"]],
    ["require(b, 'no'); assert(a > 0);", ["b", "a > 0"]],
    ["string memory s = unicode'é'; if (b) s = '';", ["b"]],
    ["assembly { if lt(a, 2) { a := 3 } for {} gt(a, 4) {} { a := 0 } }", ["lt(a, 2)", "gt(a, 4)"]],
  ];
  for (const [body, conditions] of LAWS) {
    it(body, () => expect(asked(body)).to.deep.equal(conditions));
  }

  it("what isn't measured is refused, not left out", () => {
    for (const body of ["try this.f(a, b) {} catch {}", "assembly { switch a case 1 {} default {} }"]) {
      expect(() => asked(body)).to.throw("aren't measured yet");
    }
  });

  it("each is named by its line, and each branch has a tag of its own", () => {
    const found = conditionsOf("Asked.sol", contract("if (a == 1)\n if (a == 1) return b;"));
    expect(found.map(({ line }) => line)).to.deep.equal([4, 5]);
    expect(new Set(found.flatMap(({ tags }) => Object.values(tags))).size).to.equal(4);
  });
});
