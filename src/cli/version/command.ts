import { READ_OPTIONS } from "../cluster/read-options.ts";
import { defineCommand } from "../frame/command.ts";
import { flag } from "../frame/option.ts";

/** Its options. */
export const versionOptions = {
  ...READ_OPTIONS,
  client: flag("this prismctl alone, without a cluster"),
} as const;

/** `prismctl version`. */
export const versionCommand = defineCommand({
  name: "version",
  needs: "cluster",
  summary:
    "Show the versions of prismctl, of the operator and of Kubernetes, and warn when they are far apart",
  description:
    "The operator's version is that of the process that leads, from its Lease; without one, that of its Deployment or webhooks.",
  arguments: [],
  options: versionOptions,
  examples: [
    { purpose: "Client and server", line: "prismctl version" },
    { purpose: "Without a cluster", line: "prismctl version --client" },
  ],
  exits: {
    done: "the versions are shown",
    failed: "the cluster does not answer; the client's version is shown",
  },
  load: async () => (await import("./version.ts")).body,
});
