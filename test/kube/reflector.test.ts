import { deepEqual, equal, ok } from "node:assert/strict";
import { describe, it } from "node:test";
import type { Change } from "../../src/controller/ports.ts";
import { POD } from "../../src/controller/resource.ts";
import { trimmed, trimmedPod } from "../../src/kube/kube-object-shape.ts";
import { ObjectStore } from "../../src/kube/object-store.ts";
import { Reflector } from "../../src/kube/reflector.ts";
import { VirtualClock } from "../engine/virtual-clock.ts";

const pod = (name: string, resourceVersion: string) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, namespace: "a", resourceVersion, managedFields: [{ manager: "kubectl" }] },
});

/** A reflector of what these lists and watches bring, one after the other; it ends with the last watch. */
async function reflect(lists: readonly object[], watches: readonly (readonly object[])[]) {
  const asked: URLSearchParams[] = [];
  const changes: string[] = [];
  const stop = new AbortController();
  const store = new ObjectStore();
  let [list, watch] = [0, 0];
  const reflector = new Reflector({
    transport: {
      call: () => Promise.resolve({ ok: true, value: lists[list++] }),
      stream: ({ path }) => {
        asked.push(new URL(path, "http://x").searchParams);
        const lines = watches[watch++] ?? [];
        if (watch === watches.length) stop.abort();
        const text = lines.map((line) => `${JSON.stringify(line)}\n`).join("");
        const body = (async function* () {
          yield Buffer.from(text);
        })();
        return Promise.resolve({ ok: true, value: { body, close: () => undefined } });
      },
    },
    resource: POD,
    labelSelector: "managed-by=prism-operator",
    trim: trimmed,
    store,
    changed: ({ kind, object }: Change) => changes.push(`${kind} ${object.metadata.name}`),
    clock: new VirtualClock(),
    random: () => 0,
  });
  await reflector.run(stop.signal);
  return { asked, changes, store };
}

describe("a reflector", () => {
  it("asks for our objects alone, and for bookmarks, and goes on where a bookmark was", async () => {
    const bookmark = { kind: "Pod", metadata: { resourceVersion: "40" } };
    const { asked } = await reflect(
      [{ metadata: { resourceVersion: "7" }, items: [pod("one", "5")] }],
      [[{ type: "BOOKMARK", object: bookmark }], []],
    );
    deepEqual(
      asked.map((query) => query.get("resourceVersion")),
      ["7", "40"],
    );
    for (const query of asked) {
      equal(query.get("allowWatchBookmarks"), "true");
      equal(query.get("labelSelector"), "managed-by=prism-operator");
    }
  });

  it("lists again when its version is too old, and tells what that changed", async () => {
    const tooOld = { kind: "Status", code: 410, reason: "Expired", message: "too old" };
    const { asked, changes, store } = await reflect(
      [
        { metadata: { resourceVersion: "7" }, items: [pod("one", "5"), pod("two", "6")] },
        { metadata: { resourceVersion: "90" }, items: [pod("two", "80"), pod("three", "85")] },
      ],
      [[{ type: "ERROR", object: tooOld }], []],
    );
    equal(asked.at(-1)?.get("resourceVersion"), "90");
    deepEqual(changes.slice(0, 2), ["added one", "added two"]);
    deepEqual(changes.slice(2).toSorted(), ["added three", "changed two", "removed one"]);
    equal(store.size(), 2);
  });

  it("keeps no managed fields, and of a pod only what explains its health", async () => {
    const { store } = await reflect(
      [{ metadata: { resourceVersion: "7" }, items: [pod("one", "5")] }],
      [[]],
    );
    ok(!JSON.stringify(store.all()).includes("managedFields"));
    const full = { ...pod("one", "5"), spec: { containers: [{ name: "big" }], volumes: [] } };
    deepEqual(trimmedPod(full)["spec"], { volumes: [] });
  });
});
