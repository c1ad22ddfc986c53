import type { JsonValue } from "./json.ts";

/** Whether a value is nested more than `limit` levels deep. It uses no stack, so it may be asked of anything before recursion is. */
export function isDeeperThan(value: JsonValue, limit: number): boolean {
  let level: JsonValue[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    const below: JsonValue[] = [];
    for (const container of level) {
      for (const child of containersIn(container)) {
        below.push(child);
      }
    }
    if (depth > limit) {
      return true;
    }
    level = below;
  }
  return false;
}

function containersIn(value: JsonValue): JsonValue[] {
  if (typeof value !== "object" || value === null) {
    return [];
  }
  return Object.values(value).filter((child) => typeof child === "object" && child !== null);
}
