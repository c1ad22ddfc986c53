import type { ApiFailure, ApiResult } from "../controller/api-result.ts";
import type { Change } from "../controller/ports.ts";
import { CHILD_RESOURCES, type Resource } from "../controller/resource.ts";
import type { KubeObject, ObjectKey } from "../domain/kube-object.ts";
import type { Clock, Random } from "../engine/clock.ts";
import { trimmed } from "./kube-object-shape.ts";
import { ObjectStore } from "./object-store.ts";
import { Reflector } from "./reflector.ts";
import type { Transport } from "./transport.ts";

/** What the watches of single objects need. */
export interface ReferenceWatchOptions {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly random: Random;
  readonly changed: (resource: Resource, change: Change) => void;
  readonly trouble: (resource: Resource, what: "list" | "watch", failure: ApiFailure) => void;
}

interface Watched {
  readonly namespace: string;
  readonly store: ObjectStore;
  readonly stop: AbortController;
  /** The first answer: undefined when it was a list, else why there was none. */
  readonly first: Promise<ApiFailure | undefined>;
  usedAt: number;
}

/** Nobody asked for so long: the reference is gone. A pass asks at least every ten minutes. */
const UNUSED_MS = 30 * 60_000;

/**
 * Secrets and ConfigMaps of users that our specs name, each by a watch of its own with a field selector: the
 * operator never holds, nor may see in a list, the other Secrets of a cluster (REC-18).
 */
export class ReferenceWatch {
  readonly #options: ReferenceWatchOptions;
  readonly #watched = new Map<string, Watched>();

  constructor(options: ReferenceWatchOptions) {
    this.#options = options;
  }

  /** The object as last seen; the first question starts its watch and waits for the first answer. */
  async read(
    kind: "Secret" | "ConfigMap",
    key: ObjectKey,
  ): Promise<ApiResult<KubeObject | undefined>> {
    const id = `${kind}/${key.namespace}/${key.name}`;
    const watched = this.#watched.get(id) ?? this.#start(id, kind, key);
    watched.usedAt = this.#options.clock.now();
    const failure = await watched.first;
    if (failure === undefined) return { ok: true, value: watched.store.get(key) };
    watched.stop.abort();
    this.#watched.delete(id);
    return { ok: false, failure };
  }

  /** Ends the watches that nobody asked about for half an hour. */
  dropUnused(): void {
    const now = this.#options.clock.now();
    for (const [id, watched] of this.#watched) {
      if (now - watched.usedAt < UNUSED_MS) continue;
      watched.stop.abort();
      this.#watched.delete(id);
    }
  }

  /** Ends the watches in a namespace that nobody is left to ask from. */
  dropIn(namespace: string): void {
    for (const [id, watched] of this.#watched) {
      if (watched.namespace !== namespace) continue;
      watched.stop.abort();
      this.#watched.delete(id);
    }
  }

  size(): number {
    return this.#watched.size;
  }

  /** Ends all watches. */
  stop(): void {
    for (const { stop } of this.#watched.values()) stop.abort();
    this.#watched.clear();
  }

  #start(id: string, kind: string, { namespace, name }: ObjectKey): Watched {
    const { transport, clock, random, changed, trouble } = this.#options;
    const resource = CHILD_RESOURCES.find((candidate) => candidate.kind === kind);
    if (resource === undefined) throw new TypeError(`no resource for ${kind}`);
    const store = new ObjectStore();
    const stop = new AbortController();
    const { promise: refused, resolve: refuse } = Promise.withResolvers<ApiFailure>();
    const reflector = new Reflector({
      transport,
      clock,
      random,
      resource,
      namespace,
      fieldSelector: `metadata.name=${name}`,
      store,
      trim: trimmed,
      changed: (change) => changed(resource, change),
      trouble: (what, failure) => {
        refuse(failure);
        trouble(resource, what, failure);
      },
    });
    void reflector.run(stop.signal);
    const known = reflector.ready.then(() => undefined);
    const first = Promise.race([known, refused]);
    const watched = { namespace, store, stop, first, usedAt: clock.now() };
    this.#watched.set(id, watched);
    return watched;
  }
}
