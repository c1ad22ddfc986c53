/** Every fault of an object at once, fit to be shown to its user: nothing twice, no secrets, warnings bounded. */
import { printPath } from "../src/domain/field-path.ts";
import type { JsonRecord } from "../src/domain/json-object.ts";
import type { KubeObject } from "../src/domain/kube-object.ts";
import type { Problem, Warning } from "../src/domain/problem.ts";
import { judgeWritten } from "../src/domain/written-verdict.ts";
import type { AdmittedKind } from "./admitted-kind.ts";
import { withoutConsequences } from "./consequences.ts";
import { redact } from "./redaction.ts";
import { boundWarnings } from "./warnings.ts";

/** What is judged: objects of the hub version, as the API server sends them to us. */
export interface Judged {
  readonly object: JsonRecord;
  readonly old: JsonRecord | undefined;
  /** The version that the user wrote. */
  readonly version: string;
  readonly neighbours: readonly KubeObject[];
  /** At least the length of the object as JSON. */
  readonly bytes: number;
}

export interface Judgement {
  readonly problems: readonly Problem[];
  /** Worded when they are told: `/mutate` tells none. */
  readonly warnings: readonly Warning[];
}

/** Warnings as an answer has them: with their places, bounded. */
export function wordedWarnings(warnings: readonly Warning[]): readonly string[] {
  if (warnings.length === 0) return [];
  return boundWarnings(warnings.map(({ path, message }) => `${printPath(path)}: ${message}`));
}

/** Judges an object in the version that its user wrote. */
export function judge(
  admitted: AdmittedKind,
  { object, old, version, neighbours, bytes }: Judged,
): Judgement {
  const verdict = judgeWritten(admitted, {
    hub: asKubeObject(object),
    version,
    context: { ...(old && { old: asKubeObject(old) }), neighbours, bytes },
  });
  return {
    problems: withoutConsequences(verdict.problems).map((problem) => redact(problem, object)),
    warnings: verdict.warnings,
  };
}

/** The validator takes anything with the right envelope; what is inside is what it judges. */
function asKubeObject(object: JsonRecord): KubeObject {
  return object as unknown as KubeObject;
}
