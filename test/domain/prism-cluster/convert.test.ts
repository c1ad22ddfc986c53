import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { CONVERSION_DATA } from "../../../src/domain/conversion/conversion-data.ts";
import { mapPath } from "../../../src/domain/conversion/mapped-path.ts";
import { planUp } from "../../../src/domain/conversion/plan.ts";
import type { FieldPath } from "../../../src/domain/field-path.ts";
import { printPath } from "../../../src/domain/field-path.ts";
import { isRecord, valueAt } from "../../../src/domain/json-object.ts";
import { prismClusterConverter as converter } from "../../../src/domain/prism-cluster/convert.ts";
import { PRISM_CLUSTER_FIELDS } from "../../../src/domain/prism-cluster/paths.ts";
import { annotationOf, edited, HUB, local, OLDER, object, production, to } from "./convert-case.ts";

describe("PrismCluster conversion", () => {
  it("moves what stands elsewhere, keeps order and text", () => {
    const spec = {
      proxy: { autoscaling: { maxReplicas: 3, targetCPU: 70, targetMemory: 80 } },
      patterns: [{ name: "b", type: "StatefulSet", backends: ["redis", "sqlite"] }, { name: "a" }],
      backends: { redis: { enabled: true, storage: "1024Mi", version: "7" } },
    };
    assert.deepEqual(to(HUB, object(OLDER, spec))["spec"], {
      proxy: {
        autoscaling: {
          maxReplicas: 3,
          targetCPUUtilizationPercentage: 70,
          targetMemoryUtilizationPercentage: 80,
        },
      },
      patterns: [
        { name: "b", workload: "StatefulSet", backends: [{ name: "redis" }, { name: "sqlite" }] },
        { name: "a" },
      ],
      backends: { redis: { enabled: true, storage: { size: "1024Mi" }, version: "7" } },
    });
  });

  it("gives the source's example back without the annotation", () => {
    assert.deepEqual(to(OLDER, to(HUB, local)), local);
  });

  it("carries what v1alpha1 cannot say, and nothing else, in the annotation", () => {
    const older = to(OLDER, production);
    const text = String(annotationOf(older));
    for (const kept of ["deletionProtection", "evictionPolicy", "sessions", "issuerRef"]) {
      assert.match(text, new RegExp(kept));
    }
    for (const said of ['maxReplicas":20', "prism.example.com", "postgres", '"size":"5Gi"']) {
      assert.ok(!text.includes(said), said);
    }
    assert.deepEqual(to(HUB, older), production);
    assert.equal(annotationOf(to(HUB, older)), undefined);
  });

  it("does not touch a part of an object that has nothing to move", () => {
    const part = object(OLDER, { backends: { nats: { replicas: 3 } } });
    assert.deepEqual(to(HUB, part), { ...part, apiVersion: HUB });
    for (const bare of [{ apiVersion: OLDER }, { apiVersion: OLDER, metadata: null, spec: null }]) {
      assert.deepEqual(to(HUB, bare), { ...bare, apiVersion: HUB });
    }
  });

  it("keeps wrong types where each version's schema sees them", () => {
    const spec = { patterns: [{ type: 5, backends: [{}] }], backends: { redis: { storage: {} } } };
    assert.deepEqual(to(OLDER, to(HUB, object(OLDER, spec)))["spec"], spec);
    const hub = {
      patterns: [{ backends: ["redis", { name: "a" }] }],
      backends: { redis: { storage: "1Gi" } },
    };
    const older = to(OLDER, object(HUB, hub));
    assert.deepEqual(older["spec"], { patterns: [{ backends: ["a"] }], backends: { redis: {} } });
    assert.deepEqual(to(HUB, older)["spec"], hub);
  });

  it("knows only its versions", () => {
    assert.equal(converter.convert(production, "prism.io/v1").kind, "unknown-version");
    assert.equal(converter.convert({ apiVersion: "v1" }, HUB).kind, "unknown-version");
  });
});

describe("an edit through v1alpha1 changes exactly its image", () => {
  const older = to(OLDER, production);
  const up = planUp(PRISM_CLUSTER_FIELDS);
  const leaves = scalarsOf(older["spec"], ["spec"]).filter((path) => !isKey(path));
  it("there are leaves", () => assert.ok(leaves.length > 20));

  for (const path of leaves) {
    it(printPath(path), () => {
      const mapped = mapPath(up, path);
      assert.ok(mapped.kind === "mapped");
      const changed = to(HUB, edited(older, path, "changed"));
      assert.deepEqual(changed, edited(production, mapped.path, "changed"));
    });
  }

  /** Names by which list items are known again: with another name it is another item. */
  function isKey(path: FieldPath): boolean {
    return /^spec\.patterns\[\d+\]\.(name|backends)/.test(printPath(path));
  }
});

function scalarsOf(value: unknown, path: FieldPath): readonly FieldPath[] {
  if (Array.isArray(value)) return value.flatMap((item, i) => scalarsOf(item, [...path, i]));
  if (!isRecord(value)) return [path];
  return Object.entries(value).flatMap(([key, item]) => scalarsOf(item, [...path, key]));
}

describe("what v1alpha1 removes takes its hub-only part with it", () => {
  const older = to(OLDER, production);
  const cases: readonly (readonly [what: string, path: FieldPath, hubPath: FieldPath])[] = [
    ["a pattern", ["spec", "patterns", 1], ["spec", "patterns", 1]],
    [
      "a use of a backend",
      ["spec", "patterns", 2, "backends", 0],
      ["spec", "patterns", 2, "backends", 0],
    ],
    ["a backend", ["spec", "backends", "minio"], ["spec", "backends", "minio"]],
    ["the ingress", ["spec", "ingress"], ["spec", "ingress"]],
    ["the proxy", ["spec", "proxy"], ["spec", "proxy"]],
    ["admin's storage", ["spec", "admin", "storage"], ["spec", "admin", "storage"]],
  ];
  for (const [what, path, hubPath] of cases) {
    it(what, () => assert.deepEqual(to(HUB, edited(older, path)), edited(production, hubPath)));
  }

  it("a pattern that moved keeps it", () => {
    const patterns = valueAt(older, ["spec", "patterns"]);
    const hubPatterns = valueAt(production, ["spec", "patterns"]);
    assert.ok(Array.isArray(patterns) && Array.isArray(hubPatterns));
    const moved = edited(older, ["spec", "patterns"], patterns.toReversed());
    assert.deepEqual(
      to(HUB, moved),
      edited(production, ["spec", "patterns"], hubPatterns.toReversed()),
    );
  });
});

describe("what server-side apply leaves of an object for a moment", () => {
  const hub = object(HUB, {
    observability: { grafana: { enabled: true, labels: { team: "a" } } },
    backends: { redis: { storage: { size: "1Gi", storageClassName: "fast" } } },
  });
  const older = to(OLDER, hub);

  it("is null where a field nobody owns was all that v1alpha1 can say: hub-only fields come back", () => {
    const emptied = edited(older, ["spec", "observability", "grafana"], null);
    assert.deepEqual(to(HUB, emptied)["spec"], {
      ...(hub["spec"] as object),
      observability: { grafana: { labels: { team: "a" } } },
    });
  });

  it("has no value where the fields beside it are somebody's: they come back", () => {
    const emptied = edited(older, ["spec", "backends", "redis", "storage"]);
    assert.deepEqual(valueAt(to(HUB, emptied), ["spec", "backends", "redis"]), {
      storage: { storageClassName: "fast" },
    });
  });

  it("stays null where there was nothing else", () => {
    const emptied = edited(older, ["spec", "backends"], null);
    assert.equal(valueAt(to(HUB, emptied), ["spec", "backends", "redis"]), undefined);
    const spec = { observability: { grafana: null } };
    assert.deepEqual(to(HUB, object(OLDER, spec))["spec"], spec);
  });
});

describe("a long list", () => {
  it("comes back item by item", () => {
    const patterns = Array.from({ length: 256 }, (_, i) => {
      return { name: `p${i}`, image: `a:${i}`, backends: [{ name: "redis", config: { i } }] };
    });
    const hub = object(HUB, { patterns });
    assert.deepEqual(to(HUB, to(OLDER, hub)), hub);
  });

  it("costs time in proportion to its length, with an annotation as long", () => {
    const [short, long] = [5_000, 20_000].map((length) => {
      const patterns = Array.from({ length }, (_, i) => ({ name: `p${i}`, image: "a" }));
      const older = to(OLDER, object(HUB, { patterns }));
      // Of the processor, since others run beside this; the kernel tells user and system apart by samples, and only the sum is exact.
      const times = [1, 2, 3, 4, 5].map(() => {
        const before = process.threadCpuUsage();
        to(HUB, older);
        const { user, system } = process.threadCpuUsage(before);
        return (user + system) / 1_000;
      });
      return Math.min(...times);
    });
    assert.ok((long ?? 0) < 12 * (short ?? 0), `${short} ms and ${long} ms`);
  });
});

describe("an annotation that we did not write", () => {
  for (const text of [
    "",
    "{",
    "null",
    "[]",
    '{"format":1}',
    '{"format":2,"from":"prism.io/v1alpha2","fields":[]}',
    5,
  ]) {
    it(`is dropped and told: ${JSON.stringify(text)}`, () => {
      const annotations = { [CONVERSION_DATA]: text, a: "b" };
      const conversion = converter.convert({ ...local, metadata: { annotations } }, HUB);
      assert.ok(conversion.kind === "converted" && conversion.ignoredData);
      assert.deepEqual(conversion.object["metadata"], { annotations: { a: "b" } });
    });
  }
});
