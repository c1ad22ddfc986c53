import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { untilGood } from "../../../tools/chart-hooks/hook-client.ts";

describe("trying until it is good", () => {
  it("ends with the first success", async () => {
    let tries = 0;
    const attempt = async () => (++tries < 2 ? "not yet" : undefined);
    assert.equal(await untilGood(attempt, 10_000), undefined);
    assert.equal(tries, 2);
  });

  it("tells the last complaint that says something, not that time was over", async () => {
    let tries = 0;
    const attempt = async (signal: AbortSignal) => {
      if (++tries === 1) return "no endpoints available";
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      return "The operation was aborted";
    };
    assert.equal(await untilGood(attempt, 600), "no endpoints available");
  });
});
