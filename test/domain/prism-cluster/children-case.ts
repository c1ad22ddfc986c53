import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { globSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { parse } from "yaml";
import { readCrd } from "../../../schemas/crd.ts";
import { compileCrd, type Engine } from "../../../schemas/engine.ts";
import { isObject } from "../../../schemas/json.ts";
import type { PrismCluster } from "../../../src/api/prism-cluster-v1alpha2.ts";
import type { Child } from "../../../src/domain/child.ts";
import { ALONE } from "../../../src/domain/family.ts";
import type { JsonRecord } from "../../../src/domain/json-object.ts";
import type { KubeObject } from "../../../src/domain/kube-object.ts";
import { desiredChildren } from "../../../src/domain/prism-cluster/children.ts";
import { prismCluster } from "../../../src/domain/prism-cluster/prism-cluster.ts";
import type { KeyRef, RenderFacts } from "../../../src/domain/render-facts.ts";
import { createValidator, type Valid, type Verdict } from "../../../src/domain/validator.ts";

const HUB = "prism.io/v1alpha2";

const engines = readEngines();

function readEngines(): ReadonlyMap<string, Engine> {
  const crd = readCrd(parse(readFileSync("crds/prism.io_prismclusters.yaml", "utf8")));
  assert.ok(crd.kind === "read");
  return new Map(crd.versions.map((version) => [version.version, compileCrd(version)]));
}

function engineOf(version: string): Engine {
  const engine = engines.get(version);
  assert.ok(engine, version);
  return engine;
}

/** An object that the engine takes as JSON. */
function json(object: JsonRecord) {
  assert.ok(isObject(object));
  return object;
}

const hub = engineOf("v1alpha2");
const validator = createValidator<PrismCluster & KubeObject>({
  kind: prismCluster,
  engine: {
    prune: (object) => hub.prune(json(object)),
    applyDefaults: (object) => hub.applyDefaults(json(object)),
    defaulted: (object) => hub.defaulted(json(object)),
    validate: (object, old) => hub.validate(json(object), old && json(old)),
  },
});

/** Judges an object of either version as the reconciler does. */
export function judge(object: KubeObject): Verdict<PrismCluster & KubeObject> {
  const copy = structuredClone(object);
  engineOf(object.apiVersion.split("/")[1] ?? "").applyDefaults(json(copy));
  const conversion = prismCluster.convert(copy, HUB);
  assert.ok(conversion.kind === "converted");
  return validator.judge(conversion.object as KubeObject, {});
}

/** An object that is valid, or the test ends with what is wrong with it. */
export function validCluster(object: KubeObject): Valid<PrismCluster & KubeObject> {
  const verdict = judge(object);
  if (verdict.kind === "valid") return verdict.object;
  return assert.fail(JSON.stringify(verdict.problems, undefined, 2));
}

/** A hub object with this spec. */
export function clusterOf(spec: object): Valid<PrismCluster & KubeObject> {
  const metadata = { name: "demo", namespace: "prism", uid: "u-1", generation: 1 };
  return validCluster({ apiVersion: HUB, kind: "PrismCluster", metadata, spec });
}

/** Names of the cases in test/golden/prism-cluster. */
export const CASES: readonly string[] = globSync("test/golden/prism-cluster/*.yaml").map((path) =>
  basename(path, ".yaml"),
);

/** A case of the golden files by its name; in a namespace of its own where one is given. */
export function goldenCase(name: string, namespace?: string): Valid<PrismCluster & KubeObject> {
  const object: KubeObject = parse(readFileSync(`test/golden/prism-cluster/${name}.yaml`, "utf8"));
  const metadata = namespace === undefined ? object.metadata : { ...object.metadata, namespace };
  return validCluster({ ...object, metadata });
}

/** Keys that the Secrets of a backend's kind have; users' Secrets have a login and no whole URL. */
const GENERATED = new Map([
  ["redis", ["password"]],
  ["sessions", ["password"]],
  ["nats", ["username", "password"]],
  ["postgres", ["username", "password"]],
  ["minio", ["accessKey", "secretKey"]],
  ["kafka", ["clusterId"]],
]);

/** A value that shows where it is from; undefined for keys that nothing would make. */
function madeValue({ name, key }: KeyRef): string | undefined {
  const made = GENERATED.get(name.replace(/-credentials$/, ""));
  const has = name.endsWith("-credentials") ? made?.includes(key) : key !== "url";
  return has ? `value-of-${name}-${key}` : undefined;
}

/** Facts of a Kubernetes cluster that has everything. */
export function renderFacts(overrides: Partial<RenderFacts> = {}): RenderFacts {
  return {
    images: { registry: "ghcr.io/prism", tag: "v0.0.0" },
    clusterDomain: "cluster.local",
    digest: (text) => createHash("sha256").update(text).digest("hex").slice(0, 32),
    value: madeValue,
    serves: { serviceMonitor: true, scaledObject: true, certificate: true },
    liveReplicas: () => undefined,
    claimSize: () => undefined,
    dataMarks: () => [],
    replication: () => undefined,
    family: ALONE,
    ...overrides,
  };
}

/** Children of a hub spec. */
export function childrenOf(spec: object, facts = renderFacts()): readonly Child[] {
  return desiredChildren(clusterOf(spec), facts);
}

/** The only child of a kind and name. */
export function theChild(children: readonly Child[], kind: string, name: string): KubeObject {
  const found = children.filter(
    ({ object }) => object.kind === kind && object.metadata.name === name,
  );
  assert.equal(found.length, 1, `${kind} ${name}`);
  const [child] = found;
  assert.ok(child);
  return child.object;
}

/** Decoded data of a Secret. */
export function secretText(secret: KubeObject): Readonly<Record<string, string>> {
  const data: unknown = secret["data"];
  assert.ok(typeof data === "object" && data !== null);
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [
      key,
      Buffer.from(String(value), "base64").toString("utf8"),
    ]),
  );
}
