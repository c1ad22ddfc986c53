import type { Findings } from "../../findings.ts";
import type { JsonNode } from "../../json-node.ts";
import { compareQuantities, isWhole, readQuantity } from "../../quantity.ts";
import type { ClusterView } from "./cluster-view.ts";

/** Requests within limits, and amounts that a container can have. */
export function checkContainerResources(cluster: ClusterView, findings: Findings): void {
  const { spec, patterns, backends } = cluster;
  checkResources(spec.at("admin", "resources"), findings);
  checkResources(spec.at("proxy", "resources"), findings);
  for (const { node } of patterns) checkResources(node.at("resources"), findings);
  for (const { node } of backends.values()) checkResources(node.at("resources"), findings);
}

function checkResources(resources: JsonNode, findings: Findings): void {
  if (!resources.exists()) return;
  const limits = resources.at("limits");
  for (const [name, request] of resources.at("requests").entries()) {
    checkAmount(name, request, findings);
    if (limits.has(name)) checkWithin(request, limits.at(name), findings);
  }
  for (const [name, limit] of limits.entries()) checkAmount(name, limit, findings);
}

function checkWithin(request: JsonNode, limit: JsonNode, findings: Findings): void {
  const asked = readQuantity(request.value);
  const allowed = readQuantity(limit.value);
  if (asked === undefined || allowed === undefined || asked === allowed) return;
  if (compareQuantities(asked, allowed) > 0) {
    const detail = `must be less than or equal to the limit of ${limit.value}`;
    findings.invalid(request.path, request.value, detail, "resource-limit");
  }
}

function checkAmount(name: string, node: JsonNode, findings: Findings): void {
  const quantity = readQuantity(node.value);
  if (quantity === undefined) return;
  if ((name === "memory" || name === "ephemeral-storage") && !isWhole(quantity)) {
    const detail = `must be whole bytes: the suffix m means thousandths, use Mi`;
    findings.invalid(node.path, node.value, detail, "resource-amount");
  }
  if (name === "cpu" && quantity.units <= 0n) {
    findings.invalid(node.path, node.value, "must be greater than 0", "resource-amount");
  }
}
