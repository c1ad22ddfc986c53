import type { Child } from "../../child.ts";
import type { JsonObject } from "../../kube-object.ts";
import { type Panel, panelsOf } from "./dashboard-panels.ts";
import { OBSERVABILITY } from "./observability-part.ts";
import { childOf } from "./part.ts";
import type { Stack } from "./stack.ts";

/** Ready-to-load dashboards in a ConfigMap with the label that Grafana's sidecar looks for. */
export function dashboardChildren(stack: Stack): readonly Child[] {
  const grafana = stack.spec.observability?.grafana;
  if (grafana === undefined || grafana.enabled === false) return [];
  return [
    childOf(stack, OBSERVABILITY, {
      apiVersion: "v1",
      kind: "ConfigMap",
      name: "prism-dashboards",
      labels: { grafana_dashboard: "1", ...grafana.labels },
      ...(grafana.folder === undefined ? {} : { annotations: { grafana_folder: grafana.folder } }),
      body: {
        data: { "prism-cluster.json": `${JSON.stringify(dashboard(stack), undefined, 2)}\n` },
      },
    }),
  ];
}

// biome-ignore lint/suspicious/noTemplateCurlyInString: Grafana replaces the variable
const DATA_SOURCE = { type: "prometheus", uid: "${datasource}" };
const COLUMNS = 3;
const WIDTH = 24 / COLUMNS;
const HEIGHT = 8;

function dashboard(stack: Stack): JsonObject {
  return {
    // One id a cluster: two clusters' dashboards live side by side in one Grafana.
    uid: stack.facts.digest(`dashboard/${stack.namespace}/${stack.name}`).slice(0, 32),
    title: `Prism / ${stack.namespace} / ${stack.name}`,
    tags: ["prism"],
    schemaVersion: 39,
    editable: false,
    time: { from: "now-6h", to: "now" },
    refresh: "30s",
    templating: {
      list: [{ name: "datasource", label: "Data source", type: "datasource", query: "prometheus" }],
    },
    panels: panelsOf(stack).map(panelBody),
  };
}

function panelBody(panel: Panel, index: number): JsonObject {
  return {
    id: index + 1,
    title: panel.title,
    type: panel.kind ?? "timeseries",
    datasource: DATA_SOURCE,
    gridPos: {
      x: (index % COLUMNS) * WIDTH,
      y: Math.floor(index / COLUMNS) * HEIGHT,
      w: WIDTH,
      h: HEIGHT,
    },
    fieldConfig: { defaults: { unit: panel.unit, min: 0 }, overrides: [] },
    options:
      panel.kind === "stat" ? { textMode: "value_and_name" } : { legend: { showLegend: true } },
    targets: panel.queries.map(([expr, legendFormat], at) => ({
      refId: String.fromCharCode(65 + at),
      datasource: DATA_SOURCE,
      expr,
      legendFormat,
    })),
  };
}
