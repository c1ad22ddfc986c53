import type { KubeObject } from "../domain/kube-object.ts";
import { reconcileNonce } from "./annotations.ts";
import type { Foreign } from "./foreign-workloads.ts";
import { IntentMemory } from "./intent-memory.ts";

/** What is remembered of one PrismCluster from pass to pass; nothing of it is needed for a right answer. */
export interface PassState {
  readonly memory: IntentMemory;
  /** Of the object that this is about: another uid is another object. */
  readonly uid: string | undefined;
  readonly nonce: string | undefined;
  /** Reason of the last failure that was logged: a failure is told once, not with every try. */
  loggedFailure: string | undefined;
  /** When the status was last written; milliseconds. */
  reportedAt: number | undefined;
  /** When something was first seen not ready since it last was; milliseconds. */
  unreadySince: number | undefined;
  /** When the API server was last asked about all pods of the namespace; milliseconds. */
  listedPodsAt: number | undefined;
  /** Undefined until it was looked for. */
  foreign: Foreign | undefined;
  /** Of the last rendering, and of the last one that got ready; see `RenderedKind.basis`. */
  basis: string | undefined;
  settledBasis: string | undefined;
  events: { readonly at: number; readonly found: readonly KubeObject[] } | undefined;
}

/** The states of all objects that are there; they go with their object. */
export class PassStates {
  readonly #now: () => number;
  readonly #states = new Map<string, PassState>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** The state of an object: a new one when the object is another, or the user asked to forget. */
  of(key: string, object: KubeObject): PassState {
    const nonce = reconcileNonce(object);
    const { uid } = object.metadata;
    const known = this.#states.get(key);
    if (known !== undefined && known.uid === uid && known.nonce === nonce) return known;
    const state: PassState = {
      memory: new IntentMemory(this.#now),
      uid,
      nonce,
      loggedFailure: undefined,
      unreadySince: undefined,
      foreign: undefined,
      events: undefined,
      basis: undefined,
      settledBasis: undefined,
      reportedAt: undefined,
      listedPodsAt: undefined,
    };
    this.#states.set(key, state);
    return state;
  }

  drop(key: string): void {
    this.#states.delete(key);
  }

  size(): number {
    return this.#states.size;
  }
}
