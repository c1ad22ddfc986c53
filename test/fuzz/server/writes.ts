/** The ways of writing an object, and what each should make of it. */
import { copyRecord } from "../../../src/domain/json-copy.ts";
import { isRecord, type JsonRecord } from "../../../src/domain/json-object.ts";
import { applyPatch } from "../../../src/domain/json-patch.ts";
import { prismCluster } from "../../../src/domain/prism-cluster/prism-cluster.ts";
import { engineOf } from "../../domain/prism-cluster/judged.ts";
import type { Random } from "../random.ts";
import {
  applied,
  fragmentOf,
  jsonPatchOf,
  mergePatchOf,
  threeWayPatch,
  withMergePatch,
} from "./merge.ts";
import { changedFields, type FieldSet, fieldsIn } from "./owned-fields.ts";
import { changeOf, specSchema, type Version, versionOf } from "./valid-object.ts";

export const CREATIONS = ["create", "client-side apply", "server-side apply"] as const;
export const CHANGES = [
  "merge patch",
  "JSON patch",
  "replace",
  "replace by a file",
  "edit",
  "client-side apply",
  "server-side apply",
  "server-side apply of a fragment",
] as const;
export type Way = (typeof CREATIONS)[number] | (typeof CHANGES)[number];

/** One write, ready to be sent. */
export interface Write {
  readonly way: Way;
  readonly version: Version;
  /** A patch, a configuration or a whole object. */
  readonly body: unknown;
  /** The object in that version as it should be then, but for defaults; without `status`. */
  readonly wanted: JsonRecord;
  /** What its manager may own by it, below the spec. */
  readonly mayOwn: FieldSet;
}

/** What a user has in git, by the way that it is applied. */
export interface File {
  readonly way: Way;
  readonly object: JsonRecord;
}

/** A first write of an object. */
export function creationOf(way: Way, object: JsonRecord): Write {
  const version = versionOf(object);
  const written = way === "server-side apply" ? object : defaulted(object);
  const mayOwn = new Set(fieldsIn(specSchema(version), written["spec"]).keys());
  return { way, version, body: object, wanted: object, mayOwn };
}

/** A change of an object that stands as `live`, in live's version; undefined where this way finds none. */
export function changeBy(
  way: Way,
  live: JsonRecord,
  file: File | undefined,
  random: Random,
): Write | undefined {
  if (way === "client-side apply" || way === "server-side apply") {
    return file?.way === way ? fileChange(way, live, file, random) : undefined;
  }
  const target = changeOf(live, random);
  if (target === undefined) return undefined;
  const version = versionOf(live);
  const schema = specSchema(version);
  if (way === "server-side apply of a fragment") {
    const spec = fragmentOf(schema, live["spec"], target["spec"]);
    return spec === undefined ? undefined : applyOf(way, live, fileOf(live, spec));
  }
  const wanted = way === "replace by a file" ? fileOf(target, target["spec"], live) : target;
  const body = bodyOf(way, live, wanted);
  return { way, version, body, wanted, mayOwn: changedBy(live, wanted) };
}

function bodyOf(way: Way, live: JsonRecord, wanted: JsonRecord): unknown {
  if (way === "merge patch") return { spec: mergePatchOf(live["spec"], wanted["spec"]) ?? {} };
  if (way === "JSON patch") return jsonPatchOf(recordOf(live["spec"]), recordOf(wanted["spec"]));
  return wanted;
}

function fileChange(way: Way, live: JsonRecord, file: File, random: Random): Write | undefined {
  const target = changeOf(file.object, random);
  if (target === undefined || versionOf(live) !== versionOf(file.object)) return undefined;
  if (way === "server-side apply") {
    const schema = specSchema(versionOf(live));
    // What a file lets go of is another matter: who else owns it decides.
    const spec = applied(schema, file.object["spec"], target["spec"]);
    return applyOf(way, live, { ...file.object, spec });
  }
  const patch = threeWayPatch(file.object["spec"], target["spec"], live["spec"]);
  const wanted = { ...live, spec: withMergePatch(live["spec"], patch ?? {}) };
  return { way, version: versionOf(live), body: target, wanted, mayOwn: changedBy(live, wanted) };
}

function applyOf(way: Way, live: JsonRecord, config: JsonRecord): Write {
  const version = versionOf(live);
  const schema = specSchema(version);
  const wanted = { ...live, spec: applied(schema, live["spec"], config["spec"]) };
  const mayOwn = new Set(fieldsIn(schema, config["spec"]).keys());
  return { way, version, body: config, wanted, mayOwn };
}

/** As a person writes it: no annotation, no bookkeeping. */
function fileOf(object: JsonRecord, spec: unknown, live?: JsonRecord): JsonRecord {
  const { name, namespace } = recordOf(object["metadata"]);
  const resourceVersion = live && recordOf(live["metadata"])["resourceVersion"];
  return {
    apiVersion: object["apiVersion"],
    kind: object["kind"],
    metadata: { name, namespace, ...(resourceVersion === undefined ? {} : { resourceVersion }) },
    spec,
  };
}

function changedBy(live: JsonRecord, wanted: JsonRecord): FieldSet {
  const schema = specSchema(versionOf(live));
  return changedFields(schema, live["spec"], defaulted(wanted)["spec"]);
}

/** With the defaults of its own version's schema. */
export function defaulted(object: JsonRecord): JsonRecord {
  const copy = copyRecord(object);
  engineOf(versionOf(object)).applyDefaults(copy);
  return copy;
}

/** The spec that is stored of a write: converted, completed from the object before, with our defaults. */
export function storedSpec(wanted: JsonRecord, before: JsonRecord | undefined): unknown {
  const conversion = prismCluster.convert(defaulted(wanted), "prism.io/v1alpha2");
  if (conversion.kind !== "converted") throw new Error("does not convert");
  const hub = copyRecord(conversion.object);
  if (versionOf(wanted) === "v1alpha1" && before !== undefined) {
    applyPatch(hub, prismCluster.restoreHubOnly(hub, before));
  }
  engineOf("v1alpha2").applyDefaults(hub);
  applyPatch(hub, prismCluster.defaultsOf(hub, before));
  return hub["spec"];
}

function recordOf(value: unknown): JsonRecord {
  return isRecord(value) ? value : {};
}
