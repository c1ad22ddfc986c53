/** A volume claim that is not bound, said so that a person can act: which claim, which class, why, and what helps. */
import type { Component } from "./child.ts";
import { textAt } from "./json-read.ts";
import type { KubeObject } from "./kube-object.ts";

/** The first claim of a workload that was never bound: `data-<workload>-<ordinal>`, or `data-<workload>`. */
export function pendingClaimOf(
  workload: string,
  claims: readonly KubeObject[],
): KubeObject | undefined {
  const own = claims.filter(({ metadata: { name } }) => {
    const prefix = `data-${workload}`;
    return name.startsWith(prefix) && /^(-\d{1,4})?$/.test(name.slice(prefix.length));
  });
  return own
    .toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))
    .find((claim) => textAt(claim, "status", "phase") === "Pending");
}

/** What to say of it; `cause` is the provisioner's word, where there is one. */
export function pendingClaimMessage(
  claim: KubeObject,
  component: Component,
  cause: string | undefined,
): string {
  const name = textAt(claim, "spec", "storageClassName");
  const storageClass = name === undefined ? "the default StorageClass" : `StorageClass ${name}`;
  const why = cause === undefined ? "" : `: ${cause.slice(0, 80)}`;
  const advice = `mend the class, or ${remedyOf(component)} with another storageClassName`;
  return `PersistentVolumeClaim ${claim.metadata.name} of ${storageClass} is not bound${why}; ${advice}`;
}

/** The class of a claim is immutable. What comes back gets a new claim where the old one was never bound. */
function remedyOf({ kind }: Component): string {
  switch (kind) {
    case "backend":
      return "disable the backend and enable it";
    case "pattern":
      return "remove the pattern and add it again";
    case "admin":
    case "proxy":
    case "ingress":
    case "observability":
    case "shared":
      return "delete the PrismCluster and create it";
  }
}
