import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { failureOf, unreachable } from "../../src/kube/api-failure.ts";

const status = (reason: string): string => JSON.stringify({ kind: "Status", reason, message: "m" });

describe("failureOf", () => {
  const table: readonly [number, string, string | undefined, string][] = [
    [400, status("BadRequest"), undefined, "invalid"],
    [401, status("Unauthorized"), undefined, "forbidden"],
    [403, status("Forbidden"), undefined, "forbidden"],
    [404, status("NotFound"), undefined, "not-found"],
    [409, status("Conflict"), undefined, "conflict"],
    [409, status("AlreadyExists"), undefined, "conflict"],
    [410, status("Expired"), undefined, "gone"],
    [410, "", undefined, "gone"],
    [422, status("Invalid"), undefined, "invalid"],
    [429, status("TooManyRequests"), "1", "throttled"],
    [500, status("InternalError"), undefined, "other"],
    [503, status("ServiceUnavailable"), "1", "throttled"],
    [503, "<html>upstream</html>", undefined, "other"],
  ];
  for (const [code, body, retryAfter, kind] of table) {
    it(`takes ${code} ${body.slice(0, 40)} for ${kind}`, () => {
      assert.equal(failureOf(code, retryAfter, body).kind, kind);
    });
  }

  it("bounds what the other side says", () => {
    const long = failureOf(500, "86400", "x".repeat(1e6));
    assert.equal(long.message.length, 500);
    assert.equal(long.retryAfterMs, 60_000);
    assert.equal(failureOf(500, "soon", "").retryAfterMs, undefined);
  });

  it("names the fields of a refusal and quotes none of their values", () => {
    const message = 'Invalid value: {"password":"s3cret: x"}: must be empty';
    const causes = [{ reason: "FieldValueInvalid", field: "spec.a", message }];
    const body = JSON.stringify({
      reason: "Invalid",
      message: `x is invalid: ${message}`,
      details: { causes },
    });
    assert.equal(failureOf(422, undefined, body).message, "spec.a: Invalid value: must be empty");
  });

  it("names a broken connection by its code", () => {
    const error = Object.assign(new Error("socket hang up"), { code: "ECONNRESET" });
    assert.deepEqual(unreachable(error), {
      kind: "unreachable",
      code: 0,
      reason: "ECONNRESET",
      message: "socket hang up",
    });
    assert.equal(unreachable("no error").kind, "unreachable");
  });
});
