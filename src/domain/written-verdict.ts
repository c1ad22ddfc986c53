import { printPath } from "./field-path.ts";
import { withHints } from "./hint.ts";
import { isRecord, type JsonRecord } from "./json-object.ts";
import type { Kind } from "./kind.ts";
import type { KubeObject } from "./kube-object.ts";
import type { Problem, ProblemReason, Warning } from "./problem.ts";
import type { SchemaEngine } from "./schema-engine.ts";
import { asProblem, type ValidationContext, type Validator } from "./validator.ts";

/** Problems and warnings with paths of the version that the user wrote. */
export interface WrittenVerdict {
  readonly problems: readonly Problem[];
  readonly warnings: readonly Warning[];
}

/** A kind with its validator, and the engine of every version. */
export interface JudgedKind<T extends KubeObject> {
  readonly kind: Kind;
  readonly validator: Validator<T>;
  readonly engines: ReadonlyMap<string, SchemaEngine>;
}

/** An object of the hub version, and the version that the user wrote it in. */
export interface WrittenObject<T extends KubeObject> {
  readonly hub: KubeObject;
  readonly version: string;
  readonly context: ValidationContext<T>;
}

/**
 * Judges an object for the one who wrote it (design, section 3). For an older version that is its own schema and CEL
 * on the object converted down, and everything of the hub with paths mapped back, each fault once. A fault in a field
 * that the older version does not have keeps its hub path and says so.
 */
export function judgeWritten<T extends KubeObject>(
  judged: JudgedKind<T>,
  { hub, version, context }: WrittenObject<T>,
): WrittenVerdict {
  const { kind, validator } = judged;
  const verdict = validator.judge(hub, { ...context, version });
  const problems = verdict.kind === "invalid" ? verdict.problems : [];
  if (version === kind.hub) {
    return { problems: withHints(kind, version, problems, hub), warnings: verdict.warnings };
  }
  const written = downTo(judged, version, hub);
  const own = ownProblems(judged, version, written, context.old);
  const seen = new Set(own.map(identity));
  const mapped = problems.map((problem) => mapProblem(kind, version, problem));
  const others = mapped.filter((problem) => !seen.has(identity(problem)));
  return {
    problems: withHints(kind, version, [...own, ...others], written ?? {}),
    warnings: verdict.warnings.map((warning) => mapWarning(kind, version, warning)),
  };
}

function ownProblems<T extends KubeObject>(
  judged: JudgedKind<T>,
  version: string,
  written: JsonRecord | undefined,
  oldHub: KubeObject | undefined,
): readonly Problem[] {
  const engine = judged.engines.get(version);
  if (engine === undefined || written === undefined) return [];
  const old = oldHub && downTo(judged, version, oldHub);
  return engine.validate(written, old).problems.map(asProblem);
}

/** The object in an older version, with that version's defaults. */
function downTo<T extends KubeObject>(
  { kind, engines }: JudgedKind<T>,
  version: string,
  hub: JsonRecord,
): JsonRecord | undefined {
  const conversion = kind.convert(hub, `${kind.group}/${version}`);
  if (conversion.kind !== "converted" || !isRecord(conversion.object)) return undefined;
  return engines.get(version)?.defaulted(conversion.object) ?? conversion.object;
}

function mapProblem(kind: Kind, version: string, problem: Problem): Problem {
  const mapped = kind.pathIn(version, problem.path);
  if (mapped.kind === "hubOnly") return { ...problem, message: inHub(kind, problem.message) };
  const message = problem.message.replaceAll(printPath(problem.path), printPath(mapped.path));
  return { ...problem, path: mapped.path, message };
}

function mapWarning(kind: Kind, version: string, warning: Warning): Warning {
  const mapped = kind.pathIn(version, warning.path);
  if (mapped.kind === "hubOnly") return { ...warning, message: inHub(kind, warning.message) };
  return { ...warning, path: mapped.path };
}

function inHub(kind: Kind, message: string): string {
  return `${message} (in ${kind.hub})`;
}

/** Faults whose message tells them apart; of the others one place has only one. */
const TOLD_BY_MESSAGE: ReadonlySet<ProblemReason> = new Set([
  "FieldValueInvalid",
  "FieldValueForbidden",
]);

function identity({ path, reason, message }: Problem): string {
  return JSON.stringify([path, reason, TOLD_BY_MESSAGE.has(reason) ? message : ""]);
}
