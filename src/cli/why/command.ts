import { liveNames, READ_OPTIONS } from "../cluster/read-options.ts";
import { defineCommand } from "../frame/command.ts";
import { text } from "../frame/option.ts";

/** Its options. */
export const whyOptions = {
  ...READ_OPTIONS,
  file: text("file", "why is this object not admitted? Sends it as a dry run", {
    short: "f",
    candidates: "files",
  }),
} as const;

/** `prismctl why`. */
export const whyCommand = defineCommand({
  name: "why",
  needs: "cluster",
  summary: "Say why an object is not ready, not admitted, delayed or paused: the chain of causes",
  description:
    "Follows conditions, workloads, pods, volume claims, events, the operator's Lease and the webhooks to what a person can change, with the field where that is. Kinds: prism.io's own by name, and workloads, pods and claims.",
  arguments: [
    {
      name: "kind/name",
      description:
        "such as prismcluster/prism, statefulset/redis; the only PrismCluster when absent",
      isOptional: true,
      candidates: liveNames,
    },
  ],
  options: whyOptions,
  examples: [
    { purpose: "Why is it not ready?", line: "prismctl why prismcluster/prism --namespace prism" },
    { purpose: "Why is this refused?", line: "prismctl why --file prismcluster.yaml" },
    { purpose: "One workload", line: "prismctl why statefulset/redis --namespace prism" },
    { purpose: "From a report", line: "prismctl why prismcluster/prism --from report.zip" },
  ],
  exits: { done: "it is as it should be", refused: "there are causes" },
  load: async () => (await import("./why.ts")).body,
});
