import { JsonNode } from "../../json-node.ts";
import type { JsonRecord } from "../../json-object.ts";
import { type BackendType, backendTypeOf } from "../backend-type.ts";

/** A backend as rules look at it. */
export interface BackendView {
  readonly name: string;
  readonly node: JsonNode;
  readonly type: BackendType | undefined;
  readonly enabled: boolean;
  readonly external: boolean;
}

/** A pattern as rules look at it. */
export interface PatternView {
  readonly name: string | undefined;
  readonly node: JsonNode;
  /** Which runner it is: its type, or its name. */
  readonly type: string | undefined;
  /** The backends it names. */
  readonly uses: readonly { readonly name: string; readonly node: JsonNode }[];
}

/** A PrismCluster of the hub version, read once for all rules. Wrongly typed parts are left out. */
export interface ClusterView {
  readonly root: JsonNode;
  readonly spec: JsonNode;
  readonly backends: ReadonlyMap<string, BackendView>;
  readonly patterns: readonly PatternView[];
}

/** Reads an object that may be invalid in any way. */
export function viewCluster(object: JsonRecord): ClusterView {
  const root = JsonNode.root(object);
  const spec = root.at("spec");
  const backends = new Map<string, BackendView>();
  for (const [name, node] of spec.at("backends").entries()) {
    backends.set(name, {
      name,
      node,
      type: backendTypeOf(name, node),
      enabled: node.valueAt("enabled") !== false,
      external: node.has("external"),
    });
  }
  return { root, spec, backends, patterns: spec.at("patterns").items().map(viewPattern) };
}

/** Reads one pattern, wherever it stands. */
export function viewPattern(node: JsonNode): PatternView {
  const name = node.textAt("name");
  const type = node.at("type");
  const uses: { readonly name: string; readonly node: JsonNode }[] = [];
  for (const use of node.at("backends").items()) {
    const used = use.textAt("name");
    if (used !== undefined) uses.push({ name: used, node: use });
  }
  return { name, node, type: type.exists() ? type.text() : name, uses };
}

/** True for a block that is there and on. */
export function isOn(block: JsonNode): boolean {
  return block.exists() && block.valueAt("enabled") !== false;
}

/** A list of names for a message: sorted, at most twenty. */
export function listed(names: Iterable<string>): string {
  const sorted = [...names].sort();
  const shown = sorted.slice(0, 20).join(", ");
  return sorted.length > 20 ? `${shown} and ${sorted.length - 20} more` : shown;
}
