import { readDuration } from "../cluster/duration.ts";
import { READ_OPTIONS } from "../cluster/read-options.ts";
import { defineCommand } from "../frame/command.ts";
import { flag, parsed } from "../frame/option.ts";

/** Its options. */
export const statusOptions = {
  ...READ_OPTIONS,
  watch: flag("look again and show what changed, until Ctrl-C", { short: "w" }),
  interval: parsed("duration", "between two looks of --watch (default: 2s)", readDuration),
} as const;

/** `prismctl status`. */
export const statusCommand = defineCommand({
  name: "status",
  needs: "cluster",
  summary: "Show each object of prism.io as a tree of components with health, reasons and events",
  description:
    "Looks at workloads, pods and claims themselves, so that it is right also while the operator is gone. The webhooks are asked by dry runs.",
  arguments: [],
  options: statusOptions,
  examples: [
    { purpose: "One namespace", line: "prismctl status --namespace prism" },
    { purpose: "All of them, again and again", line: "prismctl status --all-namespaces --watch" },
    { purpose: "For a script", line: "prismctl status --namespace prism --output json" },
    { purpose: "From a report", line: "prismctl status --from report.zip" },
  ],
  exits: { done: "every object is ready and nothing hinders changes", refused: "something is not" },
  load: async () => (await import("./status.ts")).body,
});
