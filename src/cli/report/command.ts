import { READ_OPTIONS } from "../cluster/read-options.ts";
import { defineCommand } from "../frame/command.ts";
import { flag, text } from "../frame/option.ts";

const { from: _, ...live } = READ_OPTIONS;

/** Its options. */
export const reportOptions = {
  ...live,
  file: text("report.zip", "where to write it (default: prism-report-TIME.zip here)", {
    short: "f",
    candidates: "files",
  }),
  podLogs: flag(
    "also the last lines of pods that are not ready: they may say what only you should know",
  ),
} as const;

/** `prismctl report`. */
export const reportCommand = defineCommand({
  name: "report",
  needs: "cluster",
  summary:
    "Write a redacted bundle of all that explains a cluster's state; every read command opens it",
  description:
    "Objects, events, the operator's log, dry runs and rights. No value of a Secret or ConfigMap, no environment variable, no argument leaves the cluster in it. What cannot be read in time is listed in the bundle.",
  arguments: [],
  options: reportOptions,
  examples: [
    { purpose: "One namespace and the operator", line: "prismctl report --namespace prism" },
    {
      purpose: "Everything of prism.io",
      line: "prismctl report --all-namespaces --file report.zip",
    },
    { purpose: "Then, anywhere", line: "prismctl why prismcluster/prism --from report.zip" },
  ],
  exits: {
    done: "the bundle is written, complete or not",
    failed: "there is no cluster, or the file cannot be written",
  },
  load: async () => (await import("./report.ts")).body,
});
