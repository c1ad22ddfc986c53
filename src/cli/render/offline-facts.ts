/** The facts that rendering asks for, where there is no cluster: nothing runs yet, and secrets are placeholders. */
import { createHash } from "node:crypto";
import type { GeneratedSecret } from "../../domain/child.ts";
import { ALONE, type Family } from "../../domain/family.ts";
import { isRecord, type JsonRecord, valueAt } from "../../domain/json-object.ts";
import type { KeyRef, RenderFacts } from "../../domain/render-facts.ts";
import type { RenderSettings } from "./settings.ts";

/** Stands for the value of a key that only the cluster has. Letters that no URL encodes. */
function placeholder({ name, key }: Pick<KeyRef, "name" | "key">): string {
  return `PLACEHOLDER-${name}-${key}`;
}

/** What is known beside the settings. */
export interface Known {
  readonly settings: RenderSettings;
  readonly generated: readonly GeneratedSecret[];
  /** Secrets and ConfigMaps of the files, of the object's namespace. */
  readonly objects: readonly JsonRecord[];
  /** Secrets of nobody's files that must hold a `url`. */
  readonly withUrl: ReadonlySet<string>;
  readonly family?: Family;
}

/** Facts about a namespace in which nothing runs. */
export function offlineFacts(known: Known): RenderFacts {
  const { images, clusterDomain, serves } = known.settings;
  return {
    images,
    clusterDomain,
    serves,
    // As the operator's own: of other values it is another hash.
    digest: (text) => createHash("sha256").update(text).digest("base64url"),
    value: (ref) => valueFor(ref, known),
    liveReplicas: () => undefined,
    claimSize: () => undefined,
    dataMarks: () => [],
    replication: () => undefined,
    family: known.family ?? ALONE,
  };
}

function valueFor(ref: KeyRef, { generated, objects, withUrl }: Known): string | undefined {
  const made = generated.find(({ name }) => ref.kind === "Secret" && name === ref.name);
  if (made !== undefined) return generatedValue(ref, made);
  const object = objects.find((one) => isNamed(one, ref));
  if (object !== undefined) return givenValue(ref, object);
  // A Secret of a whole URL, or of a login for the URL that the object names.
  if (ref.key !== "url") return placeholder(ref);
  return withUrl.has(ref.name) ? `placeholder://${placeholder(ref)}` : undefined;
}

function generatedValue(ref: KeyRef, { keys }: GeneratedSecret): string | undefined {
  const key = Object.hasOwn(keys, ref.key) ? keys[ref.key] : undefined;
  if (key === undefined) return undefined;
  return key.make === "fixed" ? key.value : placeholder(ref);
}

/** A ConfigMap's own value; of a Secret only whether it has the key. */
function givenValue(ref: KeyRef, object: JsonRecord): string | undefined {
  const fields = ["data", "stringData"].map((field) => valueAt(object, [field]));
  const holder = fields.find((field) => isRecord(field) && Object.hasOwn(field, ref.key));
  if (!isRecord(holder)) return undefined;
  if (ref.kind === "ConfigMap") return String(holder[ref.key]);
  return ref.key === "url" ? `placeholder://${placeholder(ref)}` : placeholder(ref);
}

function isNamed(object: JsonRecord, { kind, name }: KeyRef): boolean {
  return object["kind"] === kind && valueAt(object, ["metadata", "name"]) === name;
}
