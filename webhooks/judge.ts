/** Every fault of an object at once, in the words and paths of the version that its user wrote (VAL-2, VAL-3). */
import { type FieldPath, printPath } from "../src/domain/field-path.ts";
import { withHints } from "../src/domain/hint.ts";
import { copyRecord } from "../src/domain/json-copy.ts";
import type { JsonRecord } from "../src/domain/json-object.ts";
import type { Kind } from "../src/domain/kind.ts";
import type { KubeObject } from "../src/domain/kube-object.ts";
import type { Problem } from "../src/domain/problem.ts";
import type { AdmittedKind } from "./admitted-kind.ts";
import { joinProblems } from "./join-problems.ts";
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
  readonly warnings: readonly string[];
}

/** Judges an object by the hub's schema and rules, and for an older version by that version's schema too. */
export function judge(admitted: AdmittedKind, judged: Judged): Judgement {
  const { kind, validator } = admitted;
  const { object, old, version, neighbours, bytes } = judged;
  const verdict = validator.judge(asKubeObject(object), {
    ...(old && { old: asKubeObject(old) }),
    neighbours,
    version,
    bytes,
  });
  const warnings = boundWarnings(
    verdict.warnings.map(
      ({ path, message }) => `${printPath(pathIn(kind, version, path))}: ${message}`,
    ),
  );
  const hub = verdict.kind === "valid" ? [] : verdict.problems;
  if (version === kind.hub) return { problems: finish(kind, version, hub, object), warnings };
  return { problems: judgeOlder(admitted, judged, hub), warnings };
}

function judgeOlder(
  { kind, engines }: AdmittedKind,
  { object, old, version }: Judged,
  hub: readonly Problem[],
): readonly Problem[] {
  const engine = engines.get(version);
  const older = inVersion(kind, object, version);
  if (engine === undefined || older === undefined) return finish(kind, kind.hub, hub, object);
  engine.applyDefaults(older);
  const oldOlder = old && inVersion(kind, old, version);
  if (oldOlder) engine.applyDefaults(oldOlder);
  const own = engine
    .validate(older, oldOlder)
    .problems.map((fault) => ({ ...fault, rule: "schema" }));
  const mapped: Problem[] = [];
  const hubOnly: Problem[] = [];
  for (const problem of hub) {
    const place = kind.pathIn(version, problem.path);
    if (place.kind === "mapped") mapped.push({ ...problem, path: place.path });
    else hubOnly.push({ ...problem, message: `${problem.message} (in ${kind.hub})` });
  }
  return [
    ...finish(kind, version, joinProblems(own, mapped), older),
    ...finish(kind, kind.hub, hubOnly, object),
  ];
}

function finish(
  kind: Kind,
  version: string,
  problems: readonly Problem[],
  object: JsonRecord,
): readonly Problem[] {
  if (problems.length === 0) return problems;
  return withHints(kind, version, problems, object).map((problem) => redact(problem, object));
}

/** A copy of a hub object in another version. */
function inVersion(kind: Kind, object: JsonRecord, version: string): JsonRecord | undefined {
  const conversion = kind.convert(object, `${kind.group}/${version}`);
  return conversion.kind === "converted" ? copyRecord(conversion.object) : undefined;
}

/** Where a hub path is for the user; a field that only the hub has keeps its place. */
function pathIn(kind: Kind, version: string, path: FieldPath): FieldPath {
  const place = kind.pathIn(version, path);
  return place.kind === "mapped" ? place.path : path;
}

/** The validator takes anything with the right envelope; what is inside is what it judges. */
function asKubeObject(object: JsonRecord): KubeObject {
  return object as unknown as KubeObject;
}
