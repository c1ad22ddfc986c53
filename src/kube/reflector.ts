import type { ApiFailure, ApiResult } from "../controller/api-result.ts";
import type { Change } from "../controller/ports.ts";
import { apiVersionOf, type Resource } from "../controller/resource.ts";
import type { KubeObject } from "../domain/kube-object.ts";
import { backoffMs, WATCH_BACKOFF } from "../engine/backoff.ts";
import { type Clock, type Random, sleep } from "../engine/clock.ts";
import { listPages } from "./list-pages.ts";
import type { ObjectStore } from "./object-store.ts";
import { collectionPath } from "./resource-path.ts";
import type { Transport } from "./transport.ts";
import { readWatch, type WatchEnd } from "./watch-stream.ts";

/** What a reflector reads, and whom it tells. */
export interface ReflectorOptions {
  readonly transport: Pick<Transport, "call" | "stream">;
  readonly resource: Resource;
  /** Absent: all namespaces. */
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** What to keep of an object. */
  readonly trim: (object: KubeObject) => KubeObject;
  readonly store: ObjectStore;
  readonly changed: (change: Change) => void;
  readonly clock: Clock;
  readonly random: Random;
  /** Hears why a list or a watch had to be repeated; ends that are part of the protocol are not told. */
  readonly trouble?: (what: "list" | "watch", failure: ApiFailure) => void;
}

/**
 * A watch ends after this time at the latest, spread so that watches do not return together, and goes on from
 * where it was: so long can a connection that swallows events hide a change. client-go's 5 to 10 minutes would
 * hide it longer; an open and a close a minute cost nothing that can be measured.
 */
const WATCH_SECONDS = { least: 40, most: 60 };

/**
 * Keeps a store equal to what the API server has: list in pages, then watch from there.
 *
 * Guarantees: after `ready`, the store has been complete once; a lost connection resumes where it was; 410
 * lists again and reports the difference; a watch that falls silent is replaced. Runs until the signal aborts.
 */
export class Reflector {
  readonly #options: ReflectorOptions;
  readonly #ready = Promise.withResolvers<void>();
  #failures = 0;

  constructor(options: ReflectorOptions) {
    this.#options = options;
  }

  /** Resolves when the first list is in the store. */
  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const listed = await this.#list(signal);
      if (listed.ok) await this.#watchUntilGone(signal);
      else await this.#pause("list", listed.failure, signal);
    }
  }

  async #list(signal: AbortSignal): Promise<ApiResult<void>> {
    const { transport, store, resource, trim } = this.#options;
    // The items of a list have no type of their own.
    const type = { apiVersion: apiVersionOf(resource), kind: resource.kind };
    const listed = await listPages(transport, this.#path(), this.#query(), signal, {
      trim: (item) => trim({ ...item, ...type }),
    });
    if (!listed.ok) return listed;
    const changes = store.replace(listed.value.items, listed.value.version);
    this.#failures = 0;
    this.#ready.resolve();
    for (const change of changes) this.#options.changed(change);
    return { ok: true, value: undefined };
  }

  async #watchUntilGone(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const end = await this.#watch(signal);
      if (end.kind === "gone") return;
      if (end.kind === "failed") {
        if (end.failure.kind === "not-found") {
          await this.#pause("watch", end.failure, signal);
          return;
        }
        await this.#pause("watch", end.failure, signal);
      }
    }
  }

  async #watch(signal: AbortSignal): Promise<WatchEnd> {
    const { store, trim, changed, clock, random, transport } = this.#options;
    const query = this.#query();
    query.set("watch", "1");
    query.set("allowWatchBookmarks", "true");
    query.set("resourceVersion", store.version);
    const { least, most } = WATCH_SECONDS;
    const seconds = Math.round(least + (most - least) * random());
    query.set("timeoutSeconds", String(seconds));
    const opened = await transport.stream(
      { method: "GET", path: `${this.#path()}?${query.toString()}` },
      signal,
    );
    if (!opened.ok) {
      return opened.failure.kind === "gone"
        ? { kind: "gone" }
        : { kind: "failed", failure: opened.failure };
    }
    return readWatch(opened.value, {
      clock,
      endsWithinMs: seconds * 1_000,
      isBehind: () => store.isBehind,
      event: (type, object) => {
        this.#failures = 0;
        if (type === "BOOKMARK") {
          store.bookmark(object.metadata.resourceVersion ?? "0");
          return;
        }
        const change = store.observe(type, trim(object));
        if (change !== undefined) changed(change);
      },
    });
  }

  async #pause(what: "list" | "watch", failure: ApiFailure, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    this.#failures += 1;
    this.#options.trouble?.(what, failure);
    const wait = backoffMs(WATCH_BACKOFF, this.#failures, this.#options.random);
    await sleep(this.#options.clock, Math.max(wait, failure.retryAfterMs ?? 0), signal);
  }

  #path(): string {
    return collectionPath(this.#options.resource, this.#options.namespace);
  }

  #query(): URLSearchParams {
    const query = new URLSearchParams();
    const { labelSelector, fieldSelector } = this.#options;
    if (labelSelector !== undefined) query.set("labelSelector", labelSelector);
    if (fieldSelector !== undefined) query.set("fieldSelector", fieldSelector);
    return query;
  }
}
