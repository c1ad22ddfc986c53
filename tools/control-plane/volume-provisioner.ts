import { chmodSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { ApiClient } from "./api-client.ts";
import { provisionerName } from "./cluster-objects.ts";
import { listAt, textAt, valueAt } from "./json-value.ts";

const claimsPath = "/api/v1/persistentvolumeclaims";
const volumesPath = "/api/v1/persistentvolumes";
const retryMs = 250;
/** A condition of a claim: the volume is larger, its file system grows when a pod starts. */
const resizePending = "FileSystemResizePending";

/** Where volumes are, and who is told what went wrong. */
export interface ProvisionerOptions {
  /** A folder for the volumes of a real node; undefined where nodes are fake. */
  readonly volumesIn: string | undefined;
  readonly onError: (message: string) => void;
}

interface Storage {
  readonly api: ApiClient;
  readonly volumesIn: string | undefined;
}

/**
 * Plays the storage system until the signal aborts: a claim of one of our classes gets a volume, a claim that grows gets a larger one,
 * a volume with the policy Delete goes with its claim. Errors are told and the claims are listed anew.
 */
export async function provisionVolumes(
  api: ApiClient,
  options: ProvisionerOptions,
  signal: AbortSignal,
): Promise<void> {
  const storage = { api, volumesIn: options.volumesIn };
  while (!signal.aborted) {
    try {
      await followClaims(storage, signal);
    } catch (error) {
      if (signal.aborted) return;
      options.onError(
        `volume provisioner: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
    await sleep(retryMs, undefined, { signal }).catch(() => undefined);
  }
}

async function followClaims(storage: Storage, signal: AbortSignal): Promise<void> {
  const { api } = storage;
  const list = await get(api, claimsPath);
  for (const claim of listAt(list, "items")) await settleClaim(storage, claim);
  await removeReleased(storage);
  const from = textAt(list, "metadata", "resourceVersion");
  const watch = `${claimsPath}?watch=true&allowWatchBookmarks=true&resourceVersion=${from}`;
  for await (const event of api.watch(watch, signal)) {
    const kind = textAt(event, "type");
    if (kind === "ERROR") return;
    const claim = valueAt(event, "object");
    if (kind === "DELETED") await removeVolume(storage, volumeNameOf(claim));
    else if (kind !== "BOOKMARK") await settleClaim(storage, claim);
  }
}

/** Volumes whose claim went while nobody watched. */
async function removeReleased(storage: Storage): Promise<void> {
  for (const volume of listAt(await get(storage.api, volumesPath), "items"))
    if (textAt(volume, "status", "phase") === "Released")
      await removeVolume(storage, textAt(volume, "metadata", "name"));
}

/** A storage class when it is ours. */
async function classOf(api: ApiClient, claim: unknown): Promise<unknown> {
  const name = textAt(claim, "spec", "storageClassName");
  if (name === "") return undefined;
  const { body } = await api.request("GET", `/apis/storage.k8s.io/v1/storageclasses/${name}`);
  return textAt(body, "provisioner") === provisionerName ? body : undefined;
}

async function settleClaim(storage: Storage, claim: unknown): Promise<void> {
  if (textAt(claim, "metadata", "deletionTimestamp") !== "") return;
  const phase = textAt(claim, "status", "phase");
  const volume = textAt(claim, "spec", "volumeName");
  if (phase === "Pending" && volume === "") await makeVolume(storage, claim);
  const asked = textAt(claim, "spec", "resources", "requests", "storage");
  const isOurs = volume === volumeNameOf(claim);
  if (phase === "Bound" && isOurs && asked !== textAt(claim, "status", "capacity", "storage"))
    await grow(storage.api, claim, asked);
}

async function makeVolume({ api, volumesIn }: Storage, claim: unknown): Promise<void> {
  const storageClass = await classOf(api, claim);
  if (storageClass === undefined) return;
  const policy = textAt(storageClass, "reclaimPolicy");
  const source = sourceOf(volumeNameOf(claim), volumesIn);
  const body = volumeFor(claim, policy, source);
  await expect(api.request("POST", volumesPath, { body }), [201, 409]);
}

function volumeNameOf(claim: unknown): string {
  return `pvc-${textAt(claim, "metadata", "uid")}`;
}

/** Fake nodes mount nothing, so any source will do. On a real one a local volume is given to the group of its pod, which a hostPath is not. */
function sourceOf(name: string, volumesIn: string | undefined): object {
  if (volumesIn === undefined) return { hostPath: { path: `/var/lib/prism/${name}` } };
  const path = join(volumesIn, name);
  mkdirSync(path, { recursive: true });
  // As a fresh file system: what fsGroup does not reach nobody else may write.
  chmodSync(path, 0o755);
  const everywhere = [{ key: "kubernetes.io/os", operator: "In", values: ["linux"] }];
  return {
    local: { path },
    nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: everywhere }] } },
  };
}

function volumeFor(claim: unknown, policy: string, source: object): unknown {
  const name = volumeNameOf(claim);
  return {
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: { name, annotations: { "pv.kubernetes.io/provisioned-by": provisionerName } },
    spec: {
      capacity: { storage: textAt(claim, "spec", "resources", "requests", "storage") },
      accessModes: listAt(claim, "spec", "accessModes"),
      volumeMode: textAt(claim, "spec", "volumeMode") || "Filesystem",
      persistentVolumeReclaimPolicy: policy,
      storageClassName: textAt(claim, "spec", "storageClassName"),
      ...source,
      claimRef: {
        apiVersion: "v1",
        kind: "PersistentVolumeClaim",
        namespace: textAt(claim, "metadata", "namespace"),
        name: textAt(claim, "metadata", "name"),
        uid: textAt(claim, "metadata", "uid"),
      },
    },
  };
}

/**
 * What an external resizer does: first the volume, then the claim's status. With the parameter `resize: offline` of the class the
 * file system is left to the kubelet of the next pod, which nobody plays: the claim waits until somebody writes its capacity.
 */
async function grow(api: ApiClient, claim: unknown, storage: string): Promise<void> {
  const volume = `${volumesPath}/${textAt(claim, "spec", "volumeName")}`;
  const merge = "application/merge-patch+json";
  const larger = { spec: { capacity: { storage } } };
  await expect(api.request("PATCH", volume, { contentType: merge, body: larger }), [200, 404]);
  const namespace = textAt(claim, "metadata", "namespace");
  const path = `/api/v1/namespaces/${namespace}/persistentvolumeclaims/${textAt(claim, "metadata", "name")}`;
  const isOffline = textAt(await classOf(api, claim), "parameters", "resize") === "offline";
  // An event may tell of the claim as it was before it began to wait.
  const present = isOffline ? listAt(await get(api, path), "status", "conditions") : [];
  if (present.some((condition) => textAt(condition, "type") === resizePending)) return;
  const waiting = { conditions: [...present, resizePendingNow()] };
  const body = { status: isOffline ? waiting : { capacity: { storage }, conditions: null } };
  await expect(api.request("PATCH", `${path}/status`, { contentType: merge, body }), [200, 404]);
}

function resizePendingNow(): unknown {
  const lastTransitionTime = new Date().toISOString().replace(/\.\d+Z$/, "Z");
  return { type: resizePending, status: "True", lastTransitionTime };
}

/** Removes a volume that is ours and whose policy says so. */
async function removeVolume({ api, volumesIn }: Storage, name: string): Promise<void> {
  const path = `${volumesPath}/${name}`;
  const { status, body } = await api.request("GET", path);
  const maker = valueAt(body, "metadata", "annotations", "pv.kubernetes.io/provisioned-by");
  const policy = textAt(body, "spec", "persistentVolumeReclaimPolicy");
  if (status !== 200 || maker !== provisionerName || policy !== "Delete") return;
  await expect(api.request("DELETE", path), [200, 202, 404]);
  if (volumesIn !== undefined) rmSync(join(volumesIn, name), { recursive: true, force: true });
}

async function get(api: ApiClient, path: string): Promise<unknown> {
  return await expect(api.request("GET", path), [200]);
}

async function expect(
  answer: ReturnType<ApiClient["request"]>,
  statuses: readonly number[],
): Promise<unknown> {
  const { status, body } = await answer;
  if (statuses.includes(status)) return body;
  throw new Error(`${status} ${textAt(body, "message")}`);
}
