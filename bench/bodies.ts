/** What is sent: reviews of the source's own example, as kube-apiserver writes them. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { type JsonRecord, valueAt } from "../src/domain/json-object.ts";
import { kindNamed } from "../src/domain/registry.ts";
import { NAME_DIGITS } from "./load-client.ts";

/** Files with bodies. */
export interface Bodies {
  /** A create of the example, before and after defaulting. */
  readonly create: string;
  readonly defaulted: string;
  /** A create with three faults. */
  readonly faulty: string;
  /** ConversionReviews by their number of objects. */
  readonly conversions: ReadonlyMap<number, string>;
}

const EXAMPLE = new URL("../deploy/samples/prism-local.v1alpha1.yaml", import.meta.url);
const CONVERSIONS = [1, 100, 1_500, 10_000];

/** Writes all bodies into a folder. */
export function writeBodies(folder: string): Bodies {
  const older = withServerMetadata(parse(readFileSync(EXAMPLE, "utf8")), 0);
  const hub = inHub(older);
  const write = (name: string, body: object): string => {
    const file = join(folder, name);
    writeFileSync(file, JSON.stringify(body));
    return file;
  };
  const defaulted = structuredClone(hub);
  Object.assign(backend(defaulted, "nats"), { storage: { size: "1Gi" } });
  const faulty = structuredClone(defaulted);
  Object.assign(valueAt(faulty, ["spec", "admin"]) ?? {}, { replicas: 2 });
  Object.assign(valueAt(faulty, ["spec", "proxy", "autoscaling"]) ?? {}, { minReplicas: 20 });
  Object.assign(valueAt(faulty, ["spec", "patterns", 1]) ?? {}, { backends: [{ name: "kafka" }] });
  return {
    create: write("create.json", admissionReview(hub)),
    defaulted: write("defaulted.json", admissionReview(defaulted)),
    faulty: write("faulty.json", admissionReview(faulty)),
    conversions: new Map(
      CONVERSIONS.map((count) => [
        count,
        write(`convert-${count}.json`, conversionReview(older, count)),
      ]),
    ),
  };
}

function backend(object: JsonRecord, name: string): object {
  const found = valueAt(object, ["spec", "backends", name]);
  if (typeof found !== "object" || found === null) throw new Error(`the example has no ${name}`);
  return found;
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

function inHub(older: JsonRecord): JsonRecord {
  const conversion = kindNamed("PrismCluster")?.convert(older, "prism.io/v1alpha2");
  if (conversion?.kind !== "converted") throw new Error("the example does not convert");
  return conversion.object;
}

function admissionReview(object: JsonRecord): object {
  const kind = { group: "prism.io", version: "v1alpha2", kind: "PrismCluster" };
  return {
    kind: "AdmissionReview",
    apiVersion: "admission.k8s.io/v1",
    request: {
      uid: "b7d8f1f0-1111-4111-8111-111111111111",
      kind,
      resource: { group: "prism.io", version: "v1alpha2", resource: "prismclusters" },
      requestKind: kind,
      requestResource: { group: "prism.io", version: "v1alpha2", resource: "prismclusters" },
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
      desiredAPIVersion: "prism.io/v1alpha2",
      objects: Array.from({ length: count }, (_, index) => withServerMetadata(older, index)),
    },
  };
}
