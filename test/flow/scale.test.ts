import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { openControlPlane, type TestControlPlane } from "./control-plane.ts";
import { measureScale, type ScaleResult } from "./endurance/scale.ts";

/** The short form of `npm run scale`: what does not depend on how fast the machine is. */
describe("a few clusters like the source's example", () => {
  let plane: TestControlPlane;
  let result: ScaleResult;

  before(async () => {
    plane = await openControlPlane({ isExclusive: true });
    const told = (): void => undefined;
    result = await measureScale(plane, {
      clusters: 2,
      restMs: 5_000,
      quietMs: 2_000,
      deletions: 5,
      told,
    });
  });
  after(() => plane?.close());

  it("are left alone at rest", () => assert.deepEqual(result.restWrites, []));
  it("cost next to no request at rest", () => {
    // A write that changes nothing leaves no trace in the objects. A dozen in five seconds is what certificates and CRDs are looked at.
    assert.ok(result.restRequests <= 15, `${result.restRequests} requests`);
  });
  it("are left alone by a restart", () => assert.deepEqual(result.restartWrites, []));
  it("cost at most ten requests more than they have children", () => {
    const { children, requests, requestsByVerb } = result;
    assert.ok(children >= 39, `${children} children`);
    // Where a start takes longer than some seconds, the status tells how far it is.
    const details = Math.max(0, (requestsByVerb["patch prismclusters status"] ?? 0) - 2);
    assert.ok(
      requests - details <= children + 10,
      `${requests} requests for ${children} children: ${JSON.stringify(requestsByVerb)}`,
    );
  });
  it("get back what is deleted by hand", () => assert.ok(result.healingMs > 0));
});
