import type { KubeObject } from "../domain/kube-object.ts";
import type { ApiResult } from "./api-result.ts";
import { type Intent, isOwnedBy } from "./ownership.ts";
import type { Writer } from "./ports.ts";
import { DEPLOYMENT, STATEFUL_SET } from "./resource.ts";

/** Names of our workloads under which another kind of workload runs, with what it is. */
export type ForeignWorkloads = ReadonlyMap<string, string>;

/**
 * Looks for a Deployment where a StatefulSet of ours should be, and the other way round: the API server lets
 * both be, and their pods would answer to the same Service. Asked once, before the first child is made.
 */
export async function findForeignWorkloads(
  intents: readonly Intent[],
  owner: KubeObject,
  writer: Writer,
  signal: AbortSignal,
): Promise<ApiResult<ForeignWorkloads>> {
  const found = new Map<string, string>();
  const { namespace = "" } = owner.metadata;
  for (const resource of [DEPLOYMENT, STATEFUL_SET]) {
    const listed = await writer.list(resource, namespace, undefined, signal);
    if (!listed.ok) return listed;
    const names = new Set(
      listed.value
        .filter((object) => !isOwnedBy(object, owner))
        .map(({ metadata }) => metadata.name),
    );
    for (const { object } of intents) {
      const { kind, metadata } = object;
      const isWorkload = kind === DEPLOYMENT.kind || kind === STATEFUL_SET.kind;
      if (isWorkload && kind !== resource.kind && names.has(metadata.name)) {
        found.set(metadata.name, `a ${resource.kind} of this name exists; delete it or rename it`);
      }
    }
  }
  return { ok: true, value: found };
}
