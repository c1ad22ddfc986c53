import { readDuration } from "../cluster/duration.ts";
import { liveNames, READ_OPTIONS } from "../cluster/read-options.ts";
import { CLUSTER_OPTIONS } from "../frame/cluster-options.ts";
import { defineCommand } from "../frame/command.ts";
import { flag, parsed, text } from "../frame/option.ts";

const COMMON = {
  ...CLUSTER_OPTIONS,
  requestTimeout: READ_OPTIONS.requestTimeout,
  dryRun: flag("ask the API server, and store nothing"),
} as const;

const ARGUMENT = {
  name: "name",
  description: "a PrismCluster, or KIND/NAME; the only PrismCluster of the namespace when absent",
  isOptional: true,
  candidates: liveNames,
} as const;

/** Options of `pause`. */
export const pauseOptions = {
  ...COMMON,
  for: parsed(
    "duration",
    "the operator goes on by itself after it, such as 2h (default: until resume)",
    readDuration,
  ),
  reason: text("sentence", "for the others: shown in the condition Paused"),
} as const;

/** Options of `resume`. */
export const resumeOptions = COMMON;

/** `prismctl pause`. */
export const pauseCommand = defineCommand({
  name: "pause",
  needs: "cluster",
  summary: "Let the operator leave an object alone, for a while and with a reason",
  description:
    "Nothing of the object is changed meanwhile, not even what breaks; it can be deleted. The condition Paused says who, why and until when.",
  arguments: [ARGUMENT],
  options: pauseOptions,
  examples: [
    {
      purpose: "For two hours",
      line: 'prismctl pause prism --for 2h --reason "database migration" --namespace prism',
    },
    { purpose: "Until it is resumed", line: 'prismctl pause prism --reason "incident 4711"' },
  ],
  exits: { done: "it is paused", refused: "the API server refuses it" },
  load: async () => (await import("./pause.ts")).pauseBody,
});

/** `prismctl resume`. */
export const resumeCommand = defineCommand({
  name: "resume",
  needs: "cluster",
  summary: "End a pause now",
  arguments: [ARGUMENT],
  options: resumeOptions,
  examples: [{ purpose: "Go on", line: "prismctl resume prism --namespace prism" }],
  exits: { done: "it goes on", refused: "the API server refuses it" },
  load: async () => (await import("./pause.ts")).resumeBody,
});
