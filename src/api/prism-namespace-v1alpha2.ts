/* Generated from crds/ by `npm run generate`. Do not edit. */

/**
 * A tenant of a PrismCluster - the patterns that it may use, how far it is kept apart from others, and its quota.
 */
export type PrismNamespace = {
  readonly apiVersion: "prism.io/v1alpha2";
  readonly kind: "PrismNamespace";
  readonly metadata: ObjectMeta;
  readonly spec: PrismNamespaceSpec;
  readonly status?: PrismNamespaceStatus;
};
/**
 * The part of meta/v1 ObjectMeta that the operator reads. Times are RFC 3339.
 */
export type ObjectMeta = {
  readonly name: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly generation?: number;
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly labels?: {
    readonly [k: string]: string;
  };
  readonly annotations?: {
    readonly [k: string]: string;
  };
  readonly finalizers?: readonly string[];
  readonly ownerReferences?: readonly OwnerReference[];
};
/**
 * An object that this one belongs to (meta/v1 OwnerReference).
 */
export type OwnerReference = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean;
  readonly blockOwnerDeletion?: boolean;
};
/**
 * What the tenant gets.
 */
export type PrismNamespaceSpec = {
  /**
   * Name of the PrismCluster. It may be made later.
   */
  readonly cluster: string;
  /**
   * Namespace of the PrismCluster; this one when absent. The PrismCluster permits it by spec.tenants.from.
   */
  readonly clusterNamespace?: string;
  /**
   * The patterns of the PrismCluster, its own or PrismPatterns, that the tenant may use.
   *
   * Items: Name of a pattern.
   */
  readonly patterns?: readonly string[];
  /**
   * none (when absent) shares the PrismCluster's runners. namespace gives the tenant runners of its own, with a network policy, and a user of its own in each backend. session is namespace as far as Prism's programs go.
   */
  readonly isolation?: "none" | "namespace" | "session";
  readonly quota?: Quota;
};
/**
 * How much the tenant may use.
 */
export type Quota = {
  /**
   * Sessions at a time. It is handed to the proxy and the runners.
   */
  readonly maxSessions?: number;
  /**
   * Requests in a second. It is handed to the proxy and the runners.
   */
  readonly maxRequestsPerSecond?: number;
  /**
   * Hard limits of a ResourceQuota, such as requests.cpu or pods. It is made only where the tenant has a Kubernetes namespace to itself.
   */
  readonly resources?: {
    /**
     * A quantity such as 500m, 2 or 256Mi.
     */
    readonly [k: string]: number | string;
  };
};
/**
 * What the operator sees; written by it alone.
 */
export type PrismNamespaceStatus = {
  /**
   * Summary of the conditions.
   */
  readonly phase?: "Pending" | "Running" | "Degraded" | "Failed";
  /**
   * The PrismCluster, with its namespace in front where that is another.
   */
  readonly cluster?: string;
  /**
   * Runners that are ready, of all that the tenant uses, such as 2/2.
   */
  readonly readyPatterns?: string;
  /**
   * The quota that proxy and runners are told.
   */
  readonly quota?: {
    /**
     * Sessions at a time. It is handed to the proxy and the runners.
     */
    readonly maxSessions?: number;
    /**
     * Requests in a second. It is handed to the proxy and the runners.
     */
    readonly maxRequestsPerSecond?: number;
  };
  /**
   * metadata.generation that this status describes.
   */
  readonly observedGeneration?: number;
  /**
   * Last pass that changed a child or this status (RFC 3339).
   */
  readonly lastReconciled?: string;
  /**
   * The truth from which the phase is computed - Ready, Accepted (whether the PrismCluster is there, permits the tenant and has the patterns), ClusterReady, Isolated (whether every backend keeps the tenant apart), Reconciling, Stalled, ConfigValid and Paused.
   */
  readonly conditions?: readonly Condition[];
  /**
   * State of each runner that the tenant uses, its own or the PrismCluster's.
   */
  readonly patternStatus?: readonly ComponentStatus[];
};
/**
 * One aspect of the state (meta/v1 Condition).
 */
export type Condition = {
  /**
   * Name of the condition.
   */
  readonly type: string;
  /**
   * Whether it holds.
   */
  readonly status: "True" | "False" | "Unknown";
  /**
   * metadata.generation that the condition was set upon.
   */
  readonly observedGeneration?: number;
  /**
   * When status last changed (RFC 3339).
   */
  readonly lastTransitionTime: string;
  /**
   * Why, as one word for programs.
   */
  readonly reason: string;
  /**
   * Why, for people.
   */
  readonly message: string;
};
/**
 * State of one component.
 */
export type ComponentStatus = {
  /**
   * Name of the component's workload.
   */
  readonly name: string;
  /**
   * Whether all that is asked for is there and ready.
   */
  readonly ready: boolean;
  /**
   * Pods that are asked for.
   */
  readonly replicas?: number;
  /**
   * Pods that are available.
   */
  readonly availableReplicas?: number;
  /**
   * What it waits for, when it is not ready.
   */
  readonly message?: string;
};
