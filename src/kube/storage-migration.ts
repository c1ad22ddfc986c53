/**
 * Brings every object of a CRD into the version that is stored now, so that an old one can be removed one day (CONV-12).
 *
 * Guarantees
 * - An object is written with nothing changed, under its resourceVersion and through its status, which no webhook judges: what
 *   is gone or was written meanwhile needs nothing more.
 * - `status.storedVersions` loses a version only after a pass in which every object was written, by optimistic lock.
 * - At most ten writes a second; what is interrupted begins anew and finds most of it done.
 * Assumptions: conversion works while it runs; a write that fails is tried in the next pass.
 */
import type { ApiResult } from "../controller/api-result.ts";
import type { Resource } from "../controller/resource.ts";
import { type Clock, sleep } from "../engine/clock.ts";
import { CRD } from "./cluster-setup.ts";
import { collectionPath, objectPath } from "./resource-path.ts";
import {
  type CrdVersions,
  cleanedManagers,
  crdVersionsOf,
  isMigrated,
  type ObjectMetadata,
  objectMetadataOf,
} from "./stored-versions.ts";
import type { Transport } from "./transport.ts";
import { VersionedRead } from "./versioned-read.ts";

/** Tells how far it is. */
export interface MigrationObserver {
  /** Objects of a CRD that are still to be written; 0 when it is done. */
  remaining(crd: string, objects: number): void;
  /** Every object is stored in the storage version. */
  migrated(crd: CrdVersions, objects: number): void;
  /** A pass ended early and is repeated; `reason` is for people and holds no value of an object. */
  failed(crd: string, reason: string): void;
}

/** What it needs. */
export interface StorageMigrationOptions {
  readonly transport: Pick<Transport, "call">;
  /** Names of the CRDs. */
  readonly crds: readonly string[];
  readonly clock: Clock;
  /** Whether this process holds the lease. */
  readonly mayWrite: () => boolean;
  readonly observer: MigrationObserver;
  /** Between two looks, and after a look that found something: other API servers learn of a changed CRD within seconds. */
  readonly everyMs?: number;
  readonly settleMs?: number;
}

const EVERY_MS = 15_000;
const SETTLE_MS = 10_000;
/** KEP-2330 asks for less than ten a second. */
const WRITE_EVERY_MS = 100;
const PAGE = 500;
const METADATA_ONLY = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io";
const LIST_TIMEOUT_MS = 60_000;
const MANAGER = "prism-operator-migration";

/** Looks after the CRDs until the signal aborts; never rejects. */
export async function runStorageMigration(
  options: StorageMigrationOptions,
  signal: AbortSignal,
): Promise<void> {
  const migration = new StorageMigration(options, signal);
  const { clock, everyMs = EVERY_MS } = options;
  while (!signal.aborted) {
    for (const name of options.crds) await migration.look(name);
    await sleep(clock, everyMs, signal);
  }
}

/** A pass that cannot go on; the next one begins anew. */
class Interrupted extends Error {
  override readonly name = "Interrupted" as const;
}

class StorageMigration {
  readonly #options: StorageMigrationOptions;
  readonly #signal: AbortSignal;
  /** Served versions of a CRD for which no object tells of any other. */
  readonly #clean = new Map<string, string>();
  /** How each CRD is read. */
  readonly #reads = new Map<string, VersionedRead<CrdVersions | undefined>>();

  constructor(options: StorageMigrationOptions, signal: AbortSignal) {
    this.#options = options;
    this.#signal = signal;
  }

  /** One pass over one CRD. */
  async look(name: string): Promise<void> {
    const { observer, clock, settleMs = SETTLE_MS } = this.#options;
    try {
      const found = await this.#crd(name);
      if (found === undefined || this.#isDone(found)) return;
      if (!isMigrated(found)) await sleep(clock, settleMs, this.#signal);
      const objects = await this.#list(found);
      if (!isMigrated(found)) await this.#migrate(found, objects);
      await this.#cleanManagers(found, objects);
      this.#clean.set(name, found.served.join());
      observer.remaining(name, 0);
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error;
      if (!this.#signal.aborted) observer.failed(name, error.message);
    }
  }

  #isDone(crd: CrdVersions): boolean {
    return isMigrated(crd) && this.#clean.get(crd.name) === crd.served.join();
  }

  async #migrate(crd: CrdVersions, objects: readonly ObjectMetadata[]): Promise<void> {
    const { observer } = this.#options;
    observer.remaining(crd.name, objects.length);
    let refused = 0;
    for (const [index, object] of objects.entries()) {
      const metadata = { resourceVersion: object.resourceVersion };
      const path = objectPath(resourceOf(crd), object, "status");
      if (!(await this.#write(path, { metadata }))) refused++;
      observer.remaining(crd.name, objects.length - index - 1 + refused);
    }
    if (refused > 0) throw new Interrupted(`${refused} of ${objects.length} objects were refused`);
    await this.#dropStoredVersions(crd);
    observer.migrated(crd, objects.length);
  }

  /** Under the CRD's resourceVersion: another storage version meanwhile is another migration. */
  async #dropStoredVersions(crd: CrdVersions): Promise<void> {
    const now = await this.#crd(crd.name);
    if (now?.storage !== crd.storage)
      throw new Interrupted("the storage version changed meanwhile");
    const path = `${objectPath(CRD, { name: crd.name }, "status")}?fieldManager=${MANAGER}`;
    const body = JSON.stringify({
      metadata: { resourceVersion: now.resourceVersion },
      status: { storedVersions: [crd.storage] },
    });
    const contentType = "application/merge-patch+json";
    answered(await this.#call({ method: "PATCH", path, contentType, body }));
  }

  async #cleanManagers(crd: CrdVersions, objects: readonly ObjectMetadata[]): Promise<void> {
    const stale = objects.flatMap((object) => {
      const managers = cleanedManagers(object.managedFields, crd);
      return managers === undefined ? [] : [{ object, managers }];
    });
    if (stale.length === 0) return;
    // Read again: the migration gave them new resourceVersions.
    const current = new Map((await this.#list(crd)).map((object) => [object.uid, object]));
    for (const { object } of stale) {
      const now = current.get(object.uid);
      const managers = now && cleanedManagers(now.managedFields, crd);
      if (now === undefined || managers === undefined) continue;
      const metadata = { resourceVersion: now.resourceVersion, managedFields: managers };
      // By the object itself: through its status managed fields cannot be set.
      const path = objectPath(resourceOf(crd), now);
      const isDone = await this.#write(path, { metadata });
      if (!isDone)
        throw new Interrupted(`managed fields of ${now.namespace}/${now.name} were refused`);
    }
  }

  /** Whether nothing more is to be done for an object. A webhook or a server that does not answer ends the pass. */
  async #write(objectPath: string, patch: object): Promise<boolean> {
    const { clock, mayWrite } = this.#options;
    await sleep(clock, WRITE_EVERY_MS, this.#signal);
    if (this.#signal.aborted || !mayWrite()) throw new Interrupted("another process leads");
    const path = `${objectPath}?fieldManager=${MANAGER}`;
    const contentType = "application/merge-patch+json";
    const body = JSON.stringify(patch);
    const answer = await this.#call({ method: "PATCH", path, contentType, body });
    if (answer.ok) return true;
    const { kind } = answer.failure;
    if (kind === "not-found" || kind === "conflict") return true;
    if (kind === "invalid") return false;
    return answered(answer) !== undefined;
  }

  async #crd(name: string): Promise<CrdVersions | undefined> {
    const known = this.#reads.get(name);
    const path = objectPath(CRD, { name });
    const crd = known ?? new VersionedRead(this.#options.transport, path, crdVersionsOf);
    this.#reads.set(name, crd);
    return answered(await crd.read(this.#signal));
  }

  async #list(crd: CrdVersions): Promise<readonly ObjectMetadata[]> {
    const objects: ObjectMetadata[] = [];
    for (let next = ""; ; ) {
      const query = new URLSearchParams({ limit: String(PAGE), ...(next && { continue: next }) });
      const path = `${collectionPath(resourceOf(crd), undefined)}?${query.toString()}`;
      const call = {
        method: "GET",
        path,
        accept: METADATA_ONLY,
        timeoutMs: LIST_TIMEOUT_MS,
      } as const;
      const { items, continueToken } = listShapeOf(answered(await this.#call(call)));
      objects.push(...items.flatMap((item) => objectMetadataOf(item) ?? []));
      if (continueToken === "") return objects;
      next = continueToken;
    }
  }

  #call(call: Parameters<Transport["call"]>[0]): Promise<ApiResult<unknown>> {
    return this.#options.transport.call(call, this.#signal);
  }
}

function resourceOf({ group, storage, plural, kind }: CrdVersions): Resource {
  return { group, version: storage, plural, kind };
}

function answered<T>(answer: ApiResult<T>): T {
  if (answer.ok) return answer.value;
  const { reason, message } = answer.failure;
  throw new Interrupted(`${reason} ${message}`.trim());
}

/** Items of a list and its continue token. */
function listShapeOf(list: unknown): { items: readonly unknown[]; continueToken: string } {
  if (typeof list !== "object" || list === null || !("items" in list)) {
    throw new Interrupted("the answer is no list");
  }
  const metadata = "metadata" in list && typeof list.metadata === "object" ? list.metadata : null;
  const next = metadata && "continue" in metadata ? metadata.continue : "";
  return {
    items: Array.isArray(list.items) ? list.items : [],
    continueToken: typeof next === "string" ? next : "",
  };
}
