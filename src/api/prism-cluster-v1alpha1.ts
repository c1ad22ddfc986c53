/* Generated from crds/ by `npm run generate`. Do not edit. */

/**
 * sqlite (when absent) keeps data in a file on a volume, postgres in a PostgreSQL database.
 */
export type StorageType = "sqlite" | "postgres";
/**
 * Kind of workload that runs it; Deployment when absent.
 */
export type Workload = "Deployment" | "StatefulSet";

/**
 * A whole Prism deployment in one namespace, in the first shape of the API. v1alpha2 says more; what only it can say is kept while this version is edited.
 */
export type PrismCluster = {
  readonly apiVersion: "prism.io/v1alpha1";
  readonly kind: "PrismCluster";
  readonly metadata: ObjectMeta;
  readonly spec: PrismClusterSpec;
  readonly status?: PrismClusterStatus;
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
 * The desired deployment.
 */
export type PrismClusterSpec = {
  readonly admin?: Admin;
  readonly proxy?: Proxy;
  /**
   * The pattern runners. Each gets a workload and a Service named <name>-runner.
   */
  readonly patterns?: readonly Pattern[];
  readonly backends?: Backends;
  readonly ingress?: Ingress;
  readonly observability?: Observability;
};
/**
 * The admin service, which holds namespaces and assigns them to proxies. A single member on SQLite when absent.
 */
export type Admin = {
  /**
   * Members of the raft group - 1 (when absent), 3 or 5. Immutable, since membership is fixed when the group starts.
   */
  readonly replicas?: 1 | 3 | 5;
  readonly storage?: Storage;
  readonly resources?: Resources;
};
/**
 * Where the component keeps its data.
 */
export type Storage = {
  readonly type?: StorageType;
  /**
   * Size of each volume as a quantity such as 1Gi. It can only grow.
   */
  readonly size?: string;
};
/**
 * Compute resources of each container of this component, as in a pod.
 */
export type Resources = {
  /**
   * Quantities by resource name, such as cpu, memory or ephemeral-storage.
   */
  readonly requests?: {
    /**
     * A quantity such as 500m, 2 or 256Mi.
     */
    readonly [k: string]: number | string;
  };
  /**
   * Quantities by resource name, such as cpu, memory or ephemeral-storage.
   */
  readonly limits?: {
    /**
     * A quantity such as 500m, 2 or 256Mi.
     */
    readonly [k: string]: number | string;
  };
};
/**
 * The proxy that applications connect to (gRPC, port 8980).
 */
export type Proxy = {
  /**
   * Number of proxies; 2 when absent. With autoscaling the autoscaler decides.
   */
  readonly replicas?: number;
  readonly autoscaling?: Autoscaling;
  readonly resources?: Resources;
};
/**
 * Scales the proxy between minReplicas and maxReplicas.
 */
export type Autoscaling = {
  /**
   * Whether this part is on. In v1alpha1 a block is off unless it says true.
   */
  readonly enabled?: boolean;
  /**
   * Least number of pods; replicas (or 1) when absent. Zero needs scaler keda.
   */
  readonly minReplicas?: number;
  /**
   * Greatest number of pods. Required while enabled.
   */
  readonly maxReplicas?: number;
  /**
   * Average use that is aimed at, as a percentage of the request. When no target is set, 80 percent of CPU.
   */
  readonly targetCPU?: number;
  /**
   * Average use that is aimed at, as a percentage of the request. When no target is set, 80 percent of CPU.
   */
  readonly targetMemory?: number;
};
/**
 * One pattern runner.
 */
export type Pattern = {
  /**
   * Name of the runner (a DNS-1035 label of at most 40 characters).
   */
  readonly name: string;
  readonly type?: Workload;
  /**
   * Number of pods; 1 when absent. With autoscaling the autoscaler decides.
   */
  readonly replicas?: number;
  /**
   * The backends that this runner uses. It gets their addresses and credentials as environment and is started after them.
   *
   * Items: A key of spec.backends, or the built-in sqlite or memstore.
   */
  readonly backends?: readonly string[];
  readonly storage?: Storage;
  readonly resources?: Resources;
};
/**
 * Backing services that the operator runs. v1alpha2 has further names and external services.
 */
export type Backends = {
  readonly redis?: Backend;
  readonly nats?: Backend;
  readonly postgres?: Backend;
  readonly minio?: Backend;
  readonly kafka?: Backend;
};
/**
 * One backing service.
 */
export type Backend = {
  /**
   * Whether this part is on. In v1alpha1 a block is off unless it says true.
   */
  readonly enabled?: boolean;
  /**
   * Number of servers. Of several Redis or PostgreSQL servers one is the primary, whose place another one takes when it is lost; a write needs more than half of them, so that 3 go on after the loss of one and 2 do not. NATS and Kafka are clusters of odd size, MinIO is 1 or at least 4. Stored by the webhook when absent - 3 for Kafka, else 1. Immutable for Kafka and MinIO while enabled; NATS keeps more than half of its servers.
   */
  readonly replicas?: number;
  /**
   * Size of each volume as a quantity such as 1Gi. It can only grow.
   */
  readonly storage?: string;
  /**
   * Tag of the server's official image, such as 7.4-alpine. A tested one is stored by the webhook when absent.
   */
  readonly version?: string;
  /**
   * For PostgreSQL, the database that is made; prism when absent. Immutable while enabled.
   */
  readonly database?: string;
};
/**
 * An Ingress in front of the proxy.
 */
export type Ingress = {
  /**
   * Whether this part is on. In v1alpha1 a block is off unless it says true.
   */
  readonly enabled?: boolean;
  /**
   * IngressClass, such as nginx. The cluster's default class when absent.
   */
  readonly className?: string;
  /**
   * Host name that clients use.
   */
  readonly host?: string;
  /**
   * Further annotations, by key.
   */
  readonly annotations?: {
    /**
     * Value of the annotation.
     */
    readonly [k: string]: string;
  };
};
/**
 * Metrics, dashboards and logs.
 */
export type Observability = {
  readonly prometheus?: Prometheus;
  readonly grafana?: Grafana;
  readonly loki?: Loki;
};
/**
 * ServiceMonitors for the Prometheus operator, where that is installed.
 */
export type Prometheus = {
  /**
   * Whether this part is on. In v1alpha1 a block is off unless it says true.
   */
  readonly enabled?: boolean;
  /**
   * Time between two scrapes as a Prometheus duration such as 30s; 30s when absent.
   */
  readonly scrapeInterval?: string;
};
/**
 * Dashboards as ConfigMaps that Grafana's sidecar loads.
 */
export type Grafana = {
  /**
   * Whether this part is on. In v1alpha1 a block is off unless it says true.
   */
  readonly enabled?: boolean;
};
/**
 * Sends logs to Loki.
 */
export type Loki = {
  /**
   * Whether this part is on. In v1alpha1 a block is off unless it says true.
   */
  readonly enabled?: boolean;
};
/**
 * What the operator sees; written by it alone.
 */
export type PrismClusterStatus = {
  /**
   * Summary of the conditions.
   */
  readonly phase?: "Pending" | "Running" | "Degraded" | "Failed";
  /**
   * Ready components of all enabled ones, such as 9/9.
   */
  readonly readyComponents?: string;
  /**
   * metadata.generation that this status describes.
   */
  readonly observedGeneration?: number;
  /**
   * Last pass that changed a child or this status (RFC 3339).
   */
  readonly lastReconciled?: string;
  /**
   * The truth from which the phase is computed - Ready, AdminHealthy, ProxyHealthy, Available, Reconciling, Stalled, ConfigValid, BackendsHealthy, PatternsHealthy and Paused.
   */
  readonly conditions?: readonly Condition[];
  readonly adminStatus?: ComponentStatus;
  readonly proxyStatus?: ComponentStatus;
  /**
   * State of each pattern runner.
   */
  readonly patternStatus?: readonly ComponentStatus[];
  /**
   * State of each enabled backend.
   */
  readonly backendStatus?: readonly ComponentStatus[];
};
/**
 * One aspect of the cluster's state (meta/v1 Condition).
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
