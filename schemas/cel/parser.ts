/** Parses CEL with cel-js and turns its tree into ours; what the tree gets wrong is put right here (docs/adr: CEL). */
import { type ASTNode, Environment } from "@marcbachmann/cel-js";
import { UnsignedInt } from "@marcbachmann/cel-js/evaluator";
import {
  CompileError,
  type Element,
  type Entry,
  type Expression,
  type Literal,
} from "./expression.ts";
import { findOptionalMarks, type MarkedText } from "./optional-marks.ts";

/** Generous: the API server bounds rules by their estimated cost, not by their size. */
const LIMITS = {
  maxAstNodes: 100_000,
  maxDepth: 250,
  maxListElements: 10_000,
  maxMapEntries: 10_000,
  maxCallArguments: 100,
};

let environment: Environment | undefined;

/** Parses an expression; throws CompileError with cel-js's message. */
export function parseExpression(source: string): Expression {
  environment ??= new Environment({
    enableOptionalTypes: true,
    unlistedVariablesAreDyn: true,
    limits: LIMITS,
  });
  const marked = findOptionalMarks(source);
  return convert(parse(environment, marked.text), marked);
}

function parse(parser: Environment, text: string): ASTNode {
  try {
    return parser.parse(text).ast;
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
    throw new CompileError(`syntax: ${reason}`, { cause: error });
  }
}

type LeafOperator = "value" | "id";
type AccessOperator = "." | ".?" | "[]" | "[?]" | "call" | "rcall";
type AggregateOperator = "list" | "map";
type Node<Operator> = Extract<ASTNode, { op: Operator }>;

function isLeaf(node: ASTNode): node is Node<LeafOperator> {
  return node.op === "value" || node.op === "id";
}

const ACCESS: ReadonlySet<string> = new Set([".", ".?", "[]", "[?]", "call", "rcall"]);

function isAccess(node: ASTNode): node is Node<AccessOperator> {
  return ACCESS.has(node.op);
}

function isAggregate(node: ASTNode): node is Node<AggregateOperator> {
  return node.op === "list" || node.op === "map";
}

function convert(node: ASTNode, source: MarkedText): Expression {
  if (isLeaf(node)) {
    return node.op === "id"
      ? { kind: "identifier", name: node.args }
      : { kind: "literal", literal: literalOf(node.args, source.text.slice(node.start, node.end)) };
  }
  if (isAggregate(node)) {
    return node.op === "list"
      ? { kind: "list", elements: convertElements(node.args, node.start, source) }
      : { kind: "map", entries: convertEntries(node.args, node.start, source) };
  }
  const at = (child: ASTNode): Expression => convert(child, source);
  return isAccess(node) ? convertAccess(node, at) : convertOperator(node, at);
}

type Convert = (child: ASTNode) => Expression;

function convertAccess(node: Node<AccessOperator>, at: Convert): Expression {
  switch (node.op) {
    case ".":
    case ".?": {
      const [operand, field] = node.args;
      return { kind: "select", operand: at(operand), field, optional: node.op === ".?" };
    }
    case "[]":
    case "[?]": {
      const [operand, index] = node.args;
      return { kind: "index", operand: at(operand), index: at(index), optional: node.op === "[?]" };
    }
    case "call":
      return { kind: "call", name: node.args[0], target: undefined, args: node.args[1].map(at) };
    case "rcall": {
      const [name, target, args] = node.args;
      return { kind: "call", name, target: at(target), args: args.map(at) };
    }
  }
}

type OperatorNode = Exclude<ASTNode, Node<LeafOperator | AccessOperator | AggregateOperator>>;

function convertOperator(node: OperatorNode, at: Convert): Expression {
  if (node.op === "!_") {
    return { kind: "not", operand: at(node.args) };
  }
  if (node.op === "-_") {
    return negated(at(node.args));
  }
  const [left, right] = [at(node.args[0]), at(node.args[1])];
  if (node.op === "?:") {
    return { kind: "conditional", test: left, yes: right, no: at(node.args[2]) };
  }
  return node.op === "&&" || node.op === "||"
    ? { kind: "logic", operator: node.op, left, right }
    : { kind: "binary", operator: node.op, left, right };
}

/** `-1` is a literal in CEL's grammar, which is how -2^63 can be written. */
function negated(operand: Expression): Expression {
  if (operand.kind === "literal" && operand.literal.kind === "int") {
    return { kind: "literal", literal: { kind: "int", value: -operand.literal.value } };
  }
  if (operand.kind === "literal" && operand.literal.kind === "double") {
    return { kind: "literal", literal: { kind: "double", value: -operand.literal.value } };
  }
  return { kind: "negate", operand };
}

function literalOf(value: unknown, text: string): Literal {
  if (typeof value === "boolean") {
    return { kind: "bool", value };
  }
  if (typeof value === "bigint") {
    return { kind: "int", value };
  }
  if (typeof value === "number") {
    return { kind: "double", value };
  }
  return typeof value === "string" ? { kind: "string", value } : objectLiteral(value, text);
}

function objectLiteral(value: unknown, text: string): Literal {
  if (value === null) {
    return { kind: "null" };
  }
  if (value instanceof UnsignedInt) {
    return { kind: "uint", value: BigInt(String(value.valueOf())) };
  }
  if (value instanceof Uint8Array) {
    // cel-js cuts each character of a bytes literal to 8 bits where CEL wants its UTF-8
    return {
      kind: "bytes",
      value: /^[\0-\x7f]*$/.test(text) ? value : new Uint8Array(Buffer.from(text.slice(2, -1))),
    };
  }
  throw new CompileError(`unknown literal ${text}`);
}

function convertElements(nodes: readonly ASTNode[], start: number, source: MarkedText): Element[] {
  return nodes.map((node, index) => ({
    value: convert(node, source),
    optional: isMarked(source, nodes[index - 1]?.end ?? start, node.start),
  }));
}

function convertEntries(
  nodes: readonly (readonly [ASTNode, ASTNode])[],
  start: number,
  source: MarkedText,
): Entry[] {
  return nodes.map(([key, value], index) => ({
    key: convert(key, source),
    value: convert(value, source),
    optional: isMarked(source, nodes[index - 1]?.[1].end ?? start, key.start),
  }));
}

function isMarked(source: MarkedText, from: number, to: number): boolean {
  return source.marks.some((mark) => mark >= from && mark < to);
}
