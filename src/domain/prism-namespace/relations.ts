import type { Stage } from "../child.ts";
import type { Family } from "../family.ts";
import type { Guest } from "../guest.ts";
import { gateOf } from "../prism-cluster/home.ts";
import { guestsOf } from "../prism-cluster/members.ts";
import { previousStatus } from "../prism-cluster/status/previous.ts";
import { isIsolated } from "../prism-cluster/tenants/tenant.ts";
import { homeOf, hostOf, type Namespace } from "./host.ts";

/** A tenant's runners start as the cluster's do. */
export function gate(object: Namespace, family: Family): Stage | undefined {
  const home = homeOf(object, family);
  return home.kind === "found" && isIsolated(object) ? gateOf(home.cluster) : undefined;
}

/** The cluster's runners, where the tenant shares them. */
export function guests(object: Namespace, family: Family): readonly Guest[] {
  const cluster = hostOf(object, family);
  if (cluster === undefined || isIsolated(object)) return [];
  const { patternStatus = [] } = previousStatus(cluster);
  return (object.spec.patterns ?? []).flatMap((name): readonly Guest[] => {
    const found = patternStatus.find((one) => one.name === `${name}-runner`);
    // The cluster's list has an end; runners that are not ready come first in it.
    if (found === undefined) return guestsOf(cluster, family).filter((one) => isOf(one, name));
    const { ready, replicas = 0, availableReplicas = 0, message = "is not ready" } = found;
    return [
      {
        component: { kind: "pattern", name },
        stage: "runners",
        ready,
        desired: replicas,
        available: availableReplicas,
        ...(ready ? {} : { reason: "RunnerNotReady", message }),
        starting: true,
      },
    ];
  });
}

function isOf({ component }: Guest, name: string): boolean {
  return component.kind === "pattern" && component.name === name;
}

/** The generation of the cluster. */
export function basis(object: Namespace, family: Family): string {
  const home = homeOf(object, family);
  return home.kind === "found" ? String(home.cluster.metadata.generation ?? 0) : "";
}
