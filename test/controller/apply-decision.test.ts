import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { decide } from "../../src/controller/apply-decision.ts";
import { ADOPTED_ANNOTATION, type Intent, intentOf } from "../../src/controller/ownership.ts";
import type { Child } from "../../src/domain/child.ts";
import type { KubeObject } from "../../src/domain/kube-object.ts";

const owner: KubeObject = {
  apiVersion: "prism.io/v1alpha2",
  kind: "PrismCluster",
  metadata: { name: "prism", namespace: "n", uid: "cluster-uid", generation: 3 },
};

function intentFor(spec: object, kind = "StatefulSet"): Intent {
  const child: Child = {
    stage: "backends",
    component: { kind: "backend", name: "redis" },
    lifetime: "owned",
    object: {
      apiVersion: "apps/v1",
      kind,
      metadata: { name: "redis", namespace: "n", labels: { app: "redis" } },
      spec,
    },
  };
  return intentOf(
    child,
    owner,
    (text) => `hash-${text.length}-${text.replaceAll(/\W/g, "").slice(-40)}`,
  );
}

/** The object as it is once this intent was applied. */
function applied(
  intent: Intent,
  change: (metadata: KubeObject["metadata"]) => object = () => ({}),
): KubeObject {
  const metadata = { ...intent.object.metadata, uid: "u", resourceVersion: "5" };
  return { ...intent.object, metadata: { ...metadata, ...change(metadata) } };
}

const context = { owner, rolloutNow: false, heldApps: new Set<string>(), uses: new Set<string>() };
const template = (image: string): object => ({
  template: { spec: { containers: [{ name: "a", image }] } },
});
const byHand: KubeObject = {
  apiVersion: "apps/v1",
  kind: "StatefulSet",
  metadata: { name: "redis", namespace: "n", labels: { app: "redis" }, uid: "u" },
  spec: template("old"),
};

describe("decide", () => {
  it("creates what is not there", () => {
    assert.equal(decide(intentFor({}), undefined, context).kind, "create");
  });

  it("leaves alone what agrees", () => {
    const intent = intentFor(template("a"));
    assert.equal(decide(intent, applied(intent), context).kind, "agrees");
  });

  it("updates what drifted, and what has something that is no longer wanted", () => {
    const before = intentFor({ ...template("a"), minReadySeconds: 5 });
    assert.equal(decide(intentFor(template("a")), applied(before), context).kind, "update");
    assert.equal(
      decide(intentFor(template("b")), applied(intentFor(template("a"))), context).kind,
      "update",
    );
  });

  it("waits for what is being deleted", () => {
    const intent = intentFor({});
    const live = applied(intent, () => ({ deletionTimestamp: "2026-01-01T00:00:00Z" }));
    assert.equal(decide(intent, live, context).kind, "deleting");
  });

  it("makes a StatefulSet anew for a field that cannot change", () => {
    const live = applied(intentFor({ serviceName: "a" }));
    assert.equal(decide(intentFor({ serviceName: "b" }), live, context).kind, "recreate");
  });

  it("takes over what runs without touching its template, until the spec changes or the user asks", () => {
    const intent = intentFor(template("new"));
    assert.deepEqual(kindAndTaken(decide(intent, byHand, context)), ["adopt", false]);
    const taken = applied(intentFor(template("old")), ({ annotations, ...metadata }) => ({
      ...metadata,
      annotations: { [ADOPTED_ANNOTATION]: "3" },
    }));
    assert.deepEqual(kindAndTaken(decide(intent, taken, context)), ["adopt", true]);
    assert.equal(decide(intent, taken, { ...context, rolloutNow: true }).kind, "update");
    const changed = { ...owner, metadata: { ...owner.metadata, generation: 4 } };
    assert.equal(decide(intent, taken, { ...context, owner: changed }).kind, "update");
  });

  it("holds the live number of replicas when it stops saying one", () => {
    const live = applied(intentFor({ replicas: 5, ...template("a") }));
    const decision = decide(intentFor(template("b")), live, context);
    assert.equal(decision.kind === "update" ? decision.keepReplicas : undefined, 5);
    assert.equal(
      decide(intentFor(template("a")), live, context).kind,
      "agrees",
      "alone it is no reason to write",
    );
  });

  const conflicts: readonly [string, KubeObject["metadata"], RegExp][] = [
    [
      "another controller's object",
      {
        name: "redis",
        ownerReferences: [
          { apiVersion: "v1", kind: "Other", name: "o", uid: "x", controller: true },
        ],
      },
      /controlled by Other "o"/,
    ],
    [
      "an object that nothing ties to Prism",
      { name: "redis", labels: { app: "mine" } },
      /not ours/,
    ],
  ];
  for (const [name, metadata, reason] of conflicts) {
    it(`reports ${name} and leaves it`, () => {
      const decision = decide(intentFor({}), { ...byHand, metadata }, context);
      assert.equal(decision.kind, "conflict");
      assert.match(decision.kind === "conflict" ? decision.reason : "", reason);
    });
  }

  it("takes back what a former cluster of the same name owned", () => {
    const former = { ...owner, metadata: { ...owner.metadata, uid: "former" } };
    const { child } = intentFor(template("a"));
    const live = applied(intentOf(child, former, (text) => text.slice(0, 60)));
    assert.equal(decide(intentFor(template("a")), live, context).kind, "update");
  });
});

function kindAndTaken(decision: ReturnType<typeof decide>): readonly unknown[] {
  return [decision.kind, decision.kind === "adopt" && decision.isTaken];
}
