/** Equality of raw JSON as apimachinery's `equality.Semantic.DeepEqual` sees it: `1` and `1.0` differ. */
import { FloatLiteral, isObject, numberKind } from "../../json.ts";

/** True when both values are the same JSON, numbers by kind and value. */
export function jsonEqual(left: unknown, right: unknown): boolean {
  if (left === right) {
    return true;
  }
  if (Array.isArray(left) && Array.isArray(right)) {
    return (
      left.length === right.length && left.every((item, index) => jsonEqual(item, right[index]))
    );
  }
  if (isObject(left) && isObject(right)) {
    const keys = Object.keys(left);
    return (
      keys.length === Object.keys(right).length &&
      keys.every((key) => Object.hasOwn(right, key) && jsonEqual(left[key], right[key]))
    );
  }
  return (
    numberKind(left) !== undefined &&
    numberKind(left) === numberKind(right) &&
    valueOf(left) === valueOf(right)
  );
}

function valueOf(value: unknown): unknown {
  return value instanceof FloatLiteral ? value.value : value;
}
