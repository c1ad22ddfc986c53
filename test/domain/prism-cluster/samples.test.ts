import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { parse, parseAllDocuments } from "yaml";
import { isRecord, type JsonRecord } from "../../../src/domain/json-object.ts";
import { applyPatch } from "../../../src/domain/json-patch.ts";
import { verdictOn } from "./judged.ts";

const files = globSync("deploy/samples/prism-*.yaml")
  .filter((file) => /^kind: PrismCluster$/m.test(readFileSync(file, "utf8")))
  .sort();

function clusterIn(file: string): JsonRecord {
  const documents = parseAllDocuments(readFileSync(file, "utf8")).map((one): unknown => one.toJS());
  const cluster = documents.find((one) => isRecord(one) && one["kind"] === "PrismCluster");
  assert.ok(isRecord(cluster), file);
  return cluster;
}

describe("samples are valid", () => {
  it("there are some in both versions", () => {
    assert.ok(files.some((file) => file.includes("v1alpha1")));
    assert.ok(files.some((file) => file.includes("v1alpha2")));
  });

  for (const file of files) {
    it(file, () => assert.deepEqual(verdictOn(clusterIn(file)).problems, []));
  }
});

describe("the source's runtime examples are valid", () => {
  const local = clusterIn("deploy/samples/prism-local.v1alpha1.yaml");

  it("a claimcheck runner added with the source's own lines", () => {
    const added: unknown = parse(`
      name: claimcheck
      type: Deployment
      replicas: 2
      backends: [minio, redis]
      resources:
        requests: {memory: 128Mi, cpu: 100m}
        limits: {memory: 256Mi, cpu: 500m}`);
    const { patterns } = spec(local);
    assert.ok(Array.isArray(patterns));
    const next = withSpec(local, { patterns: [...patterns, added] });
    assert.deepEqual(verdictOn(next, local).problems, []);
  });

  it("maxReplicas 20", () => {
    const next = structuredClone(local);
    applyPatch(next, [{ op: "add", path: "/spec/proxy/autoscaling/maxReplicas", value: 20 }]);
    assert.deepEqual(verdictOn(next, local).problems, []);
  });

  it("Kafka enabled with three replicas and version latest at once", () => {
    const next = structuredClone(local);
    applyPatch(next, [
      { op: "add", path: "/spec/backends/kafka/enabled", value: true },
      { op: "add", path: "/spec/backends/kafka/replicas", value: 3 },
      { op: "add", path: "/spec/backends/kafka/version", value: "latest" },
    ]);
    assert.deepEqual(verdictOn(next, local).problems, []);
  });
});

function spec(object: JsonRecord): JsonRecord {
  const found = object["spec"];
  assert.ok(isRecord(found));
  return found;
}

function withSpec(object: JsonRecord, change: JsonRecord): JsonRecord {
  return { ...object, spec: { ...spec(object), ...change } };
}
