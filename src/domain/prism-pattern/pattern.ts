import type { Autoscaling, Pattern } from "../../api/prism-cluster-v1alpha2.ts";
import type { PrismPattern, PrismPatternSpec } from "../../api/prism-pattern-v1beta1.ts";

/** A PrismPattern as a pattern of its cluster: the name of the object, and the hub's names for the targets. */
export function patternOf({ metadata, spec }: PrismPattern): Pattern {
  const { cluster: _, autoscaling, ...shared } = spec;
  return {
    ...shared,
    name: metadata.name,
    ...(autoscaling === undefined ? {} : { autoscaling: autoscalingOf(autoscaling) }),
  };
}

/** `targetCPU` and `targetMemory` are the source's names of what PrismCluster v1alpha2 names in full. */
function autoscalingOf({
  targetCPU,
  targetMemory,
  ...shared
}: NonNullable<PrismPatternSpec["autoscaling"]>): Autoscaling {
  return {
    ...shared,
    ...(targetCPU === undefined ? {} : { targetCPUUtilizationPercentage: targetCPU }),
    ...(targetMemory === undefined ? {} : { targetMemoryUtilizationPercentage: targetMemory }),
  };
}
