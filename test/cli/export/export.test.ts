import { deepEqual, equal, match, ok } from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { parse, parseAllDocuments } from "yaml";
import { exportOf } from "../../../src/cli/export/export.ts";
import { manifestPage } from "../../../src/cli/export/manifest-page.ts";
import { CrdSet } from "../../../src/cli/manifest/crd-set.ts";
import type { KubeObject } from "../../../src/domain/kube-object.ts";

function fixture(name: string): readonly KubeObject[] {
  const file = new URL(`../../fixtures/migration/${name}.yaml`, import.meta.url);
  return parseAllDocuments(readFileSync(file, "utf8")).map((document): KubeObject => {
    const object: KubeObject = document.toJS();
    // Secrets are read without their values.
    const { data: _, stringData: __, ...rest } = object;
    const kept = object.kind === "Secret" ? rest : object;
    return { ...object, ...kept, metadata: { ...object.metadata, namespace: "prism" } };
  });
}

const crds = await CrdSet.read([]);
const order = {
  namespace: "prism",
  name: "prism-local",
  source: "a test",
  takenAt: "2026-03-01T12:00:00Z",
};

function workload(kind: string, name: string, container: object, spec: object = {}): KubeObject {
  const labels = { app: name };
  return {
    apiVersion: "apps/v1",
    kind,
    metadata: { name, namespace: "prism" },
    spec: {
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [container] } },
      ...spec,
    },
  };
}

async function specOf(...objects: readonly KubeObject[]) {
  const { prismCluster, notes } = await exportOf(objects, order, crds);
  const spec: Record<string, never> & { [field: string]: unknown } = JSON.parse(
    JSON.stringify(prismCluster["spec"]),
  );
  return { spec, said: notes.map(({ subject, message }) => `${subject}: ${message}`).join("\n") };
}

describe("an export", () => {
  it("says which label to set where only a name tells what a workload is", async () => {
    const container = { name: "cache", image: "redis:7.4" };
    const labels = { "io.kompose.service": "redis" };
    const spec = {
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [container] } },
    };
    const service: KubeObject = {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "redis", namespace: "prism" },
      spec: { selector: labels, ports: [{ port: 6379 }] },
    };
    const redis = workload("Deployment", "redis", container, spec);
    const { notes } = await exportOf([redis, service], order, crds);
    const advice = notes.filter(({ kind }) => kind === "before").map((note) => note.advice);
    deepEqual(advice, ["kubectl --namespace prism label deployment/redis service/redis app=redis"]);
    const tied = workload("Deployment", "redis", container);
    const said = await exportOf([tied], order, crds);
    deepEqual(
      said.notes.filter(({ kind }) => kind === "before"),
      [],
    );
  });

  it("of recommended labels, sidecars and other registries keeps what has a field and names the rest", async () => {
    const { prismCluster, notes, taken } = await exportOf(fixture("like-helm"), order, crds);
    deepEqual(taken, [
      "StatefulSet events",
      "StatefulSet postgres",
      "StatefulSet redis",
      "StatefulSet prism-admin",
      "Deployment prism-proxy",
      "Deployment orders-runner",
    ]);
    const text = JSON.stringify(prismCluster);
    match(text, /"registry":"registry\.example\.com\/prism","tag":"1\.5\.0"/);
    match(text, /"type":"kafka","replicas":3,"version":"3\.7\.0"/);
    match(text, /"max_connections":"300"/);
    match(text, /"backends":\[\{"name":"events"\},\{"name":"postgres"\}\]/);
    const said = notes
      .map(({ subject, field, message }) => `${subject}: ${field}: ${message}`)
      .join("\n");
    for (const words of [
      /init containers/,
      /container exporter/,
      /Deployment mailbox: .*is not taken over/,
      /sysctls/,
      /of its \d servers \S+-0 becomes the primary/,
      /Service postgres: .*is of type LoadBalancer/,
      /orders-env/,
    ])
      match(said, words);
    ok(!/secret@postgres|only-here/.test(JSON.stringify(notes) + text), "a secret");
  });

  it("is one YAML document that says the same as JSON, with every note as a comment", async () => {
    const report = await exportOf(fixture("by-hand"), order, crds);
    const page = manifestPage(report);
    deepEqual(parse(page), JSON.parse(JSON.stringify(report.prismCluster)));
    for (const { message } of report.notes) ok(page.includes(`: ${message}`), message);
  });

  it("lets no name of the cluster end a comment", async () => {
    const image = "evil\nkind: Secret";
    const { prismCluster, notes } = await exportOf(
      [
        workload("Deployment", "prism-proxy", { name: "p", image: "x/prism-proxy:1" }),
        workload("Deployment", "other", { name: "o", image }),
      ],
      order,
    );
    const page = manifestPage({ prismCluster, notes, taken: [], source: "x\ny", takenAt: "t" });
    equal(parseAllDocuments(page).length, 1);
    equal(parse(page).kind, "PrismCluster");
  });

  const images: readonly (readonly [string, string, object])[] = [
    ["redis:7.4-alpine", "redis", { version: "7.4-alpine" }],
    ["redis", "redis", { version: "latest" }],
    ["docker.io/library/redis:7", "redis", { version: "7" }],
    ["registry.example.com:5000/redis:7", "redis", { image: "registry.example.com:5000/redis:7" }],
    ["bitnami/kafka:3.6", "kafka", { image: "bitnami/kafka:3.6" }],
    [
      "quay.io/minio/minio:RELEASE.2024-01-16T16-07-38Z",
      "minio",
      { image: "quay.io/minio/minio:RELEASE.2024-01-16T16-07-38Z" },
    ],
    ["postgis/postgis:16-3.4", "postgres", { image: "postgis/postgis:16-3.4" }],
    ["nats:2.10-alpine", "nats", { version: "2.10-alpine" }],
  ];
  for (const [image, type, wanted] of images) {
    it(`knows ${image} as ${type}`, async () => {
      const { spec } = await specOf(workload("StatefulSet", "store", { name: "store", image }));
      const block = Object.entries(spec["backends"] ?? {})[0]?.[1] ?? {};
      const seen = JSON.parse(JSON.stringify(block));
      equal(seen.type, type);
      for (const [key, value] of Object.entries(wanted)) equal(seen[key], value);
    });
  }

  it("reads arguments of servers in each of their forms", async () => {
    const redis = {
      name: "r",
      image: "redis:7",
      args: ["redis-server --maxmemory 1gb --save 60 1 --appendonly yes"],
    };
    const postgres = {
      name: "p",
      image: "postgres:16",
      args: ["-c", "max_connections=9", "-cwal_level=logical", "--work_mem=8MB"],
    };
    const { spec } = await specOf(
      workload("StatefulSet", "redis", redis),
      workload("StatefulSet", "postgres", postgres),
    );
    const backends = JSON.parse(JSON.stringify(spec["backends"]));
    deepEqual(backends.redis.config, { maxmemory: "1gb", save: "60 1" });
    deepEqual(backends.postgres.config, {
      max_connections: "9",
      wal_level: "logical",
      work_mem: "8MB",
    });
  });

  it("takes nothing that it could not name again: a name that is no key is told", async () => {
    const { spec, said } = await specOf(
      workload("StatefulSet", "my.redis", { name: "r", image: "redis:7" }),
      workload("Deployment", "prism-proxy", { name: "p", image: "x/prism-proxy:1" }),
    );
    equal(spec["backends"], undefined);
    match(said, /spec\.backends/);
  });

  it("does not take over what a PrismCluster owns already", async () => {
    const owned = workload("Deployment", "prism-proxy", { name: "p", image: "x/prism-proxy:1" });
    const reference = {
      apiVersion: "prism.io/v1alpha2",
      kind: "PrismCluster",
      name: "a",
      uid: "u",
    };
    const { taken } = await exportOf(
      [{ ...owned, metadata: { ...owned.metadata, ownerReferences: [reference] } }],
      order,
    );
    deepEqual(taken, []);
  });
});
