/** Lists as sets: cel-go's ext/sets.go. */
import type { CelList, CelValue } from "../values/cel-value.ts";
import { elementsOf } from "../values/list-value.ts";
import { type CelFunction, global, list, takes2 } from "./function.ts";

/** sets.contains, sets.equivalent, sets.intersects. */
export function setFunctions(): CelFunction[] {
  return [
    ...global("sets.contains", takes2(list, list, contains)),
    ...global("sets.equivalent", takes2(list, list, equivalent)),
    ...global("sets.intersects", takes2(list, list, intersects)),
  ];
}

function contains(set: CelList, subset: CelList): CelValue {
  for (const element of elementsOf(subset)) {
    const found = set.contains(element);
    if (found !== true) {
      return found;
    }
  }
  return true;
}

function equivalent(left: CelList, right: CelList): CelValue {
  const covered = contains(left, right);
  return covered === true ? contains(right, left) : covered;
}

function intersects(left: CelList, right: CelList): boolean {
  return elementsOf(left).some((element) => right.contains(element) === true);
}
