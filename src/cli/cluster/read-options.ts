import { CLUSTER_OPTIONS } from "../frame/cluster-options.ts";
import { type CandidateSession, flag, parsed, text } from "../frame/option.ts";
import { readDuration } from "./duration.ts";

/** Options of every command that reads a cluster. */
export const READ_OPTIONS = {
  ...CLUSTER_OPTIONS,
  allNamespaces: flag("look at every namespace that holds a prism.io object", { short: "A" }),
  operatorNamespace: text(
    "name",
    "where the operator runs (default: found by its Deployment, Lease or webhooks)",
  ),
  requestTimeout: parsed(
    "duration",
    "how long to wait for one answer, such as 10s (default: 10s)",
    readDuration,
  ),
  from: text("report.zip", "answer from a report of `prismctl report` instead of a cluster", {
    candidates: "files",
  }),
} as const;

/** Completes KIND/NAME. */
export const liveNames = async (session: CandidateSession): Promise<readonly string[]> =>
  (await import("./live-names.ts")).prismNames(session);
