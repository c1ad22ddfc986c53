import type { Kind } from "./kind.ts";
import { prismCluster } from "./prism-cluster/prism-cluster.ts";
import { prismFederation } from "./prism-federation/prism-federation.ts";
import { prismNamespace } from "./prism-namespace/prism-namespace.ts";
import { prismPattern } from "./prism-pattern/prism-pattern.ts";

/**
 * Every kind of the group prism.io. The order is that of precedence: where two kinds want the same name although
 * admission refuses it, the earlier kind has it.
 */
export const KINDS: readonly Kind[] = [prismCluster, prismPattern, prismNamespace, prismFederation];

/** The kind of that name, or undefined. */
export function kindNamed(kind: string): Kind | undefined {
  return KINDS.find((known) => known.kind === kind);
}
