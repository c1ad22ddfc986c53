import { defineCommand } from "../frame/command.ts";
import { choice, text, textOrTrue, texts } from "../frame/option.ts";

/** Its options. */
export const validateOptions = {
  crd: texts("file", "a file or folder with CRDs, may be repeated (default: prism.io's own)", {
    candidates: "files",
  }),
  old: text("file", "the stored objects, to judge each object of the same name as an update", {
    candidates: "files",
  }),
  fieldValidation: choice(
    "level",
    "unknown fields are refused, as kubectl does, warned of or dropped in silence",
    ["strict", "warn", "ignore"],
    "strict",
  ),
  jsonl: textOrTrue(
    "file",
    'one {"object", "old"} a line in, one answer a line out; - for standard input',
    { candidates: "files" },
  ),
} as const;

/** `prismctl validate`. */
export const validateCommand = defineCommand({
  name: "validate",
  needs: "files",
  summary: "Say of each object whether the cluster would accept it, and why not",
  description:
    "Judges objects as the cluster does: schema, defaults and CEL rules of the CRD, and the rules of the operator's webhooks. Documents of one file are judged as applied together. Objects of other groups are not checked. With --crd only the CRDs' own rules count.",
  arguments: [
    {
      name: "file",
      description: "YAML or JSON files, folders, or - for standard input",
      isOptional: true,
      isVariadic: true,
      candidates: "files",
    },
  ],
  options: validateOptions,
  examples: [
    { purpose: "One file", line: "prismctl validate prismcluster.yaml" },
    { purpose: "Every manifest of a folder", line: "prismctl validate k8s/" },
    {
      purpose: "What another tool renders",
      line: "kustomize build overlays/prod | prismctl validate -",
    },
    {
      purpose: "An edit of what is stored: immutable fields count",
      line: "prismctl validate --old stored.yaml edited.yaml",
    },
  ],
  exits: { done: "every object would be accepted", refused: "an object would be refused" },
  load: async () => (await import("./validate.ts")).body,
});
