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

function convert(node: ASTNode, source: MarkedText): Expression {
  const at = (child: ASTNode): Expression => convert(child, source);
  switch (node.op) {
    case "value":
      return {
        kind: "literal",
        literal: literalOf(node.args, source.text.slice(node.start, node.end)),
      };
    case "id":
      return { kind: "identifier", name: node.args };
    case ".":
    case ".?":
      return {
        kind: "select",
        operand: at(node.args[0]),
        field: node.args[1],
        optional: node.op === ".?",
      };
    case "[]":
    case "[?]":
      return {
        kind: "index",
        operand: at(node.args[0]),
        index: at(node.args[1]),
        optional: node.op === "[?]",
      };
    case "call":
      return { kind: "call", name: node.args[0], target: undefined, args: node.args[1].map(at) };
    case "rcall":
      return {
        kind: "call",
        name: node.args[0],
        target: at(node.args[1]),
        args: node.args[2].map(at),
      };
    case "list":
      return { kind: "list", elements: convertElements(node.args, node.start, source) };
    case "map":
      return { kind: "map", entries: convertEntries(node.args, node.start, source) };
    default:
      return convertOperator(node, at);
  }
}

type OperatorNode = Exclude<
  ASTNode,
  { op: "value" | "id" | "." | ".?" | "[]" | "[?]" | "call" | "rcall" | "list" | "map" }
>;

function convertOperator(node: OperatorNode, at: (child: ASTNode) => Expression): Expression {
  switch (node.op) {
    case "!_":
      return { kind: "not", operand: at(node.args) };
    case "-_":
      return negated(at(node.args));
    case "&&":
    case "||":
      return { kind: "logic", operator: node.op, left: at(node.args[0]), right: at(node.args[1]) };
    case "?:":
      return {
        kind: "conditional",
        test: at(node.args[0]),
        yes: at(node.args[1]),
        no: at(node.args[2]),
      };
    default:
      return { kind: "binary", operator: node.op, left: at(node.args[0]), right: at(node.args[1]) };
  }
}

/** `-1` is a literal in CEL's grammar, which is how -2^63 can be written. */
function negated(operand: Expression): Expression {
  if (operand.kind === "literal" && operand.literal.kind === "int") {
    return { kind: "literal", literal: { kind: "int", value: -operand.literal.value } };
  }
  return { kind: "negate", operand };
}

function literalOf(value: unknown, text: string): Literal {
  switch (typeof value) {
    case "boolean":
      return { kind: "bool", value };
    case "bigint":
      return { kind: "int", value };
    case "number":
      return { kind: "double", value };
    case "string":
      return { kind: "string", value };
    default:
      return objectLiteral(value, text);
  }
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
