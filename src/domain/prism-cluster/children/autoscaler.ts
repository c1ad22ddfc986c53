import type { Autoscaling } from "../../../api/prism-cluster-v1alpha2.ts";
import type { Child } from "../../child.ts";
import type { JsonObject } from "../../kube-object.ts";
import { childOf, type Part } from "./part.ts";
import type { Stack } from "./stack.ts";

/** Average use of CPU that is aimed at when no target is set. */
const DEFAULT_CPU = 80;

/** A workload that may be scaled. */
export interface Scalable {
  readonly part: Part;
  readonly kind: "Deployment" | "StatefulSet";
  readonly replicas: number;
  readonly autoscaling: Autoscaling | undefined;
}

/** Its autoscaling where that is on. */
function activeScaling(scalable: Scalable): Autoscaling | undefined {
  const { autoscaling } = scalable;
  return autoscaling === undefined || autoscaling.enabled === false ? undefined : autoscaling;
}

/** Fewest pods: what budgets and the first start count with. */
export function leastReplicas(scalable: Scalable): number {
  const { replicas } = scalable;
  const scaling = activeScaling(scalable);
  if (scaling === undefined) return replicas;
  return Math.min(scaling.minReplicas ?? replicas, mostReplicas(scaling, replicas));
}

function mostReplicas(scaling: Autoscaling, replicas: number): number {
  return scaling.maxReplicas ?? Math.max(scaling.minReplicas ?? 1, replicas, 1);
}

/** Whether scaling is by KEDA, which this API server does not have. */
export function lacksKeda(stack: Stack, scalable: Scalable): boolean {
  return activeScaling(scalable)?.scaler === "keda" && !stack.facts.serves.scaledObject;
}

/**
 * `spec.replicas` of our intent. With an autoscaler the field is not ours, but for the first start: without it the
 * workload would start with one pod. Where KEDA is missing nobody else sets it, so we do; what it had scaled up before it went
 * stays, since nobody knows that the load went with it.
 */
export function ownReplicas(stack: Stack, scalable: Scalable): number | undefined {
  const scaling = activeScaling(scalable);
  if (scaling === undefined) return scalable.replicas;
  const start = Math.max(
    leastReplicas(scalable),
    Math.min(scalable.replicas, mostReplicas(scaling, scalable.replicas)),
  );
  const live = stack.facts.liveReplicas(scalable.part.name);
  if (lacksKeda(stack, scalable)) {
    return Math.max(start, Math.min(live ?? start, mostReplicas(scaling, scalable.replicas)));
  }
  return live === undefined ? start : undefined;
}

/** HorizontalPodAutoscaler or ScaledObject of a workload, if any. */
export function autoscalerChildren(stack: Stack, scalable: Scalable): readonly Child[] {
  const scaling = activeScaling(scalable);
  if (scaling === undefined || lacksKeda(stack, scalable)) return [];
  return [
    scaling.scaler === "keda"
      ? scaledObject(stack, scalable, scaling)
      : horizontalPodAutoscaler(stack, scalable, scaling),
  ];
}

function horizontalPodAutoscaler(stack: Stack, scalable: Scalable, scaling: Autoscaling): Child {
  const { part, kind, replicas } = scalable;
  return childOf(stack, part, {
    apiVersion: "autoscaling/v2",
    kind: "HorizontalPodAutoscaler",
    body: {
      spec: {
        scaleTargetRef: { apiVersion: "apps/v1", kind, name: part.name },
        minReplicas: leastReplicas(scalable),
        maxReplicas: mostReplicas(scaling, replicas),
        metrics: metricsOf(scaling),
        behavior: scaling.behavior,
      },
    },
  });
}

function metricsOf(scaling: Autoscaling): readonly JsonObject[] {
  const { targetCPUUtilizationPercentage: cpu, targetMemoryUtilizationPercentage: memory } =
    scaling;
  const targets = [
    ["cpu", memory === undefined ? (cpu ?? DEFAULT_CPU) : cpu],
    ["memory", memory],
  ] as const;
  return targets.flatMap(([name, averageUtilization]) =>
    averageUtilization === undefined
      ? []
      : [
          {
            type: "Resource",
            resource: { name, target: { type: "Utilization", averageUtilization } },
          },
        ],
  );
}

/** KEDA polls every ten seconds and waits five minutes before it scales to zero. */
const POLLING_SECONDS = 10;
const COOLDOWN_SECONDS = 300;

function scaledObject(stack: Stack, scalable: Scalable, scaling: Autoscaling): Child {
  const { part, kind, replicas } = scalable;
  const { behavior } = scaling;
  return childOf(stack, part, {
    apiVersion: "keda.sh/v1alpha1",
    kind: "ScaledObject",
    body: {
      spec: {
        scaleTargetRef: { apiVersion: "apps/v1", kind, name: part.name },
        minReplicaCount: leastReplicas(scalable),
        maxReplicaCount: mostReplicas(scaling, replicas),
        pollingInterval: POLLING_SECONDS,
        cooldownPeriod: COOLDOWN_SECONDS,
        advanced: behavior && { horizontalPodAutoscalerConfig: { behavior } },
        triggers: [...(scaling.triggers ?? []), ...resourceTriggers(scaling)].map((trigger) => ({
          ...trigger,
          metadata: trigger.metadata ?? {},
        })),
      },
    },
  });
}

/** Targets for CPU and memory count with KEDA too: they are triggers there. */
function resourceTriggers(scaling: Autoscaling) {
  const { targetCPUUtilizationPercentage: cpu, targetMemoryUtilizationPercentage: memory } =
    scaling;
  return [
    ...(cpu === undefined ? [] : [resourceTrigger("cpu", cpu)]),
    ...(memory === undefined ? [] : [resourceTrigger("memory", memory)]),
  ];
}

function resourceTrigger(type: string, value: number) {
  return { type, metricType: "Utilization", metadata: { value: String(value) } };
}
