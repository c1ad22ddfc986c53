import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { tokenJudge } from "../../src/kube/token-judge.ts";
import type { Call } from "../../src/kube/transport.ts";
import { VirtualClock } from "../engine/virtual-clock.ts";

/** What the API server would say, by token. */
const USERS: Readonly<Record<string, string>> = { good: "prometheus", poor: "somebody" };

function server() {
  const calls: Call[] = [];
  let isThere = true;
  const call = async (one: Call) => {
    calls.push(one);
    if (!isThere)
      return {
        ok: false as const,
        failure: { kind: "unreachable" as const, code: 0, reason: "", message: "" },
      };
    const { spec } = JSON.parse(one.body ?? "");
    const user = USERS[spec.token];
    const status = one.path.includes("tokenreviews")
      ? { authenticated: user !== undefined, user: { username: user, groups: ["g"] } }
      : { allowed: spec.user === "prometheus" };
    return { ok: true as const, value: { status } };
  };
  return {
    calls,
    transport: { call },
    leave: (is: boolean) => {
      isThere = is;
    },
  };
}

describe("the judge of tokens", () => {
  it("asks who it is, and then whether he may get the path", async () => {
    const { calls, transport } = server();
    const judge = tokenJudge({ transport, clock: new VirtualClock(), path: "/metrics" });
    assert.equal(await judge("good"), "allowed");
    assert.equal(await judge("poor"), "forbidden");
    assert.equal(await judge("bad"), "unauthenticated");
    const access = JSON.parse(calls[1]?.body ?? "").spec;
    assert.deepEqual(access, {
      user: "prometheus",
      groups: ["g"],
      nonResourceAttributes: { path: "/metrics", verb: "get" },
    });
    assert.equal(calls.length, 5);
  });

  it("remembers an answer for a minute, and no more than a hundred", async () => {
    const clock = new VirtualClock();
    const { calls, transport } = server();
    const judge = tokenJudge({ transport, clock, path: "/metrics" });
    for (let n = 0; n < 10; n++) await judge("good");
    assert.equal(calls.length, 2);
    clock.advance(60_001);
    await judge("good");
    assert.equal(calls.length, 4);
    for (let n = 0; n < 100; n++) await judge(`random-${n}`);
    await judge("good");
    assert.equal(calls.length, 4 + 100 + 2);
  });

  it("says that nobody could say, and asks again", async () => {
    const { transport, leave } = server();
    const judge = tokenJudge({ transport, clock: new VirtualClock(), path: "/metrics" });
    leave(false);
    assert.equal(await judge("good"), "unknown");
    leave(true);
    assert.equal(await judge("good"), "allowed");
  });
});
