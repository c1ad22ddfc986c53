import type { Findings } from "../../findings.ts";
import type { ClusterView, PatternView } from "./cluster-view.ts";

/** One port of a runner stands once for each protocol, as in a Service. */
export function checkRunnerPorts(cluster: ClusterView, findings: Findings): void {
  for (const pattern of cluster.patterns) checkPorts(pattern, findings);
}

function checkPorts({ node }: PatternView, findings: Findings): void {
  const seen = new Map<string, string>();
  for (const item of node.at("ports").items()) {
    const port = item.at("port");
    const number = port.number();
    if (number === undefined) continue;
    const key = `${number}/${item.textAt("protocol") ?? "TCP"}`;
    const first = seen.get(key);
    const name = item.textAt("name") ?? "";
    if (first === undefined) seen.set(key, name);
    else findings.duplicate(port.path, number, `is the port of ${first} already`, "runner-port");
  }
}
