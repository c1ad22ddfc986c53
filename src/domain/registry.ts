import type { Kind } from "./kind.ts";
import { prismCluster } from "./prism-cluster/prism-cluster.ts";

/** Every kind of the group prism.io. */
export const KINDS: readonly Kind[] = [prismCluster];

/** The kind of that name, or undefined. */
export function kindNamed(kind: string): Kind | undefined {
  return KINDS.find((known) => known.kind === kind);
}
