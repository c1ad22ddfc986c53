import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseJson, valueAt } from "../control-plane/json-value.ts";

/** Folders under node_modules that `npm ci --omit=dev` would install, from the lock file alone. */
export function productionPackages(checkout: string): readonly string[] {
  const lock = parseJson(readFileSync(join(checkout, "package-lock.json"), "utf8"));
  return Object.entries(Object(valueAt(lock, "packages")))
    .filter(([path, entry]) => path.startsWith("node_modules/") && !isLeftOut(entry))
    .map(([path]) => path)
    .toSorted();
}

function isLeftOut(entry: unknown): boolean {
  return ["dev", "devOptional", "extraneous"].some((flag) => valueAt(entry, flag) === true);
}
