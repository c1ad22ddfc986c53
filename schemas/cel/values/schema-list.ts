/** Lists of the API as lazy views of their JSON: atomic ones by order, sets and list-maps without it. */
import { FloatLiteral, getKey, type JsonValue, numberKind } from "../../json.ts";
import {
  CelDouble,
  CelError,
  CelList,
  CelMap,
  CelUint,
  type CelValue,
  noSuchOverload,
} from "./cel-value.ts";
import { valueEqual } from "./equality.ts";
import { elementsOf, ListValue } from "./list-value.ts";
import { type Adapter, rawObject } from "./schema-map.ts";
import { CelDuration, CelTimestamp } from "./time.ts";

/** x-kubernetes-list-type atomic, the default. */
export class SchemaList extends CelList {
  readonly goType: string = "*common.unstructuredList";
  readonly raw: readonly JsonValue[];
  readonly adapt: Adapter;

  constructor(raw: readonly JsonValue[], adapt: Adapter) {
    super();
    this.raw = raw;
    this.adapt = adapt;
  }

  get size(): number {
    return this.raw.length;
  }

  get(index: number): CelValue {
    return this.adapt(this.raw[index] ?? null);
  }

  equal(other: CelValue): CelValue {
    if (!(other instanceof CelList)) {
      return noSuchOverload(other);
    }
    if (other.size !== this.size) {
      return false;
    }
    for (let index = 0; index < this.size; index++) {
      const same = valueEqual(this.get(index), other.get(index));
      if (same !== true) {
        return same;
      }
    }
    return true;
  }

  add(other: CelList): CelValue {
    return new ListValue([...elementsOf(this), ...elementsOf(other)]);
  }

  contains(value: CelValue): CelValue {
    let failure: CelError | undefined;
    for (let index = 0; index < this.size; index++) {
      const same = valueEqual(this.get(index), value);
      if (same === true) {
        return true;
      }
      failure ??= same === false ? undefined : noSuchOverload(same);
    }
    return failure ?? false;
  }
}

/** x-kubernetes-list-type set: equality ignores order, `+` is the union. */
export class SchemaSet extends SchemaList {
  override readonly goType = "*common.unstructuredSetList";

  override equal(other: CelValue): CelValue {
    return setEqual(this, other);
  }

  override add(other: CelList): CelValue {
    return setUnion(this, other);
  }
}

/** A union of sets. */
class SetValue extends ListValue {
  override readonly goType = "*common.refValSetList";

  override equal(other: CelValue): CelValue {
    return setEqual(this, other);
  }

  override add(other: CelList): CelValue {
    return setUnion(this, other);
  }
}

function setEqual(left: CelList, right: CelValue): CelValue {
  if (!(right instanceof CelList)) {
    return noSuchOverload(right);
  }
  if (left.size !== right.size) {
    return false;
  }
  const keys = setKeys(left);
  const seen = setKeys(right);
  if (keys instanceof CelError || seen instanceof CelError) {
    return keys instanceof CelError ? keys : seen instanceof CelError && seen;
  }
  return keys.size === seen.size && [...seen].every((key) => keys.has(key));
}

function setKeys(list: CelList): Set<unknown> | CelError {
  const keys = new Set<unknown>();
  for (const element of elementsOf(list)) {
    const key = setKey(element);
    if (key instanceof CelError) {
      return key;
    }
    keys.add(key);
  }
  return keys;
}

function setUnion(left: CelList, right: CelList): CelValue {
  const seen = setKeys(left);
  if (seen instanceof CelError) {
    return seen;
  }
  const elements = [...elementsOf(left)];
  for (const element of elementsOf(right)) {
    const key = setKey(element);
    if (key instanceof CelError) {
      return key;
    }
    if (!seen.has(key)) {
      seen.add(key);
      elements.push(element);
    }
  }
  return new SetValue(elements);
}

/** What makes two elements of a set the same: type and value. */
function setKey(element: CelValue): unknown {
  if (element instanceof CelList || element instanceof CelMap) {
    return new CelError("listSet operations are only supported on lists of scalar values");
  }
  return element instanceof CelError ? element : scalarKey(element);
}

function scalarKey(element: CelValue): unknown {
  if (element instanceof CelDouble) {
    return `double ${element.value}`;
  }
  if (element instanceof CelUint) {
    return `uint ${element.value}`;
  }
  if (element instanceof CelDuration || element instanceof CelTimestamp) {
    return element.nanos;
  }
  if (element instanceof Uint8Array) {
    return `bytes ${Buffer.from(element).toString("hex")}`;
  }
  return typeof element === "string" ? `string ${element}` : element;
}

/** x-kubernetes-list-type map, its keys given as CEL identifiers: equality ignores order, `+` replaces elements of equal keys and appends the others. */
export class SchemaListMap extends SchemaList {
  override readonly goType = "*common.unstructuredMapList";
  readonly #keyNames: readonly string[];

  constructor(raw: readonly JsonValue[], adapt: Adapter, keyNames: readonly string[]) {
    super(raw, adapt);
    this.#keyNames = keyNames;
  }

  override equal(other: CelValue): CelValue {
    return listMapEqual(this, other, (element) => rawKey(element, this.#keyNames));
  }

  override add(other: CelList): CelValue {
    return listMapMerge(this, other, this.#keyNames);
  }
}

/** A merge of list-maps. */
class ListMapValue extends ListValue {
  override readonly goType = "*common.refValMapList";
  readonly #keyNames: readonly string[];

  constructor(elements: readonly CelValue[], keyNames: readonly string[]) {
    super(elements);
    this.#keyNames = keyNames;
  }

  override equal(other: CelValue): CelValue {
    return listMapEqual(this, other, (element) => valueKey(element, this.#keyNames));
  }

  override add(other: CelList): CelValue {
    return listMapMerge(this, other, this.#keyNames);
  }
}

function listMapEqual(
  left: CelList,
  right: CelValue,
  keyOf: (element: CelValue) => string | undefined,
): CelValue {
  if (!(right instanceof CelList)) {
    return noSuchOverload(right);
  }
  if (left.size !== right.size) {
    return false;
  }
  const byKey = new Map(elementsOf(left).map((element) => [keyOf(element), element]));
  const seen = new Set<string | undefined>();
  for (const element of elementsOf(right)) {
    const key = keyOf(element);
    const same = key !== undefined && sameAs(byKey.get(key), element);
    if (same !== true) {
      return same;
    }
    seen.add(key);
  }
  return seen.size === byKey.size;
}

function sameAs(twin: CelValue | undefined, element: CelValue): CelValue {
  return twin === undefined ? false : valueEqual(twin, element);
}

function listMapMerge(left: CelList, right: CelList, keyNames: readonly string[]): CelValue {
  const elements = [...elementsOf(left)];
  const positions = new Map(elements.map((element, index) => [valueKey(element, keyNames), index]));
  for (const element of elementsOf(right)) {
    const position = positions.get(valueKey(element, keyNames));
    if (position === undefined) {
      elements.push(element);
    } else {
      elements[position] = element;
    }
  }
  return new ListMapValue(elements, keyNames);
}

/** The values of an element's keys as CEL reads them, told apart by type. */
function valueKey(element: CelValue, keyNames: readonly string[]): string {
  const parts = keyNames.map((name) => {
    const value = element instanceof CelMap ? element.field(name) : undefined;
    const key = value === undefined || value instanceof CelError ? undefined : scalarKey(value);
    return key === undefined ? "absent" : `${typeof key} ${String(key)}`;
  });
  return JSON.stringify(parts);
}

/**
 * The values of an element's keys in its JSON. The API server looks them up under their escaped names, so a key named
 * `namespace` does not tell elements apart here; undefined for what is no view of JSON.
 */
function rawKey(element: CelValue, keyNames: readonly string[]): string | undefined {
  const raw = rawObject(element);
  if (raw === undefined) {
    return undefined;
  }
  const parts = keyNames.map((name) => {
    const value = getKey(raw, name) ?? null;
    return `${numberKind(value) ?? typeof value} ${value instanceof FloatLiteral ? value.value : String(value)}`;
  });
  return JSON.stringify(parts);
}
