import type { Findings } from "../../findings.ts";
import type { JsonNode } from "../../json-node.ts";
import { compareQuantities, readQuantity } from "../../quantity.ts";
import { type ClusterView, isOn } from "./cluster-view.ts";

/** What works and is probably not meant. `version` is the one that the user wrote, if known. */
export function warnProbablyNotMeant(
  cluster: ClusterView,
  old: ClusterView | undefined,
  version: string | undefined,
  findings: Findings,
): void {
  warnMovingTags(cluster, findings);
  warnAutoscaling(cluster.spec.at("proxy"), findings);
  for (const { node, uses } of cluster.patterns) {
    warnAutoscaling(node, findings);
    const usesFile = uses.some(({ name }) => name === "sqlite");
    if (usesFile && !node.has("storage")) {
      findings.warn(node.path, "uses sqlite without storage: its data goes with the pod");
    }
  }
  warnAdminMove(cluster, old, findings);
  warnKafkaMemory(cluster, findings);
  if (version === "v1alpha1") warnOffBlocks(cluster, findings);
}

function warnMovingTags(cluster: ClusterView, findings: Findings): void {
  for (const { node, enabled, external } of cluster.backends.values()) {
    const version = node.at("version");
    if (enabled && !external && version.text() === "latest") {
      findings.warn(version.path, "latest may be another version tomorrow; name one");
    }
  }
  const { spec, patterns, backends } = cluster;
  const images = spec.at("images");
  warnMovingImage(images.at("admin"), findings);
  warnMovingImage(images.at("proxy"), findings);
  for (const [, image] of images.at("runners").entries()) warnMovingImage(image, findings);
  warnMovingImage(spec.at("admin", "image"), findings);
  warnMovingImage(spec.at("proxy", "image"), findings);
  for (const { node } of patterns) warnMovingImage(node.at("image"), findings);
  for (const { node } of backends.values()) warnMovingImage(node.at("image"), findings);
}

function warnMovingImage(image: JsonNode, findings: Findings): void {
  if (hasMovingTag(image.text())) {
    findings.warn(image.path, "an image without a fixed tag may be another one tomorrow");
  }
}

function hasMovingTag(image: string | undefined): boolean {
  if (image === undefined || image.includes("@")) return false;
  const name = image.slice(image.lastIndexOf("/") + 1);
  return !name.includes(":") || name.endsWith(":latest");
}

/** Utilization is a share of the request; without one a HorizontalPodAutoscaler does nothing. */
function warnAutoscaling(part: JsonNode, findings: Findings): void {
  const autoscaling = part.at("autoscaling");
  if (!isOn(autoscaling) || autoscaling.textAt("scaler") === "keda") return;
  const memory = autoscaling.has("targetMemoryUtilizationPercentage");
  const cpu = autoscaling.has("targetCPUUtilizationPercentage") || !memory;
  const requests = part.at("resources", "requests");
  const limits = part.at("resources", "limits");
  const check = (name: string, isScaledOn: boolean): void => {
    if (!isScaledOn || requests.has(name) || limits.has(name)) return;
    const message = `scales on ${name} but resources.requests.${name} is not set`;
    findings.warn(autoscaling.path, message);
  };
  check("cpu", cpu);
  check("memory", memory);
}

function warnAdminMove(
  cluster: ClusterView,
  old: ClusterView | undefined,
  findings: Findings,
): void {
  const type = cluster.spec.at("admin", "storage", "type");
  const before = old?.spec.at("admin", "storage", "type").text() ?? "sqlite";
  if (old !== undefined && (type.text() ?? "sqlite") !== before) {
    findings.warn(type.path, `admin starts empty: nothing is copied from ${before}`);
  }
}

const GIBIBYTE = { units: 1024n ** 3n, scale: 1n };

function warnKafkaMemory(cluster: ClusterView, findings: Findings): void {
  for (const { node, type, enabled } of cluster.backends.values()) {
    if (type !== "kafka" || !enabled) continue;
    const limit = node.at("resources", "limits", "memory");
    const quantity = readQuantity(limit.value);
    if (quantity !== undefined && compareQuantities(quantity, GIBIBYTE) < 0) {
      findings.warn(limit.path, "Kafka needs at least 1Gi of memory");
    }
  }
}

/** In v1alpha1 a block is off unless it says true, so one that is filled in was probably meant to be on. */
function warnOffBlocks(cluster: ClusterView, findings: Findings): void {
  const { spec } = cluster;
  const blocks = [
    spec.at("proxy", "autoscaling"),
    ...[...cluster.backends.values()].map(({ node }) => node),
    spec.at("ingress"),
    spec.at("observability", "prometheus"),
    spec.at("observability", "grafana"),
    spec.at("observability", "loki"),
  ];
  for (const block of blocks) {
    if (block.valueAt("enabled") === false && block.entries().length > 1) {
      findings.warn(block.path, "is filled in but off: enabled is false when absent in v1alpha1");
    }
  }
}
