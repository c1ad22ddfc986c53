import type { ApiFailure, ApiResult } from "../controller/api-result.ts";
import { controllerOf, MANAGED_SELECTOR } from "../controller/ownership.ts";
import type { Cache, Change, Owner } from "../controller/ports.ts";
import {
  CHILD_RESOURCES,
  OBSERVED_RESOURCES,
  OWN_RESOURCES,
  POD,
  type Resource,
} from "../controller/resource.ts";
import type { KubeObject, ObjectKey } from "../domain/kube-object.ts";
import type { Clock, Random } from "../engine/clock.ts";
import type { Discovery } from "./discovery.ts";
import { trimmed, trimmedPod } from "./kube-object-shape.ts";
import { ObjectStore } from "./object-store.ts";
import { ReferenceWatch } from "./reference-watch.ts";
import { Reflector, type ReflectorOptions } from "./reflector.ts";
import type { Transport } from "./transport.ts";

/** What a cache needs. */
export interface ClusterCacheOptions {
  readonly transport: Transport;
  readonly discovery: Discovery;
  /** Empty: all namespaces. */
  readonly namespaces: readonly string[];
  readonly clock: Clock;
  readonly random: Random;
  readonly changed: (resource: Resource, change: Change) => void;
  readonly trouble: (resource: Resource, what: "list" | "watch", failure: ApiFailure) => void;
}

interface Kept {
  readonly stores: ReadonlyMap<string, ObjectStore>;
  readonly stop: AbortController;
  readonly ready: Promise<unknown>;
  readonly ended: Promise<unknown>;
}

/** All namespaces, as the key of a store. */
const EVERYWHERE = "";

/** The caches of everything that reconciliation reads: one reflector a resource and watched namespace. */
export class ClusterCache implements Cache {
  readonly #options: ClusterCacheOptions;
  readonly #kept = new Map<Resource, Kept>();
  readonly #references: ReferenceWatch;
  #stop: AbortSignal | undefined;

  constructor(options: ClusterCacheOptions) {
    this.#options = options;
    this.#references = new ReferenceWatch(options);
  }

  read(resource: Resource, key: ObjectKey): KubeObject | undefined {
    return this.#store(resource, key.namespace)?.get(key);
  }

  list(resource: Resource, namespace: string): readonly KubeObject[] {
    return this.#store(resource, namespace)?.in(namespace) ?? [];
  }

  /** Every object of a resource, in all namespaces that are watched. */
  all(resource: Resource): readonly KubeObject[] {
    return [...(this.#kept.get(resource)?.stores.values() ?? [])].flatMap((store) => store.all());
  }

  controlledBy(owner: Owner): readonly KubeObject[] {
    const group = groupOf(owner);
    return CHILD_RESOURCES.flatMap(
      (resource) => this.#store(resource, owner.namespace)?.inGroup(group) ?? [],
    );
  }

  serves(resource: Resource): boolean {
    return this.#options.discovery.serves(resource);
  }

  referenced(
    kind: "Secret" | "ConfigMap",
    key: ObjectKey,
  ): Promise<ApiResult<KubeObject | undefined>> {
    return this.#references.read(kind, key);
  }

  /** Takes the server's answer to an own write; answers what it changes. */
  overlay(resource: Resource, object: KubeObject): Change | undefined {
    return this.#store(resource, object.metadata.namespace ?? "")?.overlay(object);
  }

  /** Watches our kinds, and what else is to be known whole; resolves when all of it is known. */
  async startKinds(others: readonly Resource[], signal: AbortSignal): Promise<void> {
    this.#stop = signal;
    const all = [...new Set([...OWN_RESOURCES, ...others])];
    await Promise.all(all.map((resource) => this.#keep(resource, undefined)));
  }

  /** Watches what belongs to them; resolves when all of it is known. */
  async startChildren(): Promise<void> {
    const { discovery } = this.#options;
    const served = CHILD_RESOURCES.filter((resource) => discovery.serves(resource));
    const all = [...new Set([...served, ...OBSERVED_RESOURCES])];
    await Promise.all(all.map((resource) => this.#keep(resource, MANAGED_SELECTOR)));
  }

  /** Starts or ends the watch of an optional resource, when its CRD comes or goes. */
  async servedChanged(resource: Resource, served: boolean): Promise<void> {
    if (served) return this.#keep(resource, MANAGED_SELECTOR);
    this.#kept.get(resource)?.stop.abort();
    this.#kept.delete(resource);
  }

  /** Ends the watches of references that nobody asks about any more. */
  dropUnusedReferences(): void {
    this.#references.dropUnused();
  }

  /** Ends the watches of references in a namespace where no object is left to ask for them. */
  dropReferencesIn(namespace: string): void {
    this.#references.dropIn(namespace);
  }

  /** How many objects are kept, by resource; `references` counts what users' objects name. */
  sizes(): ReadonlyMap<string, number> {
    const sizes = new Map<string, number>([["references", this.#references.size()]]);
    for (const [{ plural }, { stores }] of this.#kept) {
      sizes.set(
        plural,
        [...stores.values()].reduce((sum, store) => sum + store.size(), 0),
      );
    }
    return sizes;
  }

  /** Resolves when every watch has ended, after the signal aborted. */
  async ended(): Promise<void> {
    this.#references.stop();
    await Promise.all([...this.#kept.values()].map(({ ended }) => ended));
  }

  #store(resource: Resource, namespace: string): ObjectStore | undefined {
    const stores = this.#kept.get(resource)?.stores;
    return stores?.get(namespace) ?? stores?.get(EVERYWHERE);
  }

  async #keep(resource: Resource, labelSelector: string | undefined): Promise<void> {
    const { namespaces } = this.#options;
    if (this.#stop === undefined || this.#kept.has(resource)) return;
    const stop = new AbortController();
    const signal = AbortSignal.any([this.#stop, stop.signal]);
    const stores = new Map<string, ObjectStore>();
    const isWhole = namespaces.length === 0 || resource.isClusterScoped === true;
    const reflectors = (isWhole ? [EVERYWHERE] : namespaces).map((namespace) => {
      const store = new ObjectStore(CHILD_RESOURCES.includes(resource) ? ownerGroupOf : undefined);
      stores.set(namespace, store);
      return new Reflector(this.#reflectorOptions(resource, namespace, labelSelector, store));
    });
    const ended = Promise.all(reflectors.map((reflector) => reflector.run(signal)));
    const ready = Promise.all(reflectors.map((reflector) => reflector.ready));
    this.#kept.set(resource, { stores, stop, ready, ended });
    await Promise.race([ready, ended]);
  }

  #reflectorOptions(
    resource: Resource,
    namespace: string,
    labelSelector: string | undefined,
    store: ObjectStore,
  ): ReflectorOptions {
    const { transport, clock, random, changed, trouble } = this.#options;
    return {
      transport,
      resource,
      store,
      clock,
      random,
      trim: resource === POD ? trimmedPod : trimmed,
      changed: (change) => changed(resource, change),
      trouble: (what, failure) => trouble(resource, what, failure),
      ...(namespace === EVERYWHERE ? {} : { namespace }),
      ...(labelSelector === undefined ? {} : { labelSelector }),
    };
  }
}

/** Children are found by who controls them. */
function ownerGroupOf(object: KubeObject): string | undefined {
  const { namespace = "" } = object.metadata;
  const controller = controllerOf(object);
  return controller && groupOf({ namespace, kind: controller.kind, name: controller.name });
}

function groupOf({ namespace, kind, name }: Owner): string {
  return `${kind} ${namespace}/${name}`;
}
