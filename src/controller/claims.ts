/** Volume claims that exist: they follow a cluster that takes them over, and grow with its spec (REC-6). */
import type { KubeObject } from "../domain/kube-object.ts";
import type { ApiFailure } from "./api-result.ts";
import type { ReadQuantity } from "./intent-difference.ts";
import { CLUSTER_LABEL, type Intent } from "./ownership.ts";
import type { Cache, JsonPatchOperation, Writer } from "./ports.ts";
import { isAbandoned } from "./removal.ts";
import { CLAIM, SECRET } from "./resource.ts";

/** A change to one object that is not ours to apply as a whole. */
export interface Amendment {
  readonly object: KubeObject;
  readonly operations: readonly JsonPatchOperation[];
}

/** What keeps a claim from growing. */
export interface ClaimTrouble {
  readonly claim: string;
  readonly failure: ApiFailure;
}

/**
 * Claims and Secrets that the workloads of this cluster use and that still name a cluster which is gone: from
 * now on they are this cluster's, so that its deletion policy speaks of them.
 */
export function takeovers(
  cache: Cache,
  owner: KubeObject,
  intents: readonly Intent[],
): Amendment[] {
  const { namespace = "", name } = owner.metadata;
  const apps = new Set(intents.map(({ object }) => object.metadata.labels?.["app"]));
  return [...cache.list(CLAIM, namespace), ...cache.list(SECRET, namespace)]
    .filter(({ metadata: { labels } }) => {
      return labels?.[CLUSTER_LABEL] !== name && apps.has(labels?.["app"]);
    })
    .filter((object) => isAbandoned(cache, object))
    .map((object) => ({ object, operations: [labelOperation(name)] }));
}

function labelOperation(name: string): JsonPatchOperation {
  const path = `/metadata/labels/${CLUSTER_LABEL.replace("/", "~1")}`;
  return { op: "add", path, value: name };
}

/** Claims of StatefulSets, and single claims, that ask for less than the intent does now. */
export function growths(
  cache: Cache,
  intents: readonly Intent[],
  readQuantity: ReadQuantity,
): Amendment[] {
  return intents.flatMap(({ object }) => {
    const { namespace = "" } = object.metadata;
    const claims = cache.list(CLAIM, namespace);
    return wantedSizes(object).flatMap(({ matches, size }) =>
      claims
        .filter((claim) => matches(claim) && isSmaller(requestOf(claim), size, readQuantity))
        .map((claim) => ({ object: claim, operations: sizeOperations(claim, size) })),
    );
  });
}

/** True while a claim of this StatefulSet has not got the size that it asks for. */
export function isGrowing(cache: Cache, set: KubeObject, readQuantity: ReadQuantity): boolean {
  const claims = cache.list(CLAIM, set.metadata.namespace ?? "");
  return wantedSizes(set).some(({ matches, size }) =>
    claims.some((claim) => matches(claim) && isSmaller(capacityOf(claim), size, readQuantity)),
  );
}

/** Sends the patches; a claim that may not grow is a trouble to report, not a failure of the pass. */
export async function amendAll(
  amendments: readonly Amendment[],
  writer: Writer,
  signal: AbortSignal,
): Promise<ClaimTrouble[]> {
  const troubles: ClaimTrouble[] = [];
  for (const { object, operations } of amendments) {
    const answer = await writer.patch(object, operations, signal);
    if (!answer.ok) troubles.push({ claim: object.metadata.name, failure: answer.failure });
  }
  return troubles;
}

interface WantedSize {
  readonly matches: (claim: KubeObject) => boolean;
  readonly size: string;
}

function wantedSizes(object: KubeObject): WantedSize[] {
  const { name } = object.metadata;
  if (object.kind === CLAIM.kind) {
    const size = requestOf(object);
    return size === undefined ? [] : [{ size, matches: (claim) => claim.metadata.name === name }];
  }
  if (object.kind !== "StatefulSet") return [];
  return templatesOf(object).flatMap((template) => {
    const size = requestOf(template);
    const prefix = `${template.metadata.name}-${name}-`;
    const matches = (claim: KubeObject): boolean =>
      claim.metadata.name.startsWith(prefix) &&
      /^\d+$/.test(claim.metadata.name.slice(prefix.length));
    return size === undefined ? [] : [{ matches, size }];
  });
}

function templatesOf(set: KubeObject): readonly KubeObject[] {
  const { volumeClaimTemplates } = fieldsOf(set["spec"]);
  return Array.isArray(volumeClaimTemplates) ? volumeClaimTemplates : [];
}

function requestOf(claim: KubeObject): string | undefined {
  return storageOf(fieldsOf(fieldsOf(claim["spec"])["resources"])["requests"]);
}

function capacityOf(claim: KubeObject): string | undefined {
  return storageOf(fieldsOf(claim["status"])["capacity"]);
}

function storageOf(quantities: unknown): string | undefined {
  const { storage } = fieldsOf(quantities);
  return typeof storage === "string" || typeof storage === "number" ? String(storage) : undefined;
}

function isSmaller(have: string | undefined, want: string, read: ReadQuantity): boolean {
  return have !== undefined && (read(have) ?? 0) < (read(want) ?? 0);
}

function sizeOperations(claim: KubeObject, size: string): JsonPatchOperation[] {
  const path = "/spec/resources/requests/storage";
  return [
    { op: "test", path, value: requestOf(claim) },
    { op: "replace", path, value: size },
  ];
}

function fieldsOf(value: unknown): { readonly [field: string]: unknown } {
  return typeof value === "object" && value !== null ? { ...value } : {};
}
