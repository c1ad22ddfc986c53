import { deepEqual, equal } from "node:assert/strict";
import { it } from "node:test";
import type { ApiResult } from "../../src/controller/api-result.ts";
import type { Writer } from "../../src/controller/ports.ts";
import { DEPLOYMENT, POD, STATEFUL_SET } from "../../src/controller/resource.ts";
import { withSharedLists } from "../../src/controller/shared-lists.ts";
import type { KubeObject } from "../../src/domain/kube-object.ts";

const never = (): never => {
  throw new Error("only lists are asked for");
};
const failed = {
  ok: false,
  failure: { kind: "other", code: 500, reason: "InternalError", message: "" },
} as const;

/** A writer that counts its lists, at a time that the test sets. */
function counting(
  answer: () => ApiResult<readonly KubeObject[]> = () => ({ ok: true, value: [] }),
) {
  const asked: string[] = [];
  const clock = { now: 0 };
  const writer: Writer = {
    apply: never,
    holdReplicas: never,
    create: never,
    remove: never,
    patch: never,
    report: never,
    fetch: never,
    list: (resource, namespace) => {
      asked.push(`${resource.plural} ${namespace}`);
      return Promise.resolve(answer());
    },
  };
  return { asked, clock, shared: withSharedLists(writer, () => clock.now) };
}

const { signal } = new AbortController();

it("a list is asked for once by all who ask within a moment", async () => {
  const { asked, clock, shared } = counting();
  const ask = () => shared.list(DEPLOYMENT, "a", undefined, signal);
  await Promise.all([ask(), ask(), ask()]);
  await shared.list(STATEFUL_SET, "a", undefined, signal);
  await shared.list(DEPLOYMENT, "b", undefined, signal);
  deepEqual(asked, ["deployments a", "statefulsets a", "deployments b"]);
  clock.now = 5_000;
  await ask();
  equal(asked.length, 4);
});

it("pods and what failed are asked for again", async () => {
  const { asked, shared } = counting(() => failed);
  for (const resource of [POD, POD, DEPLOYMENT, DEPLOYMENT]) {
    await shared.list(resource, "a", undefined, signal);
  }
  equal(asked.length, 4);
});
