import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { openControlPlane, type TestControlPlane } from "./control-plane.ts";
import { type LeadersResult, strikeLeaders } from "./endurance/leaders.ts";

/** The short form of `npm run leaders`, with a lease of three seconds. */
describe("three operators whose leader is killed twice and then frozen beyond its lease", () => {
  let plane: TestControlPlane;
  let result: LeadersResult;

  before(async () => {
    plane = await openControlPlane({ isExclusive: true });
    result = await strikeLeaders(plane, {
      operators: 3,
      clusters: 2,
      everyMs: 4_500,
      strikes: 3,
      freezeEach: 3,
      leaseSeconds: 3,
      told: () => undefined,
    });
  });
  after(() => plane?.close());

  it("hand the lease on", () => assert.ok(result.changes >= 3, `${result.changes} changes`));
  it("write only while they hold it", () => {
    assert.ok(result.writes > 50, `${result.writes} writes`);
    assert.deepEqual(result.violations, []);
  });
  it("bring everything to what was last asked, once", () => assert.deepEqual(result.faults, []));
  it("tell no error and no unhandled rejection", () => assert.deepEqual(result.errors, []));
});
