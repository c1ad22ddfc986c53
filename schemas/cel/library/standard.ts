/** CEL's standard functions besides conversions and times: common/stdlib of cel-go. */
import {
  CelError,
  CelList,
  CelMap,
  CelType,
  type CelValue,
  NO_SUCH_OVERLOAD,
} from "../values/cel-value.ts";
import { missingOperator } from "../values/ordering.ts";
import { typeName } from "../values/value-text.ts";
import { type CelFunction, dyn, global, member, takes1, takes2 } from "./function.ts";

/** size, type, dyn, contains, startsWith, endsWith. */
export function standardFunctions(): CelFunction[] {
  return [
    ...global("size", takes1(dyn, size)),
    ...member("size", takes1(dyn, size)),
    ...global("type", takes1(dyn, typeOf)),
    ...global(
      "dyn",
      takes1(dyn, (value) => value),
    ),
    ...member(
      "contains",
      takes2(
        dyn,
        dyn,
        stringTest((text, part) => text.includes(part)),
      ),
    ),
    ...member(
      "startsWith",
      takes2(
        dyn,
        dyn,
        stringTest((text, part) => text.startsWith(part)),
      ),
    ),
    ...member(
      "endsWith",
      takes2(
        dyn,
        dyn,
        stringTest((text, part) => text.endsWith(part)),
      ),
    ),
  ];
}

function size(value: CelValue): CelValue {
  if (typeof value === "string") {
    return codePointCount(value);
  }
  if (value instanceof CelList || value instanceof CelMap) {
    return value.size;
  }
  return value instanceof Uint8Array ? value.length : missingOperator("size", value);
}

/** The number of code points of a string. */
function codePointCount(text: string): number {
  let count = text.length;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    // the second half of a pair
    if (unit >= 0xdc00 && unit <= 0xdfff) {
      count--;
    }
  }
  return count;
}

function typeOf(value: CelValue): CelValue {
  return new CelType(typeName(value));
}

/** These answer "no such overload" without a name: cel-go disables their type guards. */
function stringTest(test: (text: string, part: string) => boolean) {
  return (text: CelValue, part: CelValue): CelValue =>
    typeof text === "string" && typeof part === "string"
      ? test(text, part)
      : new CelError(NO_SUCH_OVERLOAD);
}
