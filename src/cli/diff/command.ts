import { READ_OPTIONS } from "../cluster/read-options.ts";
import { CLUSTER_OPTIONS } from "../frame/cluster-options.ts";
import { defineCommand } from "../frame/command.ts";
import { RENDER_OPTIONS } from "../render/settings.ts";

/** Its options. */
export const diffOptions = {
  ...RENDER_OPTIONS,
  kubeconfig: CLUSTER_OPTIONS.kubeconfig,
  context: CLUSTER_OPTIONS.context,
  requestTimeout: READ_OPTIONS.requestTimeout,
} as const;

/** `prismctl diff`. */
export const diffCommand = defineCommand({
  name: "diff",
  needs: "files",
  summary: "Say what a change of objects comes to: fields, children, and pods that restart",
  description:
    "Compares objects of the same kind, namespace and name, in whatever version each is written, as they are stored. Says too whether the cluster would take the change.",
  arguments: [
    {
      name: "before",
      description: "a file, a folder or - for standard input",
      candidates: "files",
    },
    {
      name: "after",
      description: "the same; the cluster is compared with `before` when absent",
      isOptional: true,
      candidates: "files",
    },
  ],
  options: diffOptions,
  forms: ["unified"],
  examples: [
    {
      purpose: "Two files",
      line: "prismctl diff prismcluster.yaml prismcluster.new.yaml",
    },
    {
      purpose: "The last commit and the working tree",
      line: "git show HEAD:k8s/prismcluster.yaml | prismctl diff - k8s/prismcluster.yaml",
    },
    {
      purpose: "A file and the cluster: what kubectl apply would come to",
      line: "prismctl diff prismcluster.yaml --namespace prism",
    },
    {
      purpose: "Every line that changes in the children",
      line: "prismctl diff -o unified before.yaml after.yaml",
    },
  ],
  exits: {
    done: "nothing differs",
    refused: "something differs",
  },
  load: async () => (await import("./diff.ts")).body,
});
