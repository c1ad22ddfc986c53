/** Autoscalers of a workload, whatever their name. */
import { isRecord, type JsonRecord, ownValue, valueAt } from "../../domain/json-object.ts";
import { listAt, textAt } from "../../domain/json-read.ts";
import type { KubeObject } from "../../domain/kube-object.ts";
import type { Namespace } from "./namespace.ts";
import type { Notes } from "./note.ts";
import type { Workload } from "./workload.ts";

/** The block `autoscaling`, or nothing. */
export function autoscalingField(
  workload: Workload,
  namespace: Namespace,
  notes: Notes,
  field: string,
): JsonRecord {
  const hpa = scalerOf("HorizontalPodAutoscaler", workload, namespace);
  const keda = scalerOf("ScaledObject", workload, namespace);
  const scaler = keda ?? hpa;
  if (scaler === undefined) return {};
  const subject = `${scaler.kind} ${scaler.metadata.name}`;
  if (scaler.metadata.name !== workload.name) {
    notes.add(
      "before",
      subject,
      `the operator's own is called ${workload.name}: two of them on one workload stop each other`,
      {
        field: `${field}.autoscaling`,
        advice: `kubectl --namespace ${namespace.name} delete ${scaler.kind.toLowerCase()} ${scaler.metadata.name}`,
      },
    );
  }
  const block =
    keda === undefined ? hpaBlock(scaler, notes, `${field}.autoscaling`) : kedaBlock(scaler);
  return { autoscaling: block };
}

function scalerOf(
  kind: string,
  { object }: Workload,
  namespace: Namespace,
): KubeObject | undefined {
  return namespace.of(kind).find((one) => {
    const target = valueAt(one, ["spec", "scaleTargetRef"]);
    const isKind = (textAt(target, "kind") ?? "Deployment") === object.kind;
    return isKind && textAt(target, "name") === object.metadata.name;
  });
}

function hpaBlock(hpa: KubeObject, notes: Notes, field: string): JsonRecord {
  const spec = isRecord(hpa["spec"]) ? hpa["spec"] : {};
  const block: JsonRecord = {};
  for (const key of ["minReplicas", "maxReplicas"]) {
    const value = ownValue(spec, key);
    if (value !== undefined) block[key] = value;
  }
  for (const metric of listAt(spec, "metrics")) {
    const target = targetField(metric);
    if (target === undefined) {
      const name = textAt(metric, "resource", "name") ?? textAt(metric, "type") ?? "?";
      notes.lost(
        `HorizontalPodAutoscaler ${hpa.metadata.name}`,
        `its metric ${name} is not taken over: only utilization of cpu and memory is`,
        field,
      );
    } else block[target] = valueAt(metric, ["resource", "target", "averageUtilization"]);
  }
  const behavior = ownValue(spec, "behavior");
  return isRecord(behavior) ? { ...block, behavior } : block;
}

function targetField(metric: unknown): string | undefined {
  if (textAt(metric, "type") !== "Resource") return undefined;
  if (valueAt(metric, ["resource", "target", "averageUtilization"]) === undefined) return undefined;
  const name = textAt(metric, "resource", "name");
  if (name === "cpu") return "targetCPUUtilizationPercentage";
  return name === "memory" ? "targetMemoryUtilizationPercentage" : undefined;
}

function kedaBlock(scaled: KubeObject): JsonRecord {
  const spec = isRecord(scaled["spec"]) ? scaled["spec"] : {};
  const min = ownValue(spec, "minReplicaCount");
  const max = ownValue(spec, "maxReplicaCount");
  return {
    scaler: "keda",
    ...(min === undefined ? {} : { minReplicas: min }),
    maxReplicas: max ?? 100,
    triggers: listAt(spec, "triggers"),
  };
}
