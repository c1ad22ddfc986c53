import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { openControlPlane, type TestControlPlane } from "./control-plane.ts";
import { type ChurnResult, churn } from "./endurance/churn.ts";

/** The short form of `npm run churn`; memory and sockets are for the long one. */
describe("clusters that come and go", () => {
  let plane: TestControlPlane;
  let result: ChurnResult;

  before(async () => {
    plane = await openControlPlane({ isExclusive: true });
    result = await churn(plane, { objects: 40, atOnce: 8, looks: 1, told: () => undefined });
  });
  after(() => plane?.close());

  it("leave no entry in any map", () => {
    const { kept } = result.late;
    assert.ok(Object.keys(kept).length > 15, Object.keys(kept).join(" "));
    assert.deepEqual(
      Object.entries(kept).filter(([, count]) => count > 0),
      [],
    );
  });
  it("tell no error", () => assert.deepEqual(result.errors, []));
});
