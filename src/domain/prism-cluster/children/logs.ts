import { stringify } from "yaml";
import type { Loki } from "../../../api/prism-cluster-v1alpha2.ts";
import type { Child } from "../../child.ts";
import { configMapMount } from "./mounts.ts";
import { networkPolicy } from "./network-policy.ts";
import { LOGS, OBSERVABILITY } from "./observability-part.ts";
import { childOf } from "./part.ts";
import type { Stack } from "./stack.ts";
import { dnsName } from "./stack.ts";
import { deployment } from "./workload.ts";

/** Grafana Alloy, which reads pod logs through the API: a log agent on the node would need host paths, which `restricted` forbids. */
const IMAGE = "grafana/alloy:v1.10.2";
const CONFIG = "prism-logs-config";
const HTTP = 12345;

/** Loki as a data source of Grafana, and a collector that sends the logs of this namespace's Prism pods to it. */
export function logChildren(stack: Stack): readonly Child[] {
  const loki = stack.spec.observability?.loki;
  if (loki === undefined || loki.enabled === false) return [];
  // A Loki in the same namespace under its own name, where the object says no address.
  const url = loki.url ?? `http://${dnsName(stack, "loki")}:3100`;
  const config = { "config.alloy": collectorConfig(stack, url, loki.tenant) };
  return [
    dataSource(stack, url, loki),
    childOf(stack, LOGS, {
      apiVersion: "v1",
      kind: "ConfigMap",
      name: CONFIG,
      body: { data: config },
    }),
    ...rights(stack),
    collector(stack, config),
    ...networkPolicy(stack, LOGS, [{ from: "everybody", ports: [HTTP] }]),
  ];
}

function dataSource(stack: Stack, url: string, { tenant }: Loki): Child {
  const header =
    tenant === undefined
      ? {}
      : {
          jsonData: { httpHeaderName1: "X-Scope-OrgID" },
          secureJsonData: { httpHeaderValue1: tenant },
        };
  const name = `Loki ${stack.namespace}/${stack.name}`;
  const source = { name, type: "loki", access: "proxy", url, ...header };
  return childOf(stack, OBSERVABILITY, {
    apiVersion: "v1",
    kind: "ConfigMap",
    name: "prism-loki-datasource",
    labels: { grafana_datasource: "1" },
    body: { data: { "loki.yaml": stringify({ apiVersion: 1, datasources: [source] }) } },
  });
}

/** The collector may list pods and read their logs, in this namespace alone. */
function rights(stack: Stack): readonly Child[] {
  const rules = [
    { apiGroups: [""], resources: ["pods"], verbs: ["get", "list", "watch"] },
    { apiGroups: [""], resources: ["pods/log"], verbs: ["get"] },
  ];
  const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: LOGS.name };
  const subjects = [{ kind: "ServiceAccount", name: LOGS.name, namespace: stack.namespace }];
  const rbac = "rbac.authorization.k8s.io/v1";
  return [
    childOf(stack, LOGS, {
      apiVersion: "v1",
      kind: "ServiceAccount",
      body: { automountServiceAccountToken: false },
    }),
    childOf(stack, LOGS, { apiVersion: rbac, kind: "Role", body: { rules } }),
    childOf(stack, LOGS, { apiVersion: rbac, kind: "RoleBinding", body: { roleRef, subjects } }),
  ];
}

function collector(stack: Stack, files: Readonly<Record<string, string>>): Child {
  return deployment(stack, LOGS, {
    replicas: 1,
    pod: {
      containers: [
        {
          name: "alloy",
          image: IMAGE,
          args: [
            "run",
            "/etc/alloy/config.alloy",
            "--storage.path=/tmp/alloy",
            `--server.http.listen-addr=0.0.0.0:${HTTP}`,
          ],
          ports: [{ name: "http", port: HTTP }],
          probes: { readiness: { httpGet: { path: "/-/ready", port: HTTP } } },
          resources: { requests: { cpu: "50m", memory: "128Mi" }, limits: { memory: "512Mi" } },
        },
      ],
      mounts: [configMapMount("config", "/etc/alloy", CONFIG)],
      user: { uid: 473, gid: 473 },
      graceSeconds: 30,
      uses: { files },
      serviceAccountToken: { name: LOGS.name },
    },
  });
}

/** Alloy's strings follow Go's rules, of which JSON's are a part. */
const quote = JSON.stringify;

function collectorConfig(stack: Stack, url: string, tenant: string | undefined): string {
  const endpoint = [
    `url = ${quote(`${url.replace(/\/+$/, "")}/loki/api/v1/push`)}`,
    ...(tenant === undefined ? [] : [`tenant_id = ${quote(tenant)}`]),
  ];
  return `discovery.kubernetes "pods" {
  role = "pod"
  namespaces { names = [${quote(stack.namespace)}] }
  selectors {
    role = "pod"
    label = ${quote(`prism.io/cluster=${stack.name}`)}
  }
}

discovery.relabel "pods" {
  targets = discovery.kubernetes.pods.targets
${[relabel("namespace", "namespace"), relabel("pod_label_app", "app"), relabel("pod_name", "pod"), relabel("pod_container_name", "container")].join("\n")}
}

loki.source.kubernetes "pods" {
  targets    = discovery.relabel.pods.output
  forward_to = [loki.write.loki.receiver]
}

loki.write "loki" {
  external_labels = { cluster = ${quote(stack.name)} }
  endpoint {
    ${endpoint.join("\n    ")}
  }
}
`;
}

function relabel(source: string, target: string): string {
  return `  rule {
    source_labels = ["__meta_kubernetes_${source}"]
    target_label  = ${quote(target)}
  }`;
}
