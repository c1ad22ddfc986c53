import { deepEqual, equal } from "node:assert/strict";
import { describe, it } from "node:test";
import { rolledBy, unreadyOf } from "../../src/controller/rolled-workloads.ts";
import { RolloutSlots } from "../../src/controller/rollout-slots.ts";
import type { KubeObject } from "../../src/domain/kube-object.ts";

/** Slots with those that were woken, and those that stand on workloads of this release which are not whole. */
function slotsOf(most: number, standing: readonly string[] = []) {
  const woken: string[] = [];
  const slots = new RolloutSlots({
    most,
    release: "r2",
    wake: (key) => woken.push(key),
    standing: () => standing,
  });
  return { slots, woken };
}

describe("slots for a new operator version", () => {
  it("are as many as asked for, and kept until their holder is ready", () => {
    const { slots, woken } = slotsOf(2);
    deepEqual(
      ["a", "b", "c", "a"].map((key) => slots.take(key)),
      [true, true, false, true],
    );
    slots.give("a");
    deepEqual(woken, ["c"]);
    equal(slots.take("c"), true);
  });

  it("are waited for by clusters that are ready all the time", () => {
    const { slots, woken } = slotsOf(1);
    slots.take("a");
    equal(slots.take("b"), false);
    slots.give("b");
    equal(slots.take("b"), false);
    slots.give("a");
    deepEqual(woken, ["b"]);
  });

  it("wake nobody while none is free", () => {
    const { slots, woken } = slotsOf(1);
    slots.take("a");
    slots.take("b");
    slots.give("c");
    deepEqual(woken, []);
  });

  it("are free again when their holder is gone, and not waited for by who is", () => {
    const { slots, woken } = slotsOf(1);
    slots.take("a");
    slots.take("b");
    slots.take("c");
    slots.drop("b");
    slots.drop("a");
    deepEqual(woken, ["c"]);
  });

  it("are held by what this release left unready before a restart, until that is ready", () => {
    const standing = ["a"];
    const { slots, woken } = slotsOf(1, standing);
    equal(slots.take("b"), false);
    standing.pop();
    slots.give("a");
    deepEqual(woken, ["b"]);
    equal(slots.take("b"), true);
  });
});

describe("a workload that a release of the operator changed", () => {
  const workload = (name: string, status: object): KubeObject => ({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: {
      name,
      namespace: "shop",
      generation: 2,
      ownerReferences: [
        { apiVersion: "prism.io/v1alpha2", kind: "PrismCluster", name, uid: "1", controller: true },
      ],
    },
    spec: { replicas: 1 },
    status,
  });
  const whole = { observedGeneration: 2, replicas: 1, updatedReplicas: 1, availableReplicas: 1 };
  const standing = (...all: readonly KubeObject[]): readonly string[] =>
    unreadyOf(
      {
        all: ({ kind }) => all.filter((one) => one.kind === kind),
        read: () => undefined,
        list: () => [],
        controlledBy: () => [],
        serves: () => false,
        referenced: () => Promise.resolve({ ok: true, value: undefined }),
      },
      "PrismCluster",
      "r2",
    );

  it("holds a slot while it is not whole, of this release alone", () => {
    const old = { ...whole, updatedReplicas: 0 };
    deepEqual(
      standing(
        rolledBy("r2", workload("seen", old)),
        rolledBy("r2", workload("unseen", { ...whole, observedGeneration: 1 })),
        rolledBy("r2", workload("ready", whole)),
        rolledBy("r1", workload("earlier", old)),
        workload("users", old),
      ),
      ["shop/seen", "shop/unseen"],
    );
  });
});
