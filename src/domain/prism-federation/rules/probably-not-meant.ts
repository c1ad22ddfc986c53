import type { Findings } from "../../findings.ts";
import type { JsonNode } from "../../json-node.ts";

/** What works and is probably not meant. */
export function warnProbablyNotMeant(federation: JsonNode, findings: Findings): void {
  const spec = federation.at("spec");
  const routing = spec.at("routing");
  const strategy = routing.textAt("strategy") ?? "latency-based";
  for (const member of spec.at("clusters").items()) warnMember(member, strategy, findings);
  if (routing.textAt("failover") === "disabled" && routing.has("failoverPolicy")) {
    const message = "thresholds have no effect while failover is disabled";
    findings.warn(routing.at("failoverPolicy").path, message);
  }
  const provider = routing.at("dns", "provider");
  if (provider.text() === "plain" && strategy !== "failover") {
    const how = strategy === "weighted" ? "weights (but 0)" : "latency";
    findings.warn(provider.path, `plain records know no ${how}: every member is answered alike`);
  }
}

function warnMember(member: JsonNode, strategy: string, findings: Findings): void {
  if (!member.has("credentialsSecretRef")) {
    const path = member.at("credentialsSecretRef").path;
    findings.warn(path, "without credentials nothing is known of this member or applied to it");
  }
  const weight = member.at("weight");
  if (weight.exists() && strategy !== "weighted") {
    findings.warn(weight.path, `has no effect with strategy ${strategy}`);
  }
  const region = member.at("region");
  if (region.exists() && strategy !== "latency-based") {
    findings.warn(region.path, `has no effect with strategy ${strategy}`);
  }
}
