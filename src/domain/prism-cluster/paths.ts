import type { ObjectTable } from "../conversion/field-table.ts";

/**
 * Every field of PrismCluster that stands elsewhere in v1alpha1, or only in v1alpha2 (design, section 2). A test
 * compares it with both schemas in `crds/`: a field that is in one version only and not named here fails the build.
 */

const PROXY_AUTOSCALING: ObjectTable = {
  type: "object",
  fields: {
    targetCPUUtilizationPercentage: { name: "targetCPU" },
    targetMemoryUtilizationPercentage: { name: "targetMemory" },
  },
  hubOnly: ["behavior", "scaler", "triggers"],
};

const PATTERN: ObjectTable = {
  type: "object",
  fields: {
    workload: { name: "type" },
    backends: { table: { type: "list", key: "name", item: { type: "wrapped", key: "name" } } },
    storage: { table: { type: "object", fields: {}, hubOnly: ["storageClassName"] } },
  },
  hubOnly: ["type", "autoscaling", "image", "args", "env", "ports", "probes", "config", "pod"],
};

const BACKEND: ObjectTable = {
  type: "object",
  fields: { storage: { table: { type: "wrapped", key: "size" } } },
  hubOnly: ["type", "image", "auth", "external", "coordination", "config", "resources", "pod"],
};

const SPEC: ObjectTable = {
  type: "object",
  fields: {
    admin: {
      table: {
        type: "object",
        fields: {
          storage: {
            table: {
              type: "object",
              fields: {},
              hubOnly: ["storageClassName", "backend", "databaseSecretRef"],
            },
          },
        },
        hubOnly: ["image", "pod"],
      },
    },
    proxy: {
      table: {
        type: "object",
        fields: { autoscaling: { table: PROXY_AUTOSCALING } },
        hubOnly: ["service", "drainSeconds", "image", "pod"],
      },
    },
    patterns: { table: { type: "list", key: "name", item: PATTERN } },
    backends: {
      table: {
        type: "object",
        fields: {
          redis: { table: BACKEND },
          nats: { table: BACKEND },
          postgres: { table: BACKEND },
          minio: { table: BACKEND },
          kafka: { table: BACKEND },
        },
        others: "hubOnly",
      },
    },
    ingress: { table: { type: "object", fields: {}, hubOnly: ["tls"] } },
    observability: {
      table: {
        type: "object",
        fields: {
          prometheus: { table: { type: "object", fields: {}, hubOnly: ["labels"] } },
          grafana: { table: { type: "object", fields: {}, hubOnly: ["folder", "labels"] } },
          loki: { table: { type: "object", fields: {}, hubOnly: ["url", "tenant"] } },
        },
      },
    },
  },
  hubOnly: ["images", "networkPolicy", "deletionPolicy", "deletionProtection", "tenants"],
};

/** The table of the whole object. */
export const PRISM_CLUSTER_FIELDS: ObjectTable = {
  type: "object",
  fields: { spec: { table: SPEC } },
};
