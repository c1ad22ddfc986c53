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
 * A whole Prism deployment in one namespace - backing services, admin, proxy, pattern runners, ingress and observability. One PrismCluster a namespace.
 */
export type PrismCluster = {
  readonly apiVersion: "prism.io/v1alpha2";
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
  readonly images?: Images;
  /**
   * What becomes of volumes and generated credentials when this PrismCluster is deleted. Retain when absent. A backend that is disabled or removed always keeps them.
   */
  readonly deletionPolicy?: "Retain" | "Delete";
  /**
   * While true, deleting this PrismCluster is refused. Set it to false in a request of its own, then delete.
   */
  readonly deletionProtection?: boolean;
  readonly networkPolicy?: NetworkPolicy;
  readonly tenants?: Tenants;
  readonly admin?: Admin;
  readonly proxy?: Proxy;
  /**
   * The pattern runners. Each gets a workload and a Service named <name>-runner.
   */
  readonly patterns?: readonly Pattern[];
  /**
   * Backing services by name (a DNS-1035 label of at most 40 characters). redis, nats, postgres, minio and kafka are of the type of their name, every other name says its type.
   */
  readonly backends?: {
    readonly [k: string]: Backend;
  };
  readonly ingress?: Ingress;
  readonly observability?: Observability;
};
/**
 * Where container images of Prism's own programs come from. What is absent comes from the operator's options.
 */
export type Images = {
  /**
   * Registry and path in front of image names, such as ghcr.io/prism. The operator's --images-registry when absent.
   */
  readonly registry?: string;
  /**
   * Tag of Prism's images, such as v1.5.0. The operator's --prism-version when absent.
   */
  readonly tag?: string;
  /**
   * When the kubelet pulls images of every pod of this cluster. Kubernetes' own default when absent.
   */
  readonly pullPolicy?: "Always" | "IfNotPresent" | "Never";
  /**
   * Secrets of type kubernetes.io/dockerconfigjson in this namespace that every pod of this cluster pulls with.
   */
  readonly pullSecrets?: readonly LocalObjectReference[];
  /**
   * A full image reference, with a tag or a digest. It replaces registry, name and tag computed by the operator.
   */
  readonly admin?: string;
  /**
   * A full image reference, with a tag or a digest. It replaces registry, name and tag computed by the operator.
   */
  readonly proxy?: string;
  /**
   * Image of a runner by pattern type, for types that Prism publishes no runner for, or to replace one.
   */
  readonly runners?: {
    /**
     * A full image reference, with a tag or a digest. It replaces registry, name and tag computed by the operator.
     */
    readonly [k: string]: string;
  };
};
/**
 * Names an object in the same namespace.
 */
export type LocalObjectReference = {
  /**
   * Name of the object (a DNS-1123 subdomain).
   */
  readonly name: string;
};
/**
 * NetworkPolicies around every component. Without this block there are none.
 */
export type NetworkPolicy = {
  /**
   * Whether this part is on. In v1alpha2 a block that is there is on unless it says false.
   */
  readonly enabled?: boolean;
};
/**
 * Which namespaces may hold PrismNamespaces and PrismPatterns that use this cluster.
 */
export type Tenants = {
  /**
   * Same (when absent) is this namespace only, Selector those that the selector matches, All every namespace.
   */
  readonly from?: "Same" | "Selector" | "All";
  readonly selector?: LabelSelector;
};
/**
 * Selects by labels; all requirements must hold.
 */
export type LabelSelector = {
  /**
   * Labels that must have exactly these values.
   */
  readonly matchLabels?: {
    /**
     * Value of the label.
     */
    readonly [k: string]: string;
  };
  /**
   * Requirements on label values.
   */
  readonly matchExpressions?: readonly LabelSelectorRequirement[];
};
/**
 * One requirement.
 */
export type LabelSelectorRequirement = {
  /**
   * Label key.
   */
  readonly key: string;
  /**
   * How the label's value relates to values.
   */
  readonly operator: "In" | "NotIn" | "Exists" | "DoesNotExist";
  /**
   * Values for In and NotIn; empty for Exists and DoesNotExist.
   *
   * Items: A label value.
   */
  readonly values?: readonly string[];
};
/**
 * The admin service, which holds namespaces and assigns them to proxies. A single member on SQLite when absent.
 */
export type Admin = {
  /**
   * Members of the raft group - 1 (when absent), 3 or 5. Immutable, since membership is fixed when the group starts.
   */
  readonly replicas?: 1 | 3 | 5;
  readonly storage?: AdminStorage;
  /**
   * A full image reference, with a tag or a digest. It replaces registry, name and tag computed by the operator.
   */
  readonly image?: string;
  readonly resources?: Resources;
  readonly pod?: Pod;
};
/**
 * Where admin keeps its state.
 */
export type AdminStorage = {
  readonly type?: StorageType;
  /**
   * Size of each volume as a quantity such as 1Gi. It can only grow.
   */
  readonly size?: string;
  /**
   * StorageClass of the volumes. The cluster's default class when absent. Immutable while the component is enabled.
   */
  readonly storageClassName?: string;
  /**
   * For type postgres, the name of the backend of type postgres that holds the database. postgres when absent.
   */
  readonly backend?: string;
  /**
   * For type postgres, a Secret in this namespace whose key url holds the whole connection string; it replaces backend.
   */
  readonly databaseSecretRef?: {
    /**
     * Name of the object (a DNS-1123 subdomain).
     */
    readonly name: string;
  };
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
 * What the pods of this component need besides their containers.
 */
export type Pod = {
  /**
   * Further labels of the pods. Those that the operator sets (app, managed-by, prism.io/...) cannot be changed.
   */
  readonly labels?: {
    /**
     * Value of the label.
     */
    readonly [k: string]: string;
  };
  /**
   * Further annotations, by key.
   */
  readonly annotations?: {
    /**
     * Value of the annotation.
     */
    readonly [k: string]: string;
  };
  /**
   * Labels that a node must have to run the pods.
   */
  readonly nodeSelector?: {
    /**
     * Value of the node's label.
     */
    readonly [k: string]: string;
  };
  /**
   * Taints of nodes that the pods tolerate.
   */
  readonly tolerations?: readonly Toleration[];
  readonly affinity?: Affinity;
  /**
   * How pods spread over zones, hosts or other node groups. Without a labelSelector a constraint counts this component's pods.
   */
  readonly topologySpreadConstraints?: readonly TopologySpreadConstraint[];
  /**
   * PriorityClass of the pods.
   */
  readonly priorityClassName?: string;
  /**
   * ServiceAccount of the pods. One without rights and without a mounted token when absent.
   */
  readonly serviceAccountName?: string;
  readonly securityContext?: PodSecurityContext;
};
/**
 * One toleration; it matches by key, value and effect.
 */
export type Toleration = {
  /**
   * Taint key; empty with operator Exists matches every key.
   */
  readonly key?: string;
  /**
   * Equal (when absent) compares the value, Exists does not.
   */
  readonly operator?: "Exists" | "Equal";
  /**
   * Taint value, for operator Equal.
   */
  readonly value?: string;
  /**
   * Taint effect; every effect when absent.
   */
  readonly effect?: "NoSchedule" | "PreferNoSchedule" | "NoExecute";
  /**
   * For NoExecute, how long the pod stays; for ever when absent.
   */
  readonly tolerationSeconds?: number;
};
/**
 * Scheduling constraints towards nodes and other pods.
 */
export type Affinity = {
  readonly nodeAffinity?: NodeAffinity;
  readonly podAffinity?: PodAffinity;
  readonly podAntiAffinity?: PodAffinity;
};
/**
 * Which nodes the pods want.
 */
export type NodeAffinity = {
  /**
   * Preferences, each with a weight.
   */
  readonly preferredDuringSchedulingIgnoredDuringExecution?: readonly PreferredNodeTerm[];
  /**
   * What a node must fulfil.
   */
  readonly requiredDuringSchedulingIgnoredDuringExecution?: {
    /**
     * Terms of which one must hold.
     */
    readonly nodeSelectorTerms: readonly NodeSelectorTerm[];
  };
};
/**
 * One preference.
 */
export type PreferredNodeTerm = {
  /**
   * Weight of this term, 1 to 100.
   */
  readonly weight: number;
  readonly preference: NodeSelectorTerm;
};
/**
 * Requirements on a node; all must hold.
 */
export type NodeSelectorTerm = {
  /**
   * Requirements on the node's labels or fields.
   */
  readonly matchExpressions?: readonly NodeSelectorRequirement[];
  /**
   * Requirements on the node's labels or fields.
   */
  readonly matchFields?: readonly NodeSelectorRequirement[];
};
/**
 * One requirement.
 */
export type NodeSelectorRequirement = {
  /**
   * Label key or field name.
   */
  readonly key: string;
  /**
   * How the value relates to values.
   */
  readonly operator: "In" | "NotIn" | "Exists" | "DoesNotExist" | "Gt" | "Lt";
  /**
   * Values to compare with.
   *
   * Items: A value.
   */
  readonly values?: readonly string[];
};
/**
 * Which other pods to run near to, or for podAntiAffinity far from.
 */
export type PodAffinity = {
  /**
   * Preferences, each with a weight.
   */
  readonly preferredDuringSchedulingIgnoredDuringExecution?: readonly PreferredPodAffinityTerm[];
  /**
   * Terms that must all hold.
   */
  readonly requiredDuringSchedulingIgnoredDuringExecution?: readonly PodAffinityTerm[];
};
/**
 * One preference.
 */
export type PreferredPodAffinityTerm = {
  /**
   * Weight of this term, 1 to 100.
   */
  readonly weight: number;
  readonly podAffinityTerm: PodAffinityTerm;
};
/**
 * A set of pods and the node label that says what near means.
 */
export type PodAffinityTerm = {
  /**
   * Node label whose value nodes share when they are near.
   */
  readonly topologyKey: string;
  readonly labelSelector?: LabelSelector;
  readonly namespaceSelector?: LabelSelector;
  /**
   * Namespaces of the pods; this namespace when absent.
   *
   * Items: Name of a namespace.
   */
  readonly namespaces?: readonly string[];
};
/**
 * One constraint.
 */
export type TopologySpreadConstraint = {
  /**
   * How much the numbers of pods of two groups may differ.
   */
  readonly maxSkew: number;
  /**
   * Node label whose values make the groups.
   */
  readonly topologyKey: string;
  /**
   * What to do with a pod that would break the constraint.
   */
  readonly whenUnsatisfiable: "DoNotSchedule" | "ScheduleAnyway";
  readonly labelSelector?: LabelSelector;
  /**
   * Least number of groups, for DoNotSchedule.
   */
  readonly minDomains?: number;
  /**
   * Whether nodes that the pod's affinity rules out count.
   */
  readonly nodeAffinityPolicy?: "Honor" | "Ignore";
  /**
   * Whether nodes whose taints the pod does not tolerate count.
   */
  readonly nodeTaintsPolicy?: "Honor" | "Ignore";
  /**
   * Pod labels whose values are added to the selector.
   *
   * Items: A label key.
   */
  readonly matchLabelKeys?: readonly string[];
};
/**
 * Security settings of the pods. What is absent is set to what the restricted Pod Security Standard asks for.
 */
export type PodSecurityContext = {
  /**
   * A numeric user or group id.
   */
  readonly runAsUser?: number;
  /**
   * A numeric user or group id.
   */
  readonly runAsGroup?: number;
  /**
   * A numeric user or group id.
   */
  readonly fsGroup?: number;
  /**
   * Whether the kubelet refuses to run a container as root.
   */
  readonly runAsNonRoot?: boolean;
  /**
   * When the ownership of a volume's files is changed to fsGroup.
   */
  readonly fsGroupChangePolicy?: "OnRootMismatch" | "Always";
  /**
   * Further groups of the first process.
   *
   * Items: A numeric user or group id.
   */
  readonly supplementalGroups?: readonly number[];
  /**
   * System calls that the containers may use.
   */
  readonly seccompProfile?: {
    /**
     * Kind of the profile.
     */
    readonly type: "RuntimeDefault" | "Localhost" | "Unconfined";
    /**
     * For Localhost, the profile's path below the kubelet's seccomp folder.
     */
    readonly localhostProfile?: string;
  };
  /**
   * SELinux context of the containers.
   */
  readonly seLinuxOptions?: {
    /**
     * A part of the SELinux context.
     */
    readonly user?: string;
    /**
     * A part of the SELinux context.
     */
    readonly role?: string;
    /**
     * A part of the SELinux context.
     */
    readonly type?: string;
    /**
     * A part of the SELinux context.
     */
    readonly level?: string;
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
  /**
   * A full image reference, with a tag or a digest. It replaces registry, name and tag computed by the operator.
   */
  readonly image?: string;
  /**
   * How long a proxy that is stopped goes on serving open calls; 30 when absent.
   */
  readonly drainSeconds?: number;
  readonly service?: ProxyService;
  readonly autoscaling?: Autoscaling;
  readonly resources?: Resources;
  readonly pod?: Pod;
};
/**
 * The Service in front of the proxies.
 */
export type ProxyService = {
  /**
   * Type of the Service; ClusterIP when absent.
   */
  readonly type?: "ClusterIP" | "NodePort" | "LoadBalancer";
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
 * Scales the component between minReplicas and maxReplicas.
 */
export type Autoscaling = {
  /**
   * Whether this part is on. In v1alpha2 a block that is there is on unless it says false.
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
  readonly targetCPUUtilizationPercentage?: number;
  /**
   * Average use that is aimed at, as a percentage of the request. When no target is set, 80 percent of CPU.
   */
  readonly targetMemoryUtilizationPercentage?: number;
  /**
   * hpa (when absent) makes a HorizontalPodAutoscaler, keda a ScaledObject (KEDA must be installed).
   */
  readonly scaler?: "hpa" | "keda";
  readonly behavior?: Behavior;
  /**
   * What KEDA scales on. Only with scaler keda.
   */
  readonly triggers?: readonly Trigger[];
};
/**
 * How fast to scale, as in a HorizontalPodAutoscaler.
 */
export type Behavior = {
  readonly scaleUp?: ScalingRules;
  readonly scaleDown?: ScalingRules;
};
/**
 * Rules of one direction.
 */
export type ScalingRules = {
  /**
   * How far back recommendations are considered, in seconds.
   */
  readonly stabilizationWindowSeconds?: number;
  /**
   * Which policy counts; Max when absent.
   */
  readonly selectPolicy?: "Max" | "Min" | "Disabled";
  /**
   * Limits of change within a period.
   */
  readonly policies?: readonly ScalingPolicy[];
};
/**
 * One limit.
 */
export type ScalingPolicy = {
  /**
   * Unit of value.
   */
  readonly type: "Pods" | "Percent";
  /**
   * Greatest change within the period.
   */
  readonly value: number;
  /**
   * Length of the period in seconds.
   */
  readonly periodSeconds: number;
};
/**
 * One KEDA trigger.
 */
export type Trigger = {
  /**
   * KEDA scaler, such as kafka or nats-jetstream.
   */
  readonly type: string;
  /**
   * Settings of the KEDA scaler, as its documentation names them.
   */
  readonly metadata?: {
    /**
     * Value of the setting.
     */
    readonly [k: string]: string;
  };
  /**
   * The KEDA object that holds the trigger's credentials.
   */
  readonly authenticationRef?: {
    /**
     * Name of the object (a DNS-1123 subdomain).
     */
    readonly name: string;
    /**
     * TriggerAuthentication when absent.
     */
    readonly kind?: "TriggerAuthentication" | "ClusterTriggerAuthentication";
  };
};
/**
 * One pattern runner.
 */
export type Pattern = {
  /**
   * Name of the runner (a DNS-1035 label of at most 40 characters).
   */
  readonly name: string;
  /**
   * Which runner this is, such as keyvalue, consumer, producer, mailbox, multicast-registry or claimcheck. The name when absent.
   */
  readonly type?: string;
  readonly workload?: Workload;
  /**
   * Number of pods; 1 when absent. With autoscaling the autoscaler decides.
   */
  readonly replicas?: number;
  /**
   * The backends that this runner uses. It gets their addresses and credentials as environment and is started after them.
   */
  readonly backends?: readonly BackendReference[];
  readonly storage?: PatternStorage;
  readonly autoscaling?: Autoscaling;
  /**
   * A full image reference, with a tag or a digest. It replaces registry, name and tag computed by the operator.
   */
  readonly image?: string;
  /**
   * Arguments of the container. They replace those that the operator gives to a known runner.
   *
   * Items: One argument.
   */
  readonly args?: readonly string[];
  /**
   * Further environment variables. They win over those of the operator.
   */
  readonly env?: readonly EnvVar[];
  /**
   * Ports that the runner listens on; they become ports of its Service.
   */
  readonly ports?: readonly RunnerPort[];
  readonly probes?: Probes;
  /**
   * Settings as strings or integers; booleans are written as strings.
   */
  readonly config?: {
    /**
     * Value of the setting.
     */
    readonly [k: string]: number | string;
  };
  readonly resources?: Resources;
  readonly pod?: Pod;
};
/**
 * A use of a backend.
 */
export type BackendReference = {
  /**
   * A key of spec.backends, or the built-in sqlite or memstore.
   */
  readonly name: string;
  /**
   * Settings as strings or integers; booleans are written as strings.
   */
  readonly config?: {
    /**
     * Value of the setting.
     */
    readonly [k: string]: number | string;
  };
};
/**
 * A volume for each pod of the runner.
 */
export type PatternStorage = {
  readonly type?: StorageType;
  /**
   * Size of each volume as a quantity such as 1Gi. It can only grow.
   */
  readonly size?: string;
  /**
   * StorageClass of the volumes. The cluster's default class when absent. Immutable while the component is enabled.
   */
  readonly storageClassName?: string;
};
/**
 * One variable, with a value or a source.
 */
export type EnvVar = {
  /**
   * Name of the variable.
   */
  readonly name: string;
  /**
   * Value; never a secret, which comes by valueFrom.
   */
  readonly value?: string;
  readonly valueFrom?: EnvVarSource;
};
/**
 * Where the value comes from; exactly one source.
 */
export type EnvVarSource = {
  readonly secretKeyRef?: KeySelector;
  readonly configMapKeyRef?: KeySelector;
  /**
   * A field of the pod.
   */
  readonly fieldRef?: {
    /**
     * Path of the field, such as metadata.name.
     */
    readonly fieldPath: string;
    /**
     * Version that the path is written in; v1 when absent.
     */
    readonly apiVersion?: string;
  };
  /**
   * A resource of the container.
   */
  readonly resourceFieldRef?: {
    /**
     * Resource, such as limits.memory.
     */
    readonly resource: string;
    /**
     * Container; the runner when absent.
     */
    readonly containerName?: string;
  };
};
/**
 * A key of a Secret or ConfigMap in this namespace.
 */
export type KeySelector = {
  /**
   * Name of the object (a DNS-1123 subdomain).
   */
  readonly name: string;
  /**
   * Key within the object.
   */
  readonly key: string;
  /**
   * Whether the pod may start without it.
   */
  readonly optional?: boolean;
};
/**
 * One port.
 */
export type RunnerPort = {
  /**
   * Name of the port (an IANA service name).
   */
  readonly name: string;
  /**
   * Port number, 1 to 65535.
   */
  readonly port: number;
  /**
   * TCP when absent.
   */
  readonly protocol?: "TCP" | "UDP" | "SCTP";
};
/**
 * Health checks of the container. Known runners listen on no port, so none are set when absent.
 */
export type Probes = {
  readonly liveness?: Probe;
  readonly readiness?: Probe;
  readonly startup?: Probe;
};
/**
 * A health check by exactly one of httpGet, tcpSocket, grpc and exec.
 */
export type Probe = {
  /**
   * An HTTP request that must be answered with 200 to 399.
   */
  readonly httpGet?: {
    /**
     * Path of the request; / when absent.
     */
    readonly path?: string;
    /**
     * Port number, 1 to 65535.
     */
    readonly port: number;
    /**
     * HTTP when absent.
     */
    readonly scheme?: "HTTP" | "HTTPS";
  };
  /**
   * A connection that must be accepted.
   */
  readonly tcpSocket?: {
    /**
     * Port number, 1 to 65535.
     */
    readonly port: number;
  };
  /**
   * A call of grpc.health.v1.Health that must answer SERVING.
   */
  readonly grpc?: {
    /**
     * Port number, 1 to 65535.
     */
    readonly port: number;
    /**
     * Service to ask for; empty when absent.
     */
    readonly service?: string;
  };
  /**
   * A command in the container that must end with 0.
   */
  readonly exec?: {
    /**
     * The command and its arguments; no shell is involved.
     *
     * Items: One word of the command.
     */
    readonly command: readonly string[];
  };
  /**
   * A time in seconds; Kubernetes' default when absent.
   */
  readonly initialDelaySeconds?: number;
  /**
   * A time in seconds; Kubernetes' default when absent.
   */
  readonly periodSeconds?: number;
  /**
   * A time in seconds; Kubernetes' default when absent.
   */
  readonly timeoutSeconds?: number;
  /**
   * How many answers in a row count; Kubernetes' default when absent.
   */
  readonly successThreshold?: number;
  /**
   * How many answers in a row count; Kubernetes' default when absent.
   */
  readonly failureThreshold?: number;
};
/**
 * One backing service, run by the operator or external.
 */
export type Backend = {
  /**
   * Whether this part is on. In v1alpha2 a block that is there is on unless it says false.
   */
  readonly enabled?: boolean;
  /**
   * What kind of service this is; the name when absent. Immutable while enabled.
   */
  readonly type?: "redis" | "nats" | "postgres" | "minio" | "kafka";
  /**
   * Number of servers. Of several Redis or PostgreSQL servers one is the primary, whose place another one takes when it is lost; a write needs more than half of them, so that 3 go on after the loss of one and 2 do not. NATS and Kafka are clusters of odd size, MinIO is 1 or at least 4. Stored by the webhook when absent - 3 for Kafka, else 1. Immutable for Kafka and MinIO while enabled; NATS keeps more than half of its servers.
   */
  readonly replicas?: number;
  /**
   * Tag of the server's official image, such as 7.4-alpine. A tested one is stored by the webhook when absent.
   */
  readonly version?: string;
  /**
   * A full image reference, with a tag or a digest. It replaces registry, name and tag computed by the operator.
   */
  readonly image?: string;
  readonly storage?: BackendStorage;
  /**
   * For PostgreSQL, the database that is made; prism when absent. Immutable while enabled.
   */
  readonly database?: string;
  readonly auth?: Auth;
  readonly external?: External;
  /**
   * For Kafka, how brokers agree. KRaft when absent. ZooKeeper needs a version below 4 and an image that still has it.
   */
  readonly coordination?: "KRaft" | "ZooKeeper";
  /**
   * Settings as strings or integers; booleans are written as strings.
   */
  readonly config?: {
    /**
     * Value of the setting.
     */
    readonly [k: string]: number | string;
  };
  readonly resources?: Resources;
  readonly pod?: Pod;
};
/**
 * The volume of each server.
 */
export type BackendStorage = {
  /**
   * Size of each volume as a quantity such as 1Gi. It can only grow.
   */
  readonly size?: string;
  /**
   * StorageClass of the volumes. The cluster's default class when absent. Immutable while the component is enabled.
   */
  readonly storageClassName?: string;
};
/**
 * Whether clients must log in, for types where that is a choice (Redis, NATS). PostgreSQL and MinIO always ask.
 */
export type Auth = {
  /**
   * Whether this part is on. In v1alpha2 a block that is there is on unless it says false.
   */
  readonly enabled?: boolean;
};
/**
 * A service that runs elsewhere. Nothing is deployed; runners get its address and credentials.
 */
export type External = {
  /**
   * Address of the service, such as redis://redis.example.com:6379, without user information. For Kafka a comma separated list of host:port.
   */
  readonly url?: string;
  /**
   * Secret in this namespace with the keys username, password, url, accessKey or secretKey, as the type needs them.
   */
  readonly secretRef?: {
    /**
     * Name of the object (a DNS-1123 subdomain).
     */
    readonly name: string;
  };
};
/**
 * An Ingress in front of the proxy.
 */
export type Ingress = {
  /**
   * Whether this part is on. In v1alpha2 a block that is there is on unless it says false.
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
  readonly tls?: IngressTls;
};
/**
 * TLS at the ingress.
 */
export type IngressTls = {
  /**
   * Secret of type kubernetes.io/tls; cert-manager fills it where issuerRef is set.
   */
  readonly secretName: string;
  /**
   * The cert-manager issuer that signs the certificate.
   */
  readonly issuerRef?: {
    /**
     * Name of the object (a DNS-1123 subdomain).
     */
    readonly name: string;
    /**
     * Issuer (when absent), ClusterIssuer or the kind of an external issuer.
     */
    readonly kind?: string;
    /**
     * API group of the issuer; cert-manager.io when absent.
     */
    readonly group?: string;
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
   * Whether this part is on. In v1alpha2 a block that is there is on unless it says false.
   */
  readonly enabled?: boolean;
  /**
   * Time between two scrapes as a Prometheus duration such as 30s; 30s when absent.
   */
  readonly scrapeInterval?: string;
  /**
   * Further labels of the object, by which Prometheus or Grafana finds it.
   */
  readonly labels?: {
    /**
     * Value of the label.
     */
    readonly [k: string]: string;
  };
};
/**
 * Dashboards as ConfigMaps that Grafana's sidecar loads.
 */
export type Grafana = {
  /**
   * Whether this part is on. In v1alpha2 a block that is there is on unless it says false.
   */
  readonly enabled?: boolean;
  /**
   * Folder in Grafana; the sidecar's default when absent.
   */
  readonly folder?: string;
  /**
   * Further labels of the object, by which Prometheus or Grafana finds it.
   */
  readonly labels?: {
    /**
     * Value of the label.
     */
    readonly [k: string]: string;
  };
};
/**
 * Sends logs to Loki.
 */
export type Loki = {
  /**
   * Whether this part is on. In v1alpha2 a block that is there is on unless it says false.
   */
  readonly enabled?: boolean;
  /**
   * Address of Loki, such as http://loki.monitoring.svc:3100.
   */
  readonly url?: string;
  /**
   * Loki tenant (X-Scope-OrgID).
   */
  readonly tenant?: string;
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
