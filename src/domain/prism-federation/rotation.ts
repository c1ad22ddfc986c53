/**
 * Which members get traffic. A member that fails goes out of rotation and comes back when it has recovered; the rules
 * here keep the rotation from moving with every hiccup, and from moving at all when it is we who cannot see.
 */

/** What one look at a member says about its traffic: `unsure` is neither for nor against it. */
export type Look = "good" | "bad" | "unsure";

/** Looks in a row; counted anew after a restart of the operator, which can only make a change later. */
export interface Tally {
  readonly failures: number;
  readonly successes: number;
  /** Of the first of these successes; milliseconds. */
  readonly goodSinceMs: number | undefined;
}

/** Where a member stands; kept in the status. */
export interface Place {
  readonly rotation: "Waiting" | "In" | "Out";
  /** Of the last change; milliseconds since 1970. */
  readonly sinceMs: number;
  /** How often it went out lately. */
  readonly timesOut: number;
}

/** A member with what is known of it. */
export interface RotatingMember {
  readonly name: string;
  readonly place: Place;
  readonly tally: Tally;
}

/** When members move. */
export interface RotationPolicy {
  /** Off: nobody is taken out, and who was comes back. */
  readonly isAutomatic: boolean;
  readonly failureThreshold: number;
  readonly successThreshold: number;
  readonly recoveryMs: number;
}

/** Before the first look. */
export const NO_LOOKS: Tally = { failures: 0, successes: 0, goodSinceMs: undefined };

/** A member that goes out again and again waits up to this many times longer (route flap damping, RFC 2439). */
const MOST_PATIENCE = 16;
/** In for so many recovery times without a failure, and what was before is forgotten. */
const FORGIVEN_AFTER = 10;

/** The tally after one more look. */
export function counted(tally: Tally, look: Look, nowMs: number): Tally {
  switch (look) {
    case "good":
      return {
        failures: 0,
        successes: tally.successes + 1,
        goodSinceMs: tally.goodSinceMs ?? nowMs,
      };
    case "bad":
      return { failures: tally.failures + 1, successes: 0, goodSinceMs: undefined };
    case "unsure":
      return tally;
  }
}

/**
 * The places of all members now. Nobody goes out while no other member in rotation is well: then the fault may be ours,
 * or the rest would be no better. When none in rotation is well, the first that answers comes back at once.
 */
export function rotate(
  members: readonly RotatingMember[],
  policy: RotationPolicy,
  nowMs: number,
): ReadonlyMap<string, Place> {
  const places = new Map(members.map(({ name, place }) => [name, place]));
  const isWell = ({ name, tally }: RotatingMember): boolean =>
    places.get(name)?.rotation === "In" && tally.failures === 0 && tally.successes > 0;
  for (const member of members) {
    if (mayEnter(member, policy, nowMs, members.some(isWell))) {
      places.set(member.name, { ...member.place, rotation: "In", sinceMs: nowMs });
    }
  }
  for (const member of members) {
    const place = places.get(member.name) ?? member.place;
    const others = members.filter((other) => other.name !== member.name);
    if (mustLeave(place, member.tally, policy) && others.some(isWell)) {
      const timesOut = place.timesOut + 1;
      places.set(member.name, { rotation: "Out", sinceMs: nowMs, timesOut });
    } else if (isForgiven(place, member.tally, policy, nowMs)) {
      places.set(member.name, { ...place, timesOut: 0 });
    }
  }
  return places;
}

function mayEnter(
  { place, tally }: RotatingMember,
  policy: RotationPolicy,
  nowMs: number,
  isAnyWell: boolean,
): boolean {
  if (place.rotation === "In") return false;
  if (place.rotation === "Out" && !policy.isAutomatic) return true;
  if (tally.successes === 0) return false;
  if (place.rotation === "Waiting" || !isAnyWell) return true;
  const goodForMs = nowMs - (tally.goodSinceMs ?? nowMs);
  return tally.successes >= policy.successThreshold && goodForMs >= recoveryMs(place, policy);
}

function mustLeave(place: Place, tally: Tally, policy: RotationPolicy): boolean {
  return policy.isAutomatic && place.rotation === "In" && tally.failures >= policy.failureThreshold;
}

function isForgiven(place: Place, tally: Tally, policy: RotationPolicy, nowMs: number): boolean {
  if (place.rotation !== "In" || place.timesOut === 0 || tally.failures > 0) return false;
  return nowMs - place.sinceMs >= FORGIVEN_AFTER * recoveryMs(place, policy);
}

/** How long a member must be well before it comes back: twice as long each time. */
function recoveryMs({ timesOut }: Place, policy: RotationPolicy): number {
  return policy.recoveryMs * Math.min(2 ** Math.max(timesOut - 1, 0), MOST_PATIENCE);
}
