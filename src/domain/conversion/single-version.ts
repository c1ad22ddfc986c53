import type { Kind } from "../kind.ts";

/** The parts of a kind that conversion asks for. */
type ConvertedKind = Pick<
  Kind,
  "group" | "hub" | "versions" | "convert" | "pathIn" | "restoreHubOnly"
>;

/** A kind with one version so far. Its second version replaces this by what a `Converter` of its table answers. */
export function singleVersion(group: string, hub: string): ConvertedKind {
  const known = `${group}/${hub}`;
  return {
    group,
    hub,
    versions: [hub],
    convert: (object, apiVersion) => {
      const stray = [apiVersion, object["apiVersion"]].find((version) => version !== known);
      return stray === undefined
        ? { kind: "converted", object, ignoredData: false }
        : { kind: "unknown-version", apiVersion: stray };
    },
    pathIn: (_, path) => ({ kind: "mapped", path }),
    restoreHubOnly: () => [],
  };
}
