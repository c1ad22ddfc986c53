/** Reviews as kube-apiserver sends them. */
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import type { JsonRecord } from "../../src/domain/json-object.ts";
import { kindNamed } from "../../src/domain/registry.ts";

/** The source's own example, v1alpha1. */
export function sourceExample(): JsonRecord {
  return parse(readFileSync("deploy/samples/prism-local.v1alpha1.yaml", "utf8"));
}

/** The source's example in the hub version. */
export function hubExample(): JsonRecord {
  return toHub(sourceExample());
}

/** What the API server makes of a v1alpha1 object before it asks us. */
export function toHub(object: JsonRecord): JsonRecord {
  const conversion = kindNamed("PrismCluster")?.convert(object, "prism.io/v1alpha2");
  if (conversion?.kind !== "converted") throw new Error("does not convert");
  return structuredClone(conversion.object);
}

export interface ReviewOptions {
  readonly object?: unknown;
  readonly oldObject?: unknown;
  readonly operation?: string;
  /** The version the user wrote; v1alpha2 when absent. */
  readonly version?: string;
  readonly changes?: object;
}

const gvk = (version: string): object => ({ group: "prism.io", version, kind: "PrismCluster" });

/** An AdmissionReview for a PrismCluster in the hub version. */
export function admission(options: ReviewOptions): object {
  const operation = options.operation ?? (options.oldObject === undefined ? "CREATE" : "UPDATE");
  return {
    kind: "AdmissionReview",
    apiVersion: "admission.k8s.io/v1",
    request: {
      uid: "b7d8f1f0-0000-4000-8000-000000000001",
      kind: gvk("v1alpha2"),
      resource: { group: "prism.io", version: "v1alpha2", resource: "prismclusters" },
      requestKind: gvk(options.version ?? "v1alpha2"),
      name: "prism-local",
      namespace: "prism",
      operation,
      userInfo: { username: "jane", groups: ["system:authenticated"] },
      object: options.object ?? null,
      oldObject: options.oldObject ?? null,
      dryRun: false,
      options: null,
      ...options.changes,
    },
  };
}

/** A ConversionReview. */
export function conversion(desiredAPIVersion: unknown, objects: unknown): object {
  return {
    kind: "ConversionReview",
    apiVersion: "apiextensions.k8s.io/v1",
    request: { uid: "c-1", desiredAPIVersion, objects },
  };
}

/** One cause of a refusal. */
export interface Cause {
  readonly reason: string;
  readonly field: string;
  readonly message: string;
}

/** The response of an AdmissionReview, with the patch decoded. */
export interface AdmissionResponse {
  readonly uid: string;
  readonly allowed: boolean;
  readonly warnings: readonly string[];
  readonly patch: readonly { op: string; path: string; value: unknown }[] | undefined;
  readonly message: string;
  readonly code: number;
  readonly reason: string;
  readonly causes: readonly Cause[];
  readonly rule: string | undefined;
}

interface RawResponse {
  readonly uid: string;
  readonly allowed: boolean;
  readonly warnings?: readonly string[];
  readonly patch?: string;
  readonly status?: {
    readonly message: string;
    readonly code: number;
    readonly reason: string;
    readonly details?: { readonly causes: readonly Cause[] };
  };
  readonly auditAnnotations?: { readonly rule?: string };
}

/** Reads an answer of /mutate, /validate or /protect. */
export function responseOf(json: unknown): AdmissionResponse {
  const { response } = json as { response: RawResponse };
  const { status, patch } = response;
  return {
    uid: response.uid,
    allowed: response.allowed,
    warnings: response.warnings ?? [],
    patch: patch === undefined ? undefined : JSON.parse(Buffer.from(patch, "base64").toString()),
    message: status?.message ?? "",
    code: status?.code ?? 0,
    reason: status?.reason ?? "",
    causes: status?.details?.causes ?? [],
    rule: response.auditAnnotations?.rule,
  };
}

/** Reads an answer of /convert. */
export function convertedOf(json: unknown): {
  readonly uid: string;
  readonly convertedObjects: readonly JsonRecord[];
  readonly result: { readonly status: string; readonly message?: string };
} {
  return (json as { response: ReturnType<typeof convertedOf> }).response;
}
