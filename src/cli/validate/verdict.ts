/** What is said of each document: the API server's answer, placed in the text, and warnings. */
import { type Answer, admit } from "../../../schemas/admit.ts";
import { getKey, isObject, type JsonValue } from "../../../schemas/json.ts";
import type { Cause } from "../../../schemas/problem.ts";
import type { UnevaluableRule } from "../../../schemas/rules/compile-rules.ts";
import { findUnknownFields } from "../../../schemas/unknown-fields.ts";
import type { Place } from "../../../schemas/yaml/yaml-stream.ts";
import type { CrdSet } from "../manifest/crd-set.ts";
import type { Manifest } from "../manifest/manifest.ts";

/** A text that belongs to a place. */
export interface PlacedText {
  readonly place: Place;
  readonly text: string;
}

/** A cause of a refusal with its place. */
export interface PlacedCause extends Cause {
  readonly place: Place;
}

/** What is known of every object. */
export interface Subject {
  readonly file: string;
  readonly place: Place;
  readonly apiVersion: string;
  readonly objectKind: string;
  readonly name: string;
}

/** The verdict on one document. A refusal without causes is one that the server gives before it looks at any rule. */
export type Verdict =
  | {
      readonly kind: "malformed";
      readonly file: string;
      readonly place: Place;
      readonly message: string;
    }
  | ({ readonly kind: "skipped" } & Subject)
  | ({
      readonly kind: "accepted";
      readonly warnings: readonly PlacedText[];
      readonly unevaluated: readonly UnevaluableRule[];
    } & Subject)
  | ({
      readonly kind: "refused";
      readonly message: string;
      readonly causes: readonly PlacedCause[];
      readonly warnings: readonly PlacedText[];
      readonly unevaluated: readonly UnevaluableRule[];
    } & Subject);

type ReadManifest = Extract<Manifest, { kind: "document" }>;

/** Judges all documents; an old object of the same kind, namespace and name makes it an update. */
export function judge(
  crds: CrdSet,
  manifests: readonly Manifest[],
  old: readonly Manifest[],
): Verdict[] {
  const oldByName = new Map(
    old.flatMap((manifest) =>
      manifest.kind === "document" ? [[identityOf(manifest.value), manifest.value]] : [],
    ),
  );
  return manifests.map((manifest) =>
    manifest.kind === "malformed"
      ? manifest
      : judgeOne(crds, manifest, oldByName.get(identityOf(manifest.value))),
  );
}

function judgeOne(crds: CrdSet, manifest: ReadManifest, old: JsonValue | undefined): Verdict {
  const subject = subjectOf(manifest);
  const selection = crds.select(manifest.value);
  if (selection.kind === "foreign") {
    return { kind: "skipped", ...subject };
  }
  if (selection.kind === "unserved") {
    const { message } = selection;
    return { kind: "refused", ...subject, message, causes: [], warnings: [], unevaluated: [] };
  }
  const request = { object: manifest.value, ...(old === undefined ? {} : { old }) };
  const answer = admit(selection.engine, request);
  const warnings = [
    ...manifest.duplicates.map((path) => ({
      place: manifest.placeOf(path),
      text: `duplicate field "${path.join(".")}"`,
    })),
    ...findUnknownFields(selection.engine, manifest.value).map((unknown) => ({
      place: manifest.placeOf(unknown.path),
      text: `unknown field "${unknown.field}"${hint(unknown.didYouMean)}`,
    })),
  ];
  return verdictOf(answer, manifest, subject, warnings);
}

function verdictOf(
  answer: Answer,
  manifest: ReadManifest,
  subject: Subject,
  warnings: readonly PlacedText[],
): Verdict {
  const { unevaluated } = answer;
  if (answer.allowed) {
    return { kind: "accepted", ...subject, warnings, unevaluated };
  }
  const causes = answer.problems.map(({ field, reason, message, path }) => ({
    field,
    reason,
    message,
    place: manifest.placeOf(path),
  }));
  return { kind: "refused", ...subject, message: answer.message, causes, warnings, unevaluated };
}

function hint(name: string | undefined): string {
  return name === undefined ? "" : `, did you mean "${name}"?`;
}

function subjectOf({ file, value, placeOf }: ReadManifest): Subject {
  return {
    file,
    place: placeOf([]),
    apiVersion: textAt(value, "apiVersion"),
    objectKind: textAt(value, "kind"),
    name: nameOf(value),
  };
}

function nameOf(value: JsonValue): string {
  const metadata = isObject(value) ? (getKey(value, "metadata") ?? null) : null;
  const namespace = textAt(metadata, "namespace");
  const name = textAt(metadata, "name") || textAt(metadata, "generateName");
  return namespace === "" ? name : `${namespace}/${name}`;
}

/** Group, kind and name: the version may change between the old object and the new one. */
function identityOf(value: JsonValue): string {
  const [group = ""] = textAt(value, "apiVersion").split("/");
  return JSON.stringify([group, textAt(value, "kind"), nameOf(value)]);
}

function textAt(value: JsonValue, key: string): string {
  const content = isObject(value) ? getKey(value, key) : undefined;
  return typeof content === "string" ? content : "";
}
