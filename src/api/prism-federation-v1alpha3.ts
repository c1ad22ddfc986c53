/* Generated from crds/ by `npm run generate`. Do not edit. */

/**
 * latency-based (when absent) leads a client to the nearest member, weighted spreads by weight, failover leads everybody to the first member in the list that serves.
 */
export type RoutingStrategy = "latency-based" | "weighted" | "failover";

/**
 * The same PrismCluster in several Kubernetes clusters, with one host name in front of them that leads to those that answer.
 */
export type PrismFederation = {
  readonly apiVersion: "prism.io/v1alpha3";
  readonly kind: "PrismFederation";
  readonly metadata: ObjectMeta;
  readonly spec: PrismFederationSpec;
  readonly status?: PrismFederationStatus;
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
 * The members, what runs on them and how traffic reaches them.
 */
export type PrismFederationSpec = {
  /**
   * The members. Their order is their rank where the strategy is failover.
   */
  readonly clusters: readonly FederationMember[];
  readonly template?: ClusterTemplate;
  readonly routing?: FederationRouting;
  /**
   * What becomes of the members' PrismClusters when this federation is deleted. Retain (when absent) leaves them running and lets go of them, Delete deletes them, each by its own deletionPolicy.
   */
  readonly deletionPolicy?: "Retain" | "Delete";
  /**
   * What becomes of the PrismCluster of a member that is removed from spec.clusters, or of all when spec.template is removed. Delete (when absent) deletes it by its own deletionPolicy, Retain leaves it running and lets go of it.
   */
  readonly removalPolicy?: "Retain" | "Delete";
};
/**
 * One Kubernetes cluster.
 */
export type FederationMember = {
  /**
   * Name of the member (a DNS-1123 label), such as us-west-2.
   */
  readonly name: string;
  /**
   * Address of the member's Kubernetes API server, https and without user information, such as https://k8s-usw2.example.com. It must be the server that the kubeconfig names.
   */
  readonly endpoint: string;
  readonly credentialsSecretRef?: CredentialsSecretRef;
  /**
   * Namespace on the member that holds the PrismCluster; that of the federation when absent. It must exist there.
   */
  readonly namespace?: string;
  /**
   * Region by which a provider measures latency, such as us-west-2. The member's name when absent.
   */
  readonly region?: string;
  /**
   * Share of traffic where the strategy is weighted, relative to the other members; 100 when absent, 0 is none.
   */
  readonly weight?: number;
  /**
   * IP addresses, or one host name, under which clients reach the member's proxy. When absent they are read from the Ingress or else the Service of the proxy on the member.
   *
   * Items: An IPv4 or IPv6 address, or a host name.
   */
  readonly addresses?: readonly string[];
  readonly backendRef?: MemberBackendRef;
  /**
   * What is different on this member, laid over spec.template.spec. Objects are merged, null removes a field, lists whose items have names are merged by name (an item with "$patch" set to delete is removed), other lists are replaced.
   */
  readonly overrides?: {};
};
/**
 * Secret in the federation's namespace with a kubeconfig for this member. Without one nothing is known of the member and nothing is applied to it.
 */
export type CredentialsSecretRef = {
  /**
   * Name of the object (a DNS-1123 subdomain).
   */
  readonly name: string;
  /**
   * Key of the kubeconfig within the Secret; kubeconfig when absent. It may hold an inline certificate authority, and a token or an inline client certificate, and nothing else.
   */
  readonly key?: string;
};
/**
 * Object in the federation's namespace through which a Gateway reaches the member's proxy, such as the Service or ServiceImport of a mesh.
 */
export type MemberBackendRef = {
  /**
   * API group; empty (when absent) is the core group.
   */
  readonly group?: string;
  /**
   * Kind; Service when absent.
   */
  readonly kind?: string;
  /**
   * Name of the object (a DNS-1123 subdomain).
   */
  readonly name: string;
  /**
   * Port of the object; 8980, the proxy's, when absent.
   */
  readonly port?: number;
};
/**
 * The PrismCluster that every member gets. Without it the federation only watches the PrismClusters that are there.
 */
export type ClusterTemplate = {
  /**
   * Version of PrismCluster that metadata and spec are written in, and that every member must serve.
   */
  readonly apiVersion: "prism.io/v1alpha1" | "prism.io/v1alpha2";
  /**
   * PrismCluster, which it is when absent.
   */
  readonly kind?: "PrismCluster";
  readonly metadata?: TemplateMetadata;
  /**
   * Spec of the PrismCluster, judged as that of a PrismCluster of this version.
   */
  readonly spec: {};
};
/**
 * Name, labels and annotations of the PrismClusters.
 */
export type TemplateMetadata = {
  /**
   * Name of the PrismClusters; that of the federation when absent.
   */
  readonly name?: string;
  /**
   * Further labels.
   */
  readonly labels?: {
    /**
     * Value of the label.
     */
    readonly [k: string]: string;
  };
  /**
   * Further annotations.
   */
  readonly annotations?: {
    /**
     * Value of the annotation.
     */
    readonly [k: string]: string;
  };
};
/**
 * How traffic reaches the members.
 */
export type FederationRouting = {
  readonly strategy?: RoutingStrategy;
  /**
   * Whether a member that does not answer, or whose PrismCluster is not available, is taken out of routing; enabled when absent.
   */
  readonly failover?: "enabled" | "disabled";
  readonly failoverPolicy?: FailoverPolicy;
  readonly dns?: RoutingDns;
  readonly gateway?: RoutingGateway;
};
/**
 * When a member is taken out of routing and when it comes back.
 */
export type FailoverPolicy = {
  /**
   * Time between two looks at a member; 10 when absent. A member that is out is looked at less often, at most six times as long.
   */
  readonly periodSeconds?: number;
  /**
   * Time that a member has to answer; 5 when absent, or periodSeconds where that is less.
   */
  readonly timeoutSeconds?: number;
  /**
   * Failures in a row after which a member is taken out, as long as another one is well; 3 when absent.
   */
  readonly failureThreshold?: number;
  /**
   * Successes in a row that a member which was out needs to come back; 2 when absent.
   */
  readonly successThreshold?: number;
  /**
   * Time without a failure that a member which was out needs to come back; 30 when absent. It doubles, up to 16 times, each time that the member goes out again soon after.
   */
  readonly recoverySeconds?: number;
};
/**
 * Publishes the members' addresses as a DNSEndpoint for ExternalDNS. Without this block there is none.
 */
export type RoutingDns = {
  /**
   * Host name that clients use; that of the template's ingress when absent.
   */
  readonly hostname?: string;
  /**
   * How long a resolver may keep an answer, and so how long clients may still be led to a member that is out; 60 when absent.
   */
  readonly ttlSeconds?: number;
  /**
   * aws (when absent) uses Route 53's latency, weight and failover records, one set a member. plain publishes one set of all members that serve, for providers that know no such records.
   */
  readonly provider?: "aws" | "plain";
  /**
   * Further labels.
   */
  readonly labels?: {
    /**
     * Value of the label.
     */
    readonly [k: string]: string;
  };
  /**
   * Further annotations.
   */
  readonly annotations?: {
    /**
     * Value of the annotation.
     */
    readonly [k: string]: string;
  };
};
/**
 * Publishes a GRPCRoute of the Gateway API that leads to the members' backendRefs. Without this block there is none.
 */
export type RoutingGateway = {
  /**
   * Gateways that the route belongs to.
   */
  readonly parentRefs: readonly GatewayRef[];
  /**
   * Host names of the route; that of dns, or of the template's ingress, when absent.
   *
   * Items: A host name.
   */
  readonly hostnames?: readonly string[];
};
/**
 * One Gateway.
 */
export type GatewayRef = {
  /**
   * Name of the object (a DNS-1123 subdomain).
   */
  readonly name: string;
  /**
   * Namespace of the Gateway; that of the federation when absent.
   */
  readonly namespace?: string;
  /**
   * Listener of the Gateway; all of them when absent.
   */
  readonly sectionName?: string;
};
/**
 * What the operator sees; written by it alone.
 */
export type PrismFederationStatus = {
  /**
   * Summary of the conditions.
   */
  readonly phase?: "Pending" | "Running" | "Degraded" | "Failed";
  /**
   * Ready members of all, such as 3/3.
   */
  readonly readyMembers?: string;
  /**
   * Members in rotation, of all, such as 2/3.
   */
  readonly servingMembers?: string;
  /**
   * Host name that is published.
   */
  readonly hostname?: string;
  /**
   * metadata.generation that this status describes.
   */
  readonly observedGeneration?: number;
  /**
   * Last change of a member or of this status (RFC 3339).
   */
  readonly lastReconciled?: string;
  /**
   * The truth from which the phase is computed - Ready, Available, Reconciling, Stalled, ConfigValid, MembersReachable, TemplateApplied, RoutingPublished and Paused.
   */
  readonly conditions?: readonly Condition[];
  /**
   * State of each member, also of those that are leaving.
   */
  readonly members?: readonly MemberStatus[];
};
/**
 * One aspect of the federation's state (meta/v1 Condition).
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
 * State of one member.
 */
export type MemberStatus = {
  /**
   * Name of the member.
   */
  readonly name: string;
  /**
   * Phase of the PrismCluster on the member; Unknown while the member does not answer, or refuses to; Leaving while it is no longer in spec.clusters and something of it is left.
   */
  readonly phase: "Pending" | "Running" | "Degraded" | "Failed" | "Unknown" | "Leaving";
  /**
   * Why it is not running, as one word for programs.
   */
  readonly reason?: string;
  /**
   * Why, for people.
   */
  readonly message?: string;
  /**
   * Waiting until it has been available once, In while it gets traffic, Out while it was taken out of routing.
   */
  readonly rotation: "Waiting" | "In" | "Out";
  /**
   * When rotation last changed (RFC 3339).
   */
  readonly rotationSince?: string;
  /**
   * How often it went out of routing lately; each time it takes longer to come back.
   */
  readonly timesOut?: number;
  /**
   * Ready components of its PrismCluster, as last seen.
   */
  readonly readyComponents?: string;
  /**
   * Where clients reach its proxy, as last seen.
   *
   * Items: An IP address or a host name.
   */
  readonly addresses?: readonly string[];
  /**
   * Address of its API server.
   */
  readonly endpoint?: string;
  /**
   * Namespace of its PrismCluster.
   */
  readonly namespace?: string;
  /**
   * Name of its PrismCluster.
   */
  readonly cluster?: string;
  readonly credentialsSecretRef?: CredentialsSecretRef;
  /**
   * Digest of what was applied to it last; absent while nothing of ours is there.
   */
  readonly appliedTemplate?: string;
  /**
   * metadata.generation of its PrismCluster after that.
   */
  readonly appliedGeneration?: number;
};
