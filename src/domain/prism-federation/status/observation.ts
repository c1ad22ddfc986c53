import type { Problem } from "../../problem.ts";
import type { MemberLook } from "../member-look.ts";
import type { CredentialsRef } from "../member-plan.ts";
import type { Place } from "../rotation.ts";

/** What was applied to a member last: a digest of it, and the generation that the object had afterwards. */
export interface Applied {
  readonly template: string;
  readonly generation: number;
}

/** One member after a pass. */
export interface MemberView {
  readonly name: string;
  readonly endpoint: string;
  readonly namespace: string;
  readonly clusterName: string | undefined;
  readonly credentials: CredentialsRef | undefined;
  /** The last look; undefined before the first one of this process. */
  readonly look: MemberLook | undefined;
  readonly place: Place;
  readonly addresses: readonly string[];
  /** No longer in the spec, and not yet let go of. */
  readonly isLeaving: boolean;
  readonly applied: Applied | undefined;
}

/** What became of the routing objects. `isAsked` is false where the federation wants none. */
export interface RoutingOutcome {
  readonly isAsked: boolean;
  readonly isPublished: boolean;
  readonly reason: RoutingReason;
  readonly message: string;
  /** True where a person has to do something. */
  readonly isFinal: boolean;
  readonly hostname: string | undefined;
}

/** Why the routing is published or not. */
export type RoutingReason =
  | "Published"
  | "NotRequested"
  | "DNSEndpointNotServed"
  | "GRPCRouteNotServed"
  | "NoMemberServes"
  | "NoAddresses"
  | "Conflict"
  | "Failing";

/** What a pass found, for the status. */
export type FederationObservation =
  | { readonly kind: "invalid"; readonly problems: readonly Problem[] }
  | { readonly kind: "paused"; readonly members: readonly MemberView[] }
  | {
      readonly kind: "deleting";
      readonly message: string;
      readonly members: readonly MemberView[];
    }
  | {
      readonly kind: "observed";
      readonly members: readonly MemberView[];
      readonly hasTemplate: boolean;
      readonly routing: RoutingOutcome;
    };
