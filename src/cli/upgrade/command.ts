import { READ_OPTIONS } from "../cluster/read-options.ts";
import { defineCommand } from "../frame/command.ts";
import { texts } from "../frame/option.ts";

/** Its options. */
export const upgradeOptions = {
  ...READ_OPTIONS,
  crd: texts(
    "file",
    "the next CRDs, a file or folder, may be repeated (default: those of this prismctl)",
    {
      candidates: "files",
    },
  ),
} as const;

/** `prismctl upgrade check`. */
export const upgradeCheckCommand = defineCommand({
  name: "upgrade check",
  needs: "cluster",
  summary: "Judge what is stored by the CRDs and rules of the next release, before it is installed",
  description:
    "Use the prismctl of the next release: its schemas, CEL rules, conversions and defaults judge every object of every namespace. Says of each who keeps it: Argo CD, Flux, Helm or a person.",
  arguments: [],
  options: upgradeOptions,
  examples: [
    { purpose: "With the next release's prismctl", line: "prismctl upgrade check" },
    { purpose: "CRDs from files", line: "prismctl upgrade check --crd crds/ --output json" },
    {
      purpose: "A cluster that cannot be reached from here",
      line: "prismctl upgrade check --from report.zip",
    },
  ],
  exits: {
    done: "nothing blocks the upgrade; there may be warnings",
    refused: "something blocks it",
  },
  load: async () => (await import("./check.ts")).body,
});
