import { READ_OPTIONS } from "../cluster/read-options.ts";
import { CLUSTER_OPTIONS } from "../frame/cluster-options.ts";
import { defineCommand } from "../frame/command.ts";
import type { OptionDeclaration } from "../frame/option.ts";

/** The source's own name, which its next step asks for. */
const NAME = "prism-local";
const name: OptionDeclaration<string> = {
  description: "name of the PrismCluster",
  value: "name",
  initial: NAME,
};

/** Its options. */
export const exportOptions = {
  ...CLUSTER_OPTIONS,
  requestTimeout: READ_OPTIONS.requestTimeout,
  name,
} as const;

/** `prismctl kubernetes export`. */
export const exportCommand = defineCommand({
  name: "kubernetes export",
  needs: "cluster",
  summary:
    "Write the PrismCluster for what runs in a namespace, and a note for all that it cannot express",
  description:
    "Reads workloads, Services, ConfigMaps, autoscalers and Ingresses that were set up by hand, by Helm or by Kustomize. Secrets are read by name only. Applied, the PrismCluster takes the workloads over; their pods go on as they run.",
  arguments: [],
  options: exportOptions,
  examples: [
    {
      purpose: "Move a namespace to the operator",
      line: "prismctl kubernetes export --namespace prism > prismcluster.yaml",
    },
    {
      purpose: "The notes as data",
      line: "prismctl kubernetes export --namespace prism --output json",
    },
  ],
  exits: {
    done: "the manifest is written",
    failed: "the namespace cannot be read, or holds nothing of Prism",
  },
  load: async () => (await import("./export.ts")).body,
});
