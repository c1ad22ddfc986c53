import { READ_OPTIONS } from "../cluster/read-options.ts";
import { defineCommand } from "../frame/command.ts";
import { RENDER_OPTIONS } from "../render/settings.ts";

/** Its options. */
export const graphOptions = {
  ...RENDER_OPTIONS,
  from: READ_OPTIONS.from,
} as const;

/** `prismctl graph`. */
export const graphCommand = defineCommand({
  name: "graph",
  needs: "files",
  summary: "Draw components and who connects to whom: Mermaid, DOT or SVG",
  description:
    "Reads connections from what the operator would render: a line is an address that a component gets. A dotted line is one that it finds out while running. Of a PrismFederation the lines lead from its host name to its members.",
  arguments: [
    {
      name: "file",
      description: "YAML or JSON files, folders, or - for standard input; none with --from",
      isOptional: true,
      isVariadic: true,
      candidates: "files",
    },
  ],
  options: graphOptions,
  forms: ["mermaid", "dot", "svg"],
  examples: [
    { purpose: "As a list", line: "prismctl graph prismcluster.yaml" },
    {
      purpose: "For a Markdown page",
      line: "prismctl graph -o mermaid prismcluster.yaml",
    },
    { purpose: "From a report", line: "prismctl graph --from report.zip" },
    { purpose: "A picture", line: "prismctl graph -o svg prismcluster.yaml > prism.svg" },
  ],
  exits: { done: "everything is drawn", refused: "the cluster would refuse an object" },
  load: async () => (await import("./graph.ts")).body,
});
