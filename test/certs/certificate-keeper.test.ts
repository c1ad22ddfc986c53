import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { ROTATE_ANNOTATION } from "../../certs/authority-secret.ts";
import { anchorsOf, includesAll } from "../../certs/bundle.ts";
import type { TrustTarget } from "../../certs/injector.ts";
import { isIssuedBy, type KeyPair, validityOf } from "../../certs/key-pair.ts";
import { SimulatedCluster } from "./simulated-cluster.ts";

const DAY_MS = 24 * 3_600_000;
const MINUTE_MS = 60_000;

let cluster: SimulatedCluster;
let stop: AbortController;

beforeEach(() => {
  cluster = new SimulatedCluster(Date.now(), 3);
  stop = new AbortController();
});
afterEach(() => stop.abort());

/** Starts a replica as the operator does; answers the leaf it serves now. */
async function start(isLeader = true): Promise<{ leaf: () => KeyPair; poke: () => void }> {
  let served: KeyPair | undefined;
  const keeper = cluster.keeper((leaf) => (served = leaf), { isLeader: () => isLeader });
  await keeper.prepare(stop.signal);
  await keeper.establishTrust(stop.signal);
  cluster.run(keeper, stop.signal);
  await cluster.settle();
  return {
    poke: keeper.poke,
    leaf() {
      assert.ok(served);
      return served;
    },
  };
}

const authority = (): string => cluster.secret?.data["ca.crt"] ?? "";
const setAnnotation = (key: string, value: string): void => {
  assert.ok(cluster.secret);
  const annotations = { ...cluster.secret.annotations, [key]: value };
  cluster.secret = { ...cluster.secret, annotations };
};

describe("a first start", () => {
  it("makes an authority, trusts it everywhere and serves a leaf of it", async () => {
    const replica = await start();
    assert.ok(isIssuedBy(replica.leaf().cert, authority()));
    for (const target of [0, 1, 2]) assert.ok(includesAll(cluster.bundle(target), authority()));
  });

  it("ends with one authority when twenty replicas start at once", async () => {
    const replicas = await Promise.all(Array.from({ length: 20 }, () => start(false)));
    for (const replica of replicas) assert.ok(isIssuedBy(replica.leaf().cert, authority()));
    assert.equal(cluster.secretWrites, 1);
    assert.equal(anchorsOf(cluster.bundle(0)).length, 1);
  });

  it("finds and keeps the authority of an earlier run", async () => {
    await start();
    const before = authority();
    await start();
    assert.equal(authority(), before);
  });
});

describe("rotation", () => {
  it("trusts both authorities for five minutes before the new one signs", async () => {
    const replica = await start();
    const before = authority();
    setAnnotation(ROTATE_ANNOTATION, "because");
    replica.poke();
    await cluster.settle();
    assert.equal(authority(), before);
    assert.equal(anchorsOf(cluster.bundle(0)).length, 2);
    await cluster.advance(4 * MINUTE_MS);
    assert.equal(authority(), before, "switched too early");
    await cluster.advance(4 * MINUTE_MS);
    assert.notEqual(authority(), before);
    assert.ok(isIssuedBy(replica.leaf().cert, authority()));
    assert.ok(includesAll(cluster.bundle(0), before), "the old authority stays trusted");
  });

  it("happens once for one request", async () => {
    const replica = await start();
    setAnnotation(ROTATE_ANNOTATION, "because");
    replica.poke();
    await cluster.advance(10 * MINUTE_MS);
    const after = authority();
    await cluster.advance(10 * MINUTE_MS);
    assert.equal(authority(), after);
  });

  it("does not go on while a target does not trust the next authority", async () => {
    const [first] = cluster.targets;
    assert.ok(first);
    const replica = await start();
    const before = authority();
    const { patch } = first;
    Object.assign(first, { patch: async () => "conflict" });
    setAnnotation(ROTATE_ANNOTATION, "because");
    replica.poke();
    await cluster.advance(20 * MINUTE_MS);
    assert.equal(authority(), before);
    Object.assign(first, { patch });
    await cluster.advance(10 * MINUTE_MS);
    assert.notEqual(authority(), before);
  });

  it("is left to the leader while there is time, and done by anybody in the last day", async () => {
    await start(false);
    const before = authority();
    await cluster.advance(300 * DAY_MS, DAY_MS);
    assert.equal(authority(), before);
    await cluster.advance(64.5 * DAY_MS, DAY_MS / 2);
    await cluster.advance(10 * MINUTE_MS);
    assert.equal(cluster.secret?.data["next.crt"] !== undefined || authority() !== before, true);
  });

  it("renews by itself when the clock moves by 300 days", async () => {
    const replica = await start();
    const before = authority();
    cluster.nowMs += 300 * DAY_MS;
    await cluster.advance(20 * MINUTE_MS);
    assert.notEqual(authority(), before);
    assert.ok((validityOf(replica.leaf().cert)?.notAfterMs ?? 0) > cluster.nowMs);
    assert.ok(isIssuedBy(replica.leaf().cert, authority()));
  });
});

describe("readiness", () => {
  it("is not saved by a target that asks nobody", async () => {
    const silent: TrustTarget = {
      name: "single-version",
      read: async () => ({ metadata: { resourceVersion: "1" }, spec: {} }),
      patch: () => assert.fail("there is nothing to inject into"),
    };
    const keeper = cluster.keeper(() => undefined, { targets: [...cluster.targets, silent] });
    await keeper.prepare(stop.signal);
    await keeper.establishTrust(stop.signal);
    assert.deepEqual(keeper.missing(), []);
    for (const target of cluster.targets) Object.assign(target, { patch: async () => "conflict" });
    for (const target of [0, 1, 2]) cluster.wipe(target);
    cluster.run(keeper, stop.signal);
    await cluster.advance(2 * MINUTE_MS);
    assert.match(keeper.failure() ?? "", /is not told to trust it: target-0, target-1, target-2$/);
  });
});

describe("damage", () => {
  it("wiped bundles are back at the next look", async () => {
    const replica = await start();
    cluster.wipe(1);
    replica.poke();
    await cluster.settle();
    assert.ok(includesAll(cluster.bundle(1), authority()));
  });

  for (const [name, damage] of [
    ["a deleted Secret", () => undefined],
    ["a Secret without a key", (data: object) => ({ ...data, "ca.key": "" })],
    ["a Secret with a foreign key", (data: object) => ({ ...data, "ca.key": "junk" })],
    ["a Secret with junk", () => ({ "ca.crt": "junk" })],
  ] as const) {
    it(`${name} is replaced, and the leaf changes only once the new authority is trusted`, async () => {
      const replica = await start();
      const [oldLeaf, before] = [replica.leaf(), authority()];
      const data = damage(cluster.secret?.data ?? {});
      cluster.secret = data && {
        resourceVersion: "damaged",
        data: data as Record<string, string>,
        annotations: {},
      };
      replica.poke();
      await cluster.settle();
      assert.notEqual(authority(), before);
      assert.equal(replica.leaf(), oldLeaf);
      assert.ok(includesAll(cluster.bundle(0), before + authority()));
      await cluster.advance(MINUTE_MS);
      assert.ok(isIssuedBy(replica.leaf().cert, authority()));
    });
  }

  it("an unreachable API server costs a round, not the replica", async () => {
    const replica = await start();
    const read = cluster.store.read;
    Object.assign(cluster.store, { read: () => Promise.reject(new Error("unreachable")) });
    await cluster.advance(5 * MINUTE_MS);
    Object.assign(cluster.store, { read });
    cluster.wipe(0);
    await cluster.advance(MINUTE_MS);
    assert.ok(includesAll(cluster.bundle(0), authority()));
    assert.ok(replica.leaf());
  });
});
