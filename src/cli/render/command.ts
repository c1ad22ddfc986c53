import { defineCommand } from "../frame/command.ts";
import { RENDER_OPTIONS } from "./settings.ts";

/** Its options. */
export const renderOptions = RENDER_OPTIONS;

/** `prismctl render`. */
export const renderCommand = defineCommand({
  name: "render",
  needs: "files",
  summary: "Print the children that the operator would make of objects, in its order",
  description:
    "Renders into an empty namespace. Secrets and ConfigMaps that objects refer to may stand in the files. Values of Secrets are placeholders, so that hashes of configuration differ from those in a cluster. Secrets that the operator generates are named, not printed: one that is there it would use. Of a PrismFederation the routing is printed as it is when every member serves, without a DNSEndpoint whose addresses only the members know; the PrismCluster of each member is a comment, and stands under `members` in JSON and YAML: it belongs into another cluster.",
  arguments: [
    {
      name: "file",
      description: "YAML or JSON files, folders, or - for standard input",
      isVariadic: true,
      candidates: "files",
    },
  ],
  options: renderOptions,
  examples: [
    { purpose: "All children of a cluster", line: "prismctl render prismcluster.yaml" },
    {
      purpose: "Their names and stages only",
      line: "prismctl render prismcluster.yaml -o json | jq '.stages'",
    },
    {
      purpose: "For a cluster without KEDA, with images from a mirror",
      line: "prismctl render --without scaledobjects --image-mirror mirror.example.com prismcluster.yaml",
    },
  ],
  exits: { done: "everything is rendered", refused: "the cluster would refuse an object" },
  load: async () => (await import("./render.ts")).body,
});
