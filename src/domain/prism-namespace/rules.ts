import { Findings } from "../findings.ts";
import { JsonNode } from "../json-node.ts";
import type { JsonRecord } from "../json-object.ts";
import type { RuleContext } from "../kind.ts";
import type { KubeObject } from "../kube-object.ts";
import { checkNamesOfOthers } from "../prism-cluster/rules/child-names.ts";
import {
  type BackendView,
  isOn,
  listed,
  viewCluster,
} from "../prism-cluster/rules/cluster-view.ts";
import { LONGEST_ID } from "../prism-cluster/tenants/tenant.ts";

/** What neither schema nor CEL can say of a tenant; what is not there yet is worth a word and no error. */
export function rulesOf(object: JsonRecord, { neighbours = [] }: RuleContext): Findings {
  const findings = new Findings();
  const root = JsonNode.root(object);
  const spec = root.at("spec");
  const isolation = spec.textAt("isolation") ?? "none";
  if (isolation !== "none") {
    const name = root.at("metadata").textAt("name") ?? "";
    const parts = spec
      .at("patterns")
      .items()
      .map((node) => {
        return { name: `${name}-${node.text() ?? ""}-runner`, node };
      });
    checkNamesOfOthers({ root }, parts, neighbours, findings);
    checkId(root, findings);
  }
  if (isolation === "session") {
    findings.warn(
      spec.at("isolation").path,
      "Prism's runners of October 2025 know no sessions; the tenant gets what namespace gives",
    );
  }
  warnQuota(root, neighbours, findings);
  if (spec.at("patterns").items().length === 0) {
    findings.warn(spec.at("patterns").path, "the tenant may use no pattern yet");
  }
  warnCluster(spec, neighbours, findings);
  return findings;
}

/** Users of tenants of other namespaces carry the name of theirs. */
function checkId(root: JsonNode, findings: Findings): void {
  const { namespace = "", name = "" } = namesIn(root);
  const home = root.at("spec").textAt("clusterNamespace") ?? namespace;
  const length = home === namespace ? name.length : namespace.length + 1 + name.length;
  if (length <= LONGEST_ID) return;
  const detail = `with its namespace it may have at most ${LONGEST_ID - 1} characters, since users and buckets are named after both`;
  findings.invalid(root.at("metadata", "name").path, name, detail, "tenant-id");
}

function namesIn(root: JsonNode) {
  const metadata = root.at("metadata");
  return { namespace: metadata.textAt("namespace"), name: metadata.textAt("name") };
}

/** A ResourceQuota counts everything in a Kubernetes namespace. */
function warnQuota(root: JsonNode, neighbours: readonly KubeObject[], findings: Findings): void {
  const { name } = namesIn(root);
  const resources = root.at("spec", "quota", "resources");
  // As the one that makes it counts.
  const others = neighbours.filter(
    ({ kind, metadata }) =>
      kind !== "PrismFederation" && (kind !== "PrismNamespace" || metadata.name !== name),
  );
  if (resources.exists() && others.length > 0) {
    findings.warn(
      resources.path,
      `no ResourceQuota is made: the namespace has ${listed(others.map(titleOf))} too`,
    );
  }
  const quota = root.at("spec", "quota");
  if (quota.has("maxSessions") || quota.has("maxRequestsPerSecond")) {
    findings.warn(
      quota.path,
      "Prism's programs of October 2025 are told the quota and do not hold it",
    );
  }
}

function titleOf({ kind, metadata }: KubeObject): string {
  return `${kind} ${metadata.name}`;
}

/** Backends that let everybody in keep no tenant apart. Only a cluster of the same namespace can be seen from here. */
function warnCluster(spec: JsonNode, neighbours: readonly KubeObject[], findings: Findings): void {
  const isIsolated = (spec.textAt("isolation") ?? "none") !== "none";
  const cluster = neighbours.find(
    (one) => one.kind === "PrismCluster" && one.metadata.name === spec.textAt("cluster"),
  );
  if (cluster === undefined || spec.has("clusterNamespace") || !isIsolated) return;
  const view = viewCluster({ ...cluster });
  for (const node of spec.at("patterns").items()) {
    const pattern = view.patterns.find(({ name }) => name === node.text());
    const open = (pattern?.uses ?? []).filter(({ name }) => isOpen(view.backends.get(name)));
    for (const { name } of open) {
      const advice = `${name} asks nobody for a login and keeps no tenant apart`;
      findings.warn(node.path, `${advice}: set auth in spec.backends.${name}`);
    }
  }
}

function isOpen(backend: BackendView | undefined): boolean {
  if (backend === undefined || backend.external) return false;
  return (backend.type === "redis" || backend.type === "nats") && !isOn(backend.node.at("auth"));
}
