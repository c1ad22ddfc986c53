/** What reconciliation needs from outside, as small interfaces by use; `src/kube` and `src/observe` fulfil them. */
import type { KubeObject, ObjectKey } from "../domain/kube-object.ts";

/** Names a resource of the API: `{ group: "apps", version: "v1", plural: "statefulsets", kind: "StatefulSet" }`. */
export interface Resource {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

/** An answer of the API server that is no success, as a value. `retryAfterMs` comes from 429 and 503. */
export interface ApiFailure {
  readonly kind:
    | "not-found"
    | "conflict"
    | "invalid"
    | "forbidden"
    | "gone"
    | "throttled"
    | "unreachable"
    | "other";
  readonly code: number;
  readonly reason: string;
  readonly message: string;
  readonly retryAfterMs?: number;
}
export type ApiResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: ApiFailure };

/** Reads from local caches and writes to the API server; every write is fenced by leadership. */
export interface World {
  /** The object as the cache has it. */
  read(resource: Resource, key: ObjectKey): KubeObject | undefined;
  /** Everything of a namespace that carries our labels or our owner reference, from the caches. */
  managedIn(namespace: string): readonly KubeObject[];
  /** True when the API server serves this resource now (ServiceMonitor, ScaledObject, Certificate). */
  serves(resource: Resource): boolean;
  /** Server-side apply as manager `prism-operator`, forced; skipped where cache and intent agree (REC-3). */
  apply(object: KubeObject, signal: AbortSignal): Promise<ApiResult<KubeObject>>;
  /** POST; `conflict` means that it exists. */
  create(object: KubeObject, signal: AbortSignal): Promise<ApiResult<KubeObject>>;
  remove(
    object: KubeObject,
    options: { readonly propagation: "Background" | "Foreground" | "Orphan" },
    signal: AbortSignal,
  ): Promise<ApiResult<void>>;
  /** JSON patch (RFC 6902); used with `test` operations for finalizers and labels. */
  patch(
    object: KubeObject,
    operations: readonly object[],
    signal: AbortSignal,
  ): Promise<ApiResult<KubeObject>>;
  /** Applies the status subresource when it differs from what is stored. */
  report(object: KubeObject, status: object, signal: AbortSignal): Promise<ApiResult<KubeObject>>;
}
