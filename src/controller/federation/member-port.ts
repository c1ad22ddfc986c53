/** What the federation needs of its members, as small interfaces; `src/kube` fulfils them. */
import type { KubeObject, ObjectKey } from "../../domain/kube-object.ts";
import type { MemberAccess } from "../../domain/prism-federation/kubeconfig.ts";
import type { ApiResult } from "../api-result.ts";
import type { Resource } from "../resource.ts";

/** A right on a member, as RBAC says it. */
export interface MemberRight {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
}

/** The API of one member. Answers are bounded in length and time; what is read is as the member sends it, and untrusted. */
export interface MemberConnection {
  get(resource: Resource, key: ObjectKey, signal: AbortSignal): Promise<ApiResult<KubeObject>>;
  /** At most this many objects of a namespace. */
  list(
    resource: Resource,
    namespace: string,
    most: number,
    signal: AbortSignal,
  ): Promise<ApiResult<readonly KubeObject[]>>;
  /**
   * Server-side apply by a field manager of the federation's own, forced. Without a `uid` in its metadata the object
   * must not exist yet (`conflict`), with one it must be that very object.
   */
  apply(
    resource: Resource,
    object: KubeObject,
    signal: AbortSignal,
  ): Promise<ApiResult<KubeObject>>;
  /** Removes labels and annotations of exactly this object. */
  unmark(
    resource: Resource,
    object: KubeObject,
    marks: { readonly labels: readonly string[]; readonly annotations: readonly string[] },
    signal: AbortSignal,
  ): Promise<ApiResult<KubeObject>>;
  /** Deletes exactly this object, and what belongs to it in the background. */
  remove(resource: Resource, object: KubeObject, signal: AbortSignal): Promise<ApiResult<void>>;
  /** Whether we may do something in a namespace; undefined when the member does not say. */
  may(right: MemberRight, namespace: string, signal: AbortSignal): Promise<boolean | undefined>;
}

/** Opens members. Sockets of a member are kept while its access stays the same, and closed by `forget`. */
export interface MemberConnector {
  /** Each call has `timeoutMs` from the first byte sent to the last received. */
  connect(id: string, access: MemberAccess, timeoutMs: number): MemberConnection;
  forget(id: string): void;
}

/** Hears what becomes of members, for metrics. */
export interface FederationObserver {
  /** A look took this long; `result` is from a closed list. */
  looked(result: "seen" | "unknown", seconds: number): void;
  /** A member went out of rotation or came back. */
  moved(to: "in" | "out"): void;
  /** The status of a federation as it is now; undefined when it is gone. */
  status(key: ObjectKey, status: object | undefined): void;
}
