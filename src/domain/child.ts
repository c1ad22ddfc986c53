import type { DataMark } from "./data-mark.ts";
import type { KubeObject } from "./kube-object.ts";

/**
 * The order of a rollout (design, section 5): nothing of a later stage is created or updated before every
 * child of the earlier stages is ready. Deletion has an order of its own.
 */
export const STAGES = [
  "config",
  "backends",
  "admin",
  "proxy",
  "runners",
  "ingress",
  "observability",
] as const;
export type Stage = (typeof STAGES)[number];

/** Which part of the deployment a child belongs to, for status, logs and restart decisions. */
export type Component =
  | { readonly kind: "backend"; readonly name: string }
  | { readonly kind: "pattern"; readonly name: string }
  | { readonly kind: "admin" | "proxy" | "ingress" | "observability" | "shared" };

/**
 * How a child lives.
 * `owned`: has our owner reference, applied when it differs, pruned when no longer desired.
 * `retained`: holds data or what opens data (credentials); created once, never rewritten, never pruned;
 * deleted only together with a PrismCluster whose deletionPolicy is Delete.
 */
export type Lifetime = "owned" | "retained";

/** One object that should exist: the full intent of our field manager and nothing else. */
export interface Child {
  readonly stage: Stage;
  readonly component: Component;
  readonly lifetime: Lifetime;
  readonly object: KubeObject;
  /** What its volumes hold once it was ready; absent where nothing depends on it. */
  readonly data?: DataMark;
  /** A StatefulSet of members one of which is the primary: how many the object asks for, which may be on their way. */
  readonly replication?: { readonly members: number };
}

/** A Secret whose content is made once by us: keys and how each value is made. */
export interface GeneratedSecret {
  readonly name: string;
  readonly component: Component;
  /** `password`: 43 characters [A-Za-z0-9] from 32 random bytes; `clusterId`: 22 characters base64url; `fixed`: as given. */
  readonly keys: Readonly<
    Record<
      string,
      | { readonly make: "password" | "clusterId" }
      | { readonly make: "fixed"; readonly value: string }
    >
  >;
  readonly labels: Readonly<Record<string, string>>;
  /** It opens nothing once its owner is gone, and goes with it. */
  readonly goesWithOwner?: true;
}
