import type { Findings } from "../../findings.ts";
import type { JsonNode } from "../../json-node.ts";
import { serverOf } from "../endpoint.ts";

/** Two members must not be one place: they would write over each other. */
export function checkSameMember(federation: JsonNode, findings: Findings): void {
  const home = federation.at("metadata").textAt("namespace") ?? "default";
  const taken = new Map<string, string>();
  for (const member of federation.at("spec", "clusters").items()) {
    const endpoint = member.at("endpoint");
    const server = serverOf(endpoint.text() ?? "");
    if (server === undefined) {
      checkUrl(endpoint, findings);
      continue;
    }
    const place = `${server} ${member.textAt("namespace") ?? home}`;
    const other = taken.get(place);
    if (other === undefined) taken.set(place, member.textAt("name") ?? "");
    else {
      const detail = `is the server and namespace of member ${other} already`;
      findings.duplicate(endpoint.path, endpoint.value, detail, "same-member");
    }
  }
}

/** What the schema's pattern lets through and is no URL, such as a port above 65535. */
function checkUrl(endpoint: JsonNode, findings: Findings): void {
  const text = endpoint.text();
  if (text === undefined || !/^https:\/\/[^\s@?#]+$/.test(text)) return;
  findings.invalid(endpoint.path, text, "is no https URL of a server", "member-endpoint");
}
