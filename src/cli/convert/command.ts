import { defineCommand } from "../frame/command.ts";
import { flag, text } from "../frame/option.ts";

/** Its options. */
export const convertOptions = {
  to: text("version", "the version to write, such as v1alpha2", {
    candidates: async () => (await import("../manifest/versions.ts")).servedVersions(),
  }),
  check: flag("convert there and back, and name every field that gets lost, changes or is carried"),
} as const;

/** `prismctl convert`. */
export const convertCommand = defineCommand({
  name: "convert",
  needs: "files",
  summary: "Write objects in another version of their API, or check that nothing gets lost",
  description:
    "Converts as the operator's webhook does, after the defaults of the version that a file is written in. Other objects of a stream pass through. Comments are not kept. What is said of single fields goes to standard error.",
  arguments: [
    {
      name: "file",
      description: "YAML or JSON files, folders, or - for standard input",
      isVariadic: true,
      candidates: "files",
    },
  ],
  options: convertOptions,
  examples: [
    {
      purpose: "From v1alpha1 to v1alpha2",
      line: "prismctl convert --to v1alpha2 prismcluster.yaml > prismcluster.v1alpha2.yaml",
    },
    { purpose: "A folder's files, there and back", line: "prismctl convert --check k8s/" },
    {
      purpose: "What is in the cluster, as an older client sees it",
      line: "kubectl get prismclusters -o yaml | prismctl convert --to v1alpha1 -",
    },
  ],
  exits: {
    done: "everything is converted; with --check, nothing gets lost or changes",
    refused: "a field has no place in the version, is unknown, gets lost or changes",
  },
  load: async () => (await import("./convert.ts")).body,
});
