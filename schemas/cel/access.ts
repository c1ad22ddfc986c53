/** Field selection, indexing and `has()`: cel-go's attributes.go. An optional operand makes the result optional. */
import type { CompilePart } from "./compiler.ts";
import { isAttribute } from "./constant.ts";
import { CompileError, type Expression } from "./expression.ts";
import type { Evaluate, Frame } from "./frame.ts";
import { type Scope, typeNamed } from "./scope.ts";
import {
  CelDouble,
  CelError,
  CelList,
  CelMap,
  CelOptional,
  CelUint,
  type CelValue,
} from "./values/cel-value.ts";
import { isInt } from "./values/integer.ts";
import { SchemaObject } from "./values/schema-map.ts";
import { goText, goTypeOf, typeName } from "./values/value-text.ts";

type Select = Extract<Expression, { kind: "select" }>;
type Index = Extract<Expression, { kind: "index" }>;

/** `operand.field`, `operand.?field` or a qualified type name. */
export function compileSelect(expression: Select, scope: Scope, at: CompilePart): Evaluate {
  const type = qualifiedType(expression, scope);
  if (type !== undefined) {
    return () => type;
  }
  const operand = at(expression.operand);
  const cost = accessCost(expression.operand);
  const { field } = expression;
  if (expression.optional) {
    return (frame) => {
      frame.cost += cost;
      return foundOrFree(selectOptional(operand(frame), field), frame);
    };
  }
  const read = fieldReader(field);
  const noSuchKey = new CelError(`no such key: ${field}`);
  return (frame) => {
    frame.cost += cost;
    const value = operand(frame);
    if (value instanceof SchemaObject) {
      return read(value) ?? noSuchKey;
    }
    return value instanceof CelOptional
      ? foundOrFree(selectOptional(value, field), frame)
      : selectFrom(value, field);
  };
}

/** Optional access costs nothing where there is nothing. */
function foundOrFree(found: CelValue, frame: Frame): CelValue {
  frame.cost -= found === CelOptional.none ? 1 : 0;
  return found;
}

/** One for the selection, one more where the operand is no variable or selection itself. */
function accessCost(operand: Expression): number {
  return isAttribute(operand) || operand.kind === "conditional" ? 1 : 2;
}

/** Reads one field; it remembers where the last shape had it, as an expression nearly always meets the same one. */
function fieldReader(name: string): (object: SchemaObject) => CelValue | undefined {
  let shape: SchemaObject["shape"] | undefined;
  let field: ReturnType<SchemaObject["shape"]["byName"]>;
  return (object) => {
    if (object.shape !== shape) {
      shape = object.shape;
      field = shape.byName(name);
    }
    return field === undefined ? undefined : object.read(field);
  };
}

function qualifiedType(expression: Select, scope: Scope): CelValue | undefined {
  const name = qualifiedName(expression);
  const root = name?.split(".")[0] ?? "";
  return name === undefined || scope.isLocal(root) ? undefined : typeNamed(name);
}

/** `a.b.c` for identifiers and plain selections of them; undefined for anything else. */
export function qualifiedName(expression: Expression): string | undefined {
  if (expression.kind === "identifier") {
    return expression.name;
  }
  if (expression.kind !== "select" || expression.optional) {
    return undefined;
  }
  const operand = qualifiedName(expression.operand);
  return operand === undefined ? undefined : `${operand}.${expression.field}`;
}

function selectFrom(value: CelValue, field: string): CelValue {
  if (value instanceof CelError) {
    return value;
  }
  if (value instanceof CelMap) {
    return value.field(field) ?? new CelError(`no such key: ${field}`);
  }
  return value instanceof CelList
    ? new CelError("unsupported index type 'string' in list")
    : new CelError(`no such key: ${field}`);
}

function selectOptional(operand: CelValue, field: string): CelValue {
  const value = operand instanceof CelOptional ? operand.value : operand;
  if (value === undefined || value instanceof CelError) {
    return value ?? CelOptional.none;
  }
  if (value instanceof CelList) {
    return new CelError("unsupported index type 'string' in list");
  }
  const found = value instanceof CelMap ? value.field(field) : undefined;
  if (found instanceof CelError) {
    return found;
  }
  return found === undefined ? CelOptional.none : new CelOptional(found);
}

/** `has(operand.field)`; throws CompileError for another argument. */
export function compileHas(argument: Expression | undefined, at: CompilePart): Evaluate {
  if (argument?.kind !== "select" || argument.optional) {
    throw new CompileError("invalid argument to has() macro");
  }
  const operand = at(argument.operand);
  const { field } = argument;
  const read = fieldReader(field);
  // the test itself is free
  const cost = accessCost(argument.operand) - 1;
  return (frame) => {
    frame.cost += cost;
    const value = operand(frame);
    if (value instanceof SchemaObject) {
      const found = read(value);
      return found instanceof CelError ? found : found !== undefined;
    }
    if (value instanceof CelMap) {
      const found = value.field(field);
      return found instanceof CelError ? found : found !== undefined;
    }
    return hasIn(value, field);
  };
}

function hasIn(value: CelValue, field: string): CelValue {
  if (value instanceof CelError) {
    return value;
  }
  if (value instanceof CelOptional) {
    const selected = selectOptional(value, field);
    return selected instanceof CelOptional ? selected.value !== undefined : selected;
  }
  return value instanceof CelList ? new CelError("unsupported index type 'string' in list") : false;
}

/** `operand[index]`, `operand[?index]` */
export function compileIndex(expression: Index, at: CompilePart): Evaluate {
  const { optional } = expression;
  const operand = at(expression.operand);
  const index = at(expression.index);
  const cost = accessCost(expression.operand) - (isAttribute(expression.index) ? 1 : 0);
  return (frame) => {
    frame.cost += cost;
    const target = operand(frame);
    const key = index(frame);
    if (target instanceof CelError) {
      return target;
    }
    if (!isQualifier(key)) {
      return key instanceof CelError
        ? key
        : new CelError(`invalid qualifier type: ${goTypeOf(key)}`);
    }
    return optional || target instanceof CelOptional
      ? foundOrFree(indexOptional(target, key), frame)
      : indexInto(target, key);
  };
}

/** What can be an index or a key. */
function isQualifier(key: CelValue): boolean {
  return (
    typeof key === "string" ||
    typeof key === "boolean" ||
    isInt(key) ||
    key instanceof CelUint ||
    key instanceof CelDouble
  );
}

function indexInto(target: CelValue, key: CelValue): CelValue {
  if (target instanceof CelMap) {
    return target.find(key) ?? new CelError(`no such key: ${goText(key)}`);
  }
  if (!(target instanceof CelList)) {
    return new CelError(`no such key: ${goText(key)}`);
  }
  const position = positionOf(key);
  if (position instanceof CelError) {
    return position;
  }
  return position >= 0 && position < target.size
    ? target.get(position)
    : new CelError(`index out of bounds: ${goText(key)}`);
}

function indexOptional(operand: CelValue, key: CelValue): CelValue {
  const target = operand instanceof CelOptional ? operand.value : operand;
  if (target === undefined) {
    return CelOptional.none;
  }
  const found = target instanceof CelMap ? target.find(key) : optionalElement(target, key);
  if (found instanceof CelError) {
    return found;
  }
  return found === undefined ? CelOptional.none : new CelOptional(found);
}

function optionalElement(target: CelValue, key: CelValue): CelValue | undefined {
  if (!(target instanceof CelList)) {
    return undefined;
  }
  const position = positionOf(key);
  if (position instanceof CelError) {
    return position;
  }
  return position >= 0 && position < target.size ? target.get(position) : undefined;
}

/** A list position from any number type without a fraction. */
function positionOf(key: CelValue): number | CelError {
  if (isInt(key)) {
    return Number(key);
  }
  if (key instanceof CelUint || (key instanceof CelDouble && Number.isInteger(key.value))) {
    return Number(key.value);
  }
  return key instanceof CelDouble
    ? new CelError(`unsupported index value ${goText(key)} in list`)
    : new CelError(`unsupported index type '${typeName(key)}' in list`);
}
