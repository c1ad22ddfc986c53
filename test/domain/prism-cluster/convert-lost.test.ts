import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { CONVERSION_DATA } from "../../../src/domain/conversion/conversion-data.ts";
import type { FieldPath } from "../../../src/domain/field-path.ts";
import { printPath } from "../../../src/domain/field-path.ts";
import { isRecord, type JsonRecord, valueAt } from "../../../src/domain/json-object.ts";
import { prismClusterConverter as converter } from "../../../src/domain/prism-cluster/convert.ts";
import { edited, HUB, OLDER, object, production, to } from "./convert-case.ts";

describe("an annotation that somebody edited", () => {
  function carrying(fields: readonly unknown[], spec: unknown): JsonRecord {
    const text = JSON.stringify({ format: 1, from: HUB, fields });
    return { ...object(OLDER, spec), metadata: { annotations: { [CONVERSION_DATA]: text } } };
  }

  it("says nothing where v1alpha1 itself can", () => {
    const spec = { proxy: { replicas: 2 }, backends: { redis: { storage: "1Gi" } } };
    const fields = [
      [["spec", "proxy", "replicas"], 9],
      [["spec", "proxy"], { replicas: 9 }],
      [["spec", "backends", "redis", "storage"], { size: "9Gi", storageClassName: "fast" }],
      [["spec", "backends", "redis", "storage", "size"], "9Gi"],
      [["spec", "proxy", "drainSeconds"], 1],
      [["spec", "proxy", "drainSeconds"], 2],
      [["metadata", "name"], "b"],
    ];
    assert.deepEqual(to(HUB, carrying(fields, spec))["spec"], {
      proxy: { replicas: 2, drainSeconds: 1 },
      backends: { redis: { storage: { size: "1Gi", storageClassName: "fast" } } },
    });
  });

  it("leaves annotations that came beside it", () => {
    const older = to(OLDER, production);
    const marked = edited(older, ["metadata", "annotations", "a"], "b");
    assert.deepEqual(valueAt(to(HUB, marked), ["metadata", "annotations"]), { a: "b" });
  });
});

describe("hub-only fields that a v1alpha1 write lost come back", () => {
  /** What /mutate sees after a v1alpha1 replace without the annotation. */
  function replaced(change: (older: JsonRecord) => JsonRecord): JsonRecord {
    const older = edited(to(OLDER, withSwitches(production)), ["metadata", "annotations"]);
    return to(HUB, change(older));
  }

  /** A stored object has every `enabled` that the schema defaults. */
  function withSwitches(hub: JsonRecord): JsonRecord {
    const blocks: readonly FieldPath[] = [
      ["spec", "proxy", "autoscaling"],
      ["spec", "ingress"],
      ["spec", "backends", "minio"],
      ["spec", "backends", "nats"],
    ];
    return blocks.reduce((object, block) => edited(object, [...block, "enabled"], true), hub);
  }

  function restored(hub: JsonRecord): JsonRecord {
    const patch = converter.restoreHubOnly(hub, withSwitches(production));
    const copy = structuredClone(hub);
    for (const { path, value } of patch) {
      const steps = path
        .slice(1)
        .split("/")
        .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
      const parent = valueAt(
        copy,
        steps.slice(0, -1).map((step) => (/^\d+$/.test(step) ? Number(step) : step)),
      );
      assert.ok(isRecord(parent), path);
      assert.ok(!Object.hasOwn(parent, steps.at(-1) ?? ""), `${path} is there already`);
      parent[steps.at(-1) ?? ""] = structuredClone(value);
    }
    return copy;
  }

  it("all of them, after a replace with nothing changed", () => {
    assert.deepEqual(restored(replaced((older) => older)), withSwitches(production));
  });

  it("as copies: the stored object is not the patched one", () => {
    const patch = converter.restoreHubOnly(
      replaced((older) => older),
      production,
    );
    const images = patch.find(({ path }) => path === "/spec/images");
    assert.deepEqual(images?.value, valueAt(production, ["spec", "images"]));
    assert.notEqual(images?.value, valueAt(production, ["spec", "images"]));
  });

  it("none where nothing is lost", () => {
    assert.deepEqual(converter.restoreHubOnly(production, production), []);
  });

  it("blocks without a switch, even when v1alpha1 left them out", () => {
    const without = restored(
      replaced((older) => edited(edited(older, ["spec", "proxy"]), ["spec", "admin", "storage"])),
    );
    assert.deepEqual(valueAt(without, ["spec", "proxy"]), {
      drainSeconds: 30,
      service: valueAt(production, ["spec", "proxy", "service"]),
    });
    assert.deepEqual(valueAt(without, ["spec", "admin", "storage"]), { storageClassName: "fast" });
  });

  it("but no block that would turn something on, and no item that was deleted", () => {
    const paths: readonly FieldPath[] = [
      ["spec", "ingress"],
      ["spec", "backends", "minio"],
      ["spec", "proxy", "autoscaling"],
    ];
    const kept = restored(
      replaced((older) => paths.reduce((object, path) => edited(object, path), older)),
    );
    for (const path of paths) assert.equal(valueAt(kept, path), undefined, printPath(path));
    const fewer = restored(replaced((older) => edited(older, ["spec", "patterns", 0])));
    assert.deepEqual(
      valueAt(fewer, ["spec", "patterns"]),
      (valueAt(production, ["spec", "patterns"]) as unknown[]).slice(1),
    );
  });

  it("backends of a name that v1alpha1 does not know", () => {
    const without = restored(replaced((older) => edited(older, ["spec", "backends"])));
    assert.deepEqual(Object.keys(valueAt(without, ["spec", "backends"]) ?? {}), ["sessions"]);
  });
});
