import type { Component } from "./child.ts";

/** What the object relies on and the Kubernetes cluster does not give: an optional program, or volumes that fit. */
export interface UnmetNeed {
  readonly component: Component;
  readonly reason:
    | "KedaMissing"
    | "CertManagerMissing"
    | "DataUnreadable"
    | "ClusterMissing"
    | "ClusterAmbiguous"
    | "ClusterNotReady"
    | "BackendMissing"
    | "PatternMissing"
    | "TenantNotPermitted"
    | "NamespaceUnreadable";
  readonly message: string;
  /** The component's children must be neither applied nor pruned: what runs keeps what it has. */
  readonly holdsBack?: true;
  /** It comes by itself, with an object that somebody makes in whatever order: nobody is asked to act. */
  readonly comes?: true;
}
