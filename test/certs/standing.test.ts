import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { issueAuthority, issueLeaf } from "../../certs/certificate.ts";
import { Standing } from "../../certs/standing.ts";

const DAY_MS = 24 * 3_600_000;
const START_MS = Date.now();
const authority = await issueAuthority(START_MS);
const leaf = (await issueLeaf(authority, ["localhost"], START_MS)).cert;
const trusted = { missing: [], present: 3, trusting: 3 };
const distrusted = { missing: ["a", "b", "c"], present: 3, trusting: 0 };

describe("a replica's readiness by its certificate", () => {
  it("fails without one, and when it has ended", () => {
    const standing = new Standing();
    assert.equal(standing.failure(undefined, START_MS), "there is no certificate");
    assert.match(
      standing.failure(leaf, START_MS + 8 * DAY_MS) ?? "",
      /^the certificate ended at 20/,
    );
  });

  it("fails when no target that is there has trusted it for thirty seconds", () => {
    const standing = new Standing();
    standing.note(distrusted, START_MS);
    assert.equal(standing.failure(leaf, START_MS + 29_000), undefined);
    assert.equal(
      standing.failure(leaf, START_MS + 30_000),
      "the API server is not told to trust it: a, b, c",
    );
    standing.note(trusted, START_MS + 31_000);
    assert.equal(standing.failure(leaf, START_MS + 60_000), undefined);
  });

  it("holds while one target trusts it: leaving would cost what still works", () => {
    const standing = new Standing();
    standing.note({ missing: ["a", "b"], present: 3, trusting: 1 }, START_MS);
    assert.equal(standing.failure(leaf, START_MS + DAY_MS), undefined);
  });

  it("holds when the targets were deleted: nobody calls by them", () => {
    const standing = new Standing();
    standing.note({ missing: ["a", "b", "c"], present: 0, trusting: 0 }, START_MS);
    assert.equal(standing.failure(leaf, START_MS + DAY_MS), undefined);
  });
});
