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
  const requests = resources.at("requests");
  const limits = resources.at("limits");
  for (const name of requests.keys()) {
    checkAmount(name, requests, findings);
    checkWithin(name, requests, limits, findings);
  }
  for (const name of limits.keys()) checkAmount(name, limits, findings);
}

function checkWithin(name: string, requests: JsonNode, limits: JsonNode, findings: Findings): void {
  const request = requests.valueAt(name);
  const limit = limits.valueAt(name);
  const asked = readQuantity(request);
  const allowed = readQuantity(limit);
  if (asked === undefined || allowed === undefined || asked === allowed) return;
  if (compareQuantities(asked, allowed) > 0) {
    const detail = `must be less than or equal to the limit of ${limit}`;
    findings.invalid(requests.at(name).path, request, detail, "resource-limit");
  }
}

function checkAmount(name: string, amounts: JsonNode, findings: Findings): void {
  const amount = amounts.valueAt(name);
  const quantity = readQuantity(amount);
  if (quantity === undefined) return;
  if ((name === "memory" || name === "ephemeral-storage") && !isWhole(quantity)) {
    const detail = `must be whole bytes: the suffix m means thousandths, use Mi`;
    findings.invalid(amounts.at(name).path, amount, detail, "resource-amount");
  }
  if (name === "cpu" && quantity.units <= 0n) {
    const detail = "must be greater than 0";
    findings.invalid(amounts.at(name).path, amount, detail, "resource-amount");
  }
}
