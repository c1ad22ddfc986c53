/** Optional values: cel-go's cel/library.go. `or`, `orValue`, `optMap` and `optFlatMap` are in optional-call.ts. */
import {
  CelDouble,
  CelError,
  type CelList,
  CelMap,
  CelOptional,
  CelUint,
  type CelValue,
} from "../values/cel-value.ts";
import { elementsOf, ListValue } from "../values/list-value.ts";
import { CelDuration, CelTimestamp } from "../values/time.ts";
import { goText } from "../values/value-text.ts";
import {
  type CelFunction,
  dyn,
  global,
  list,
  listOf,
  member,
  optional,
  takes0,
  takes1,
} from "./function.ts";

/** optional.of, .ofNonZeroValue, .none, .unwrap; value, hasValue, unwrapOpt; first and last of a list. */
export function optionalFunctions(): CelFunction[] {
  return [
    ...global(
      "optional.of",
      takes1(dyn, (value) => new CelOptional(value)),
    ),
    ...global(
      "optional.ofNonZeroValue",
      takes1(dyn, (value) => (isZero(value) ? CelOptional.none : new CelOptional(value))),
    ),
    ...global(
      "optional.none",
      takes0(() => CelOptional.none),
    ),
    ...global("optional.unwrap", takes1(listOf(optional), unwrap)),
    ...member("unwrapOpt", takes1(listOf(optional), unwrap)),
    ...member(
      "value",
      takes1(optional, ({ value }) => value ?? new CelError("optional.none() dereference")),
    ),
    ...member(
      "hasValue",
      takes1(optional, ({ value }) => value !== undefined),
    ),
    ...member(
      "first",
      takes1(list, (values) => at(values, 0)),
    ),
    ...member(
      "last",
      takes1(list, (values) => at(values, values.size - 1)),
    ),
  ];
}

function at(values: CelList, index: number): CelOptional {
  return values.size === 0 ? CelOptional.none : new CelOptional(values.get(index));
}

function unwrap(values: CelList): CelValue {
  const found: CelValue[] = [];
  for (const element of elementsOf(values)) {
    if (!(element instanceof CelOptional)) {
      return new CelError(`value ${goText(element)} is not optional`);
    }
    if (element.value !== undefined) {
      found.push(element.value);
    }
  }
  return new ListValue(found);
}

/** Zero values of those types that have one in cel-go; views of API lists and maps have none. */
function isZero(value: CelValue): boolean {
  if (value === null || value === false || value === 0 || value === "") {
    return true;
  }
  if (value instanceof ListValue || value instanceof Uint8Array) {
    return (value instanceof ListValue ? value.size : value.length) === 0;
  }
  return isZeroNumber(value);
}

function isZeroNumber(value: CelValue): boolean {
  if (value instanceof CelDouble) {
    return value.value === 0;
  }
  if (value instanceof CelUint || value instanceof CelDuration) {
    return (value instanceof CelUint ? value.value : value.nanos) === 0n;
  }
  return value instanceof CelTimestamp ? value.nanos === YEAR_ONE : isEmptyMap(value);
}

/** Go's zero time, 0001-01-01T00:00:00Z. */
const YEAR_ONE = -62135596800_000_000_000n;

function isEmptyMap(value: CelValue): boolean {
  return value instanceof CelMap && value.size === 0 && !("raw" in value);
}
