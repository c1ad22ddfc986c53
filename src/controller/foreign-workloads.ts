import type { KubeObject } from "../domain/kube-object.ts";
import { isTied, isWorkload, usesOf } from "./adoption.ts";
import type { ApiResult } from "./api-result.ts";
import { ADOPTED_ANNOTATION, controllerOf, type Intent, isOwnedBy } from "./ownership.ts";
import type { Cache, Writer } from "./ports.ts";
import { apiVersionOf, DEPLOYMENT, STATEFUL_SET } from "./resource.ts";

/** What runs in a namespace under names of ours-to-be before the first child is made. */
export interface Foreign {
  /** Workloads of another kind than ours that may be taken over and stand in for them, by name. */
  readonly standIns: ReadonlyMap<string, KubeObject>;
  /** Those that may not, and why. */
  readonly conflicts: ReadonlyMap<string, string>;
  /** Names of all that may be taken over, of whatever kind. */
  readonly found: ReadonlySet<string>;
  /** `ConfigMap/redis-config`: what workloads under our names use. */
  readonly uses: ReadonlySet<string>;
}

/** Nothing was there. */
export const NO_FOREIGN: Foreign = {
  standIns: new Map(),
  conflicts: new Map(),
  found: new Set(),
  uses: new Set(),
};

/**
 * Looks at the workloads that somebody else made. A Deployment where a StatefulSet of ours should be, and the other
 * way round, must be found: the API server lets both be, and their pods would answer to the same Service.
 */
export async function findForeign(
  intents: readonly Intent[],
  owner: KubeObject,
  writer: Writer,
  signal: AbortSignal,
): Promise<ApiResult<Foreign>> {
  const { namespace = "" } = owner.metadata;
  const found: KubeObject[] = [];
  for (const resource of [DEPLOYMENT, STATEFUL_SET]) {
    const listed = await writer.list(resource, namespace, undefined, signal);
    if (!listed.ok) return listed;
    // Items of a list have no type of their own.
    const type = { apiVersion: apiVersionOf(resource), kind: resource.kind };
    found.push(...listed.value.map((item) => ({ ...item, ...type })));
  }
  return { ok: true, value: foreignIn(found, intents, owner) };
}

/** What of these workloads has a name of ours; pure. */
export function foreignIn(
  workloads: readonly KubeObject[],
  intents: readonly Intent[],
  owner: KubeObject,
): Foreign {
  const wanted = intents.filter(({ object }) => isWorkload(object));
  const kinds = new Map(wanted.map(({ object }) => [object.metadata.name, object.kind]));
  const named = workloads.filter((one) => kinds.has(one.metadata.name) && !isOwnedBy(one, owner));
  const free = named.filter(isFree);
  const isOther = ({ kind, metadata }: KubeObject): boolean => kinds.get(metadata.name) !== kind;
  return {
    standIns: new Map(free.filter(isOther).map((one) => [one.metadata.name, one])),
    conflicts: new Map(
      named
        .filter((one) => isOther(one) && !isFree(one))
        .map(({ kind, metadata: { name } }) => [
          name,
          `a ${kind} of this name exists; delete it or rename it`,
        ]),
    ),
    found: new Set(free.map(({ metadata }) => metadata.name)),
    uses: new Set(free.flatMap(usesOf)),
  };
}

function isFree(workload: KubeObject): boolean {
  const { name } = workload.metadata;
  return controllerOf(workload) === undefined && isTied(workload, name, new Set());
}

/** True when there is nothing to look at again. */
export function isEmpty({ standIns, conflicts }: Foreign): boolean {
  return standIns.size === 0 && conflicts.size === 0;
}

/** The workload of another kind that stands in for this child: ours since it was taken over, or just found. */
export function standInOf(
  { object }: Intent,
  cache: Cache,
  owner: KubeObject,
  foreign: Foreign,
): KubeObject | undefined {
  if (!isWorkload(object)) return undefined;
  const { namespace = "", name } = object.metadata;
  const other = object.kind === STATEFUL_SET.kind ? DEPLOYMENT : STATEFUL_SET;
  const cached = cache.read(other, { namespace, name });
  const isTaken = cached?.metadata.annotations?.[ADOPTED_ANNOTATION] !== undefined;
  if (cached !== undefined && isTaken && isOwnedBy(cached, owner)) return cached;
  return foreign.standIns.get(name);
}
