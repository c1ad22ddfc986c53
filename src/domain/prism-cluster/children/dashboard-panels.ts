import type { Stack } from "./stack.ts";

/** One query of a panel with the text of its legend. */
type Query = readonly [expression: string, legend: string];
/** A panel of a dashboard; `kind` is a time series when absent. */
export interface Panel {
  readonly title: string;
  readonly unit: string;
  readonly queries: readonly Query[];
  readonly kind?: "stat";
}

/** The panels of a cluster's dashboard, in reading order. */
export function panelsOf(stack: Stack): readonly Panel[] {
  const namespace = `namespace="${stack.namespace}"`;
  return [
    ...operatorPanels(`{${namespace},cluster="${stack.name}"}`),
    ...adminPanels(`{${namespace},job="prism-admin"}`),
    ...workloadPanels(namespace),
    ...resourcePanels(namespace),
  ];
}

/** The operator's own metrics (the source's names). */
function operatorPanels(of: string): readonly Panel[] {
  return [
    {
      title: "Phase",
      unit: "none",
      kind: "stat",
      queries: [[`prism_cluster_phase${of} == 1`, "{{phase}}"]],
    },
    {
      title: "Components ready",
      unit: "none",
      queries: [[`prism_cluster_components_ready${of}`, "{{component}}"]],
    },
    {
      title: "Patterns ready",
      unit: "none",
      queries: [[`prism_cluster_patterns_ready${of}`, "{{pattern}}"]],
    },
  ];
}

/** prism-admin's metrics (its metrics.go). */
function adminPanels(of: string): readonly Panel[] {
  const registered = ["proxies", "launchers", "namespaces", "patterns"];
  return [
    {
      title: "Raft leaders (must be 1)",
      unit: "none",
      kind: "stat",
      queries: [[`count(prism_admin_raft_state${of} == 2)`, "leaders"]],
    },
    {
      title: "Leader changes per hour",
      unit: "none",
      queries: [[`increase(prism_admin_raft_leader_changes_total${of}[1h])`, "{{pod}}"]],
    },
    { title: "Raft log", unit: "none", queries: [[`prism_admin_raft_last_index${of}`, "{{pod}}"]] },
    {
      title: "Registered with admin",
      unit: "none",
      queries: registered.map((what) => [`max(prism_admin_admin_${what}_total${of})`, what]),
    },
    {
      title: "Forwarded requests",
      unit: "reqps",
      queries: [[`rate(prism_admin_admin_forwarded_requests_total${of}[5m])`, "{{pod}}"]],
    },
  ];
}

/** kube-state-metrics of proxies and runners. */
function workloadPanels(of: string): readonly Panel[] {
  const proxy = `{${of},deployment="prism-proxy"}`;
  return [
    {
      title: "Proxies wanted and available",
      unit: "none",
      queries: [
        [`kube_deployment_spec_replicas${proxy}`, "wanted"],
        [`kube_deployment_status_replicas_available${proxy}`, "available"],
      ],
    },
    {
      title: "Runners available",
      unit: "none",
      queries: [
        [
          `kube_deployment_status_replicas_available{${of},deployment=~".+-runner"}`,
          "{{deployment}}",
        ],
        [
          `kube_statefulset_status_replicas_ready{${of},statefulset=~".+-runner"}`,
          "{{statefulset}}",
        ],
      ],
    },
    {
      title: "Restarts per hour",
      unit: "none",
      queries: [
        [
          `sum by (pod) (increase(kube_pod_container_status_restarts_total{${of}}[1h])) > 0`,
          "{{pod}}",
        ],
      ],
    },
  ];
}

/** The kubelet's metrics of pods and volumes, and MinIO's own. */
function resourcePanels(of: string): readonly Panel[] {
  const containers = `{${of},container!=""}`;
  return [
    {
      title: "CPU",
      unit: "none",
      queries: [
        [`sum by (pod) (rate(container_cpu_usage_seconds_total${containers}[5m]))`, "{{pod}}"],
      ],
    },
    {
      title: "Memory",
      unit: "bytes",
      queries: [[`sum by (pod) (container_memory_working_set_bytes${containers})`, "{{pod}}"]],
    },
    {
      title: "Volumes used",
      unit: "percentunit",
      queries: [
        [
          `kubelet_volume_stats_used_bytes{${of}} / kubelet_volume_stats_capacity_bytes{${of}}`,
          "{{persistentvolumeclaim}}",
        ],
      ],
    },
    {
      title: "Object store used",
      unit: "bytes",
      queries: [[`minio_cluster_usage_total_bytes{${of}}`, "{{job}}"]],
    },
  ];
}
