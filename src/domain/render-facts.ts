import type { DataMark } from "./data-mark.ts";
import type { Family } from "./family.ts";
import type { ReplicationRecord } from "./replication/record.ts";

/** A Secret or ConfigMap key whose value decides what is rendered. */
export interface KeyRef {
  readonly kind: "Secret" | "ConfigMap";
  readonly name: string;
  readonly key: string;
  /** Of another namespace than the object that is rendered: only Secrets that we made. */
  readonly namespace?: string;
}

/** Digests (`sha256:...`) by an image's path and tag without its registry: a mirror holds the same content under the same path. */
export type ImageDigests = Readonly<Record<string, string>>;

/** A Secret or ConfigMap of the namespace that rendering reads. */
export type ReferencedObject = Omit<KeyRef, "key">;

/** What rendering needs to know from outside the object. Plain answers; nothing here waits or fails. */
export interface RenderFacts {
  /** Defaults from the operator's options, for every image that the object does not name. */
  readonly images: {
    readonly registry: string;
    readonly tag: string;
    /** In place of Docker Hub, for images that name no registry. */
    readonly mirror?: string;
    /** What images are pinned to. */
    readonly digests?: ImageDigests;
  };
  /** DNS domain of the Kubernetes cluster, usually `cluster.local`. */
  readonly clusterDomain: string;
  /**
   * Hash of a text for `prism.io/config-hash`: at most 63 characters, stable over restarts and operator versions.
   * Must be cryptographic, since credentials go into it and annotations are read more widely than Secrets.
   */
  digest(text: string): string;
  /** The decoded value of a key that `referencedKeys` names; undefined while the object or the key is missing. */
  value(ref: KeyRef): string | undefined;
  /** Optional resources that the API server serves now. */
  readonly serves: {
    readonly serviceMonitor: boolean;
    readonly scaledObject: boolean;
    readonly certificate: boolean;
  };
  /** `spec.replicas` of a live Deployment or StatefulSet; undefined when there is none (REC-5). */
  liveReplicas(workload: string): number | undefined;
  /**
   * Size in the live StatefulSet's own claim template or, without one, of the largest claim it left behind.
   * A rendered template is never smaller: volumes do not shrink, and a returning member fits its old volume.
   */
  claimSize(workload: string): string | undefined;
  /** What is noted on the volume claims of a StatefulSet, whether it runs or not; claims without a note are left out. */
  dataMarks(workload: string): readonly MarkedClaim[];
  /** Who is the primary of a workload's members; undefined while it has none. */
  replication(workload: string): ReplicationRecord | undefined;
  /** Objects of our kinds that this one may be rendered with. */
  readonly family: Family;
}

/** A volume claim with what it holds. */
export interface MarkedClaim {
  readonly claim: string;
  /** Of the member whose volume it is. */
  readonly ordinal: number;
  readonly mark: DataMark;
}
