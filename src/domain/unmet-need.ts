import type { Component } from "./child.ts";

/** What the object relies on and the Kubernetes cluster does not give: an optional program, or volumes that fit. */
export interface UnmetNeed {
  readonly component: Component;
  readonly reason: "KedaMissing" | "CertManagerMissing" | "DataUnreadable";
  readonly message: string;
  /** The component's children must be neither applied nor pruned: what runs keeps what it has. */
  readonly holdsBack?: true;
}
