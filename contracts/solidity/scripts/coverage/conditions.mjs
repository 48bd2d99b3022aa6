// The conditions of a source, and the same source telling which way each of them went.
// A condition is what an `if`, a loop, `?:`, `require` or `assert` asks, also in assembly, and each operand of `&&` and
// `||`, wherever it stands: `if (a && !b)` asks a and b. Each has two branches, true and false.
import { createHash } from "node:crypto";
import { createRequire } from "node:module";

const ASKING = new Set(["IfStatement", "WhileStatement", "DoWhileStatement", "ForStatement", "Conditional"]);
const ASKING_YUL = new Set(["YulIf", "YulForLoop"]);
const ASKING_CALLS = new Set(["require", "assert"]);
const UNSEEN = new Set(["TryStatement", "YulSwitch"]);

// What an instrumented source calls. In assembly the word at 0 is borrowed and given back.
const NOTED = `
function __noted(bool yes, uint256 tag) pure returns (bool) {
    __NomicFoundationCoverage.sendHit(yes ? tag | 1 : tag);
    return yes;
}
`;
const NOTED_YUL = ` function __notedYul(yes, tag) -> same {
    same := yes
    let kept := mload(0)
    mstore(0, or(tag, iszero(iszero(yes))))
    pop(staticcall(gas(), 0xc0bEc0BEc0BeC0bEC0beC0bEC0bEC0beC0beC0BE, 0, 32, 0, 0))
    mstore(0, kept)
}`;

let compiler;
function syntaxOf(source) {
  compiler ??= createRequire(import.meta.url)("solc");
  const input = {
    language: "Solidity",
    sources: { source: { content: source } },
    settings: { stopAfter: "parsing", outputSelection: { "*": { "": ["ast"] } } },
  };
  const output = JSON.parse(compiler.compile(JSON.stringify(input)));
  const errors = (output.errors ?? []).filter((error) => error.severity === "error");
  if (errors.length > 0) throw new Error(errors[0].formattedMessage);
  return output.sources.source.ast;
}

// The parts of a condition that aren't parts joined by `&&`, `||`, `!` and parentheses.
function* leaves(node) {
  if (node.nodeType === "TupleExpression" && node.components.length === 1) yield* leaves(node.components[0]);
  else if (node.nodeType === "UnaryOperation" && node.operator === "!") yield* leaves(node.subExpression);
  else if (node.operator === "&&" || node.operator === "||") {
    yield* leaves(node.leftExpression);
    yield* leaves(node.rightExpression);
  } else yield node;
}

function* asked(node) {
  if (UNSEEN.has(node.nodeType)) throw new Error(`branches of ${node.nodeType} aren't measured yet`);
  if (ASKING.has(node.nodeType) && node.condition) yield* leaves(node.condition);
  if (ASKING_YUL.has(node.nodeType)) yield node.condition;
  if (node.nodeType === "FunctionCall" && ASKING_CALLS.has(node.expression.name)) yield* leaves(node.arguments[0]);
  if (node.operator === "&&" || node.operator === "||") yield* leaves(node);
}

function walk(node, visit) {
  if (Array.isArray(node)) for (const each of node) walk(each, visit);
  else if (node !== null && typeof node === "object") {
    if (node.nodeType) visit(node);
    for (const each of Object.values(node)) walk(each, visit);
  }
}

// Where the conditions and the assembly blocks that ask any are, in bytes, outer before inner.
function placesOf(source) {
  const range = (node) => node.src.split(":").map(Number);
  const conditions = new Map();
  const blocks = new Set();
  walk(syntaxOf(source), (node) => {
    for (const leaf of asked(node)) {
      const [start, length] = range(leaf);
      conditions.set(leaf.src, { start, end: start + length, yul: leaf.nodeType.startsWith("Yul") });
    }
    if (node.nodeType === "InlineAssembly") {
      walk(node.AST, (inner) => ASKING_YUL.has(inner.nodeType) && blocks.add(range(node.AST)[0]));
    }
  });
  const ordered = [...conditions.values()].sort((a, b) => a.start - b.start || b.end - a.end);
  return { conditions: ordered, blocks };
}

/// The conditions of the source `file`: line, text, and the tag that tells that it was false, or true.
export function conditionsOf(file, source) {
  const bytes = Buffer.from(source);
  return placesOf(source).conditions.map(({ start, end }, index) => {
    const digest = createHash("sha256").update(`${file} ${index}`).digest();
    const tag = (yes) => Buffer.from([...digest.subarray(0, 31), yes]).toString("hex");
    return {
      line: bytes.subarray(0, start).toString().split("\n").length,
      text: bytes.subarray(start, end).toString().replace(/\s+/g, " "),
      tags: { false: tag(0), true: tag(1) },
    };
  });
}

/// `instrumented`, which is `source` with statements added, noting each condition too.
export function noteConditions(file, source, instrumented) {
  const known = conditionsOf(file, source);
  const { conditions, blocks } = placesOf(instrumented);
  if (conditions.length !== known.length) throw new Error(`${file}: conditions changed on the way`);
  if (known.length === 0) return instrumented;
  const [before, after] = [new Map(), new Map()];
  const at = (map, place) => map.get(place) ?? map.set(place, []).get(place);
  for (const block of blocks) at(before, block + 1).push(NOTED_YUL);
  conditions.forEach(({ start, end, yul }, index) => {
    at(before, start).push(yul ? "__notedYul(" : "__noted(");
    at(after, end).unshift(`, 0x${known[index].tags.false})`);
  });
  const bytes = Buffer.from(instrumented);
  const places = [...new Set([...before.keys(), ...after.keys()])].sort((a, b) => a - b);
  const parts = [];
  let done = 0;
  for (const place of places) {
    parts.push(bytes.subarray(done, place).toString(), ...(after.get(place) ?? []), ...(before.get(place) ?? []));
    done = place;
  }
  return parts.join("") + bytes.subarray(done).toString() + NOTED;
}
