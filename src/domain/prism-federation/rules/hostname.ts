import type { Findings } from "../../findings.ts";
import type { JsonNode } from "../../json-node.ts";

/** What is published needs a name: the one of `dns`, or of the template's ingress. */
export function checkHostname(federation: JsonNode, findings: Findings): void {
  const routing = federation.at("spec", "routing");
  const ingress = federation.at("spec", "template", "spec", "ingress");
  if (ingress.textAt("host") !== undefined && ingress.valueAt("enabled") !== false) return;
  const dns = routing.at("dns");
  if (dns.exists() && !dns.has("hostname")) {
    const detail = "set it, or the host of the template's ingress";
    findings.required(dns.at("hostname").path, detail, "routing-hostname");
  }
}
