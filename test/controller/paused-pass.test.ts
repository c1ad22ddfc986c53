import { deepEqual, equal, fail, ok } from "node:assert/strict";
import { describe, it } from "node:test";
import { observePaused } from "../../src/controller/paused-pass.ts";
import type { Cache } from "../../src/controller/ports.ts";
import { reconciledKind } from "../../src/controllers.ts";
import type { KubeObject } from "../../src/domain/kube-object.ts";
import { admittedKinds, loadCrds } from "../../src/kinds.ts";
import { goldenCase } from "../domain/prism-cluster/children-case.ts";

const [admitted] = admittedKinds(loadCrds());
const kind = (admitted && reconciledKind(admitted)) ?? fail("PrismCluster is not rendered");

const cluster = goldenCase("local-example");
const settings = {
  images: { registry: "ghcr.io/prism", tag: "v0.0.0" },
  clusterDomain: "cluster.local",
  digest: (text: string) => String(text.length),
};

/** Looks while exactly these children are there; asks of user objects are counted. */
async function look(isThere: (object: KubeObject) => boolean) {
  const asked: string[] = [];
  const facts = (live: readonly KubeObject[]): Cache => ({
    read: (resource, { name }) =>
      live.find((one) => one.kind === resource.kind && one.metadata.name === name),
    controlledBy: () => [],
    all: () => [],
    list: (resource) => live.filter((one) => one.kind === resource.kind),
    referenced: (_, { name }) => {
      asked.push(name);
      return Promise.resolve({ ok: true, value: undefined });
    },
    serves: () => false,
  });
  const context = { kind, settings, events: [] };
  const all = await observePaused(cluster, cluster, { ...context, cache: facts([]) });
  ok(all.ok);
  const live = all.value.children.map(({ child }) => child.object).filter(isThere);
  const seen = await observePaused(cluster, cluster, { ...context, cache: facts(live) });
  ok(seen.ok);
  return { seen: seen.value, asked };
}

describe("a look at a paused cluster", () => {
  it("finds what is missing, and the stage that it holds back", async () => {
    const { seen } = await look(({ kind: type }) => !["Deployment", "StatefulSet"].includes(type));
    equal(seen.heldBy, "backends");
    const unready = seen.children.filter(({ health }) => !health.ready);
    equal(unready.length, 9);
    deepEqual([...new Set(unready.map(({ health }) => health.reason))], ["Missing"]);
  });

  it("asks nobody for Secrets that it would have to make", async () => {
    const { asked, seen } = await look(() => true);
    deepEqual(asked, []);
    equal(seen.changed, undefined);
  });
});
