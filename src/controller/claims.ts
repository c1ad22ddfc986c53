/** Volume claims that exist: they follow a cluster that takes them over, and grow with its spec (REC-6). */
import { jsonPointer } from "../domain/json-patch.ts";
import { conditionAt, textAt } from "../domain/json-read.ts";
import type { KubeObject } from "../domain/kube-object.ts";
import { compareQuantities, readQuantity } from "../domain/quantity.ts";
import type { ApiFailure } from "./api-result.ts";
import { CLUSTER_LABEL, type Intent } from "./ownership.ts";
import type { Cache, JsonPatchOperation, Writer } from "./ports.ts";
import { isAbandoned, outlivingObjects } from "./removal.ts";
import { CLAIM, DEPLOYMENT, STATEFUL_SET } from "./resource.ts";

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
  const { namespace = "" } = owner.metadata;
  const clusters = new Map(
    intents.map(({ object: { metadata } }) => [
      metadata.labels?.["app"],
      metadata.labels?.[CLUSTER_LABEL],
    ]),
  );
  return outlivingObjects(cache, namespace).flatMap((object) => {
    const { labels } = object.metadata;
    const wanted = clusters.get(labels?.["app"]);
    if (wanted === undefined || labels?.[CLUSTER_LABEL] === wanted) return [];
    return isAbandoned(cache, object) ? [{ object, operations: [labelOperation(wanted)] }] : [];
  });
}

function labelOperation(name: string): JsonPatchOperation {
  const path = jsonPointer(["metadata", "labels", CLUSTER_LABEL]);
  return { op: "add", path, value: name };
}

/** Claims of StatefulSets, and single claims, that ask for less than the intent does now. */
export function growths(cache: Cache, intents: readonly Intent[]): Amendment[] {
  return intents.flatMap(({ object }) => {
    const { namespace = "" } = object.metadata;
    const claims = cache.list(CLAIM, namespace);
    return wantedSizes(object).flatMap(({ matches, size }) =>
      claims
        .filter((claim) => matches(claim) && isSmaller(requestOf(claim), size))
        .map((claim) => ({ object: claim, operations: sizeOperations(claim, size) })),
    );
  });
}

/**
 * Claims that were never bound, of another class than a workload asks for that is not there (yet): they hold nothing,
 * and their class cannot be changed. A workload that is there keeps its claims.
 */
export function misplaced(cache: Cache, intents: readonly Intent[]): KubeObject[] {
  return intents.flatMap(({ object }) => {
    const { namespace = "", labels } = object.metadata;
    const name = object.kind === CLAIM.kind ? labels?.["app"] : object.metadata.name;
    const wanted = wantedClaims(object);
    if (wanted.length === 0 || name === undefined) return [];
    const isThere = [STATEFUL_SET, DEPLOYMENT].some((kind) =>
      cache.read(kind, { namespace, name }),
    );
    if (isThere) return [];
    return cache.list(CLAIM, namespace).filter((claim) =>
      wanted.some(({ matches, template }) => {
        return matches(claim) && isUnbound(claim) && isOfOtherClass(claim, template);
      }),
    );
  });
}

/** Without a class in the template every new claim is of another one: the API server fills in the default. */
function isOfOtherClass(claim: KubeObject, template: KubeObject): boolean {
  const wanted = classOf(template);
  return wanted !== undefined && wanted !== classOf(claim);
}

function isUnbound({ metadata, spec, status }: KubeObject): boolean {
  const isPending = fieldsOf(status)["phase"] === "Pending";
  const isFree = fieldsOf(spec)["volumeName"] === undefined;
  return isPending && isFree && metadata.deletionTimestamp === undefined;
}

function classOf({ spec }: KubeObject): unknown {
  return fieldsOf(spec)["storageClassName"];
}

/** True while a claim of this StatefulSet has not got the size that it asks for. */
export function isGrowing(cache: Cache, set: KubeObject): boolean {
  return growingClaims(cache, set).length > 0;
}

/** Claims of a workload that are bound to less than it asks for. */
export function growingClaims(cache: Cache, object: KubeObject): readonly KubeObject[] {
  const claims = cache.list(CLAIM, object.metadata.namespace ?? "");
  return wantedSizes(object).flatMap(({ matches, size }) =>
    claims.filter(
      (claim) =>
        matches(claim) && isSmaller(capacityOf(claim), size) && !waitsForScale(claim, object),
    ),
  );
}

/** Claims of a workload that somebody deleted: while a pod uses them they are there, and then they and their data are gone. */
export function goingClaims(cache: Cache, object: KubeObject): readonly KubeObject[] {
  const wanted = wantedClaims(object);
  return cache
    .list(CLAIM, object.metadata.namespace ?? "")
    .filter((claim) => claim.metadata.deletionTimestamp !== undefined)
    .filter((claim) => wanted.some(({ matches }) => matches(claim)));
}

/** A member that is not asked for has no pod, and its file system grows when it has one again. */
function waitsForScale(claim: KubeObject, set: KubeObject): boolean {
  const { replicas } = { replicas: undefined, ...fieldsOf(set["spec"]) };
  const ordinal = Number(/-(\d+)$/.exec(claim.metadata.name)?.[1] ?? -1);
  return (
    typeof replicas === "number" && ordinal >= replicas && resizePendingSince(claim) !== undefined
  );
}

/** Since when a claim waits for the start of a pod; its volume has the new size already. */
export function resizePendingSince(claim: KubeObject): string | undefined {
  const pending = conditionAt(claim, "FileSystemResizePending");
  const isSo = textAt(pending, "status") === "True";
  return isSo ? textAt(pending, "lastTransitionTime") : undefined;
}

/**
 * The size in the live StatefulSet's claim template or, without one, of the largest claim that it left behind;
 * undefined for a workload that has no volumes.
 */
export function claimSizeOf(
  cache: Cache,
  workload: { readonly namespace: string; readonly name: string },
): string | undefined {
  const set = cache.read(STATEFUL_SET, workload);
  const [template] = set === undefined ? [] : templatesOf(set);
  if (template !== undefined) return requestOf(template);
  const left = cache
    .list(CLAIM, workload.namespace)
    .filter(({ metadata }) => metadata.labels?.["app"] === workload.name)
    .map(requestOf)
    .filter((size) => size !== undefined);
  return left.toSorted((a, b) => (isSmaller(a, b) ? 1 : -1))[0];
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

interface WantedClaim {
  readonly matches: (claim: KubeObject) => boolean;
  readonly template: KubeObject;
}

interface WantedSize extends WantedClaim {
  readonly size: string;
}

function wantedSizes(object: KubeObject): WantedSize[] {
  return wantedClaims(object).flatMap((wanted) => {
    const size = requestOf(wanted.template);
    return size === undefined ? [] : [{ ...wanted, size }];
  });
}

function wantedClaims(object: KubeObject): WantedClaim[] {
  const { name } = object.metadata;
  if (object.kind === CLAIM.kind) {
    return [{ template: object, matches: (claim) => claim.metadata.name === name }];
  }
  if (object.kind !== "StatefulSet") return [];
  return templatesOf(object).map((template) => {
    const prefix = `${template.metadata.name}-${name}-`;
    const matches = (claim: KubeObject): boolean =>
      claim.metadata.name.startsWith(prefix) &&
      /^\d+$/.test(claim.metadata.name.slice(prefix.length));
    return { matches, template };
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

function isSmaller(have: string | undefined, want: string): boolean {
  const a = readQuantity(have);
  const b = readQuantity(want);
  return a !== undefined && b !== undefined && compareQuantities(a, b) < 0;
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
