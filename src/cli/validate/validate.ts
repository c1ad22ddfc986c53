/** `prismctl validate`: reads CRDs and manifests, and reports what the API server would answer. */
import type { CommandBody, Input } from "../frame/command.ts";
import { CommandFailed, type Exit } from "../frame/exit-code.ts";
import type { Session } from "../frame/session.ts";
import { CrdSet } from "../manifest/crd-set.ts";
import { readManifests } from "../manifest/manifest.ts";
import { cacheFolderOf } from "../manifest/parsed-cache.ts";
import { answerLines } from "./answer-lines.ts";
import type { validateOptions } from "./command.ts";
import { type Report, reportOf, reportText } from "./report.ts";
import { judge } from "./verdict.ts";

type Options = typeof validateOptions;

/** Refused when one object is; fails where there is nothing to judge. */
async function run(input: Input<Options>, session: Session<Report>): Promise<Exit> {
  const { arguments: files, options } = input;
  const crds = await CrdSet.read(options.crd, cacheFolderOf(session.environment));
  if (options.jsonl !== undefined) {
    await answerLines(crds, options.jsonl === true ? (files[0] ?? "-") : options.jsonl, session);
    return "done";
  }
  if (files.length === 0) {
    throw new CommandFailed("name a file, a folder or - to validate", { exit: "usage" });
  }
  const manifests = await readManifests(files, session.stdin);
  const old = options.old === undefined ? [] : await readManifests([options.old], session.stdin);
  const { fieldValidation } = options;
  // Another's CRD has no webhooks of ours behind it.
  const hasWebhooks = options.crd.length === 0;
  const verdicts = judge({ crds, fieldValidation, hasWebhooks }, manifests, old);
  if (verdicts.every((verdict) => verdict.kind === "skipped")) {
    const what = options.crd.length === 0 ? "prism.io" : "the given CRDs";
    throw new CommandFailed(`${files.join(", ")}: there is no object of ${what}`, {
      exit: "failed",
    });
  }
  const report = reportOf(verdicts);
  await session.show(report);
  return report.summary.refused > 0 ? "refused" : "done";
}

/** The code of the command. */
export const body: CommandBody<Options, Report> = { run, printers: { text: reportText } };
