/** What is sent: reviews of the source's own example, as kube-apiserver writes them. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { isRecord, type JsonRecord, valueAt } from "../src/domain/json-object.ts";
import { withPatch } from "../src/domain/json-patch.ts";
import { admittedKinds, loadCrds } from "../src/kinds.ts";
import type { AdmittedKind } from "../webhooks/admitted-kind.ts";
import { NAME_DIGITS } from "./load-client.ts";

/** Files with bodies. */
export interface Bodies {
  /** A create of the example in the hub version, before and after defaulting. */
  readonly create: string;
  readonly defaulted: string;
  /** The same, written as v1alpha1: the operator judges it in both versions. */
  readonly createOlder: string;
  readonly defaultedOlder: string;
  /** A create with three faults. */
  readonly faulty: string;
  /** ConversionReviews by their number of objects. */
  readonly conversions: ReadonlyMap<number, string>;
}

const EXAMPLE = new URL("../deploy/samples/prism-local.v1alpha1.yaml", import.meta.url);
const CONVERSIONS = [1, 100, 1_500, 10_000];
const HUB = "v1alpha2";
const OLDER = "v1alpha1";

/** Writes all bodies into a folder. */
export function writeBodies(folder: string): Bodies {
  const kind = admittedKinds(loadCrds()).find((one) => one.kind.kind === "PrismCluster");
  if (kind === undefined) throw new Error("crds/ has no PrismCluster");
  // The API server fills in the defaults of the schema before it asks anybody.
  const example = withOwnHost(parse(readFileSync(EXAMPLE, "utf8")));
  const older = defaultedBySchema(kind, OLDER, withServerMetadata(example, 0));
  const hub = defaultedBySchema(kind, HUB, inHub(kind, older));
  const defaulted = withPatch(hub, kind.kind.defaultsOf(hub));
  const write = (name: string, body: object): string => {
    const file = join(folder, name);
    writeFileSync(file, JSON.stringify(body, inOrder));
    return file;
  };
  return {
    create: write("create.json", admissionReview(hub, HUB)),
    defaulted: write("defaulted.json", admissionReview(defaulted, HUB)),
    createOlder: write("create-older.json", admissionReview(hub, OLDER)),
    defaultedOlder: write("defaulted-older.json", admissionReview(defaulted, OLDER)),
    faulty: write("faulty.json", admissionReview(faulty(defaulted), HUB)),
    conversions: new Map(
      CONVERSIONS.map((count) => [
        count,
        write(`convert-${count}.json`, conversionReview(older, count)),
      ]),
    ),
  };
}

/** kube-apiserver prints the keys of an object in their order. */
function inOrder(_key: string, value: unknown): unknown {
  if (!isRecord(value) || value["apiVersion"] === undefined || "request" in value) return value;
  return sorted(value);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isRecord(value)) return value;
  const keys = Object.keys(value).sort();
  return Object.fromEntries(keys.map((key) => [key, sorted(value[key])]));
}

/** Three faults: an even number of members, bounds the wrong way round, a backend that is off. */
function faulty(object: JsonRecord): JsonRecord {
  const copy = structuredClone(object);
  Object.assign(valueAt(copy, ["spec", "admin"]) ?? {}, { replicas: 2 });
  Object.assign(valueAt(copy, ["spec", "proxy", "autoscaling"]) ?? {}, { minReplicas: 20 });
  Object.assign(valueAt(copy, ["spec", "patterns", 1]) ?? {}, { backends: [{ name: "kafka" }] });
  return copy;
}

function defaultedBySchema(kind: AdmittedKind, version: string, object: JsonRecord): JsonRecord {
  const engine = kind.engines.get(version);
  if (engine === undefined) throw new Error(`PrismCluster has no ${version}`);
  return engine.defaulted(object);
}

/** A value that no two objects have in common, beside their names. */
function withOwnHost(object: JsonRecord): JsonRecord {
  const copy = structuredClone(object);
  const host = `prism-${NAME_DIGITS}.example.com`;
  Object.assign(valueAt(copy, ["spec", "ingress"]) ?? {}, { host });
  return copy;
}

/** What the API server adds to an object; managed fields make up a good part of a real one. */
function withServerMetadata(object: JsonRecord, index: number): JsonRecord {
  const hex = index.toString(16).padStart(12, "1");
  return {
    ...object,
    metadata: {
      name: `prism-local-${String(index).padStart(NAME_DIGITS.length, "0")}`,
      namespace: "prism",
      uid: `0b6a9a1e-1111-4111-8111-${hex}`,
      generation: 1,
      creationTimestamp: "2026-01-01T00:00:00Z",
      managedFields: [
        {
          manager: "kubectl-client-side-apply",
          operation: "Update",
          apiVersion: object["apiVersion"],
          time: "2026-01-01T00:00:00Z",
          fieldsType: "FieldsV1",
          fieldsV1: { "f:spec": fieldsOf(object["spec"]) },
        },
      ],
    },
  };
}

function fieldsOf(value: unknown): object {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return {};
  return Object.fromEntries(
    Object.entries(value).map(([key, below]) => [`f:${key}`, fieldsOf(below)]),
  );
}

function inHub({ kind }: AdmittedKind, older: JsonRecord): JsonRecord {
  const conversion = kind.convert(older, `${kind.group}/${HUB}`);
  if (conversion.kind !== "converted" || !isRecord(conversion.object)) {
    throw new Error("the example does not convert");
  }
  return conversion.object;
}

/** A review of a create; `written` is the version of the user. */
function admissionReview(object: JsonRecord, written: string): object {
  const kind = { group: "prism.io", version: HUB, kind: "PrismCluster" };
  const resource = { group: "prism.io", version: HUB, resource: "prismclusters" };
  return {
    kind: "AdmissionReview",
    apiVersion: "admission.k8s.io/v1",
    request: {
      uid: "b7d8f1f0-1111-4111-8111-111111111111",
      kind,
      resource,
      requestKind: { ...kind, version: written },
      requestResource: { ...resource, version: written },
      name: `prism-local-${NAME_DIGITS}`,
      namespace: "prism",
      operation: "CREATE",
      userInfo: { username: "jane", groups: ["system:authenticated"] },
      object,
      oldObject: null,
      dryRun: false,
      options: { kind: "CreateOptions", apiVersion: "meta.k8s.io/v1" },
    },
  };
}

function conversionReview(older: JsonRecord, count: number): object {
  return {
    kind: "ConversionReview",
    apiVersion: "apiextensions.k8s.io/v1",
    request: {
      uid: "b7d8f1f0-1111-4111-8111-111111111112",
      desiredAPIVersion: `prism.io/${HUB}`,
      objects: Array.from({ length: count }, (_, index) => withServerMetadata(older, index)),
    },
  };
}
