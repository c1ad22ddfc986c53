import type { PrismFederation } from "../../api/prism-federation-v1alpha3.ts";
import type { KubeObject } from "../../domain/kube-object.ts";
import { isPausedAt } from "../../domain/pause.ts";
import type { Valid, Validator, Verdict } from "../../domain/validator.ts";
import type { Clock, Random } from "../../engine/clock.ts";
import type { Digest } from "../ownership.ts";
import type { Cache, EventSink, Log, PassObserver, Writer } from "../ports.ts";
import type { Resource } from "../resource.ts";
import type { FederationState } from "./member-memory.ts";
import type { FederationObserver, MemberConnector } from "./member-port.ts";

/** Everything that the controller needs; it makes nothing of it itself. */
export interface FederationOptions {
  readonly resource: Resource;
  readonly validator: Validator<PrismFederation & KubeObject>;
  readonly cache: Cache;
  readonly writer: Writer;
  readonly connector: MemberConnector;
  readonly events: EventSink;
  readonly passes: PassObserver;
  readonly observer: FederationObserver;
  readonly log: Log;
  readonly digest: Digest;
  /** Text of base64 in UTF-8; undefined for what is none. */
  readonly decode: (base64: string) => string | undefined;
  readonly clock: Clock;
  readonly random: Random;
  readonly wallClock: () => Date;
  readonly resyncMs: number;
  /** Asks for a pass over a federation. */
  readonly wake: (key: string) => void;
}

/** What one pass works with. */
export interface FederationContext extends FederationOptions {
  readonly key: string;
  readonly object: KubeObject;
  readonly state: FederationState;
  readonly verdict: Verdict<PrismFederation & KubeObject>;
  /** Asks for a look at a member now. */
  readonly wakeMember: (member: string) => void;
}

/** A valid federation as the context has it. */
export type ValidFederation = Valid<PrismFederation & KubeObject>;

/** Whether a person asked to leave the members alone, now. */
export function isPausedNow({ object, wallClock }: FederationContext): boolean {
  return isPausedAt(object, wallClock().getTime());
}
