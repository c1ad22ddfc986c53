import type { Child } from "../../child.ts";
import type { JsonObject } from "../../kube-object.ts";
import { childOf, lastingLabels, type Part, selectorOf } from "./part.ts";
import { type PodPlan, podTemplate } from "./pod.ts";
import { largerQuantity } from "./quantity.ts";
import type { Stack } from "./stack.ts";

/** The volume of each member of a StatefulSet. */
export interface Claim {
  readonly name: string;
  readonly size: string;
  readonly storageClassName: string | undefined;
}

interface Replicated {
  /** Absent where an autoscaler decides: the field is then not ours (REC-5). */
  readonly replicas: number | undefined;
  readonly pod: PodPlan;
}

/** What differs from one StatefulSet to the next. */
export interface StatefulSetPlan extends Replicated {
  readonly serviceName: string;
  /** Parallel where members need each other to get ready; else one after the other. */
  readonly management: "Parallel" | "OrderedReady";
  readonly claim: Claim | undefined;
}

/** Ten old revisions, as the API server would set. */
const REVISIONS = 10;

/** A StatefulSet that rolls one member at a time and never deletes a volume (REC-7, REC-11). */
export function statefulSet(stack: Stack, part: Part, plan: StatefulSetPlan): Child {
  return childOf(stack, part, {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    body: {
      spec: {
        replicas: plan.replicas,
        serviceName: plan.serviceName,
        selector: { matchLabels: selectorOf(part) },
        podManagementPolicy: plan.management,
        updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition: 0 } },
        revisionHistoryLimit: REVISIONS,
        // Volumes of a deleted cluster are the finalizer's work; a set is also deleted to re-create it, or when disabled.
        persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain", whenScaled: "Retain" },
        template: podTemplate(stack, part, plan.pod),
        volumeClaimTemplates: plan.claim && [claimTemplate(stack, part, plan.claim)],
      },
    },
  });
}

function claimTemplate(stack: Stack, part: Part, claim: Claim): JsonObject {
  return {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name: claim.name, labels: lastingLabels(stack.name, part) },
    spec: claimSpec(stack, part, claim),
  };
}

function claimSpec(stack: Stack, part: Part, claim: Claim): JsonObject {
  return {
    accessModes: ["ReadWriteOnce"],
    resources: {
      requests: { storage: largerQuantity(claim.size, stack.facts.claimSize(part.name)) },
    },
    storageClassName: claim.storageClassName,
    volumeMode: "Filesystem",
  };
}

/** A volume of a Deployment, which has no claim templates. It is kept like every volume. */
export function volumeClaim(stack: Stack, part: Part, claim: Claim): Child {
  return childOf(stack, part, {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    name: `${claim.name}-${part.name}`,
    lifetime: "retained",
    body: { spec: claimSpec(stack, part, claim) },
  });
}

/** What differs from one Deployment to the next. */
export interface DeploymentPlan extends Replicated {
  /** True where two pods cannot hold the same volume: the old one goes first. */
  readonly recreate?: boolean;
}

/** A Deployment that never has fewer pods than asked for while it rolls (REC-11). */
export function deployment(stack: Stack, part: Part, plan: DeploymentPlan): Child {
  return childOf(stack, part, {
    apiVersion: "apps/v1",
    kind: "Deployment",
    body: {
      spec: {
        replicas: plan.replicas,
        selector: { matchLabels: selectorOf(part) },
        strategy: plan.recreate
          ? { type: "Recreate" }
          : { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
        revisionHistoryLimit: REVISIONS,
        progressDeadlineSeconds: 600,
        template: podTemplate(stack, part, plan.pod),
      },
    },
  });
}
