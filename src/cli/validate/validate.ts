/** `prismctl validate`: reads CRDs and manifests, and reports what the API server would answer. */
import { answerLines } from "./answer-lines.ts";
import { CrdSet } from "./crd-set.ts";
import { readManifests } from "./manifest.ts";
import { reportJson, reportText } from "./report.ts";
import { judge } from "./verdict.ts";

/** The options of the command, as commander gives them. */
export interface ValidateOptions {
  readonly crd?: readonly string[];
  readonly old?: string;
  readonly jsonl?: string | true;
  readonly output: "text" | "json";
}

/** What was asked cannot be done: exit code 2. */
export class UsageError extends Error {
  override name = "UsageError" as const;
}

/** 0 when every object is accepted, 1 when one is refused; throws a `UsageError` where there is nothing to judge. */
export async function validate(
  files: readonly string[],
  options: ValidateOptions,
): Promise<number> {
  const crds = await CrdSet.read(options.crd ?? []);
  if (options.jsonl !== undefined) {
    return answerLines(crds, options.jsonl === true ? (files[0] ?? "-") : options.jsonl);
  }
  if (files.length === 0) {
    throw new UsageError("name a file, a folder or - to validate");
  }
  const manifests = await readManifests(files);
  const old = options.old === undefined ? [] : await readManifests([options.old]);
  const verdicts = judge(crds, manifests, old);
  if (verdicts.every((verdict) => verdict.kind === "skipped")) {
    throw new UsageError("found no object of the given CRDs");
  }
  process.stdout.write(options.output === "json" ? reportJson(verdicts) : reportText(verdicts));
  return verdicts.some((verdict) => verdict.kind === "malformed" || verdict.kind === "refused")
    ? 1
    : 0;
}
