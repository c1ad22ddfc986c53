import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { openControlPlane, type TestControlPlane } from "./control-plane.ts";
import { type MembersResult, measureMembers } from "./endurance/members.ts";
import { REQUESTS_BESIDE_CHILDREN } from "./endurance/members-report.ts";

/** The short form of `npm run scale -- --kind PrismPattern`: what does not depend on how fast the machine is. */
describe("a few PrismPatterns of one cluster", () => {
  let plane: TestControlPlane;
  let result: MembersResult;

  before(async () => {
    plane = await openControlPlane({ isExclusive: true });
    const told = (): void => undefined;
    const options = { objects: 20, restMs: 3_000, quietMs: 2_000, told };
    result = await measureMembers(plane, { kind: "PrismPattern", ...options });
  });
  after(() => plane?.close());

  it("are left alone at rest", () => assert.deepEqual(result.restWrites, []));
  it("are left alone by a restart", () => assert.deepEqual(result.restartWrites, []));
  it("cost at most three requests more than they have children", () => {
    const { more, children, requests, requestsByVerb } = result;
    assert.ok(children >= 3, `${children} children`);
    // Where a start takes longer than some seconds, the status tells how far it is.
    const statuses = requestsByVerb["patch prismpatterns status"] ?? 0;
    const details = Math.max(0, statuses / more - 2);
    assert.ok(
      requests - details <= children + REQUESTS_BESIDE_CHILDREN,
      `${requests} requests for ${children} children: ${JSON.stringify(requestsByVerb)}`,
    );
  });
  it("are counted by their cluster some at a time", () => {
    const { more, requestsBeside, requestsByVerb } = result;
    assert.ok(requestsBeside <= more, JSON.stringify(requestsByVerb));
  });
});
