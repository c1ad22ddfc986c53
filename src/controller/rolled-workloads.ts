/** What a new version of the operator changed, as it can be told from the objects alone (ADR-0006). */
import { isRolledOut } from "../domain/health.ts";
import type { KubeObject } from "../domain/kube-object.ts";
import { controllerOf } from "./ownership.ts";
import type { Cache } from "./ports.ts";
import { DEPLOYMENT, STATEFUL_SET } from "./resource.ts";

/** On workloads: the release of the operator that last changed their pods on its own account. */
const ROLLED_ANNOTATION = "prism.io/rolled-by";

/** The object as it is applied when a release of the operator, and not the user, changes its pods. */
export function rolledBy(release: string, object: KubeObject): KubeObject {
  const { metadata } = object;
  const annotations = { ...metadata.annotations, [ROLLED_ANNOTATION]: release };
  return { ...object, metadata: { ...metadata, annotations } };
}

/** Keys of the owners, of one kind, of workloads that this release has changed and that are not whole. */
export function unreadyOf(cache: Cache, kind: string, release: string): readonly string[] {
  return [STATEFUL_SET, DEPLOYMENT]
    .flatMap((resource) => cache.all(resource))
    .filter(({ metadata }) => metadata.annotations?.[ROLLED_ANNOTATION] === release)
    .filter((workload) => !isRolledOut(workload))
    .flatMap((workload) => {
      const owner = controllerOf(workload);
      const { namespace = "" } = workload.metadata;
      return owner?.kind === kind ? [`${namespace}/${owner.name}`] : [];
    });
}
