/** What reconciliation needs from outside, as small interfaces by use; `src/kube` and `src/observe` fulfil them. */
import type { KubeObject, ObjectKey } from "../domain/kube-object.ts";
import type { ApiResult } from "./api-result.ts";
import type { Resource } from "./resource.ts";

/** What happened to one object of a cache. */
export interface Change {
  readonly kind: "added" | "changed" | "removed";
  /** As it is, or was when it went. */
  readonly object: KubeObject;
  /** As it was before; undefined when it was not known. */
  readonly before: KubeObject | undefined;
}

/** Whose children are asked for. */
export interface Owner extends ObjectKey {
  readonly kind: string;
}

/** Reads of the local caches; they never wait. Secrets are there only as far as they are ours. */
export interface Cache {
  read(resource: Resource, key: ObjectKey): KubeObject | undefined;
  /** Everything of one resource that carries our label in one namespace; objects of our kinds without a label. */
  list(resource: Resource, namespace: string): readonly KubeObject[];
  /** The same in all namespaces that are watched. */
  all(resource: Resource): readonly KubeObject[];
  /** Children whose controller has this name, also those of an earlier object of the same name; of every resource. */
  controlledBy(owner: Owner): readonly KubeObject[];
  /** True when the API server serves this resource now (ServiceMonitor, ScaledObject, Certificate). */
  serves(resource: Resource): boolean;
  /**
   * A Secret or ConfigMap that the user made; undefined when there is none. Waits for the first answer of the
   * API server, then keeps it up to date: a pass that took "not read yet" for "missing" would restart pods.
   */
  referenced(
    kind: "Secret" | "ConfigMap",
    key: ObjectKey,
  ): Promise<ApiResult<KubeObject | undefined>>;
}

/** How an object and what it owns are deleted (meta/v1 DeletionPropagation). */
export type Propagation = "Background" | "Foreground" | "Orphan";

/** Writes to the API server, and the one read that must not come from a cache. Fenced by leadership. */
export interface Writer {
  /**
   * Server-side apply as manager `prism-operator`, forced. `createOnly` fails with `conflict` when an object
   * of that name exists, and then changes nothing.
   */
  apply(
    object: KubeObject,
    options: { readonly createOnly: boolean },
    signal: AbortSignal,
  ): Promise<ApiResult<KubeObject>>;
  /** Holds `spec.replicas` at this number as a manager of its own, until an autoscaler changes it (REC-5). */
  holdReplicas(
    workload: KubeObject,
    replicas: number,
    signal: AbortSignal,
  ): Promise<ApiResult<KubeObject>>;
  /** POST; `conflict` means that it exists. */
  create(object: KubeObject, signal: AbortSignal): Promise<ApiResult<KubeObject>>;
  /** Deletes exactly this object: its uid is a precondition. */
  remove(
    object: KubeObject,
    propagation: Propagation,
    signal: AbortSignal,
  ): Promise<ApiResult<void>>;
  /** JSON patch (RFC 6902). */
  patch(
    object: KubeObject,
    operations: readonly JsonPatchOperation[],
    signal: AbortSignal,
  ): Promise<ApiResult<KubeObject>>;
  /** Applies the whole status subresource. */
  report(object: KubeObject, status: object, signal: AbortSignal): Promise<ApiResult<KubeObject>>;
  /** LIST of what the cache does not hold: everything of a resource in one namespace, whoever made it. */
  list(
    resource: Resource,
    namespace: string,
    fieldSelector: string | undefined,
    signal: AbortSignal,
  ): Promise<ApiResult<readonly KubeObject[]>>;
  /** GET of what the cache does not hold: an object without our label. */
  fetch(resource: Resource, key: ObjectKey, signal: AbortSignal): Promise<ApiResult<KubeObject>>;
}

/** One step of a JSON patch. */
export interface JsonPatchOperation {
  readonly op: "add" | "replace" | "remove" | "test";
  readonly path: string;
  readonly value?: unknown;
}

/** Tells a person about a transition (events.k8s.io/v1); at most once in five minutes a reason and object. */
export type EventSink = (
  regarding: KubeObject,
  event: {
    readonly type: "Normal" | "Warning";
    readonly reason: EventReason;
    readonly action: string;
    readonly note: string;
  },
) => void;

/** Every reason that an event of ours can have (REC-16). */
export const EVENT_REASONS = [
  "Running",
  "Degraded",
  "Failed",
  "Stalled",
  "ConfigInvalid",
  "Paused",
  "Conflict",
  "Adopted",
  "Recreated",
  "VolumeNotGrown",
  "VolumeGoing",
  "PodRestarted",
  "PrimaryChanged",
  "Deleting",
  "CleanupTimedOut",
  "MemberOut",
  "MemberBack",
  "StorageMigrated",
] as const;
/** One of `EVENT_REASONS`. */
export type EventReason = (typeof EVENT_REASONS)[number];

/** Writes one structured line; fields are names and ids, never objects of the API. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Counts what passes do. */
export interface PassObserver {
  wrote(action: "created" | "updated" | "deleted", object: KubeObject): void;
  /** A child that was not as it should be; `result` is from a closed list. */
  applied(kind: string, result: string): void;
  /** A child that was. */
  skipped(): void;
  /** A child that nothing asks for any more was deleted. */
  pruned(kind: string): void;
  recreated(): void;
  /** The status of an object as it is now; undefined when the object is gone. */
  status(key: ObjectKey, status: object | undefined): void;
}
