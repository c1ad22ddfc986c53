import { readDuration } from "../cluster/duration.ts";
import { READ_OPTIONS } from "../cluster/read-options.ts";
import { defineCommand } from "../frame/command.ts";
import { flag, parsed } from "../frame/option.ts";

/** Its options. */
export const checkOptions = {
  ...READ_OPTIONS,
  pre: flag("before an install: what the cluster must give and you must be allowed to do"),
  wait: flag("look again until all is well"),
  timeout: parsed("duration", "how long --wait waits, such as 5m (default: 2m)", readDuration),
} as const;

/** `prismctl check`. */
export const checkCommand = defineCommand({
  name: "check",
  needs: "cluster",
  summary: "Say whether the install works, and map what does not to its cause and the fix",
  description:
    "Looks at the Kubernetes version, CRDs, webhooks, certificates, the operator, versions and every prism.io object, and sends objects through admission as dry runs. Nothing is stored.",
  arguments: [
    {
      name: "part",
      description: "webhook: only the way of a request through conversion and admission",
      isOptional: true,
      candidates: ["webhook"],
    },
  ],
  options: checkOptions,
  examples: [
    { purpose: "Before an install", line: "prismctl check --pre" },
    {
      purpose: "After it: wait until everything answers",
      line: "prismctl check --wait --timeout 5m",
    },
    { purpose: "Why are my writes refused with a webhook error?", line: "prismctl check webhook" },
    { purpose: "From a report of another cluster", line: "prismctl check --from report.zip" },
  ],
  exits: {
    done: "nothing has to be mended; there may be warnings",
    refused: "something has to be mended",
  },
  load: async () => (await import("./check.ts")).body,
});
