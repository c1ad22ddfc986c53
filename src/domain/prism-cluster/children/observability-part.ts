import type { Part } from "./part.ts";

/** Dashboards and data sources belong to the deployment as a whole. */
export const OBSERVABILITY: Part = {
  name: "prism-observability",
  program: "prism",
  stage: "observability",
  component: { kind: "observability" },
};

/** The log collector. */
export const LOGS: Part = { ...OBSERVABILITY, name: "prism-logs", program: "alloy" };
