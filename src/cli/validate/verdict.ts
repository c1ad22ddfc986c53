/** What is said of each document: the cluster's answer, placed in the text, with what to write instead. */
import { getKey, isObject, type JsonValue } from "../../../schemas/json.ts";
import type { UnevaluableRule } from "../../../schemas/rules/compile-rules.ts";
import { findUnknownFields } from "../../../schemas/unknown-fields.ts";
import type { Place } from "../../../schemas/yaml/yaml-stream.ts";
import type { KubeObject } from "../../domain/kube-object.ts";
import type { Problem } from "../../domain/problem.ts";
import { kindNamed } from "../../domain/registry.ts";
import type { CrdSet } from "../manifest/crd-set.ts";
import { type Judgement, judgeObject, versionOf } from "../manifest/judgement.ts";
import type { Manifest, ReadManifest } from "../manifest/manifest.ts";
import { inHub, type OwnKind, ownKind } from "../manifest/own-kind.ts";
import { adviceFor } from "./field-advice.ts";

/** A text that belongs to a place. */
export interface PlacedText {
  readonly place: Place;
  readonly text: string;
}

/** A cause of a refusal with its place; `advice` says what the field wants. */
export interface PlacedCause {
  readonly field: string;
  readonly reason: Problem["reason"] | "FieldValueUnknown";
  readonly message: string;
  readonly place: Place;
  readonly advice?: string;
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

/** What becomes of fields that no schema knows, in kubectl's words. */
export type FieldValidation = "strict" | "warn" | "ignore";

/** What objects are judged with. */
export interface JudgeOptions {
  readonly crds: CrdSet;
  readonly fieldValidation: FieldValidation;
  /** Whether the operator's webhooks have a say in objects of its kinds. */
  readonly hasWebhooks: boolean;
}

/**
 * Judges all documents; an old object of the same kind, namespace and name makes it an update. Documents of one file
 * are applied together: those before in the same namespace are there already.
 */
export function judge(
  options: JudgeOptions,
  manifests: readonly Manifest[],
  old: readonly Manifest[],
): Verdict[] {
  const court = new Court(options, old);
  return manifests.map((manifest) =>
    manifest.kind === "malformed" ? manifest : court.judge(manifest),
  );
}

class Court {
  readonly #options: JudgeOptions;
  readonly #old: ReadonlyMap<string, JsonValue>;
  readonly #own = new Map<string, OwnKind | undefined>();
  /** By file and namespace. */
  readonly #neighbours = new Map<string, KubeObject[]>();

  constructor(options: JudgeOptions, old: readonly Manifest[]) {
    this.#options = options;
    this.#old = new Map(
      old.flatMap((manifest) =>
        manifest.kind === "document" ? [[identityOf(manifest.value), manifest.value]] : [],
      ),
    );
  }

  judge(manifest: ReadManifest): Verdict {
    const subject = subjectOf(manifest);
    const { crds } = this.#options;
    const selection = crds.select(manifest.value);
    const message = selection.kind === "unserved" ? selection.message : noManifest(subject, crds);
    if (message !== undefined) {
      if (!manifest.isNamed && selection.kind === "foreign") return { kind: "skipped", ...subject };
      return { kind: "refused", ...subject, message, causes: [], warnings: [], unevaluated: [] };
    }
    if (selection.kind !== "engine") return { kind: "skipped", ...subject };
    const { engine } = selection;
    const own = this.#ownKind(engine.crd.kind);
    const judgement = judgeObject(engine, own, {
      object: manifest.value,
      old: this.#old.get(identityOf(manifest.value)),
      neighbours: this.#meet(manifest, own),
    });
    const unknown = findUnknownFields(engine, manifest.value).map(
      ({ path, field, didYouMean }) => ({
        place: manifest.placeOf(path),
        field,
        message: `unknown field${didYouMean === undefined ? "" : `, did you mean "${didYouMean}"?`}`,
      }),
    );
    return verdictOf(judgement, unknown, {
      manifest,
      subject,
      fieldValidation: this.#options.fieldValidation,
      schema: engine.crd.source,
    });
  }

  #ownKind(name: string): OwnKind | undefined {
    if (!this.#own.has(name)) {
      const kind = this.#options.hasWebhooks ? kindNamed(name) : undefined;
      this.#own.set(name, kind && ownKind(kind, this.#options.crds));
    }
    return this.#own.get(name);
  }

  /** Those of the file's namespace that came before; the object is one of them from then on. */
  #meet({ file, value }: ReadManifest, own: OwnKind | undefined): readonly KubeObject[] {
    if (own === undefined || !isObject(value)) return [];
    const key = JSON.stringify([file, textAt(getKey(value, "metadata") ?? null, "namespace")]);
    const known = this.#neighbours.get(key) ?? [];
    const hub = inHub(own, { object: value, version: versionOf(value) });
    this.#neighbours.set(key, hub === undefined ? known : [...known, hub]);
    return known;
  }
}

/** What a document lacks to be an object of Kubernetes. */
function noManifest({ apiVersion, objectKind }: Subject, crds: CrdSet): string | undefined {
  if (apiVersion !== "" && objectKind !== "") return undefined;
  const missing = [
    ...(apiVersion === "" ? ["apiVersion"] : []),
    ...(objectKind === "" ? ["kind"] : []),
  ];
  return `${missing.join(" and ")} must be set: write, for example, ${crds.example()}`;
}

interface Context {
  readonly manifest: ReadManifest;
  readonly subject: Subject;
  readonly fieldValidation: FieldValidation;
  readonly schema: Parameters<typeof adviceFor>[0];
}

function verdictOf(
  judgement: Judgement,
  unknown: readonly { place: Place; field: string; message: string }[],
  { manifest, subject, fieldValidation, schema }: Context,
): Verdict {
  const causes: PlacedCause[] = judgement.faults.map((fault) => {
    const { path, field, reason, message } = fault;
    const advice = fault.isOfSchema ? adviceFor(schema, path) : undefined;
    const place = manifest.placeOf(path);
    return { field, reason, message, place, ...(advice === undefined ? {} : { advice }) };
  });
  if (fieldValidation === "strict") {
    causes.push(...unknown.map((one) => ({ ...one, reason: "FieldValueUnknown" as const })));
  }
  const warnings = [
    ...manifest.duplicates.map((path) => ({
      place: manifest.placeOf(path),
      text: `duplicate field "${path.join(".")}": the last one counts`,
    })),
    ...(fieldValidation === "warn"
      ? unknown.map(({ place, field, message }) => ({ place, text: `${field}: ${message}` }))
      : []),
    ...judgement.warnings.map(({ path, text }) => ({ place: manifest.placeOf(path), text })),
  ];
  const { unevaluated, message } = judgement;
  if (judgement.isAllowed && causes.length === 0) {
    return { kind: "accepted", ...subject, warnings, unevaluated };
  }
  causes.sort((a, b) => a.place.line - b.place.line || a.place.column - b.place.column);
  return { kind: "refused", ...subject, message, causes, warnings, unevaluated };
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
