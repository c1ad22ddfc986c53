import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { KubeObject } from "../../src/domain/kube-object.ts";
import { ObjectStore } from "../../src/kube/object-store.ts";

function object(name: string, resourceVersion: string): KubeObject {
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name, namespace: "n", resourceVersion },
  };
}

function names(store: ObjectStore): string[] {
  return store
    .in("n")
    .map(({ metadata }) => `${metadata.name}@${metadata.resourceVersion}`)
    .toSorted();
}

describe("ObjectStore", () => {
  it("tells what a list changes and nothing else", () => {
    const store = new ObjectStore();
    store.replace([object("a", "1"), object("b", "2")], "5");
    const changes = store.replace([object("a", "1"), object("c", "7")], "8");
    assert.deepEqual(
      changes.map(({ kind, object: { metadata } }) => [kind, metadata.name]),
      [
        ["added", "c"],
        ["removed", "b"],
      ],
    );
    assert.equal(store.version, "8");
  });

  it("finds the objects of a group, as they come, move and go", () => {
    const store = new ObjectStore(({ metadata }) => metadata.labels?.["app"]);
    const labelled = (name: string, version: string, app?: string): KubeObject => {
      const { metadata, ...type } = object(name, version);
      return {
        ...type,
        metadata: { ...metadata, ...(app === undefined ? {} : { labels: { app } }) },
      };
    };
    const found = (app: string) => store.inGroup(app).map(({ metadata: { name } }) => name);
    store.replace([labelled("a", "1", "x"), labelled("b", "2", "x"), labelled("c", "3")], "5");
    assert.deepEqual(found("x").toSorted(), ["a", "b"]);
    store.observe("MODIFIED", labelled("a", "6", "y"));
    store.overlay(labelled("b", "7"));
    assert.deepEqual([found("x"), found("y")], [[], ["a"]]);
    store.observe("DELETED", labelled("a", "8", "y"));
    assert.deepEqual(found("y"), []);
    store.replace([labelled("d", "9", "y")], "9");
    assert.deepEqual(found("y"), ["d"]);
  });

  it("compares versions as numbers of any length", () => {
    const store = new ObjectStore();
    store.replace([object("a", "9")], "9");
    store.observe("MODIFIED", object("a", "10"));
    assert.deepEqual(names(store), ["a@10"]);
    store.observe("MODIFIED", object("a", "9"));
    assert.deepEqual(names(store), ["a@10"], "an older event changes nothing");
  });

  it("shows an own write before the watch brings it, and waits for the watch", () => {
    const store = new ObjectStore();
    store.replace([], "5");
    store.overlay(object("a", "7"));
    assert.deepEqual(names(store), ["a@7"]);
    assert.ok(store.isBehind);
    assert.equal(store.version, "5", "a watch still starts where it was");
    assert.equal(store.observe("ADDED", object("a", "7")), undefined, "known already");
    assert.ok(!store.isBehind);
  });

  it("does not bring back what was deleted before the answer to its write arrived", () => {
    const store = new ObjectStore();
    store.replace([], "5");
    store.observe("ADDED", object("a", "7"));
    store.observe("DELETED", object("a", "8"));
    store.overlay(object("a", "7"));
    assert.deepEqual(names(store), []);
  });

  it("keeps an own write that a list is too old to have", () => {
    const store = new ObjectStore();
    store.replace([], "5");
    store.overlay(object("a", "9"));
    store.replace([], "8");
    assert.deepEqual(names(store), ["a@9"]);
    store.replace([], "10");
    assert.deepEqual(names(store), [], "a list that had to have it does not");
  });

  it("believes a server whose data were restored from a backup", () => {
    const store = new ObjectStore();
    store.replace([object("a", "90"), object("b", "95")], "100");
    store.replace([object("a", "40")], "50");
    assert.deepEqual(names(store), ["a@40"]);
    assert.equal(store.version, "50");
  });

  it("keeps nothing of 5,000 objects that came and went", () => {
    const store = new ObjectStore();
    for (let i = 0; i < 5_000; i++) {
      const made = { ...object(`o${i}`, String(2 * i + 1)) };
      const spread = { ...made, metadata: { ...made.metadata, namespace: `n${i}` } };
      store.observe("ADDED", spread);
      const gone = { ...spread.metadata, resourceVersion: String(2 * i + 2) };
      store.observe("DELETED", { ...spread, metadata: gone });
    }
    assert.equal(store.size(), 0);
    assert.deepEqual(store.all(), []);
  });
});
