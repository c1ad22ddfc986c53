/** Judges objects that stand within others by the kinds that they are of. */
import type { EmbeddedJudge } from "./embedded-judge.ts";
import type { FieldPath } from "./field-path.ts";
import { copyRecord } from "./json-copy.ts";
import type { JsonRecord } from "./json-object.ts";
import { applyPatch } from "./json-patch.ts";
import type { KubeObject } from "./kube-object.ts";
import type { Problem } from "./problem.ts";
import { type JudgedKind, judgeWritten } from "./written-verdict.ts";

/** A field that a version does not have. */
export interface UnknownField {
  readonly path: FieldPath;
  readonly didYouMean?: string;
}

/** A kind whose objects may stand within others. */
export interface EmbeddableKind extends JudgedKind<KubeObject> {
  /** The fields of an object that its version would drop. */
  unknownFields(object: JsonRecord, version: string): readonly UnknownField[];
}

/** Makes the judge of some kinds; an object of none of them or of a version that there is not is left to its schema. */
export function judgeEmbeddedOf(kinds: readonly EmbeddableKind[]): EmbeddedJudge {
  return (object, old) => {
    const apiVersion = object["apiVersion"];
    const embeddable = kinds.find(({ kind }) => kind.kind === object["kind"]);
    const version = embeddable?.kind.versions.find(
      (one) => `${embeddable.kind.group}/${one}` === apiVersion,
    );
    // Its schema refuses that at the same place.
    if (embeddable === undefined || version === undefined) return { problems: [], warnings: [] };
    const before = old && hubOf(embeddable, old, undefined);
    const hub = hubOf(embeddable, object, before);
    if (hub === undefined) return { problems: [], warnings: [] };
    const context = before === undefined ? {} : { old: asKubeObject(before) };
    const verdict = judgeWritten(embeddable, { hub: asKubeObject(hub), version, context });
    const unknown = embeddable.unknownFields(object, version).map(asProblem);
    return { problems: [...unknown, ...verdict.problems], warnings: verdict.warnings };
  };
}

/** What admission would make of the object: pruned and defaulted in its own version, then converted and defaulted. */
function hubOf(
  { kind, engines }: EmbeddableKind,
  object: JsonRecord,
  old: JsonRecord | undefined,
): JsonRecord | undefined {
  const version = kind.versions.find((one) => `${kind.group}/${one}` === object["apiVersion"]);
  const engine = engines.get(version ?? "");
  if (engine === undefined) return undefined;
  const written = copyRecord(object);
  engine.prune(written);
  engine.applyDefaults(written);
  const conversion = kind.convert(written, `${kind.group}/${kind.hub}`);
  if (conversion.kind !== "converted") return undefined;
  const hub = copyRecord(conversion.object);
  applyPatch(hub, kind.defaultsOf(hub, old));
  return hub;
}

function asProblem({ path, didYouMean }: UnknownField): Problem {
  const hint = didYouMean === undefined ? "" : `, did you mean "${didYouMean}"?`;
  const message = `Forbidden: unknown field${hint}`;
  return { path, reason: "FieldValueForbidden", message, rule: "unknown-field" };
}

/** The validator takes anything with the right envelope; what is inside is what it judges. */
function asKubeObject(object: JsonRecord): KubeObject {
  return object as unknown as KubeObject;
}
