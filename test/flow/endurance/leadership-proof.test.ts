import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { RecordedRequest } from "../../../tools/fault-proxy/fault-proxy.ts";
import { proveLeadership } from "./leadership-proof.ts";

function request(
  resource: string,
  atMs: number,
  answer: { answeredAtMs?: number; status?: number } = {},
): RecordedRequest {
  const { answeredAtMs = atMs + 1, status = 200 } = answer;
  const where = { group: "", version: "v1", subresource: "", namespace: "a", name: "b" };
  return { verb: "patch", resource, ...where, atMs, answeredAtMs, status };
}

const violations = (
  a: readonly RecordedRequest[],
  b: readonly RecordedRequest[],
): readonly string[] =>
  proveLeadership([
    { process: "a", requests: a },
    { process: "b", requests: b },
  ]).violations;

describe("whether two processes wrote at a time", () => {
  it("is denied where each writes while it holds the lease", () => {
    const a = [request("leases", 1), request("services", 5)];
    const b = [request("leases", 10), request("services", 15)];
    assert.deepEqual(violations(a, b), []);
  });

  it("is seen where one writes after another took the lease", () => {
    const a = [request("leases", 1), request("services", 12)];
    assert.deepEqual(violations(a, [request("leases", 10)]), [
      "a: patch services/b while b held the lease",
    ]);
  });

  it("is seen where the lease changes while a write is under way", () => {
    const a = [request("leases", 1), request("services", 5, { answeredAtMs: 20 })];
    assert.equal(violations(a, [request("leases", 10)]).length, 1);
  });

  it("is seen where nobody holds the lease, or another's try for it failed", () => {
    assert.equal(violations([request("services", 5)], []).length, 1);
    const b = [request("leases", 3, { status: 409 }), request("services", 5)];
    assert.equal(violations([request("leases", 1)], b).length, 1);
  });
});
