import { READ_OPTIONS } from "../cluster/read-options.ts";
import { CLUSTER_OPTIONS } from "../frame/cluster-options.ts";
import { defineCommand } from "../frame/command.ts";
import { flag, text } from "../frame/option.ts";

/** Its options. */
export const adoptOptions = {
  ...CLUSTER_OPTIONS,
  requestTimeout: READ_OPTIONS.requestTimeout,
  operatorNamespace: READ_OPTIONS.operatorNamespace,
  dryRun: flag("needed: the operator adopts when the object is applied, this command only tells"),
  file: text(
    "file",
    "the object (default: the PrismCluster that is there, else what export would write)",
    {
      short: "f",
      candidates: "files",
    },
  ),
} as const;

/** `prismctl adopt --dry-run`. */
export const adoptCommand = defineCommand({
  name: "adopt",
  needs: "cluster",
  summary:
    "Say what the operator would take over as it runs, what differs, and what is in the way and whose it is",
  description:
    "Decides with the operator's own code and writes nothing. What is taken over gets owner and labels and stays as it was found; see docs/adr/0026.",
  arguments: [],
  options: adoptOptions,
  examples: [
    { purpose: "Before kubectl apply", line: "prismctl adopt --dry-run --file prismcluster.yaml" },
    {
      purpose: "What an export would take over",
      line: "prismctl adopt --dry-run --namespace prism",
    },
  ],
  exits: { done: "nothing is in the way", refused: "something is in the way: a conflict" },
  load: async () => (await import("./adopt.ts")).body,
});
