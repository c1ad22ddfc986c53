/** What is remembered of members from look to look; what must outlast the process stands in the status. */
import type { MemberStatus } from "../../api/prism-federation-v1alpha3.ts";
import { lookOf, type MemberLook } from "../../domain/prism-federation/member-look.ts";
import {
  counted,
  NO_LOOKS,
  type Place,
  type Tally,
} from "../../domain/prism-federation/rotation.ts";
import type { Applied } from "../../domain/prism-federation/status/observation.ts";
import { placeIn } from "../../domain/prism-federation/status/previous.ts";

/** One member. */
export interface MemberState {
  look: MemberLook | undefined;
  tally: Tally;
  place: Place;
  addresses: readonly string[];
  applied: Applied | undefined;
  /** The former PrismCluster is gone, or was let go of. */
  isFinished: boolean;
  /** resourceVersion of the Secret that the last look was made with. */
  secretVersion: string | undefined;
  /** Generation of the federation that the last look was made for. */
  generation: number | undefined;
}

/** The members of one federation. */
export interface FederationState {
  /** Of the object that this is about: another uid is another federation. */
  readonly uid: string | undefined;
  readonly members: Map<string, MemberState>;
  /** Reason of the last failure that was logged: a failure is told once, not with every try. */
  loggedFailure: string | undefined;
}

/** The states of all federations that are there. */
export class MemberMemory {
  readonly #federations = new Map<string, FederationState>();

  /** The state of a federation: a new one when the object is another. */
  of(key: string, uid: string | undefined): FederationState {
    const known = this.#federations.get(key);
    if (known !== undefined && known.uid === uid) return known;
    const state: FederationState = { uid, members: new Map(), loggedFailure: undefined };
    this.#federations.set(key, state);
    return state;
  }

  /** Forgets a federation; answers the names of its members. */
  drop(key: string): readonly string[] {
    const names = [...(this.#federations.get(key)?.members.keys() ?? [])];
    this.#federations.delete(key);
    return names;
  }

  size(): number {
    return this.#federations.size;
  }

  clear(): void {
    this.#federations.clear();
  }
}

/** The state of a member: from its status where this process has not met it yet. */
export function memberState(
  federation: FederationState,
  name: string,
  stored: MemberStatus | undefined,
  nowMs: number,
): MemberState {
  const known = federation.members.get(name);
  if (known !== undefined) return known;
  const { appliedTemplate: template, appliedGeneration: generation = 0 } = stored ?? {};
  const state: MemberState = {
    look: undefined,
    tally: NO_LOOKS,
    place: placeIn(stored, nowMs),
    addresses: stored?.addresses ?? [],
    applied: template === undefined ? undefined : { template, generation },
    isFinished: false,
    secretVersion: undefined,
    generation: undefined,
  };
  federation.members.set(name, state);
  return state;
}

/** Takes a look in. */
export function remember(state: MemberState, look: MemberLook, nowMs: number): void {
  state.tally = counted(state.tally, lookOf(look), nowMs);
  state.look = steady(state.look, look);
  if (look.kind === "seen" && look.addresses !== undefined) state.addresses = look.addresses;
}

/** The network's words differ from try to try while nothing changes: the first ones stay. */
function steady(before: MemberLook | undefined, now: MemberLook): MemberLook {
  const isSame =
    now.kind === "unknown" && before?.kind === "unknown" && before.reason === now.reason;
  return isSame && now.isSilent ? before : now;
}
