/** A workload of another kind that takes the place of one that was there. */
import type { KubeObject } from "../domain/kube-object.ts";
import { DEPLOYMENT, STATEFUL_SET } from "./resource.ts";
import type { StagedChild } from "./stage-pass.ts";

const WORKLOADS: ReadonlySet<string> = new Set([DEPLOYMENT.kind, STATEFUL_SET.kind]);

/**
 * True when an unwanted object may go: nothing of another kind is to take its place, or that is there. A runner serves
 * until the new one is ready; of admin, whose Service would mix the two, the new one need only be made.
 */
export function mayGo(object: KubeObject, children: readonly StagedChild[]): boolean {
  if (!WORKLOADS.has(object.kind)) return true;
  return children
    .filter(({ intent: { object: wanted } }) => {
      return WORKLOADS.has(wanted.kind) && wanted.metadata.name === object.metadata.name;
    })
    .every(({ intent: { child }, live, health }) => {
      return child.component.kind === "pattern" ? health.ready : live !== undefined;
    });
}
