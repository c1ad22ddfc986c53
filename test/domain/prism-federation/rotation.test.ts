import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  lookPolicyOf,
  nextLookMs,
  rotationPolicyOf,
} from "../../../src/domain/prism-federation/policy.ts";
import {
  counted,
  type Look,
  NO_LOOKS,
  type Place,
  type RotatingMember,
  type RotationPolicy,
  rotate,
} from "../../../src/domain/prism-federation/rotation.ts";

const POLICY: RotationPolicy = {
  isAutomatic: true,
  failureThreshold: 3,
  successThreshold: 2,
  recoveryMs: 30_000,
};
const PERIOD_MS = 10_000;

/** Members that are looked at together, every period. */
class Fleet {
  #members: RotatingMember[];
  readonly #policy: RotationPolicy;
  nowMs = 1_000_000;
  changes = 0;

  constructor(names: readonly string[], policy = POLICY) {
    this.#policy = policy;
    const place: Place = { rotation: "Waiting", sinceMs: 0, timesOut: 0 };
    this.#members = names.map((name) => ({ name, place, tally: NO_LOOKS }));
  }

  look(looks: readonly Look[], times = 1): void {
    for (let i = 0; i < times; i++) this.#lookOnce(looks);
  }

  #lookOnce(looks: readonly Look[]): void {
    this.nowMs += PERIOD_MS;
    this.#members = this.#members.map((member, index) => {
      const tally = counted(member.tally, looks[index] ?? "unsure", this.nowMs);
      return { ...member, tally };
    });
    const places = rotate(this.#members, this.#policy, this.nowMs);
    this.#members = this.#members.map((member) => {
      const place = places.get(member.name) ?? member.place;
      if (place.rotation !== member.place.rotation) this.changes += 1;
      return { ...member, place };
    });
  }

  get members(): readonly RotatingMember[] {
    return this.#members;
  }

  get places(): string {
    return this.#members.map(({ place }) => place.rotation).join(" ");
  }
}

function serving(policy = POLICY): Fleet {
  const fleet = new Fleet(["a", "b", "c"], policy);
  fleet.look(["good", "good", "good"]);
  return fleet;
}

function isServed(members: readonly RotatingMember[]): boolean {
  return members.some(({ place }) => place.rotation === "In");
}

function judgeStep(before: RotatingMember | undefined, { place, tally }: RotatingMember): void {
  const step = `${before?.place.rotation} ${place.rotation}`;
  if (step === "In Out") assert.ok(tally.failures >= POLICY.failureThreshold);
  if (step === "Out In") assert.ok(tally.successes > 0);
  assert.doesNotMatch(step, /^(In|Out) Waiting$/);
}

describe("rotation", () => {
  it("takes a member in with its first good look", () => {
    const fleet = new Fleet(["a", "b", "c"]);
    fleet.look(["good", "bad", "unsure"]);
    assert.equal(fleet.places, "In Waiting Waiting");
  });

  it("keeps a member that fails until the threshold, then takes it out", () => {
    const fleet = serving();
    fleet.look(["bad", "good", "good"], 2);
    assert.equal(fleet.places, "In In In");
    fleet.look(["bad", "good", "good"]);
    assert.equal(fleet.places, "Out In In");
  });

  it("counts failures in a row only", () => {
    const fleet = serving();
    for (let i = 0; i < 20; i++) fleet.look([i % 3 === 2 ? "good" : "bad", "good", "good"]);
    assert.equal(fleet.places, "In In In");
  });

  it("takes nobody out while nobody else is well: the fault may be ours", () => {
    const fleet = serving();
    fleet.look(["bad", "bad", "bad"], 100);
    assert.equal(fleet.places, "In In In");
    assert.equal(fleet.changes, 3);
  });

  it("keeps the last one in, however badly it does", () => {
    const fleet = serving();
    fleet.look(["bad", "bad", "good"], 3);
    fleet.look(["bad", "bad", "bad"], 50);
    assert.equal(fleet.places, "Out Out In");
  });

  it("takes a member that answers again back at once when nobody in rotation is well", () => {
    const fleet = serving();
    fleet.look(["bad", "good", "good"], 3);
    fleet.look(["bad", "bad", "bad"]);
    fleet.look(["good", "bad", "bad"]);
    assert.equal(fleet.places, "In In In");
    fleet.look(["good", "bad", "bad"]);
    assert.equal(fleet.places, "In Out Out");
  });

  it("takes a member back when it was well for long enough, and often enough", () => {
    const fleet = serving();
    fleet.look(["bad", "good", "good"], 3);
    fleet.look(["good", "good", "good"], 3);
    assert.equal(fleet.places, "Out In In");
    fleet.look(["good", "good", "good"]);
    assert.equal(fleet.places, "In In In");
  });

  it("waits longer each time that a member goes out again soon, and forgives", () => {
    const fleet = serving();
    const waits: number[] = [];
    for (let round = 0; round < 7; round++) {
      fleet.look(["bad", "good", "good"], 3);
      let looks = 0;
      while (fleet.places !== "In In In") {
        fleet.look(["good", "good", "good"]);
        looks += 1;
      }
      waits.push(looks - 1);
    }
    assert.deepEqual(waits, [3, 6, 12, 24, 48, 48, 48]);
    fleet.look(["good", "good", "good"], 480);
    assert.equal(fleet.members[0]?.place.timesOut, 0);
  });

  it("is left as it is by looks that say nothing", () => {
    const fleet = serving();
    fleet.look(["unsure", "good", "good"], 100);
    assert.equal(fleet.places, "In In In");
  });

  it("takes nobody out while failover is disabled, and back who was out", () => {
    const fleet = serving({ ...POLICY, isAutomatic: false });
    fleet.look(["bad", "good", "good"], 50);
    assert.equal(fleet.places, "In In In");
    const place: Place = { rotation: "Out", sinceMs: 0, timesOut: 2 };
    const out: RotatingMember = { name: "a", place, tally: NO_LOOKS };
    const places = rotate([out], { ...POLICY, isAutomatic: false }, 1);
    assert.equal(places.get("a")?.rotation, "In");
  });

  it("never empties and never moves a member that has not earned it, whatever is seen", () => {
    const look = fc.constantFrom<Look>("good", "bad", "unsure");
    const round = fc.tuple(look, look, look);
    fc.assert(
      fc.property(fc.array(round, { minLength: 1, maxLength: 60 }), (rounds) => {
        const fleet = new Fleet(["a", "b", "c"]);
        for (const looks of rounds) {
          const before = fleet.members;
          fleet.look(looks);
          assert.ok(!isServed(before) || isServed(fleet.members));
          for (const [index, member] of fleet.members.entries()) judgeStep(before[index], member);
        }
      }),
    );
  });

  it("changes at most once in a while for a member that comes and goes", () => {
    const fleet = serving();
    for (let i = 0; i < 1_000; i++) {
      fleet.look([i % 9 < 3 ? "bad" : "good", "good", "good"]);
    }
    // 1,000 looks, 111 outages. Undamped there would be two changes an outage.
    assert.ok(fleet.changes < 12, `${fleet.changes} changes`);
  });
});

describe("policies", () => {
  it("have the documented defaults", () => {
    assert.deepEqual(lookPolicyOf(undefined), { periodMs: 10_000, timeoutMs: 5_000 });
    assert.deepEqual(rotationPolicyOf({}), POLICY);
  });

  it("never wait longer for an answer than for the next look", () => {
    assert.equal(lookPolicyOf({ failoverPolicy: { periodSeconds: 2 } }).timeoutMs, 2_000);
  });

  it("look less often at what is gone", () => {
    const policy = lookPolicyOf({});
    const waits = [0, 1, 3, 4, 6, 8, 100].map((failures) => nextLookMs(policy, failures, 3));
    assert.deepEqual(waits, [10_000, 10_000, 10_000, 20_000, 40_000, 60_000, 60_000]);
  });
});
