/** `/validate`: judges the final object; nothing invalid is stored while the webhooks are there. */
import { type JsonRecord, valueAt } from "../src/domain/json-object.ts";
import { createAdmissionHandler, type JudgingOptions, type KnownRequest } from "./admission.ts";
import { type AdmissionAnswer, ALLOWED } from "./admission-answer.ts";
import type { AdmissionRequest } from "./admission-review.ts";
import { type Judgement, wordedWarnings } from "./judge.ts";
import type { ReviewHandler } from "./listener.ts";
import { invalidStatus } from "./refusal.ts";

/** The handler of `/validate`. */
export function createValidateHandler(options: JudgingOptions): ReviewHandler {
  return createAdmissionHandler("validate", options, (known) => {
    const { object } = known.request;
    if (object === undefined || !isJudged(known.request)) return ALLOWED;
    const outcome = judged(known, object, options);
    if ("refusal" in outcome) return outcome.refusal;
    return { allowed: true, patch: [], warnings: wordedWarnings(outcome.warnings) };
  });
}

/** Whether a request changes what we judge: subresources and objects that are being deleted go through (WH-6). */
export function isJudged({ operation, subResource, object }: AdmissionRequest): boolean {
  if (operation !== "CREATE" && operation !== "UPDATE") return false;
  if (subResource !== "") return false;
  return valueAt(object, ["metadata", "deletionTimestamp"]) === undefined;
}

/** Judges `object` in place of the request's: a refusal, or what there is to warn of. */
export function judged(
  { request, admitted, bytes }: KnownRequest,
  object: JsonRecord,
  options: JudgingOptions,
): { readonly refusal: AdmissionAnswer } | { readonly warnings: Judgement["warnings"] } {
  const { problems, warnings } = options.judge(admitted, {
    object,
    old: request.oldObject,
    version: request.requestKind.version,
    neighbours: options.neighbours(request.namespace),
    bytes,
  });
  if (problems.length === 0) return { warnings };
  const { group, kind } = admitted.kind;
  const refusal: AdmissionAnswer = {
    allowed: false,
    status: invalidStatus({ group, kind, name: nameOf(request) }, problems),
    // Beside a list of errors, warnings about the same object only distract.
    warnings: [],
    rules: [...new Set(problems.map(({ rule }) => rule))].sort(),
  };
  return { refusal };
}

/** The name, or what a generated one begins with. */
function nameOf({ name, object }: AdmissionRequest): string {
  if (name !== "") return name;
  const named =
    valueAt(object, ["metadata", "name"]) ?? valueAt(object, ["metadata", "generateName"]);
  return typeof named === "string" ? named : "";
}
